import { jsonPointer } from '../json/value.ts';
import { groupBy } from '../lib/lists.ts';
import { nearest } from '../lib/nearest.ts';
import type { Variables } from '../model/config.ts';
import type { Path } from '../model/declared.ts';
import { type Diagnostic, type DiagnosticCode, type Location, diagnostic } from '../model/diagnostic.ts';
import type { SourceText, UsedVariable } from '../model/document.ts';
import type { Json } from '../model/product.ts';
import type { ParsedDocument, Range } from '../yaml/source-text.ts';
import { MAX_BYTES } from './read-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Decides which values adc never fills into files: a pull request can change the files. */
export interface VariableGuard {
  /** Whether adc refuses a variable with this name, set or not. */
  readonly refuses: (name: string) => boolean;
  /** Whether a value holds the token in use. */
  readonly holdsToken: (value: string) => boolean;
}

export interface FilledValue {
  readonly value: Json;
  /** JSON pointers of the texts that are exactly one variable. */
  readonly filled: ReadonlySet<string>;
  /** JSON pointers of the texts that could not be filled and are unchanged. */
  readonly unfilled: ReadonlySet<string>;
  /** The variables of each text, by JSON pointer of the text. */
  readonly variables: ReadonlyMap<string, readonly UsedVariable[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The variables of a run, and their use in all its documents. */
export interface VariableState {
  readonly env: Environment;
  /** Variables of a config and of --var: they override the environment, and may have any name. */
  readonly overrides: Variables;
  readonly guard: VariableGuard | undefined;
  /** Unset variables: the first place of each, and the number of places. */
  readonly unset: Map<string, { readonly location: Location; places: number }>;
  /** The names of all variables in the files. */
  readonly named: Set<string>;
  /** Number of characters that variables may still add to the files. */
  remaining: number;
}

export function variableState(
  env: Environment,
  guard?: VariableGuard,
  overrides: Variables = new Map<string, never>(),
): VariableState {
  return { env, overrides, guard, unset: new Map(), named: new Set(), remaining: MAX_BYTES };
}

interface Walk {
  readonly source: SourceText;
  readonly document: ParsedDocument;
  readonly state: VariableState;
  readonly filled: Set<string>;
  readonly unfilled: Set<string>;
  readonly variables: Map<string, UsedVariable[]>;
  readonly diagnostics: Diagnostic[];
  /** Number of expressions that could not be filled in. */
  failures: number;
}

/**
 * Fills in `${NAME}` and `${NAME:-default}` in every text of a document, except keys and OpenAPI documents
 * (docs/design/contract.md §2). Runs after parsing, so a value cannot change the structure. The default replaces an
 * unset variable; an empty variable counts as set.
 */
export function fillVariables(
  source: SourceText,
  document: ParsedDocument,
  state: VariableState,
): FilledValue {
  const output = {
    filled: new Set<string>(),
    unfilled: new Set<string>(),
    variables: new Map(),
    diagnostics: [],
  };
  const walk: Walk = { source, document, state, ...output, failures: 0 };
  return { value: fill(walk, document.value, []), ...output };
}

/** Whether a file may have variables. A backslash counts, since an escape can stand for a dollar sign. */
export function mayHaveVariables(text: string): boolean {
  return /\$\{|\\/.test(text);
}

/** One error for each variable that is not set, at the first place that uses it. */
export function unsetVariables({ unset }: VariableState): readonly Diagnostic[] {
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
  const failuresBefore = walk.failures;
  const pointer = jsonPointer(path);
  const counts = new Map<string, number>();
  let places: ExpressionPlaces | undefined;
  const value = text.replaceAll(EXPRESSION, (token, inner: string | undefined, end: string) => {
    if (inner === undefined) return '${';
    const nth = counts.get(token) ?? 0;
    counts.set(token, nth + 1);
    const at = (): Location => locationOf(walk, (places ??= expressionPlaces(walk, path)), token, nth);
    const expression: Expression = { token, pointer, at };
    return end === '' ? malformed(walk, expression) : valueOf(walk, expression, inner);
  });
  const hasFailed = walk.failures > failuresBefore;
  if (hasFailed) walk.unfilled.add(pointer);
  else if (ONE_EXPRESSION.test(text)) walk.filled.add(pointer);
  return hasFailed ? text : value;
}

/** An expression in a text. */
interface Expression {
  /** The expression as written, such as `${NAME:-default}`. */
  readonly token: string;
  /** JSON pointer of the text. */
  readonly pointer: string;
  readonly at: () => Location;
}

const ONE_EXPRESSION = /^\$\{[^}]*\}$/;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

function valueOf(walk: Walk, expression: Expression, inner: string): string {
  const [matched, name = '', fallback] = VARIABLE.exec(inner) ?? [];
  if (matched === undefined || fallback?.includes('${') === true) return malformed(walk, expression);
  const { guard } = walk.state;
  walk.state.named.add(name);
  const { value, ...source } = sourceOf(walk.state, name);
  const refusal = guard && secretProblem(guard, name, value ?? '', source.from === 'environment');
  if (refusal !== undefined) return report(walk, 'secret-variable', expression, refusal);
  const filled = value ?? fallback;
  if (filled === undefined) return unset(walk, expression, name);
  recordUse(walk, expression, { name, ...source, ...(value === undefined && { from: 'default' }) });
  return withinLimit(walk, expression, filled);
}

function recordUse({ variables }: Walk, { pointer }: Expression, used: UsedVariable): void {
  const others = variables.get(pointer);
  if (others === undefined) variables.set(pointer, [used]);
  else others.push(used);
}

/** The value of a variable, and its source: the environment, also for an unset variable, unless it is overridden. */
function sourceOf(
  { env, overrides }: VariableState,
  name: string,
): Pick<UsedVariable, 'from' | 'at'> & { readonly value: string | undefined } {
  const override = overrides.get(name);
  if (override !== undefined) return { from: override.at === undefined ? '--var' : 'config', ...override };
  return { from: 'environment', value: Object.hasOwn(env, name) ? env[name] : undefined };
}

/** Limits the total length of values, since short expressions can have long values. */
function withinLimit(walk: Walk, expression: Expression, value: string): string {
  const { remaining } = walk.state;
  walk.state.remaining -= value.length;
  if (remaining >= value.length) return value;
  if (remaining < 0) return failed(walk, expression);
  return report(walk, 'file-too-large', expression, {
    message: `variables add more than ${MAX_BYTES / 1024 / 1024} MiB to the product files`,
    hint: 'Use shorter values, or fewer of them.',
  });
}

function unset(walk: Walk, expression: Expression, name: string): string {
  const reported = walk.state.unset.get(name);
  if (reported === undefined) walk.state.unset.set(name, { location: expression.at(), places: 1 });
  else reported.places += 1;
  return failed(walk, expression);
}

/**
 * Why adc does not fill in a variable; undefined if it does.
 * @param isFromProcess whether the value comes from the environment of the process, which may have secrets.
 */
function secretProblem(
  { refuses, holdsToken }: VariableGuard,
  name: string,
  value: string,
  isFromProcess: boolean,
): Problem | undefined {
  if (holdsToken(value)) {
    return {
      message: `${name} holds the token in use, so adc does not fill it into files`,
      hint: 'Remove it from the file: the contents of a file can end up on a portal, in plans and in logs.',
    };
  }
  if (!isFromProcess || !refuses(name)) return undefined;
  return {
    message: `${name} is named like a secret, so adc does not fill it into files`,
    hint: `Use a variable of another name, or pass --allow-secret-variable ${name}.`,
  };
}

function malformed(walk: Walk, expression: Expression): string {
  const { token } = expression;
  const [line = ''] = token.split('\n');
  const shown = line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
  return report(walk, 'bad-variable', expression, {
    message: `"${shown}" is not a variable`,
    hint: `Write ${nearestForm(token)}, or \\\${ for the two literal characters.`,
  });
}

/** Maximum number of characters of an invalid expression in a message. */
const MAX_SHOWN = 80;

/** The nearest valid form of an expression: `${_1X:-y}` for `${1X-y}`. */
function nearestForm(token: string): string {
  const [, written = '', fallback] = /^\$\{\s*([\w.-]*?)\s*(?::?[-=?]([^${}]*))?\}?$/.exec(token) ?? [];
  const name = written.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_') || 'NAME';
  return fallback === undefined ? `\${${name}}` : `\${${name}:-${fallback}}`;
}

interface Problem {
  readonly message: string;
  readonly hint: string;
}

function report(walk: Walk, code: DiagnosticCode, expression: Expression, problem: Problem): string {
  walk.diagnostics.push(diagnostic(code, { ...problem, location: expression.at() }));
  return failed(walk, expression);
}

function failed(walk: Walk, { token }: Expression): string {
  walk.failures += 1;
  return token;
}

/** The range of a text in its file, and the offsets of its expressions. */
interface ExpressionPlaces {
  readonly range: Range;
  readonly matches: ReadonlyMap<string, readonly RegExpExecArray[]>;
}

function expressionPlaces({ source, document }: Walk, path: Path): ExpressionPlaces {
  const range = document.rangeOf(path);
  const matches = source.text.slice(...range).matchAll(EXPRESSION);
  return { range, matches: groupBy(matches, ([token]) => token) };
}

/** The location of the nth equal expression of a text; that of the whole text if the file writes it with escapes. */
function locationOf(
  { source }: Walk,
  { range, matches }: ExpressionPlaces,
  token: string,
  nth: number,
): Location {
  const match = matches.get(token)?.[nth];
  const start = match && range[0] + match.index;
  return start === undefined ? source.at(...range) : source.at(start, start + token.length);
}

/** Warnings for variables of --var that no file has, such as misspelled ones. */
export function unusedVariables({ overrides, named }: VariableState): readonly Diagnostic[] {
  const unused = [...overrides].filter(([name, { at }]) => at === undefined && !named.has(name));
  return unused.map(([name]) => {
    const near = nearest(name, named);
    const hint = near === undefined ? 'Remove it, or correct the name.' : `Did you mean "${near}"?`;
    return diagnostic('unused-variable', { message: `no product file has the variable "${name}"`, hint });
  });
}
