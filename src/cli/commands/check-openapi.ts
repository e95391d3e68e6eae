import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Argument } from 'commander';
import { checkOpenapiUse, readDocument, type Checking, type CheckInput } from '../../api/check-openapi.ts';
import { withAdmin } from '../../api/connection.ts';
import { DEFAULT_FILE, patternsOf } from '../../api/project.ts';
import { checkFiles } from '../../api/read-files.ts';
import { DISK, shownName } from '../../load/files.ts';
import { decodeText, readBytes } from '../../load/read-text.ts';
import type { Declared } from '../../model/declared.ts';
import { hasErrors, type Checked } from '../../model/diagnostic.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import { refusedUses, type OpenapiCheck } from '../../model/openapi-check.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS } from '../define-command.ts';
import { EXIT, type Io } from '../io.ts';
import { flag, group, text as textOption, type Values } from '../options.ts';
import { namesSubscribers, OUTPUT, SUBSCRIBERS } from '../output.ts';
import { chosenEnvironment, fileInput, FILES } from '../project.ts';
import { proposalInput } from '../scope.ts';

const CHECKED = {
  service: textOption('--service <group/service>', 'gateway service whose document this is'),
  product: textOption('--product <name>', 'external product whose document this is'),
  base: textOption(
    '--base <revision>',
    'git revision of the file in use, where the server returns no document',
  ),
};

/** `adc check-openapi`: checks an OpenAPI document for changes that break subscribers (docs/design/contract.md §18). */
export const checkOpenapi = defineReport({
  name: 'check-openapi',
  summary: 'find breaking changes before you upload an OpenAPI document',
  about:
    'Compares an OpenAPI document with the live one and shows the changes, breaking changes first, and the subscriptions of the published product. It fails if callers with a subscription would break. It only reads.',
  arguments: [new Argument('<file>', 'OpenAPI document to check')],
  options: {
    ...CHECKED,
    ...group('Consent:', {
      allowBreaking: flag('--allow-breaking', 'allow changes that break callers'),
    }),
    ...FILES,
    ...OUTPUT,
    ...SUBSCRIBERS,
    ...CONNECTION,
  },
  examples: [
    ['adc check-openapi api.yaml --service default/payments', 'check a service'],
    ["adc check-openapi api.yaml --product 'Billing API'", 'check an external API'],
  ],
  exits: {
    done: 'nothing breaks, no subscriptions, or consent was given',
    failed: 'failed: not an OpenAPI document, nothing to compare with, no connection',
    refused: 'the document breaks callers of a published product',
    ...ONLY_READS,
  },
  run: async (call) => {
    const { options, args, io, report, project } = call;
    chosenEnvironment(project);
    const checking = checkingOf(options);
    const path = resolve(io.cwd, args[0] ?? '');
    const file = shownName(path, io.cwd);
    const { value: text, diagnostics: ofDocument } = await readDocument(path, file);
    const { patterns } = patternsOf(options.file, project);
    const isWithoutFiles = patterns.every((one) => one === DEFAULT_FILE && !existsSync(resolve(io.cwd, one)));
    const { value: declared, diagnostics: ofFiles } = isWithoutFiles
      ? NO_FILES
      : await checkFiles(fileInput(options, io, project));
    const end = (found: Checked<OpenapiCheck>): number => {
      const { value: check } = found;
      const isRefused = check !== undefined && refusedUses(check).length > 0;
      const exitCode = check === undefined ? EXIT.failed : isRefused ? EXIT.refused : EXIT.done;
      const consent = proposalInput(declared?.allowances ?? [], project, io);
      const diagnostics = [...ofDocument, ...ofFiles, ...found.diagnostics];
      report.end({ exitCode, check, consent, diagnostics });
      return exitCode;
    };
    if (text === undefined || hasErrors(ofFiles)) return end({ diagnostics: [] });
    const base = options.base === undefined ? undefined : await atRevision(options.base, path, io);
    const { allowBreaking } = options;
    const withNames = namesSubscribers(options, io);
    const input = { checking, file, text, base, declared, allowBreaking, withNames };
    const connection = await connectionOf(call, declared?.portal?.name);
    return end(await withAdmin(connection, (admin) => checkOpenapiUse(input, admin)));
  },
});

const NO_FILES: Checked<Declared> = { diagnostics: [] };

/**
 * The file at a git revision, without a text if it does not exist there; undefined if there is no revision.
 * @param path absolute; symlinks in the work tree are followed.
 */
async function atRevision(revision: string, path: string, { env }: Io): Promise<CheckInput['base']> {
  const { gitFiles, isNoRevision } = await import('../../load/git-files.ts');
  if (isNoRevision(revision)) return undefined;
  // A pipe has no directory.
  const file = await DISK.realpath(path).catch(() => path);
  const name = basename(file);
  const files = await gitFiles(revision, { patterns: [name], cwd: dirname(file), env });
  try {
    const exists = await files.stat(file).then(
      () => true,
      () => false,
    );
    if (!exists) return { revision, text: undefined };
    const bytes = await readBytes(file, `${revision}:${name}`, { files });
    const text = 'mistake' in bytes ? bytes : decodeText(bytes.value, `${revision}:${name}`);
    if ('mistake' in text) throw new OperationalError(text.mistake.message, { hint: text.mistake.hint });
    return { revision, text: text.value };
  } finally {
    files.close();
  }
}

/** @throws UsageError unless exactly one of `--service` and `--product` is given. */
function checkingOf({ service, product }: Pick<Values<typeof CHECKED>, 'service' | 'product'>): Checking {
  if ((service === undefined) === (product === undefined))
    throw new UsageError(
      `check-openapi needs ${service === undefined ? 'either' : 'only one of'} --service ${service === undefined ? 'or' : 'and'} --product`,
      { hint: 'Pass --service GROUP/SERVICE, or --product NAME for an external product.' },
    );
  if (product !== undefined) return { of: 'product', product };
  const [, group, name] = /^([^/]+)\/(.+)$/s.exec(service ?? '') ?? [];
  if (group !== undefined && name !== undefined) return { of: 'service', group, service: name };
  throw new UsageError(`--service is ${JSON.stringify(service)}; it must be GROUP/SERVICE`, {
    hint: 'For example: --service default/payments.',
  });
}
