import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { withAdmin } from '../api/connection.ts';
import { dumpWarnings, withoutToken } from '../api/dump-portal.ts';
import { readFiles, type ReadFiles } from '../api/read-files.ts';
import { documentVerdict, refusedFields, type DocumentVerdict } from '../api/refused-fields.ts';
import { plannedFiles, updateFiles, type UpdatedFiles, type UpdateOptions } from '../api/update-files.ts';
import { dump, type Dump, type DumpOptions } from '../dump/dump.ts';
import { updateJson, updateText, updateWarnings } from '../dump/update/update-text.ts';
import type { FileText, Update } from '../dump/update/update.ts';
import { compareStrings } from '../lib/lists.ts';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { wildcard } from '../lib/wildcard.ts';
import { isInside } from '../load/files.ts';
import type { LoadInput } from '../load/load.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { NO_RULES, type FileAt } from '../model/document.ts';
import { UsageError } from '../model/errors.ts';
import type { LiveProduct, Target } from '../model/live.ts';
import { connectionOf, type CONNECTION } from './connection.ts';
import type { ReportingCall } from './define-command.ts';
import { codeOf } from './disk.ts';
import { EXIT } from './io.ts';
import { flag, list, type OptionSpec } from './options.ts';
import type { OUTPUT } from './output.ts';
import { allowSecretVariable, chosenEnvironment, fileInput, FILES, variable } from './project.ts';
import type { Reporter } from './reporter.ts';
import type { labelSelector } from './scope.ts';
import { baseOf, linkRefused, refuseExisting, refuseLinks, StagedFiles } from './staged-files.ts';

/** The file or directory for undeclared products. */
export interface Place {
  /** The path as given. */
  readonly output: string;
  /** Returns the path of a file from its path in the dump. */
  readonly pathOf: (path: string) => string;
}

/** The options of `--update`. */
export const UPDATE = {
  update: flag('--update', 'update existing product files with live changes, and change nothing else'),
  file: list(FILES.file.flags, 'with --update: the product files', { fallback: 'api-products.yaml' }),
  allFields: flag(
    '--all-fields',
    'with --update: add fields that no file declares and that are not the default',
  ),
  prune: flag('--prune', 'with --update: remove products that are no longer on the portal'),
  allowSecretVariable,
  variable,
};

type OtherOptions = Readonly<{ force: OptionSpec<boolean>; labelSelector: typeof labelSelector }>;

export interface UpdateRun {
  readonly call: ReportingCall<typeof UPDATE & typeof OUTPUT & typeof CONNECTION & OtherOptions>;
  readonly dumping: DumpOptions;
  /** Undefined: undeclared products are only listed. */
  readonly place: Place | undefined;
}

/** `adc dump --update`: writes live values into existing files, all or none (docs/design/contract.md §8). */
export async function dumpUpdate(run: UpdateRun): Promise<number> {
  const { call } = run;
  const { options, io, report, project } = call;
  chosenEnvironment(project);
  const input = fileInput({ ...options, owner: undefined }, io, project);
  const { value: editable, diagnostics } = await readEditable(input, io.cwd, {
    stdin: '--update changes files, so it cannot read standard input',
    exceptions: 'adc diff shows what differs. Edit this file by hand, and name the other files with -f.',
  });
  if (editable === undefined) return endWithErrors(report, diagnostics);
  const { files, texts } = editable;
  const name = files.declared.portal?.name;
  const { updated, target } = await withAdmin(await connectionOf(call, name), async (admin) => {
    const found = await updateFiles(files, withoutToken(admin, io, report), {
      texts,
      include: included(run),
      prune: options.prune,
      allFields: options.allFields,
      input,
    });
    return { updated: found, target: admin.target };
  });
  if (updated.value === undefined) return endWithErrors(report, [...diagnostics, ...updated.diagnostics]);
  refuseUnknownNames(run, files, updated.value);
  const ofFiles = diagnostics.filter(({ severity }) => severity !== 'info');
  const shown = [...ofFiles, ...updated.diagnostics];
  return finish(run, { update: updated.value, files, target, input, diagnostics: shown });
}

export function endWithErrors(report: Reporter, diagnostics: readonly Diagnostic[]): number {
  report.end({ exitCode: EXIT.failed, diagnostics, text: '' });
  return EXIT.failed;
}

/** Product files, and their current texts. */
interface EditableFiles {
  readonly files: ReadFiles;
  readonly texts: readonly FileText[];
}

/**
 * Reads the product files of a command that edits them.
 * @param words the message for standard input, and the hint for files with exceptions.
 * @throws UsageError for files that adc cannot edit.
 */
export async function readEditable(
  input: LoadInput,
  cwd: string,
  words: { readonly stdin: string; readonly exceptions: string },
): Promise<Checked<EditableFiles>> {
  if (input.patterns.includes('-')) throw new UsageError(words.stdin);
  const { value: files, diagnostics } = await readFiles(input, NO_RULES);
  if (files === undefined) return { diagnostics };
  refuseExceptions(files, words.exceptions);
  await refuseLinkedFiles(files, cwd);
  return { value: { files, texts: await textsOf(files) }, diagnostics };
}

/** Refuses files with exceptions: only a person can decide whether to change the product or its exception. */
function refuseExceptions({ documents }: ReadFiles, hint: string): void {
  const found = documents.find(({ exceptions }) => exceptions.size > 0);
  if (found === undefined) return;
  throw new UsageError(
    `adc cannot edit "${printable(found.file)}": its products have exceptions for environments`,
    { hint },
  );
}

/**
 * Refuses files behind a symlink, which could redirect a change to any path. Symlinks above the working directory, or
 * above the directory of a file outside of it, are allowed.
 * @throws UsageError for such a file.
 */
async function refuseLinkedFiles({ documents }: ReadFiles, cwd: string): Promise<void> {
  for (const { file, path } of documents) {
    const named = resolve(await realpath(cwd), file);
    const place = isInside(cwd, named) ? named : join(await realpath(dirname(named)), basename(named));
    if (path !== undefined && place !== path) throw linkRefused(file);
  }
}

/** The current texts of the product files. */
async function textsOf({ documents }: ReadFiles): Promise<readonly FileText[]> {
  const files = new Map(documents.map(({ file, path }) => [path ?? file, file]));
  // A pipe can be read only once.
  await refuseExisting([...files.keys()], true);
  return Promise.all(
    [...files].map(async ([path, file]) => ({ file, path, text: await readFile(path, 'utf8') })),
  );
}

/**
 * Selects a product by its name in the file or its live name. Products that no longer exist have no labels, so a
 * label selector excludes them.
 */
function included({ call, dumping }: UpdateRun): UpdateOptions['include'] {
  const patterns = dumping.names.map(wildcard);
  const hasSelector = Object.keys(call.options.labelSelector).length > 0;
  return ({ name, live }) => {
    const names = [name, ...(live === undefined ? [] : [live.fields.name])];
    if (patterns.length > 0 && !patterns.some((matches) => names.some(matches))) return false;
    return live === undefined ? !hasSelector : dumping.include(live);
  };
}

function refuseUnknownNames({ dumping }: UpdateRun, files: ReadFiles, { live }: UpdatedFiles): void {
  const declared = files.declared.products.map(({ body }) => body.name);
  const knownNames = [...new Set([...declared, ...live.products.map(({ fields }) => fields.name)])];
  const unmatched = dumping.names.filter((pattern) => !knownNames.some(wildcard(pattern)));
  refuseUnmatched(
    { unmatched, knownNames: knownNames.toSorted(compareStrings) },
    'no product of the portal or of the files has',
  );
}

interface Result {
  readonly input: LoadInput;
  readonly update: UpdatedFiles;
  readonly files: ReadFiles;
  readonly target: Target;
  readonly diagnostics: readonly Diagnostic[];
}

async function finish({ call, place, dumping }: UpdateRun, result: Result): Promise<number> {
  const { options, io, report } = call;
  const { update, target, diagnostics } = result;
  const addition = place === undefined ? NO_ADDITION : await addedProducts(result, dumping, place, io.cwd);
  const warnings = [...updateWarnings(update), ...dumpWarnings(addition)];
  for (const warning of warnings) report.tell(`warning: ${warning}`);
  io.signal.throwIfAborted();
  const paths = await write(result, addition.files, options.force);
  const written = { paths, output: place?.output, added: addition.products, leftOut: addition.leftOut };
  report.end({
    exitCode: EXIT.done,
    diagnostics,
    text: updateText(update, written, options.verbose),
    more: { target: { ...target }, ...updateJson(update, written) },
  });
  return EXIT.done;
}

/** Undeclared products, in new files. */
interface Addition extends Pick<Dump, 'products' | 'leftOut' | 'pinned' | 'unreadable' | 'owners'> {
  readonly files: readonly NewFile[];
}

type NewFile = FileAt & { readonly content: string | Uint8Array };

const NO_ADDITION: Addition = {
  files: [],
  products: 0,
  leftOut: [],
  pinned: [],
  unreadable: [],
  owners: [],
};

/** The undeclared products, without fields that would cause an error together with the updated files. */
async function addedProducts(
  { update, files, input, target }: Result,
  given: DumpOptions,
  { output, pathOf }: Place,
  cwd: string,
): Promise<Addition> {
  const { undeclared, live, directory } = update;
  if (undeclared.length === 0) return NO_ADDITION;
  const ids = new Set(undeclared.map(({ id }) => id));
  const taken = new Set(files.declared.products.map(({ body }) => body.name));
  const options = { ...given, include: ({ id }: LiveProduct) => ids.has(id), names: [], taken };
  const verdicts = new Map<string, DocumentVerdict>();
  for (const { id, fields } of undeclared)
    if (fields.raw_openapi !== '') verdicts.set(id, await documentVerdict(fields.raw_openapi));
  const beside = { input, planned: plannedFiles(update) };
  const leftOut = await refusedFields({ products: live.products, directory, options, verdicts, beside });
  // All files of a run name one portal, by its name or by its id.
  const portal = files.declared.portal ?? target.portal;
  const dumped = dump(portal, live, directory, { ...options, leftOut });
  const newFiles = dumped.files.map(async ({ path, content }) => {
    const file = pathOf(path);
    const place = resolve(cwd, file);
    await refuseLinks(baseOf(resolve(cwd, output), cwd), place);
    return { file, path: await realPathOf(place), content };
  });
  return { ...dumped, files: await Promise.all(newFiles) };
}

async function write(
  { update, files }: Result,
  newFiles: readonly NewFile[],
  force: boolean,
): Promise<readonly string[]> {
  const places = newFiles.map(({ path }) => path);
  refuseOwnFiles(places, files);
  await refuseExisting(places, force);
  return writeUpdate(update, newFiles);
}

/** Writes all files or none. @returns their names. @throws UsageError for a file behind a symlink. */
export async function writeUpdate(
  update: Pick<Update, 'files' | 'includes'>,
  newFiles: readonly NewFile[] = [],
): Promise<readonly string[]> {
  const all = [...update.files, ...update.includes, ...newFiles];
  const [link] = update.includes.flatMap((one) => one.link ?? []);
  if (link !== undefined) throw linkRefused(link);
  const staged = new StagedFiles({ force: true });
  try {
    for (const { path, content } of all) await staged.add(path, content);
    await staged.commit();
  } finally {
    await staged.discard();
  }
  return all.map(({ file }) => file);
}

/** Refuses to write undeclared products to paths of the product files or their included files. */
function refuseOwnFiles(paths: readonly string[], { documents }: ReadFiles): void {
  const read = documents.flatMap(({ file, path, includes }) => [{ file, path }, ...includes.values()]);
  const own = read.find(({ path }) => path !== undefined && paths.includes(path));
  if (own === undefined) return;
  throw new UsageError(`-o "${printable(own.file)}" is one of the files that are updated`, {
    hint: 'Name another file or a folder for the products that no file declares.',
  });
}

/** The path without symlinks; a path that does not exist is unchanged. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

/** The place of a dump: a file, with the included files beside it, or a directory. */
export function placeOf(output: string, inFolder: boolean): Place {
  const beside = (path: string): string => (path.includes('/') ? join(dirname(output), path) : output);
  return { output, pathOf: inFolder ? (path) => join(output, path) : beside };
}

interface NameMatches {
  /** Name patterns without a matching product. */
  readonly unmatched: readonly string[];
  readonly knownNames: readonly string[];
}

/**
 * Refuses name patterns without a match, which are probably misspelled: a dump without that product would look
 * complete, and an update would report no difference.
 * @param problem the start of the message, before "a name like".
 */
export function refuseUnmatched({ unmatched, knownNames }: NameMatches, problem: string): void {
  if (unmatched.length === 0) return;
  const [first = ''] = unmatched;
  const near = nearest(first, knownNames);
  const named = unmatched.map((pattern) => JSON.stringify(pattern)).join(', ');
  throw new UsageError(`${problem} a name like ${named}`, {
    hint:
      near === undefined
        ? 'Names match exactly; * matches any text, and ? matches one character.'
        : `The nearest name is ${JSON.stringify(near)}; * matches any text, and ? matches one character.`,
  });
}
