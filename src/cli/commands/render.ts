import { readFiles } from '../../api/read-files.ts';
import { renderFiles } from '../../api/render-files.ts';
import { NO_RULES } from '../../model/document.ts';
import { defineReport } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { FORMAT } from '../output.ts';
import { chosenEnvironment, EACH_ENVIRONMENT, fileInput, FILES, PROJECT } from '../project.ts';

/** `adc render`: prints product files as adc reads them in an environment, offline (docs/design/contract.md §13). */
export const render = defineReport({
  name: 'render',
  summary: 'print product files as they are in an environment',
  about:
    'Prints the product files with exceptions and variables filled in, and a comment at each value that came from one. It opens no connection and needs no token.',
  options: { ...FILES, ...FORMAT, ...PROJECT, ...EACH_ENVIRONMENT },
  inEach: () => import('../each-environment.ts'),
  examples: [
    ['adc render --env staging', 'print what sync would read in staging'],
    ['adc render', 'print the files with variables filled in'],
  ],
  exits: { done: 'no errors', failed: 'errors in the files, or wrong usage' },
  run: async ({ options, io, report, project }) => {
    const environment = chosenEnvironment(project);
    const { value, diagnostics } = await readFiles(fileInput(options, io, project), NO_RULES);
    const exitCode = value === undefined ? EXIT.failed : EXIT.done;
    const files =
      value &&
      (await renderFiles(value.documents, { config: project.config, environment, owner: options.owner }));
    report.end({
      exitCode,
      diagnostics,
      text: files?.map(({ content }) => content).join('---\n') ?? '',
      products: value && new Map(value.declared.products.map(({ body }) => [body.name, 'declared'])),
      more: {
        environment: environment?.name ?? null,
        ...(files && { files: files.map((one) => ({ ...one })) }),
      },
    });
    return exitCode;
  },
});
