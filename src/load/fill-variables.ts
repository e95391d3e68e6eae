import { jsonPointer } from '../lib/json-pointer.ts';
import type { Path } from '../model/declared.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Json } from '../model/product.ts';
import type { ParsedDocument } from './parsed-text.ts';
import type { SourceText } from './source-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is not filled into files, whatever they say: they may come from a pull request. */
export interface VariableGuard {
  /** Whether a variable of this name is refused, set or not. */
  readonly refuses: (name: string) => boolean;
  /** Whether a value holds the token in use. */
  readonly holdsToken: (value: string) => boolean;
}

export interface FilledValue {
  readonly value: Json;
  /** JSON pointers of the texts that one variable is all of. */
  readonly filled: ReadonlySet<string>;
  /** JSON pointers of the texts that could not be filled and stand as they were written. */
  readonly unfilled: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Walk {
  readonly source: SourceText;
  readonly document: ParsedDocument;
  readonly env: Environment;
  readonly guard: VariableGuard | undefined;
  readonly filled: Set<string>;
  readonly unfilled: Set<string>;
  readonly diagnostics: Diagnostic[];
}

/**
 * A document with `${NAME}` and `${NAME:-default}` filled in, in every text but keys and OpenAPI documents (contract
 * §2). It is done after parsing, so a value can not change the structure. The default stands for a variable that is not
 * set; one that is set to nothing has a value.
 */
export function fillVariables(
  source: SourceText,
  document: ParsedDocument,
  { env, guard }: { readonly env: Environment; readonly guard?: VariableGuard | undefined },
): FilledValue {
  const walk: Walk = {
    source,
    document,
    env,
    guard,
    filled: new Set(),
    unfilled: new Set(),
    diagnostics: [],
  };
  const value = MAY_HOLD.test(source.text) ? fill(walk, document.value, []) : document.value;
  return { value, filled: walk.filled, unfilled: walk.unfilled, diagnostics: walk.diagnostics };
}

/** A dollar sign can be written as an escape, too. */
const MAY_HOLD = /\$\{|\\/;

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

/** An escaped opening, or an expression, which has no closing brace if somebody forgot it. */
const EXPRESSION = /\\\$\{|\$\{([^}]*)(\}?)/g;

function fillText(walk: Walk, text: string, path: Path): Json {
  if (isOpenapi(path)) return text;
  const before = walk.diagnostics.length;
  const value = text.replaceAll(
    EXPRESSION,
    (token, inner: string | undefined, end: string, offset: number) => {
      if (inner === undefined) return '${';
      const place: Place = { token, path, before: text.slice(0, offset).split(token).length - 1 };
      return end === '' ? malformed(walk, place) : evaluated(walk, place, inner);
    },
  );
  const pointer = jsonPointer(path);
  if (walk.diagnostics.length > before) walk.unfilled.add(pointer);
  else if (WHOLE.test(text)) walk.filled.add(pointer);
  return walk.diagnostics.length > before ? text : value;
}

/** An expression, and how many of the same words stand before it in the same text. */
interface Place {
  readonly token: string;
  readonly path: Path;
  readonly before: number;
}

const WHOLE = /^\$\{[^}]*\}$/;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

function evaluated(walk: Walk, place: Place, inner: string): string {
  const [matched, name = '', fallback] = VARIABLE.exec(inner) ?? [];
  if (matched === undefined || fallback?.includes('${') === true) return malformed(walk, place);
  const value = Object.hasOwn(walk.env, name) ? walk.env[name] : undefined;
  const secret = walk.guard && secretWords(walk.guard, name, value ?? '');
  if (secret !== undefined) return report(walk, 'secret-variable', place, secret);
  return value ?? fallback ?? unset(walk, place, name);
}

function unset(walk: Walk, place: Place, name: string): string {
  const notFromFile = name.startsWith('ADC_') ? ' A .env file fills in nothing.' : '';
  return report(walk, 'unset-variable', place, {
    message: `the environment variable ${name} is not set`,
    hint: `Set ${name}, or write a default: \${${name}:-default}.${notFromFile}`,
  });
}

/** A file that may come from a pull request must neither print a credential nor publish it. */
/** Why a variable is refused; undefined if it is not. */
function secretWords({ refuses, holdsToken }: VariableGuard, name: string, value: string): Words | undefined {
  if (holdsToken(value)) {
    return {
      message: `${name} holds the token in use and is not filled into files`,
      hint: 'Remove it from the file: the contents of a file can end up on a portal, in plans and in logs.',
    };
  }
  if (!refuses(name)) return undefined;
  return {
    message: `${name} is named like a secret and is not filled into files`,
    hint: `Use a variable of another name, or pass --allow-secret-variable ${name}.`,
  };
}

function malformed(walk: Walk, place: Place): string {
  const { token } = place;
  const [line = ''] = token.split('\n');
  const shown = line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
  return report(walk, 'bad-variable', place, {
    message: `"${shown}" is not a variable`,
    hint: `Write ${nearestForm(token)}, or \\\${ for these two characters themselves.`,
  });
}

const MOST_SHOWN = 80;

/** `${1X-y}` was meant as `${_1X:-y}`. */
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
  walk.diagnostics.push(diagnostic(code, { ...words, location: locate(walk, place) }));
  return place.token;
}

/** The very expression, where the text stands in the file as it was parsed; else the whole value. */
function locate({ source, document }: Walk, { token, path, before }: Place): Location {
  const [start, end] = document.rangeOf(path);
  const pieces = source.text.slice(start, end).split(token);
  const offset = pieces.slice(0, before + 1).join(token).length;
  return before + 1 < pieces.length
    ? source.at(start + offset, start + offset + token.length)
    : source.at(start, end);
}
