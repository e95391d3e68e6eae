import type { ErrorObject } from 'ajv';
import { pointerPath } from '../../json/value.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Path } from '../../model/declared.ts';
import type { Json } from '../../model/product.ts';
import { METHODS } from '../../openapi/operations.ts';
import { type Finding, NAME_MAPS, oneOf, partName, typeHint, unknownKeyHint } from './finding.ts';

interface SchemaError {
  readonly error: ErrorObject;
  /** The keys of keysOf(); empty for most errors. */
  readonly keys: readonly string[];
  readonly path: Path;
  /** The name of the value in messages. */
  readonly name: string;
}

/** Explains an error of an official schema. */
export function explainOpenapiError(error: ErrorObject): Finding {
  const path = pointerPath(error.instancePath);
  const explain = EXPLANATIONS[error.keyword] ?? wrongValue;
  return explain({ error, path, keys: keysOf(error), name: partName(path) });
}

/** A part of an official schema, whose keywords have known types. */
interface Part {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly patternProperties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** The keys that a schema allows; for a choice such as `oneOf: [{ required: [a] }, …]`, its required keys. */
function keysOf({ keyword, schema, parentSchema }: ErrorObject): readonly string[] {
  if (keyword === 'oneOf' || keyword === 'not') {
    return [schema as Part | readonly Part[]].flat().flatMap(({ required = [] }) => required);
  }
  const { properties = {}, patternProperties = {} } = (parentSchema ?? {}) as Part;
  const patterns = Object.keys(patternProperties).map((pattern) => /^\^\(([a-z|]+)\)\$$/.exec(pattern)?.[1]);
  return [...Object.keys(properties), ...patterns.flatMap((keys) => keys?.split('|') ?? [])];
}

const EXPLANATIONS: Readonly<Record<string, (error: SchemaError) => Finding>> = {
  additionalProperties: unknownKey,
  unevaluatedProperties: unknownKey,
  propertyNames: invalidName,
  required: missingKey,
  dependentRequired: missingKey,
  minProperties: emptyMapping,
  type: wrongType,
  enum: unknownValue,
  const: unknownValue,
  format: wrongFormat,
  oneOf: oneOfKeys,
  anyOf: noContent,
  not: excludedKeys,
  minItems: noItems,
  uniqueItems: duplicateItem,
  minimum: outOfBounds,
  exclusiveMinimum: outOfBounds,
  pattern: wrongPattern,
};

function unknownKey({ error, path, name, keys }: SchemaError): Finding {
  const { additionalProperty, unevaluatedProperty } = error.params;
  const key = String(additionalProperty ?? unevaluatedProperty);
  const where = path.length === 0 ? 'an OpenAPI document' : name;
  return {
    code: 'openapi-unknown-key',
    path: [...path, key],
    part: 'key',
    message: `${where} has no field "${key}" in this version of OpenAPI`,
    hint: unknownKeyHint(key, path, keys),
  };
}

function invalidName({ error, path, name }: SchemaError): Finding {
  const key = String(error.params['propertyName']);
  return {
    code: 'openapi-wrong-value',
    path: [...path, key],
    part: 'key',
    message: `${name} has an entry "${key}", which OpenAPI does not allow as a name here`,
    hint: 'Use only letters, digits, dots, dashes and underscores.',
  };
}

/** Whether the page of the document needs a key: a part of every document, or a key that identifies a parameter. */
function isEssential(path: Path, key: string): boolean {
  if (path.length === 0) return true;
  if (path.length === 1 && path[0] === 'info') return true;
  return path.at(-2) === 'parameters' && (key === 'name' || key === 'in');
}

function missingKey({ error, path, name }: SchemaError): Finding {
  const key = String(error.params['missingProperty']);
  return {
    code: isEssential(path, key) ? 'incomplete-openapi' : 'openapi-missing-key',
    path,
    part: 'key',
    message: `${name} has no "${key}"`,
    hint: `Add ${ADDITIONS[key] ?? key}.`,
  };
}

/** Hints for missing keys that need more than the key. */
const ADDITIONS: Readonly<Record<string, string>> = {
  info: 'info with title and version',
  required: 'required: true',
};

function emptyMapping({ path, name }: SchemaError): Finding {
  const hint =
    path.at(-1) === 'responses'
      ? 'Add the response to a successful request, such as "200".'
      : 'Add an entry.';
  return { code: 'openapi-missing-key', path, part: 'key', message: `${name} has no entries`, hint };
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'a mapping',
  string: 'text',
};

function wrongType({ error, path, name }: SchemaError): Finding {
  const kinds = [error.params['type'] as string | readonly string[]].flat();
  const expected = namesOf(kinds);
  return {
    code: typeCode(path, kinds, error.data),
    path,
    message: `${name} must be ${expected}, not ${kindOf(error.data)}`,
    hint: wrongTypeHint(path, kinds, error.data) ?? `Write ${expected}.`,
  };
}

const namesOf = (kinds: readonly string[]): string => kinds.map((kind) => KINDS[kind] ?? kind).join(' or ');

/** A hint for a common wrong type. */
function wrongTypeHint(path: Path, kinds: readonly string[], data: unknown): string | undefined {
  if (data === null) {
    if (isReference(path, kinds))
      return 'Write the reference in quotes: after a blank, "#" begins a comment.';
    return kinds.includes('array')
      ? 'Write a list ([] for an empty one), or remove the key.'
      : `Write ${namesOf(kinds)}, or remove the key.`;
  }
  if (path.at(-1) === 'type' && Array.isArray(data)) {
    return 'Write one type, with nullable: true for null, or openapi: "3.1.0".';
  }
  if (path.at(-1) === 'required' && typeof data === 'boolean') {
    return 'Name it in the "required" list of the schema around it instead.';
  }
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  return kinds.includes('string') && isScalar ? 'Write it in quotes.' : undefined;
}

/** Parts that the page of a document needs. */
const ESSENTIAL: ReadonlySet<string> = new Set([
  'components',
  'info',
  'info.title',
  'info.version',
  'paths',
  'webhooks',
]);

/** The code of a wrong type: a missing mapping or list breaks the page of the document, a number as text does not. */
function typeCode(path: Path, kinds: readonly string[], data: unknown): Finding['code'] {
  if (isReference(path, kinds)) return 'openapi-unknown-ref';
  if (ESSENTIAL.has(path.join('.')) && !isEmptyComponents(path, data)) return 'incomplete-openapi';
  const breaksPage = (kinds.includes('object') || kinds.includes('array')) && !isHarmless(path, data);
  return breaksPage ? 'openapi-wrong-type' : 'openapi-wrong-value';
}

const isReference = (path: Path, kinds: readonly string[]): boolean =>
  path.at(-1) === '$ref' && kinds.includes('string');

const isEmptyComponents = (path: Path, data: unknown): boolean => path[0] === 'components' && data === null;

/**
 * Whether the page of the document remains correct: a field without a value counts as missing, and an invalid example
 * does not affect the rest.
 */
function isHarmless(path: Path, data: unknown): boolean {
  if (data === null) return !isEntry(path);
  return path.at(-1) === 'examples' || (path.at(-2) === 'examples' && path.at(-3) !== 'properties');
}

/** Whether a value is an item of a list, a named entry, or an operation: pages read all of them. */
function isEntry(path: Path): boolean {
  const key = String(path.at(-1));
  return /^\d+$/.test(key) || METHODS.has(key) || NAME_MAPS.has(String(path.at(-2)));
}

function kindOf(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'a list';
  return typeof data === 'object' ? 'a mapping' : typeof data === 'string' ? 'text' : `a ${typeof data}`;
}

function unknownValue({ error, path, name }: SchemaError): Finding {
  const { allowedValues, allowedValue } = error.params;
  const values = [(allowedValues ?? allowedValue) as Json | readonly Json[]].flat().map(String);
  const given = typeof error.data === 'object' ? kindOf(error.data) : JSON.stringify(error.data);
  return {
    code: 'openapi-wrong-value',
    path,
    message: `${name} must be ${oneOf(values)}, not ${given}`,
    hint: unknownValueHint(error.data, path, values),
  };
}

const GENERAL_HINT = 'Write a value that OpenAPI allows here.';

function unknownValueHint(value: unknown, path: Path, allowed: readonly string[]): string {
  if (typeof value !== 'string') return GENERAL_HINT;
  const near = nearest(value, allowed);
  const hint = path.at(-1) === 'type' && allowed.includes('array') ? typeHint(value) : undefined;
  return hint ?? (near === undefined ? GENERAL_HINT : `Did you mean "${near}"?`);
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  regex: 'a regular expression of ECMAScript',
  uri: 'an absolute URL',
  'uri-reference': 'a URL',
};

function wrongFormat({ error, path, name }: SchemaError): Finding {
  const format = String(error.params['format']);
  const expected = FORMATS[format] ?? `of the form ${format}`;
  return {
    code: 'openapi-wrong-value',
    path,
    message: `${name} is not ${expected}`,
    hint: urlHint(format, error.data) ?? 'Correct it, or remove it.',
  };
}

/** A hint with the first invalid character of a URL and its escape. */
function urlHint(format: string, data: unknown): string | undefined {
  const [invalid] = (format.startsWith('uri') && /[\s"<>\\^`{|}]|[^\0-\x7F]/u.exec(String(data))) || [];
  return invalid === undefined
    ? undefined
    : `Write "${invalid}" as "${encodeURIComponent(invalid)}", or remove it.`;
}

/** An error of `oneOf: [{ required: [a] }, { required: [b] }]`. */
function oneOfKeys(shape: SchemaError): Finding {
  const { error, path, name, keys } = shape;
  if (keys.length === 0) return wrongValue(shape);
  const given = keys.filter((key) => Object.hasOwn(Object(error.data), key));
  return given.length === 0
    ? missingOneOf(path, name, keys)
    : conflicting(path, name, given.length > 1 ? given : keys);
}

function missingOneOf(path: Path, name: string, keys: readonly string[]): Finding {
  const either = keys.map((key) => `"${key}"`).join(' nor ');
  const message = `${name} has neither ${either}`;
  return { code: 'openapi-missing-key', path, part: 'key', message, hint: `Add ${keys.join(' or ')}.` };
}

function conflicting(path: Path, name: string, keys: readonly string[]): Finding {
  return {
    code: 'openapi-conflicting-keys',
    path,
    part: 'key',
    message: `${name} has fields that exclude each other: ${keys.map((key) => `"${key}"`).join(', ')}`,
    hint: 'Keep one of them.',
  };
}

/** An error of `anyOf`: since 3.1, a document may have webhooks or components without paths, but not none of them. */
function noContent(shape: SchemaError): Finding {
  if (shape.path.length > 0) return wrongValue(shape);
  return {
    code: 'incomplete-openapi',
    path: [],
    message: 'the OpenAPI document describes nothing: it has no "paths", "webhooks" or "components"',
    hint: 'Add paths.',
  };
}

function excludedKeys(shape: SchemaError): Finding {
  const { path, name, keys } = shape;
  return keys.length === 0 ? wrongValue(shape) : conflicting(path, name, keys);
}

function noItems({ path, name }: SchemaError): Finding {
  return {
    code: 'openapi-wrong-value',
    path,
    message: `${name} has no entries`,
    hint: 'Add one, or remove the key.',
  };
}

function duplicateItem({ error, path, name }: SchemaError): Finding {
  return {
    code: 'openapi-wrong-value',
    path: [...path, Number(error.params['i'])],
    message: `${name} has a duplicate entry`,
    hint: 'Remove one of the two.',
  };
}

function outOfBounds({ error, path, name }: SchemaError): Finding {
  const comparison = error.params['comparison'] === '>' ? 'greater than' : 'at least';
  const range = `${comparison} ${String(error.params['limit'])}`;
  return {
    code: 'openapi-wrong-value',
    path,
    message: `${name} must be ${range}`,
    hint: `Write a number that is ${range}.`,
  };
}

/** Hints for fields with a pattern. */
const PATTERN_HINTS: Readonly<Record<string, string>> = {
  basePath: 'Begin it with "/".',
  host: 'Write a host, with a port if needed: api.example.com:8443. Its path is basePath.',
};

function wrongPattern({ path, name }: SchemaError): Finding {
  return {
    code: 'openapi-wrong-value',
    path,
    message: `${name} does not have the form that OpenAPI requires`,
    hint: PATTERN_HINTS[path.join('.')] ?? GENERAL_HINT,
  };
}

function wrongValue({ error, path, name }: SchemaError): Finding {
  return {
    code: 'openapi-wrong-value',
    path,
    message: `${name} ${error.message ?? 'is not valid in OpenAPI'}`,
    hint: GENERAL_HINT,
  };
}
