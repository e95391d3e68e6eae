import { nearest } from '../../lib/nearest.ts';
import type { Locate, Path } from '../../model/declared.ts';
import { type Diagnostic, type DiagnosticCode, diagnostic, severityOf } from '../../model/diagnostic.ts';
import { METHODS } from '../../openapi/operations.ts';

export type OpenapiVersion = '2.0' | '3.0' | '3.1' | '3.2';

/** A problem in an OpenAPI document, with a path instead of a place: computing a place is slow. */
export interface Finding {
  readonly code: DiagnosticCode;
  /** Path in the OpenAPI document. */
  readonly path: Path;
  /** The part that the diagnostic marks (default: the value). */
  readonly part?: 'key' | 'value';
  readonly message: string;
  readonly hint: string;
  readonly related?: { readonly message: string; readonly path: Path };
}

/** Maximum number of findings in a report: a text that is not OpenAPI has thousands. */
export const MAX_FINDINGS = 50;

/** The first findings as diagnostics with places, errors before warnings, and a note about the number of others. */
export function located(findings: readonly Finding[], locate: Locate): readonly Diagnostic[] {
  const errors = findings.filter(({ code }) => severityOf(code) === 'error');
  const others = findings.filter(({ code }) => severityOf(code) !== 'error');
  const shown = [...errors, ...others].slice(0, MAX_FINDINGS);
  const rest = findings.length - shown.length;
  return [...shown.map((one) => asDiagnostic(one, locate)), ...(rest > 0 ? [omitted(rest, locate)] : [])];
}

function asDiagnostic({ code, path, part, message, hint, related }: Finding, locate: Locate): Diagnostic {
  return diagnostic(code, {
    message,
    hint,
    location: locate(path, part),
    ...(related && { related: [{ message: related.message, location: locate(related.path) }] }),
  });
}

function omitted(rest: number, locate: Locate): Diagnostic {
  return diagnostic('openapi-more', {
    message: `${rest} more findings in this OpenAPI document are not shown`,
    hint: 'Correct the ones that are shown, then run adc lint again.',
    location: locate([]),
  });
}

/** Values as text: `a, b or c`. */
export function oneOf(values: readonly string[]): string {
  return [values.slice(0, -1).join(', '), ...values.slice(-1)].filter((part) => part !== '').join(' or ');
}

/** The name of a part of an OpenAPI document in messages: `GET /pets: "responses.200"`, `"components.schemas.Pet"`. */
export function partName(path: Path): string {
  if (path.length === 0) return 'the OpenAPI document';
  const [top, route, method, ...rest] = path.map(String);
  if (top !== 'paths' || route === undefined) return quotedPath(path);
  if (method === undefined) return `the path "${route}"`;
  if (METHODS.has(method)) return inOperation(`${method.toUpperCase()} ${route}`, rest);
  return `${route}: ${quotedPath(path.slice(2))}`;
}

function inOperation(operation: string, rest: Path): string {
  return rest.length === 0 ? operation : `${operation}: ${quotedPath(rest)}`;
}

/** Maximum number of steps of a path in a message, which shows the last ones. */
const MAX_STEPS = 6;

function quotedPath(path: Path): string {
  const steps = path.slice(-MAX_STEPS).map((step, index) => stepText(step, index === 0));
  return `"${path.length > MAX_STEPS ? '…' : ''}${steps.join('')}"`;
}

function stepText(step: string | number, isFirst: boolean): string {
  if (/^\d+$/.test(String(step)) && Number(step) < 100) return `[${step}]`;
  return isFirst ? String(step) : `.${step}`;
}

/** Fields that are maps in the specification of OpenAPI: their keys are names that authors choose. */
export const NAME_MAPS: ReadonlySet<string> = new Set([
  '$defs',
  'callbacks',
  'content',
  'definitions',
  'dependentSchemas',
  'encoding',
  'examples',
  'headers',
  'links',
  'parameters',
  'pathItems',
  'paths',
  'patternProperties',
  'properties',
  'requestBodies',
  'responses',
  'schemas',
  'securityDefinitions',
  'securitySchemes',
  'variables',
  'webhooks',
]);

/** A hint for a misplaced or unknown key. */
export function unknownKeyHint(key: string, path: Path, known: readonly string[]): string {
  const misplaced = HINTS.find(({ at, keys }) => keys.includes(key) && at(path));
  if (misplaced !== undefined) return misplaced.hint;
  if (isPaths(path)) return METHODS.has(key) ? 'Indent it below a path.' : 'Begin the path with "/".';
  if (path.at(-1) === 'responses') return statusHint(key);
  if (isMediaType(path)) return 'Name a media type such as application/json, and put this below it.';
  const near = nearest(key, known);
  return near === undefined ? 'Remove it, or begin it with "x-".' : `Did you mean "${near}"?`;
}

function statusHint(key: string): string {
  return /^[1-5]xx$/i.test(key)
    ? `Did you mean "${key.toUpperCase()}"?`
    : 'Write a status code such as "200", a range such as "4XX", or default.';
}

/** Keys with a hint for the places in which they are unknown. */
interface Misplaced {
  readonly at: (path: Path) => boolean;
  readonly keys: readonly string[];
  readonly hint: string;
}

const isTop = (path: Path): boolean => path.length === 0;
const isPaths = (path: Path): boolean => path.length === 1 && path[0] === 'paths';
const isOperation = (path: Path): boolean => path.length === 3 && path[0] === 'paths';
const isAnywhere = (): boolean => true;
const isParameter = (path: Path): boolean => path.at(-2) === 'parameters' || path.at(-2) === 'headers';
const isBody = (path: Path): boolean => path.at(-2) === 'responses' || path.at(-1) === 'requestBody';
/** Whether a key is in the place of a media type, but is not one. */
const isMediaType = (path: Path): boolean => path.at(-2) === 'content' && !String(path.at(-1)).includes('/');

/** Keys of other versions of OpenAPI, with their equivalents. A key is unknown only in the versions without it. */
const HINTS: readonly Misplaced[] = [
  { at: isTop, keys: ['host', 'basePath', 'schemes'], hint: 'Since 3.0 it is part of the url in servers.' },
  { at: isTop, keys: ['definitions'], hint: 'Since 3.0 it is components.schemas.' },
  { at: isTop, keys: ['securityDefinitions'], hint: 'Since 3.0 it is components.securitySchemes.' },
  { at: isTop, keys: ['parameters', 'responses'], hint: 'Since 3.0 it is in components.' },
  { at: isTop, keys: ['components'], hint: 'In 2.0 schemas are in definitions.' },
  { at: isTop, keys: ['servers'], hint: 'In 2.0, use host, basePath and schemes.' },
  { at: isTop, keys: ['webhooks'], hint: 'They need openapi: "3.1.0".' },
  {
    at: (path) => isTop(path) || isOperation(path),
    keys: ['consumes', 'produces'],
    hint: 'Since 3.0 media types are the keys of content, in requestBody and in each response.',
  },
  { at: isOperation, keys: ['requestBody'], hint: 'In 2.0 a body is a parameter with in: body.' },
  { at: isBody, keys: ['schema'], hint: 'Since 3.0 it is in content, below a media type.' },
  { at: isBody, keys: ['content'], hint: 'In 2.0 schema is here, and produces names the media types.' },
  { at: isParameter, keys: ['collectionFormat'], hint: 'Since 3.0, use style and explode.' },
  {
    at: isParameter,
    keys: ['type', 'format', 'items', 'enum', 'default', 'minimum', 'maximum', 'pattern'],
    hint: 'Since 3.0 it is in the schema.',
  },
  { at: isParameter, keys: ['schema'], hint: 'In 2.0 its type is here, next to the name.' },
  { at: isAnywhere, keys: ['const'], hint: 'Write enum with that one value, or openapi: "3.1.0".' },
  {
    at: isAnywhere,
    keys: ['patternProperties'],
    hint: 'Write additionalProperties, or openapi: "3.1.0".',
  },
];

const INTEGER = 'Write integer.';
const FLOAT = 'Write number; its format may be float or double.';

/** Type names of other languages, with hints. */
const TYPE_HINTS: Readonly<Record<string, string>> = {
  int: INTEGER,
  int32: 'Write integer with format: int32.',
  int64: 'Write integer with format: int64.',
  long: 'Write integer with format: int64.',
  float: FLOAT,
  double: FLOAT,
  decimal: FLOAT,
  bool: 'Write boolean.',
  str: 'Write string.',
  text: 'Write string.',
  date: 'Write string with format: date.',
  datetime: 'Write string with format: date-time.',
  'date-time': 'Write string with format: date-time.',
  timestamp: 'Write string with format: date-time.',
  uuid: 'Write string with format: uuid.',
  file: 'Write string with format: binary.',
  binary: 'Write string with format: binary.',
  list: 'Write array.',
  map: 'Write object.',
  dict: 'Write object.',
  any: 'Remove it: without a type, any type is allowed.',
  null: 'Write nullable: true next to the type.',
};

/** A hint for an unknown type name. */
export function typeHint(word: string): string | undefined {
  const folded = word.toLowerCase();
  return Object.hasOwn(TYPE_HINTS, folded) ? TYPE_HINTS[folded] : undefined;
}
