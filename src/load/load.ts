import { isObject, jsonPointer } from '../json/value.ts';
import type { Variables } from '../model/config.ts';
import type { Path } from '../model/declared.ts';
import {
  type Checked,
  type Diagnostic,
  type Location,
  type Related,
  diagnostic,
  hasErrors,
} from '../model/diagnostic.ts';
import type { LintComment, SourceDocument, SourceText, UsedVariable } from '../model/document.ts';
import { parseText } from '../yaml/parse-text.ts';
import { type ParsedDocument, blockText, lintComments, sourceText, unixLines } from '../yaml/source-text.ts';
import { type EnvironmentChoice, applyExceptions } from './exceptions.ts';
import { type Files, DISK, isInside } from './files.ts';
import {
  type VariableGuard,
  type VariableState,
  fillVariables,
  mayHaveVariables,
  unsetVariables,
  unusedVariables,
  variableState,
} from './fill-variables.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { type IncludeReader, includeFiles, includeReader } from './include-files.ts';
import { isOpenapi, looksLikeOpenapi, omittedDocuments, productFileFor } from './openapi-text.ts';
import { type Read, decodeText, limited, MAX_BYTES, readBytes, startOf } from './read-text.ts';

export interface LoadInput extends EnvironmentChoice {
  /** Files, directories, globs and `-`, including the default. */
  readonly patterns: readonly string[];
  /** The places of patterns in a config. */
  readonly places?: ReadonlyMap<string, Location> | undefined;
  /** Absolute. */
  readonly cwd: string;
  /** Default: the disk. */
  readonly files?: Files;
  /** Whether product files outside of `cwd`, by a symlink, or in a hidden directory are errors; else they are warnings. */
  readonly refuseOutside?: boolean;
  /** Files and globs of API7's ADC, by gateway group (docs/design/contract.md §17). */
  readonly gateways?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Values for `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables of a config and of --var, which override the environment (docs/design/contract.md §13). */
  readonly variables?: Variables | undefined;
  /** Decides which values adc never fills into files (default: none). */
  readonly guard?: VariableGuard;
  /** Reads standard input; may stop after `maxBytes` and one more byte. */
  readonly readStdin: (maxBytes: number) => Promise<Uint8Array>;
  /** Owner of files that declare none (docs/design/contract.md §10). */
  readonly owner?: string | undefined;
  /**
   * Owner of the config for files that declare none. `owner` overrides it, and must equal the owner of files that
   * declare one.
   */
  readonly defaultOwner?: string | undefined;
  /** Absolute: the only file or directory for entries of `allow:`. */
  readonly consents?: string | undefined;
  /** The day in UTC, as `2026-12-07` (default: from the system clock). */
  readonly today?: string | undefined;
  /** Called with the number of bytes of each included OpenAPI document, once it is read. */
  readonly afterDocument?: (bytes: number) => void;
  /** New contents of files, to check them before they are written. */
  readonly planned?: PlannedFiles;
}

export interface PlannedFiles {
  /** By absolute path, after following symlinks. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** Additional product files. */
  readonly productFiles: readonly FoundFile[];
}

export interface Loaded extends Checked<readonly SourceDocument[]> {
  /** The readable documents, even after other errors: validating them shows all errors in one run. */
  readonly readable: readonly SourceDocument[];
}

/**
 * Loads every document of every file, in the order of the file names: parses it, fills in variables, and reads included
 * files. Returns the errors of all files (docs/design/contract.md §2, §9), except errors in OpenAPI documents.
 */
export async function load(input: LoadInput): Promise<Loaded> {
  const { files = DISK, refuseOutside = false, places } = input;
  const cwd = await files.realpath(input.cwd);
  const found = await findFiles(input.patterns, { files, cwd, refuseOutside, places });
  const foundPaths = new Set(found.files.map(({ path }) => path));
  const planned = (input.planned?.productFiles ?? []).filter(({ path }) => !foundPaths.has(path));
  const inputs = await readInputs([...found.files, ...planned], { ...input, cwd }, found.stdin);
  const roots = [cwd, ...found.folders, ...inputs.map(({ folder }) => folder)];
  const reader = includeReader(roots, cwd, { ...input, planned: input.planned?.contents });
  const read: ReadInput[] = [];
  const run = { variables: variableState(input.env, input.guard, input.variables), reader, choice: input };
  for (const one of inputs) read.push(await readInput(one, run));
  const readable = read.flatMap(({ documents }) => documents);
  const problems = [
    ...found.diagnostics,
    ...read.flatMap((one) => one.diagnostics),
    ...unsetVariables(run.variables),
    ...(await misplacedAllowances(readable, input)),
  ];
  const isSilent = readable.length === 0 && problems.length === 0 && !read.some(({ isComment }) => isComment);
  const diagnostics = isSilent ? [noProductFile(input.patterns)] : problems;
  if (hasErrors(diagnostics)) return { readable, diagnostics };
  return { readable, value: readable, diagnostics: [...diagnostics, ...unusedVariables(run.variables)] };
}

/** One product file or standard input, with its bytes or the errors of reading it. */
interface Input {
  readonly file: string;
  /** Absolute, after following symlinks; undefined for standard input. */
  readonly path: string | undefined;
  /** Absolute, after following symlinks. */
  readonly folder: string;
  readonly named: boolean;
  readonly bytes: Read<Uint8Array>;
}

const STDIN = '<stdin>';

async function readInputs(
  found: readonly FoundFile[],
  { files, planned, readStdin, cwd }: LoadInput,
  hasStdin: boolean,
): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const { path, folder, file, named } of found) {
    inputs.push({
      file,
      path,
      folder,
      named,
      bytes: await readBytes(path, file, { files, planned: planned?.contents, mayBePipe: named }),
    });
  }
  if (!hasStdin) return inputs;
  const bytes = limited(await readStdin(MAX_BYTES), STDIN);
  return [...inputs, { file: STDIN, path: undefined, folder: cwd, named: true, bytes }];
}

interface ReadInput {
  /** Whether the file has only comments. */
  readonly isComment?: boolean;
  readonly documents: readonly SourceDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The shared state of all files of a run. */
interface Run {
  readonly variables: VariableState;
  readonly reader: IncludeReader;
  readonly choice: EnvironmentChoice;
}

async function readInput(input: Input, run: Run): Promise<ReadInput> {
  const text = 'mistake' in input.bytes ? input.bytes : decodeText(input.bytes.value, input.file);
  if ('mistake' in text) return { documents: [], diagnostics: [text.mistake] };
  const source = sourceText(input.file, unixLines(text.value));
  if (!input.named && looksLikeOpenapi(source.text)) return { documents: [], diagnostics: [] };
  const parsed = parseText(source, 'text');
  const written = parsed.documents.filter(({ value }) => value !== null);
  const products = written.filter(({ value }) => !isOpenapi(value));
  const isComment = written.length === 0 && /^[ \t]*#/m.test(source.text);
  const file: ReadFile = {
    input,
    source,
    comments: lintComments(source),
    variables: mayHaveVariables(source.text) ? run.variables : undefined,
  };
  const read: ReadInput[] = [];
  for (const one of products) read.push(await readDocument(file, one, run));
  const diagnostics = [
    ...withoutNumberKeys(parsed, written),
    ...omittedDocuments(source),
    ...(input.named ? openapiDocuments(source, written) : []),
    ...(written.length === 0 && parsed.diagnostics.length === 0 && !isComment ? [emptyFile(input.file)] : []),
    ...read.flatMap((one) => one.diagnostics),
  ];
  return { documents: read.flatMap(({ documents }) => documents), diagnostics, isComment };
}

/** The shared data of all documents of a file. */
interface ReadFile {
  readonly input: Input;
  readonly source: SourceText;
  readonly comments: readonly LintComment[];
  /** Undefined if the file has no variables. */
  readonly variables: VariableState | undefined;
}

async function readDocument(
  { input: { path, folder }, source, comments, variables: state }: ReadFile,
  written: ParsedDocument,
  { reader, choice }: Run,
): Promise<ReadInput> {
  const locateInFile: SourceDocument['locate'] = (place, part) => source.at(...written.rangeOf(place, part));
  const { document, exceptions, diagnostics: ofExceptions } = applyExceptions(written, locateInFile, choice);
  const read = state === undefined ? undefined : fillVariables(source, document, state);
  const { value } = read ?? document;
  const { filled, unfilled, variables, diagnostics } = read ?? UNFILLED;
  const locate: SourceDocument['locate'] = (place, part) => {
    const at = source.at(...document.rangeOf(place, part));
    const from = part === 'key' ? [] : placesOf(variables.get(jsonPointer(place)));
    return from.length === 0 ? at : { ...at, from };
  };
  const within = (place: Path, text: string) => blockText(source, document.rangeOf(place), text);
  const included = await includeFiles({ value, unfilled, locate, within, folder }, reader);
  const { openapi, logos, includes } = included;
  return {
    // Spread syntax here took a twentieth of the time for a file of many documents.
    documents: [
      {
        file: source.file,
        path,
        value,
        locate,
        filled,
        unfilled,
        variables,
        exceptions,
        comments,
        openapi,
        logos,
        includes,
      },
    ],
    diagnostics: [...ofExceptions, ...diagnostics, ...included.diagnostics],
  };
}

const UNFILLED = {
  filled: new Set<string>(),
  unfilled: new Set<string>(),
  variables: new Map<string, never>(),
  diagnostics: [],
};

/** The places in a config that set the variables of a text. */
function placesOf(variables: readonly UsedVariable[] = []): readonly Related[] {
  return variables.flatMap(({ name, at }) =>
    at === undefined ? [] : [{ message: `the value of ${name}`, location: at }],
  );
}

/** Errors for entries of `allow:` outside of the `consents` of the config (docs/design/contract.md §11). */
async function misplacedAllowances(
  documents: readonly SourceDocument[],
  { consents, files = DISK }: LoadInput,
): Promise<readonly Diagnostic[]> {
  if (consents === undefined) return [];
  const allowed = await files.realpath(consents).catch(() => consents);
  return documents
    .filter(({ value, path }) => {
      const isAllowed = path !== undefined && isInside(allowed, path);
      return !isAllowed && isObject(value) && Object.hasOwn(value, 'allow');
    })
    .map(({ locate }) =>
      diagnostic('allowance-elsewhere', {
        message: 'entries of `allow:` are outside the file or directory that the config names in "consents"',
        hint: 'Move them there.',
        location: locate(['allow'], 'key'),
      }),
    );
}

/** The diagnostics of a text, in which the codes of responses may be numbers if it has only OpenAPI documents. */
function withoutNumberKeys(
  { diagnostics }: { readonly diagnostics: readonly Diagnostic[] },
  written: readonly ParsedDocument[],
): readonly Diagnostic[] {
  const isOpenapiOnly = written.length > 0 && written.every(({ value }) => isOpenapi(value));
  return isOpenapiOnly ? diagnostics.filter(({ code }) => code !== 'key-not-text') : diagnostics;
}

/** Errors for OpenAPI documents among files that were named as product files. */
function openapiDocuments(source: SourceText, documents: readonly ParsedDocument[]): readonly Diagnostic[] {
  return documents
    .filter(({ value }) => isOpenapi(value))
    .map((document) =>
      diagnostic('not-a-product-file', {
        message: `"${source.file}" is an OpenAPI document, not a product file`,
        hint: `Declare a product in another file, for example: ${productFileFor(document.value, source.file)}`,
        location: source.at(...document.rangeOf([])),
      }),
    );
}

function noProductFile(patterns: readonly string[]): Diagnostic {
  return diagnostic('no-match', {
    message: `no product files, only OpenAPI documents, in ${patterns.map((one) => `"${one}"`).join(', ')}`,
    hint: 'Name the product files with -f.',
  });
}

function emptyFile(file: string): Diagnostic {
  return diagnostic('empty-file', {
    message: `"${file}" is empty`,
    hint: 'Write `api_products:` with a list of products, or `api_products: []` to declare that there are none.',
    location: startOf(file),
  });
}
