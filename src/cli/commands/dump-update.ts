import { readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dump, type Dump, type DumpOptions } from '../../dump/dump.ts';
import { compareStrings } from '../../lib/canonical-json.ts';
import { printable } from '../../lib/printable.ts';
import { wildcard } from '../../lib/wildcard.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { UsageError } from '../../model/errors.ts';
import type { Target } from '../../model/live.ts';
import { NO_RULES } from '../../model/lint-rules.ts';
import type { FileText } from '../../dump/update/update.ts';
import { readFiles, type ReadFiles } from '../../pipeline/read-files.ts';
import { updateFiles, type UpdatedFiles, type UpdateOptions } from '../../pipeline/update-files.ts';
import { updateJson, updateText, updateWarnings } from '../../dump/update/update-text.ts';
import { EXIT } from '../exit-codes.ts';
import { fileInput } from '../file-input.ts';
import type { Io } from '../io.ts';
import { withAdmin } from '../planning.ts';
import type { Reporter } from '../reporter.ts';
import type { Flags, Settings } from '../settings.ts';
import { refuseExisting, StagedFiles } from '../staged-files.ts';
import { refuseUnmatched } from '../unmatched-names.ts';
import { codeOf } from '../write-failure.ts';

/** Where products go that no file declares: a file or a folder. */
export interface Place {
  /** As it was given. */
  readonly output: string;
  /** The path of each file, from the place that the dump gives it. */
  readonly pathOf: (path: string) => string;
}

export interface UpdateRun {
  readonly settings: Settings;
  readonly flags: Flags;
  readonly io: Io;
  readonly report: Reporter;
  readonly options: DumpOptions;
  /** Undefined: products that no file declares are only listed. */
  readonly place: Place | undefined;
}

/** `adc dump --update`: brings what is live into the files that exist (contract §8); all files change or none. */
export async function dumpUpdate(run: UpdateRun): Promise<number> {
  const { settings, flags, io, report } = run;
  const input = fileInput(flags, io);
  if (input.patterns.includes('-'))
    throw new UsageError('--update changes files, and standard input is none');
  const { value: files, diagnostics } = await readFiles(input, NO_RULES);
  if (files === undefined) return failed(report, diagnostics);
  const texts = await textsOf(files);
  const name = files.declared.portal?.name;
  const read = async (): Promise<Found> =>
    withAdmin(
      settings,
      io,
      name,
      async (admin) => {
        const prune = flags['prune'] === true;
        const updated = await updateFiles(files, admin, { texts, include: included(run), prune });
        return { updated, target: admin.target };
      },
      io.signal,
    );
  const { updated, target } = await read();
  if (updated.value === undefined) return failed(report, [...diagnostics, ...updated.diagnostics]);
  refuseUnknownNames(run, files, updated.value);
  const shown = diagnostics.filter(({ severity }) => severity !== 'info');
  return finish(run, { update: updated.value, files, target, diagnostics: shown });
}

interface Found {
  readonly updated: Awaited<ReturnType<typeof updateFiles>>;
  readonly target: Target;
}

function failed(report: Reporter, diagnostics: readonly Diagnostic[]): number {
  report.end({ exitCode: EXIT.failed, diagnostics, text: '' });
  return EXIT.failed;
}

/** Files as they are now: what is edited is what was read. */
async function textsOf({ documents }: ReadFiles): Promise<readonly FileText[]> {
  const files = new Map(documents.map(({ file, path }) => [path ?? file, file]));
  // A pipe can be read once, and is not there any more.
  await refuseExisting([...files.keys()], true);
  return Promise.all(
    [...files].map(async ([path, file]) => ({ file, path, text: await readFile(path, 'utf8') })),
  );
}

/**
 * A product is chosen by its name in the file or by the one that it has by now. Products that are gone have no labels, so
 * with a selector of labels they are left alone.
 */
function included({ settings, options }: UpdateRun): UpdateOptions['include'] {
  const fits = options.names.map(wildcard);
  const selects = settings.text('labelSelector', undefined) !== undefined;
  return ({ name, live }) => {
    const names = [name, ...(live === undefined ? [] : [live.fields.name])];
    if (fits.length > 0 && !fits.some((matches) => names.some(matches))) return false;
    return live === undefined ? !selects : options.include(live);
  };
}

function refuseUnknownNames({ options }: UpdateRun, files: ReadFiles, { live }: UpdatedFiles): void {
  const declared = files.declared.products.map(({ body }) => body.name);
  const knownNames = [...new Set([...declared, ...live.products.map(({ fields }) => fields.name)])];
  const unmatched = options.names.filter((pattern) => !knownNames.some(wildcard(pattern)));
  refuseUnmatched(
    { unmatched, knownNames: knownNames.toSorted(compareStrings) },
    'no product of the portal or of the files has',
  );
}

interface Result {
  readonly update: UpdatedFiles;
  readonly files: ReadFiles;
  readonly target: Target;
  readonly diagnostics: readonly Diagnostic[];
}

async function finish({ report, io, flags, place, options }: UpdateRun, result: Result): Promise<number> {
  const { update, target, diagnostics } = result;
  const added = place === undefined ? undefined : addition(result, options);
  for (const warning of updateWarnings(update)) report.tell(`warning: ${warning}`);
  io.signal.throwIfAborted();
  const paths = await write(result, added, { cwd: io.cwd, place, force: flags['force'] === true });
  const written = { paths, output: place?.output, added: added?.products ?? 0 };
  report.end({
    exitCode: EXIT.done,
    diagnostics,
    text: updateText(update, written, { namesAll: flags['verbose'] === '2' }),
    more: { target: { ...target }, ...updateJson(update, written) },
  });
  return EXIT.done;
}

/** The products that no file declares, as files of their own; a name that a file has already can not be declared again. */
function addition({ update, files, target }: Result, options: DumpOptions): Dump | undefined {
  const declared = new Set(files.declared.products.map(({ body }) => body.name));
  const fresh = new Set(
    update.undeclared.filter(({ fields }) => !declared.has(fields.name)).map(({ id }) => id),
  );
  if (fresh.size === 0) return undefined;
  return dump(target.portal, update.live, update.directory, {
    ...options,
    include: ({ id }) => fresh.has(id),
    names: [],
  });
}

async function write(
  { update, files }: Result,
  added: Dump | undefined,
  { cwd, place, force }: { readonly cwd: string; readonly place: Place | undefined; readonly force: boolean },
): Promise<readonly string[]> {
  const fresh = (added?.files ?? []).map(({ path, content }) => ({
    path: place?.pathOf(path) ?? path,
    content,
  }));
  const places = await Promise.all(fresh.map(async ({ path }) => followed(resolve(cwd, path))));
  refuseOwnFiles(places, files);
  await refuseExisting(
    fresh.map(({ path }) => resolve(cwd, path)),
    force,
  );
  const changed = [...update.files, ...update.includes];
  const staged = new StagedFiles({ force: true });
  try {
    // Where they were read: a file that is a link stays one, and what it leads to is changed.
    for (const { path, content } of changed) await staged.add(path, content);
    for (const [index, { content }] of fresh.entries()) await staged.add(places[index] ?? '', content);
    await staged.commit();
  } finally {
    await staged.discard();
  }
  return [...changed.map(({ file }) => file), ...fresh.map(({ path }) => path)];
}

/** What is read as a product file, or included by one, can't be the place of another product. */
function refuseOwnFiles(paths: readonly string[], { documents }: ReadFiles): void {
  const read = documents.flatMap(({ file, path, includes }) => [{ file, path }, ...includes.values()]);
  const own = read.find(({ path }) => path !== undefined && paths.includes(path));
  if (own === undefined) return;
  throw new UsageError(`-o "${printable(own.file)}" is one of the files that are updated`, {
    hint: 'Name another file or a folder for the products that no file declares.',
  });
}

/** A file that is a link stays one: what it leads to is changed. */
async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

/** Where the files of a dump go that was told to go to a file or a folder. */
export function placeOf(output: string, inFolder: boolean): Place {
  return { output, pathOf: (path) => (inFolder ? join(output, path) : output) };
}
