import { dirname, resolve } from 'node:path';
import { withAdmin } from '../../api/connection.ts';
import { dumpPortal, dumpWarnings, withoutToken, type StoreDocument } from '../../api/dump-portal.ts';
import type { Dump, DumpOptions } from '../../dump/dump.ts';
import type { DumpFile } from '../../dump/product-entry.ts';
import { printable } from '../../lib/printable.ts';
import { wildcard } from '../../lib/wildcard.ts';
import { MAX_BYTES } from '../../load/read-text.ts';
import type { Admin } from '../../model/admin.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import type { Target } from '../../model/live.ts';
import { isOwnedBy, matchesSelector } from '../../model/ownership.ts';
import type { ReportParts } from '../../report/report.ts';
import { plural } from '../../report/words.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS, type ReportingCall } from '../define-command.ts';
import { isDirectory } from '../disk.ts';
import { dumpUpdate, placeOf, refuseUnmatched, UPDATE } from '../dump-update.ts';
import { EXIT, interruptCode } from '../io.ts';
import { flag, group, list, type Values } from '../options.ts';
import { OUTPUT, outputOption } from '../output.ts';
import { EACH_ENVIRONMENT, ownerOption, schemaAddress } from '../project.ts';
import { labelSelector } from '../scope.ts';
import { baseOf, StagedFiles, type UnplacedFile } from '../staged-files.ts';

const OPTIONS = {
  output: outputOption(
    'file to write, or directory: one that exists, or a path that ends in a slash (default: standard output)',
    'adc dump without -o writes to standard output',
  ),
  force: flag('--force', 'overwrite existing files'),
  portable: flag('--portable', 'name no portal, so that the files fit another one'),
  withId: flag('--with-id', 'write the id of each product'),
  skipDefaults: flag('--skip-defaults', 'leave out fields that have their default'),
  // For compatibility: earlier versions omitted defaults without this option (docs/design/contract.md §13.4).
  withDefaults: { ...flag('--with-defaults', 'no effect'), hidden: true },
  ...UPDATE,
  ...group('Scope:', {
    name: list('--name <pattern...>', 'only products with this name; * matches any text, ? one character'),
    owner: ownerOption('only products of this owner'),
    labelSelector,
  }),
  ...OUTPUT,
  ...CONNECTION,
  ...EACH_ENVIRONMENT,
};

type DumpValues = Values<typeof OPTIONS>;
type DumpCall = ReportingCall<typeof OPTIONS>;

/**
 * `adc dump`: exports live products to product files; `-o` names a file or a directory (docs/design/contract.md §3,
 * §8).
 */
export const dump = defineReport({
  name: 'dump',
  summary: 'export live products to product files',
  about:
    'Exports live products to product files; a diff of these files shows no changes. With --update, it brings dashboard changes into existing files and keeps every other byte. It only reads the portal, and overwrites no file without --force.',
  options: OPTIONS,
  inEach: () => import('../each-environment.ts'),
  notInEach: ({ update, output }) =>
    update
      ? '--update works in one environment'
      : output === undefined
        ? 'a dump without -o is one file'
        : undefined,
  examples: [
    ['adc dump -o products.yaml', 'export to one file'],
    ['adc dump -o products/', 'export to one file for each product'],
    ["adc dump --name 'Payments*'", 'print products with such names'],
    ['adc dump --update -f products/', 'bring dashboard changes into files'],
  ],
  exits: { done: 'files written', failed: 'failed, no file changed', ...ONLY_READS },
  run: async (call) => {
    const { io, report } = call;
    try {
      return await dumpTo(call);
    } catch (error) {
      if (!io.signal.aborted) throw error;
      report.tell('interrupted: nothing was written');
      const exitCode = interruptCode(io.signal);
      report.end({ exitCode, text: '' });
      return exitCode;
    }
  },
});

async function dumpTo(call: DumpCall): Promise<number> {
  const { options, io } = call;
  const { output } = options;
  const inFolder = output !== undefined && (await isDirectory(output, io.cwd));
  const schema = schemaAddress(io.cwd, inFolder ? output : dirname(output ?? ''));
  const layout = inFolder ? 'folder' : 'one-file';
  const isAlone = output === undefined && options.format !== 'json';
  const dumping = dumpOptions(call, { layout, isAlone, schema });
  if (options.update) {
    if (output === undefined) refuseDumpOptions(options);
    const place = output === undefined ? undefined : placeOf(output, inFolder);
    return dumpUpdate({ call, dumping, place });
  }
  refuseUpdateOptions(options);
  const base = baseOf(resolve(io.cwd, output ?? ''), io.cwd);
  const staged = new StagedFiles({ force: options.force }, base);
  try {
    return await dumpStaged(call, { dumping, inFolder, staged });
  } finally {
    await staged.discard();
  }
}

interface Staging {
  readonly dumping: DumpOptions;
  readonly inFolder: boolean;
  readonly staged: StagedFiles;
}

async function dumpStaged(call: DumpCall, { dumping, inFolder, staged }: Staging): Promise<number> {
  const { io, report } = call;
  const { output } = call.options;
  const root = resolve(io.cwd, output ?? '.');
  const stored = new Map<string, UnplacedFile>();
  const storeDocument: StoreDocument = async (id, text) =>
    void stored.set(id, await staged.addUnplaced(root, text));
  const read = async (admin: Admin): Promise<readonly [Dump, Target]> => [
    await dumpPortal(withoutToken(admin, io, report), dumping, inFolder ? storeDocument : undefined),
    admin.target,
  ];
  const [dumped, target] = await withAdmin(await connectionOf(call), read);
  const { unmatched, liveNames } = dumped;
  refuseUnmatched({ unmatched, knownNames: liveNames }, 'no product of the portal has');
  const { owner, labelSelector } = call.options;
  if (dumped.products === 0 && (owner !== undefined || Object.keys(labelSelector).length > 0))
    report.tell('warning: no product has the owner or the labels of the options; adc list shows the owners');
  for (const warning of dumpWarnings(dumped)) report.tell(`warning: ${warning}`);
  if (output !== undefined) await stage(dumped, stored, staged, placeOf(root, inFolder).pathOf);
  io.signal.throwIfAborted();
  await staged.commit();
  const names = chosenNames(dumped, dumping.names);
  report.end({
    exitCode: EXIT.done,
    text: resultText(dumped, output),
    products: new Map(names.map((name) => [name, 'dumped'])),
    more: jsonParts(dumped, target, output),
  });
  return EXIT.done;
}

function chosenNames({ liveNames, notIncluded }: Dump, patterns: readonly string[]): readonly string[] {
  const wildcards = patterns.map(wildcard);
  return liveNames.filter(
    (name) =>
      !notIncluded.includes(name) && (wildcards.length === 0 || wildcards.some((matches) => matches(name))),
  );
}

/** Stages the files: a single file at `output`, the files of a directory below it. */
async function stage(
  { files, storedDocuments }: Dump,
  stored: ReadonlyMap<string, UnplacedFile>,
  staged: StagedFiles,
  pathOf: (path: string) => string,
): Promise<void> {
  for (const { path, content } of files) {
    refuseTooLarge(pathOf(path), Buffer.byteLength(content));
    await staged.add(pathOf(path), content);
  }
  for (const { path, id } of storedDocuments) {
    const document = stored.get(id);
    if (document === undefined) throw new Error('a stored document has no file');
    refuseTooLarge(pathOf(path), document.bytes);
    await staged.place(pathOf(path), document);
  }
}

/** Refuses to write a file that adc cannot read. */
function refuseTooLarge(path: string, bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  const mebibytes = (size: number): number => Math.ceil(size / 1024 / 1024);
  throw new OperationalError(
    `${printable(path)} would have ${mebibytes(bytes)} MiB, and adc reads files of at most ${mebibytes(MAX_BYTES)} MiB; nothing was written`,
    {
      hint: 'Dump into a directory (-o DIRECTORY/), with a file for each product, or choose products with --name.',
    },
  );
}

function dumpOptions(
  { options, project }: DumpCall,
  form: Pick<DumpOptions, 'layout' | 'isAlone' | 'schema'>,
): DumpOptions {
  const { labelSelector: labels, owner, name: names, withId, portable, skipDefaults } = options;
  return {
    withId,
    portable,
    ...(portable && { variables: valuesOf(project) }),
    withDefaults: !skipDefaults,
    ...form,
    include: (product) =>
      matchesSelector(product.fields.labels, labels) && (owner === undefined || isOwnedBy(product, [owner])),
    names,
  };
}

/** The variables of the environment, by which a portable dump replaces their values. */
function valuesOf({ environment }: DumpCall['project']): DumpOptions['variables'] {
  return new Map([...(environment?.variables ?? [])].map(([name, { value }]) => [name, value]));
}

/** Refuses options that need --update. */
function refuseUpdateOptions({ file, prune, allFields, variable }: DumpValues): void {
  const options = {
    '-f': file.length > 0,
    '--prune': prune,
    '--all-fields': allFields,
    '--var': variable.size > 0,
  };
  const given = firstGiven(options);
  if (given === undefined) return;
  throw new UsageError(
    `${given} needs --update: a dump writes new files, and --update changes those that exist`,
    { hint: '-o names the file or the folder that a dump writes.' },
  );
}

/** Refuses options of new files, which an update writes only with -o. */
function refuseDumpOptions({ portable, withId, skipDefaults }: DumpValues): void {
  const given = firstGiven({ '--portable': portable, '--with-id': withId, '--skip-defaults': skipDefaults });
  if (given === undefined) return;
  throw new UsageError(`${given} with --update needs -o: it applies to new files`, {
    hint: '-o names the file or the folder for products that no file declares.',
  });
}

function firstGiven(options: Readonly<Record<string, boolean>>): string | undefined {
  return Object.keys(options).find((name) => options[name]);
}

function resultText({ files, storedDocuments, products }: Dump, output: string | undefined): string {
  if (output === undefined) return String(files[0]?.content ?? '');
  const count = files.length + storedDocuments.length;
  return `${plural(products, 'product')} written to ${printable(output)} (${plural(count, 'file')}).\n`;
}

/**
 * The parts of the JSON report (schemas/dump-report.schema.json): with `-o` the paths of the files, without it their
 * contents.
 */
function jsonParts(
  { files, storedDocuments, products, leftOut, unreadable }: Dump,
  target: Target,
  output: string | undefined,
): ReportParts<'dump'> {
  const file = ({ path, content }: DumpFile) =>
    output === undefined ? { path, content: String(content) } : { path };
  return {
    target: { ...target },
    output: output ?? null,
    products,
    files: [...files.map(file), ...storedDocuments.map(({ path }) => ({ path }))],
    left_out: leftOut.map((one) => ({ ...one })),
    openapi_not_given_back: unreadable,
  };
}
