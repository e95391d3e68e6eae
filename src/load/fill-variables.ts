import { jsonPointer } from '../json/value.ts';
import type { Variables } from '../model/config.ts';
import type { Path } from '../model/declared.ts';
import { type Diagnostic, type DiagnosticCode, type Location, diagnostic } from '../model/diagnostic.ts';
import type { SourceText, UsedVariable } from '../model/document.ts';
import type { Json } from '../model/product.ts';
import type { ParsedDocument, Range } from '../yaml/source-text.ts';
import { MAX_BYTES } from './read-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Values that are never filled into files, since a pull request can change the files. */
export interface VariableGuard {
  /** Whether a variable of this name is refused, set or not. */
  readonly refuses: (name: string) => boolean;
  /** Whether a value holds the token in use. */
  readonly holdsToken: (value: string) => boolean;
}

export interface FilledValue {
  readonly value: Json;
  /** JSON pointers of the texts that are exactly one variable. */
  readonly filled: ReadonlySet<string>;
  /** JSON pointers of the texts that could not be filled, and stay as written. */
  readonly unfilled: ReadonlySet<string>;
  /** The variables in texts, by the JSON pointers of the texts. */
  readonly variables: ReadonlyMap<string, readonly UsedVariable[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The state of variables across all documents of a run. */
export interface Filling {
  readonly env: Environment;
  /** Variables of a config and of --var: they override the environment, and may have any name. */
  readonly given: Variables;
  readonly guard: VariableGuard | undefined;
  /** Unset variables: the first place of each, and the number of places. */
  readonly unset: Map<string, { readonly location: Location; places: number }>;
  /** Remaining number of characters that variables may add. */
  room: number;
}

export const filling = (
  env: Environment,
  guard?: VariableGuard,
  given: Variables = new Map<string, never>(),
): Filling => ({
  env,
  given,
  guard,
  unset: new Map(),
  room: MAX_BYTES,
});

interface Walk {
  readonly source: SourceText;
  readonly document: ParsedDocument;
  readonly filling: Filling;
  readonly filled: Set<string>;
  readonly unfilled: Set<string>;
  readonly variables: Map<string, UsedVariable[]>;
  readonly diagnostics: Diagnostic[];
  /** Number of expressions that could not be filled in. */
  failed: number;
}

/**
 * A document with `${NAME}` and `${NAME:-default}` filled in, in every text except keys and OpenAPI documents
 * (docs/design/contract.md §2). Runs after parsing, so a value cannot change the structure. The default replaces an
 * unset variable; an empty variable is set.
 */
export function fillVariables(source: SourceText, document: ParsedDocument, known: Filling): FilledValue {
  const [filled, unfilled] = [new Set<string>(), new Set<string>()];
  const variables = new Map<string, UsedVariable[]>();
  const parts = { source, document, filling: known, filled, unfilled, variables };
  const walk: Walk = { ...parts, diagnostics: [], failed: 0 };
  const value = fill(walk, document.value, []);
  return { value, filled, unfilled, variables, diagnostics: walk.diagnostics };
}

/** Whether a text may hold a variable: a dollar sign can be written as an escape. */
export const mayHoldVariables = (text: string): boolean => /\$\{|\\/.test(text);

/** One error for each variable that is not set, at its first place. */
export function unsetVariables({ unset }: Filling): readonly Diagnostic[] {
  return [...unset].map(([name, { location, places }]) => {
    const notFromFile = name.startsWith('ADC_') ? ' A .env file fills in nothing.' : '';
    return diagnostic('unset-variable', {
      message: `environment variable ${name} is not set${places === 1 ? '' : ` (used in ${places} places)`}`,
      hint: `Set ${name}, or add a default: \${${name}:-default}.${notFromFile}`,
      location,
    });
  });
}

function fill(walk: Walk, value: Json, path: Path): Json {
  if (typeof value === 'string') return value.includes('${') ? fillText(walk, value, path) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json, index) => fill(walk, item, [...path, index]));
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, fill(walk, part, [...path, key])]),
  );
}

const isOpenapi = (path: Path): boolean =>
  path.length === 3 && path[0] === 'api_products' && path[2] === 'raw_openapi';

/** An escaped opening, or an expression, which has no closing brace if the author forgot it. */
const EXPRESSION = /\\\$\{|\$\{([^}]*)(\}?)/g;

function fillText(walk: Walk, text: string, path: Path): Json {
  if (isOpenapi(path)) return text;
  const failedBefore = walk.failed;
  const pointer = jsonPointer(path);
  const seen = new Map<string, number>();
  let known: Written | undefined;
  const written = (): Written => (known ??= writtenAt(walk, path));
  const value = text.replaceAll(EXPRESSION, (token, inner: string | undefined, end: string) => {
    if (inner === undefined) return '${';
    const before = seen.get(token) ?? 0;
    seen.set(token, before + 1);
    const place: Place = { token, pointer, at: () => placeOf(walk, written(), token, before) };
    return end === '' ? malformed(walk, place) : evaluated(walk, place, inner);
  });
  const hasFailed = walk.failed > failedBefore;
  if (hasFailed) walk.unfilled.add(pointer);
  else if (WHOLE.test(text)) walk.filled.add(pointer);
  return hasFailed ? text : value;
}

/** An expression and its place. */
interface Place {
  readonly token: string;
  /** JSON pointer of the whole text. */
  readonly pointer: string;
  readonly at: () => Location;
}

const WHOLE = /^\$\{[^}]*\}$/;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

function evaluated(walk: Walk, place: Place, inner: string): string {
  const [matched, name = '', fallback] = VARIABLE.exec(inner) ?? [];
  if (matched === undefined || fallback?.includes('${') === true) return malformed(walk, place);
  const { guard } = walk.filling;
  const { value, ...source } = sourceOf(walk.filling, name);
  const secret = guard && secretWords(guard, name, value ?? '', source.from === 'environment');
  if (secret !== undefined) return report(walk, 'secret-variable', place, secret);
  const filled = value ?? fallback;
  if (filled === undefined) return unset(walk, place, name);
  use(walk, place, { name, ...source, ...(value === undefined && { from: 'default' }) });
  return added(walk, place, filled);
}

function use({ variables }: Walk, { pointer }: Place, one: UsedVariable): void {
  const known = variables.get(pointer);
  if (known === undefined) variables.set(pointer, [one]);
  else known.push(one);
}

/** The value of a variable, and its source; the environment if it is unset. */
function sourceOf(
  { env, given }: Filling,
  name: string,
): Pick<UsedVariable, 'from' | 'at'> & { readonly value: string | undefined } {
  const known = given.get(name);
  if (known !== undefined) return { from: known.at === undefined ? '--var' : 'config', ...known };
  return { from: 'environment', value: Object.hasOwn(env, name) ? env[name] : undefined };
}

/** Limits the total length of values, since short expressions can have long values. */
function added(walk: Walk, place: Place, value: string): string {
  const { room } = walk.filling;
  walk.filling.room -= value.length;
  if (room >= value.length) return value;
  if (room < 0) return failed(walk, place);
  return report(walk, 'file-too-large', place, {
    message: `variables add more than ${MAX_BYTES / 1024 / 1024} MiB to the product files`,
    hint: 'Use shorter values, or fewer of them.',
  });
}

function unset(walk: Walk, place: Place, name: string): string {
  const known = walk.filling.unset.get(name);
  if (known === undefined) walk.filling.unset.set(name, { location: place.at(), places: 1 });
  else known.places += 1;
  return failed(walk, place);
}

/**
 * Why a variable is refused; undefined if it is not.
 * @param isAmbient whether the value comes from the environment of the process, which may have secrets.
 */
function secretWords(
  { refuses, holdsToken }: VariableGuard,
  name: string,
  value: string,
  isAmbient: boolean,
): Words | undefined {
  if (holdsToken(value)) {
    return {
      message: `${name} holds the token in use, so adc does not fill it into files`,
      hint: 'Remove it from the file: the contents of a file can end up on a portal, in plans and in logs.',
    };
  }
  if (!isAmbient || !refuses(name)) return undefined;
  return {
    message: `${name} is named like a secret, so adc does not fill it into files`,
    hint: `Use a variable of another name, or pass --allow-secret-variable ${name}.`,
  };
}

function malformed(walk: Walk, place: Place): string {
  const { token } = place;
  const [line = ''] = token.split('\n');
  const shown = line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
  return report(walk, 'bad-variable', place, {
    message: `"${shown}" is not a variable`,
    hint: `Write ${nearestForm(token)}, or \\\${ for the two literal characters.`,
  });
}

const MOST_SHOWN = 80;

/** The nearest valid form of an expression: `${_1X:-y}` for `${1X-y}`. */
function nearestForm(token: string): string {
  const [, written = '', fallback] = /^\$\{\s*([\w.-]*?)\s*(?::?[-=?]([^${}]*))?\}?$/.exec(token) ?? [];
  const name = written.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_') || 'NAME';
  return fallback === undefined ? `\${${name}}` : `\${${name}:-${fallback}}`;
}

interface Words {
  readonly message: string;
  readonly hint: string;
}

function report(walk: Walk, code: DiagnosticCode, place: Place, words: Words): string {
  walk.diagnostics.push(diagnostic(code, { ...words, location: place.at() }));
  return failed(walk, place);
}

function failed(walk: Walk, { token }: Place): string {
  walk.failed += 1;
  return token;
}

/** A text of the file, with the places of its expressions. */
interface Written {
  readonly range: Range;
  readonly places: ReadonlyMap<string, readonly number[]>;
}

function writtenAt({ source, document }: Walk, path: Path): Written {
  const range = document.rangeOf(path);
  const places = new Map<string, number[]>();
  for (const { 0: token, index } of source.text.slice(...range).matchAll(EXPRESSION)) {
    const known = places.get(token);
    if (known === undefined) places.set(token, [range[0] + index]);
    else known.push(range[0] + index);
  }
  return { range, places };
}

/** The place of the expression if the text is the same in the file; else the whole value. */
function placeOf({ source }: Walk, { range, places }: Written, token: string, before: number): Location {
  const start = places.get(token)?.[before];
  return start === undefined ? source.at(...range) : source.at(start, start + token.length);
}
