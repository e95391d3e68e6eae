import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Dump, DumpFile, DumpOptions } from '../../dump/dump.ts';
import { printable } from '../../lib/printable.ts';
import { MAX_BYTES } from '../../load/read-text.ts';
import type { Admin } from '../../model/admin.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import type { Target } from '../../model/live.ts';
import { isOwnedBy, matchesSelector } from '../../model/ownership.ts';
import type { Json } from '../../model/product.ts';
import { withAdmin } from '../../api/connection.ts';
import { dumpPortal, type PutAway } from '../../api/dump-portal.ts';
import { plural } from '../../report/words.ts';
import { connectionOf, labelsOf } from '../connection.ts';
import { EXIT, interruptCode } from '../exit-codes.ts';
import { checkedOwner } from '../file-input.ts';
import type { Io } from '../io.ts';
import { outputOf } from '../output.ts';
import { withoutToken } from '../without-token.ts';
import { dumpUpdate, placeOf } from './dump-update.ts';
import { reporter, type Reporter } from '../reporter.ts';
import { refuseUnmatched } from '../unmatched-names.ts';
import { schemaAddress } from '../schema-address.ts';
import { warnings } from '../dump-warnings.ts';
import { Settings, type Flags } from '../settings.ts';
import { baseOf, StagedFiles, type Held } from '../staged-files.ts';

/** `adc dump`: the live products as product files; `-o` names a file or a folder (contract §3, §8). */
export async function dump(flags: Flags, io: Io): Promise<number> {
  const report = await reporter('dump', flags, io);
  const settings = await Settings.read(flags, io);
  await settings.hideToken();
  try {
    return await dumpTo(outputOf(settings), { settings, flags, io, report });
  } catch (error) {
    if (!io.signal.aborted) throw error;
    report.tell('interrupted: nothing was written');
    const exitCode = interruptCode(io.signal);
    report.end({ exitCode, text: '' });
    return exitCode;
  }
}

interface Run {
  readonly settings: Settings;
  readonly flags: Flags;
  readonly io: Io;
  readonly report: Reporter;
}

async function dumpTo(output: string | undefined, { settings, flags, io, report }: Run): Promise<number> {
  const inFolder = output !== undefined && (await isFolder(output, io.cwd));
  const schema = schemaAddress(io.cwd, inFolder ? output : dirname(output ?? ''));
  const options = dumpOptions(settings, flags, { layout: inFolder ? 'folder' : 'one-file', schema });
  if (flags['update'] === true) {
    const place = output === undefined ? undefined : placeOf(output, inFolder);
    return dumpUpdate({ settings, flags, io, report, options, place });
  }
  refuseUpdateOptions(flags);
  const base = baseOf(resolve(io.cwd, output ?? ''), io.cwd);
  const staged = new StagedFiles({ force: flags['force'] === true }, base);
  try {
    return await dumpStaged({ settings, io, report, options, output, inFolder, staged });
  } finally {
    await staged.discard();
  }
}

interface StagedRun extends Omit<Run, 'flags'> {
  readonly options: DumpOptions;
  readonly output: string | undefined;
  readonly inFolder: boolean;
  readonly staged: StagedFiles;
}

async function dumpStaged({
  settings,
  io,
  report,
  options,
  output,
  inFolder,
  staged,
}: StagedRun): Promise<number> {
  const root = resolve(io.cwd, output ?? '.');
  const held = new Map<string, Held>();
  const putAway: PutAway = async (id, text) => void held.set(id, await staged.hold(root, text));
  const read = async (admin: Admin): Promise<readonly [Dump, Target]> => [
    await dumpPortal(withoutToken(admin, io, report), options, inFolder ? putAway : undefined),
    admin.target,
  ];
  const [dumped, target] = await withAdmin(await connectionOf(settings, io), read);
  const { unmatched, liveNames } = dumped;
  refuseUnmatched({ unmatched, knownNames: liveNames }, 'no product of the portal has');
  for (const warning of warnings(dumped)) report.tell(`warning: ${warning}`);
  if (output !== undefined) await stage(dumped, held, staged, placeOf(root, inFolder).pathOf);
  io.signal.throwIfAborted();
  await staged.commit();
  report.end({ exitCode: EXIT.done, text: answer(dumped, output), more: parts(dumped, target, output) });
  return EXIT.done;
}

/** A single file has the name that was asked for, the files of a folder lie below it. */
async function stage(
  { files, putAway }: Dump,
  held: ReadonlyMap<string, Held>,
  staged: StagedFiles,
  pathOf: (path: string) => string,
): Promise<void> {
  for (const { path, content } of files) {
    refuseTooLarge(pathOf(path), Buffer.byteLength(content));
    await staged.add(pathOf(path), content);
  }
  for (const { path, id } of putAway) {
    const document = held.get(id);
    if (document === undefined) throw new Error('a document was put away and is not held');
    refuseTooLarge(pathOf(path), document.bytes);
    await staged.place(pathOf(path), document);
  }
}

/** adc could not read such a file back. */
function refuseTooLarge(path: string, bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  const mebibytes = (size: number): number => Math.ceil(size / 1024 / 1024);
  throw new OperationalError(
    `${printable(path)} would have ${mebibytes(bytes)} MiB, and adc reads files of at most ${mebibytes(MAX_BYTES)} MiB; nothing was written`,
    {
      hint: 'Dump into a folder (-o FOLDER/), where each product has a file of its own, or choose products with --name.',
    },
  );
}

function dumpOptions(
  settings: Settings,
  flags: Flags,
  form: Pick<DumpOptions, 'layout' | 'schema'>,
): DumpOptions {
  const selector = labelsOf(settings.text('labelSelector', undefined));
  const names = flags['name'];
  const owner = checkedOwner(settings.text('owner', undefined));
  return {
    withId: flags['withId'] === true,
    withDefaults: flags['withDefaults'] === true,
    ...form,
    include: (product) =>
      matchesSelector(product.fields.labels, selector) &&
      (owner === undefined || isOwnedBy(product, [owner])),
    names: Array.isArray(names) ? names.map(String) : [],
  };
}

/** Options that mean something with --update alone. */
function refuseUpdateOptions(flags: Flags): void {
  const given = [['file', '-f'] as const, ['prune', '--prune'] as const].find(
    ([flag]) => flags[flag] !== undefined,
  );
  if (given === undefined) return;
  throw new UsageError(
    `${given[1]} needs --update: a dump writes new files, and --update changes those that exist`,
    { hint: '-o names the file or the folder that a dump writes.' },
  );
}

/** An `-o` that ends in a slash or is an existing folder means a folder (contract §3). */
async function isFolder(output: string, cwd: string): Promise<boolean> {
  if (output.endsWith('/')) return true;
  const found = await stat(resolve(cwd, output)).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

function answer({ files, putAway, products }: Dump, output: string | undefined): string {
  if (output === undefined) return String(files[0]?.content ?? '');
  const count = files.length + putAway.length;
  return `${plural(products, 'product')} written to ${printable(output)} (${plural(count, 'file')}).\n`;
}

/** What the JSON document says (schemas/dump-report.schema.json): with `-o` which files, without it their texts. */
function parts(
  { files, putAway, products, leftOut, unreadable }: Dump,
  target: Target,
  output: string | undefined,
): Readonly<Record<string, Json>> {
  const file = ({ path, content }: DumpFile): Json =>
    output === undefined ? { path, content: String(content) } : { path };
  return {
    target: { ...target },
    output: output ?? null,
    products,
    files: [...files.map(file), ...putAway.map(({ path }) => ({ path }))],
    left_out: leftOut.map((one) => ({ ...one })),
    openapi_not_given_back: unreadable,
  };
}
