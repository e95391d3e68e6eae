import { withAdmin } from '../../api/connection.ts';
import { planPortal } from '../../api/plan-portal.ts';
import { checkFiles } from '../../api/read-files.ts';
import type { Admin } from '../../model/admin.ts';
import { asError, hasErrors, type Diagnostic } from '../../model/diagnostic.ts';
import type { Target } from '../../model/live.ts';
import { plural, targetLine } from '../../report/words.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { flag } from '../options.ts';
import { OUTPUT } from '../output.ts';
import { chosenEnvironment, EACH_ENVIRONMENT, fileInput, FILES, GATEWAYS } from '../project.ts';
import { SCOPE, scopeOf } from '../scope.ts';

/** `adc validate`: runs lint, then read-only checks against the portal (docs/design/contract.md §3). */
export const validate = defineReport({
  name: 'validate',
  summary: 'check product files against the portal; read-only',
  about:
    'Lints the files, then checks them against the portal: each name matches exactly one object, and each service is published, documented and free for the product. It only reads.',
  options: {
    strict: flag('--strict', 'treat warnings as errors'),
    ...SCOPE,
    ...FILES,
    ...GATEWAYS,
    ...OUTPUT,
    ...CONNECTION,
    ...EACH_ENVIRONMENT,
  },
  inEach: () => import('../each-environment.ts'),
  examples: [
    ['adc validate', 'check api-products.yaml against the portal'],
    ['adc validate -f products/ --strict', 'fail on warnings'],
  ],
  exits: { done: 'no errors', failed: 'errors in the files, or the command failed', ...ONLY_READS },
  run: async (call) => {
    const { options, io, report, project } = call;
    chosenEnvironment(project);
    const { value: declared, diagnostics: linted } = await checkFiles(fileInput(options, io, project));
    const end = (found: readonly Diagnostic[], target?: Target): number => {
      const diagnostics = options.strict ? found.map(asError) : found;
      const exitCode = hasErrors(diagnostics) ? EXIT.failed : EXIT.done;
      const text = exitCode === EXIT.done && target ? okText(declared?.products.length ?? 0, target) : '';
      const names = declared?.products.map(({ body }) => body.name) ?? [];
      const products = exitCode === EXIT.done ? new Map(names.map((name) => [name, 'ok'])) : undefined;
      report.end({
        exitCode,
        diagnostics,
        text,
        products,
        ...(target && { more: { target: { ...target } } }),
      });
      return exitCode;
    };
    if (declared === undefined) return end(linted);
    const check = async (admin: Admin): Promise<number> => {
      const { diagnostics } = await planPortal(declared, admin, scopeOf(options, project), {
        checksAll: true,
      });
      return end([...linted, ...diagnostics], admin.target);
    };
    return withAdmin(await connectionOf(call, declared.portal?.name), check);
  },
});

function okText(products: number, target: Target): string {
  return `${targetLine(target)}\n${plural(products, 'product')} checked, no problems found. adc diff shows what sync would change and refuse.\n`;
}
