import type { ErrorObject } from 'ajv';
import { FIELD_TABLE } from '../fields/field-table.ts';
import { isObject, pointerPath, valueAt } from '../json/value.ts';
import { nearest } from '../lib/nearest.ts';
import type { Path } from '../model/declared.ts';
import { type Diagnostic, type DiagnosticCode, type Location, diagnostic } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { type ProductType, READ_ONLY_KEYS } from '../model/product.ts';
import { oneOf } from './openapi/finding.ts';

/** A document for the check of its schema. */
export type ShapedDocument = Pick<SourceDocument, 'value' | 'locate' | 'filled' | 'unfilled'>;

/** An error of the schema as a diagnostic at its exact place. */
export function explainError(document: ShapedDocument, error: ErrorObject): Diagnostic {
  const path = pointerPath(error.instancePath);
  const filled = document.filled.has(error.instancePath);
  const explain = EXPLANATIONS[error.keyword] ?? unexpectedError;
  const { code, message, hint, key, related } = explain({
    document,
    error,
    path,
    name: nameOf(document, path),
    filled,
  });
  const keyPlace = (one: string) => document.locate([...path, one], 'key');
  return diagnostic(code, {
    message,
    hint,
    location: key === undefined ? document.locate(path) : keyPlace(key),
    ...(related && { related: [{ message: related.message, location: keyPlace(related.key) }] }),
  });
}

const EXPLANATIONS: Readonly<Record<string, (shape: ShapeError) => Explanation>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  oneOf: oneOfKeys,
  type: wrongType,
  enum: unknownValue,
  minLength: wrongLength,
  maxLength: wrongLength,
  pattern: wrongFormat,
  minProperties: emptyAuth,
  minItems: emptyList,
};

function unexpectedError({ error, name }: ShapeError): Explanation {
  return {
    code: 'bad-format',
    message: `${name} ${error.message ?? 'is wrong'}`,
    hint: 'Correct the value.',
  };
}

function missingKey({ error, name }: ShapeError): Explanation {
  const key = String(error.params['missingProperty']);
  const hint = key === 'type' && name.startsWith('the product') ? 'type: gateway, or type: external' : key;
  return { code: 'missing-key', message: `${name} is missing ${quoted(key)}`, hint: `Add ${hint}.` };
}

/** An error of `oneOf: [{ required: [a] }, { required: [b] }]`: exactly one of the keys is allowed. */
function oneOfKeys({ error, name }: ShapeError): Explanation {
  const choices = [error.schema as readonly { readonly required: readonly string[] }[]].flat();
  const keys = choices.flatMap(({ required }) => required);
  const [first, second] = keys.filter((key) => Object.hasOwn(error.data as object, key));
  const either = keys.map(quoted).join(' or ');
  if (first === undefined || second === undefined) {
    return { code: 'missing-key', message: `${name} is missing ${either}`, hint: `Add one of them.` };
  }
  return {
    code: 'conflicting-keys',
    message: `${name} has both ${quoted(first)} and ${quoted(second)}`,
    hint: `Remove one of them.`,
    key: second,
    related: { message: 'the other one', key: first },
  };
}

function unknownValue({ error, name, filled }: ShapeError): Explanation {
  const values = [error.schema as readonly unknown[]].flat().filter((value) => typeof value === 'string');
  const given = filled ? 'the value of its variable' : shownValue(error.data);
  const near = typeof error.data === 'string' ? nearest(error.data, values) : undefined;
  return {
    code: 'unknown-value',
    message: `${name} must be ${oneOf(values)}, not ${given}`,
    hint: near === undefined || filled ? `Use one of these values.` : `Did you mean ${quoted(near)}?`,
  };
}

function shownValue(data: unknown): string {
  if (typeof data !== 'object' || data === null) return JSON.stringify(data);
  return Array.isArray(data) ? 'a list' : 'a mapping';
}

function wrongLength({ error, name }: ShapeError): Explanation {
  const limit = Number(error.params['limit']);
  const code = 'wrong-length';
  if (error.keyword === 'minLength') {
    const hint = name === '"name"' ? 'Add a value.' : 'Add a value, or remove the key.';
    return { code, message: `${name} is empty`, hint };
  }
  const length = Array.from(String(error.data)).length;
  return { code, message: `${name} has ${length} characters; the limit is ${limit}`, hint: 'Shorten it.' };
}

function wrongFormat({ name, path }: ShapeError): Explanation {
  if (path.at(-2) === 'labels') {
    const hint = 'Write the value on one line.';
    return { code: 'bad-label-value', message: `${name} has several lines`, hint };
  }
  if (path.at(-2) === 'linked_hosts') {
    const hint = 'Use a host name without scheme, port and path. A leading * is allowed.';
    return { code: 'not-a-host', message: `${name} is not a valid host name`, hint };
  }
  if (path.at(-1) === 'until') {
    return { code: 'bad-format', message: `${name} is not a valid date`, hint: 'Use the form 2026-12-07.' };
  }
  if (path.at(-1) === 'owner' || path.at(-1) === 'take_over_from') {
    const hint = 'Use lowercase letters, digits and, between them, dots, dashes and underscores.';
    return { code: 'bad-format', message: `${name} is not a valid owner`, hint };
  }
  if (path.at(-2) === 'unauthenticated') {
    const hint = 'Write it as gateway group and service: default/payments.';
    return { code: 'bad-format', message: `${name} is not GROUP/SERVICE`, hint };
  }
  const hint = 'An id has only letters, digits, dots, dashes and underscores.';
  return { code: 'bad-format', message: `${name} is not a valid id`, hint };
}

function emptyList({ name }: ShapeError): Explanation {
  return { code: 'wrong-length', message: `${name} is empty`, hint: 'Add an item, or remove the key.' };
}

function emptyAuth(): Explanation {
  return {
    code: 'empty-auth',
    message: '"auth" has no authentication method',
    hint: 'Add key_auth, basic_auth or dcr, or remove "auth" to keep the live setting.',
  };
}

const quoted = (text: string): string => `"${text}"`;

/**
 * The name of a part of a document in messages: `the product "Payments API"`, `"auth.key_auth.header"`,
 * `"linked_hosts[0]"`.
 */
function nameOf(document: ShapedDocument, path: Path): string {
  if (path.length === 0) return 'a product file';
  const inProduct = path[0] === 'api_products' && path.length > 1;
  if (inProduct && path.length === 2) return productName(document, path);
  return quoted(dotted(inProduct ? path.slice(2) : path));
}

function productName(document: ShapedDocument, path: Path): string {
  const name = valueAt(document.value, [...path, 'name']);
  return typeof name === 'string' && name !== '' ? `the product ${quoted(name)}` : 'the product';
}

function dotted(path: Path): string {
  return path
    .map((step, index) => (/^\d+$/.test(String(step)) ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}

function unknownKey({ document, error, path }: ShapeError): Explanation {
  const key = String(error.params['additionalProperty']);
  const product = path.length === 2 ? valueAt(document.value, path) : undefined;
  const type = isObject(product) ? product['type'] : undefined;
  if (type === 'gateway' && EXTERNAL_ONLY.has(key)) return fieldOfOtherType(key, 'gateway');
  if (type === 'external' && GATEWAY_ONLY.has(key)) return fieldOfOtherType(key, 'external');
  const where = path.length <= 2 ? '' : ` in ${nameOf(document, path)}`;
  const message = `unknown key ${quoted(key)}${where}`;
  return { code: 'unknown-key', message, hint: unknownKeyHint(key, knownKeys(error)), key };
}

/** Fields of only one type, including the keys for included files. */
const GATEWAY_ONLY = keysOnlyOf('gateway');
const EXTERNAL_ONLY = keysOnlyOf('external');

function keysOnlyOf(type: ProductType): ReadonlySet<string> {
  const keys = Object.entries(FIELD_TABLE).flatMap(([name, { on, include }]) =>
    on.length === 1 && on[0] === type ? [name, include?.key ?? name] : [],
  );
  return new Set(keys);
}

const REASONS: Readonly<Record<ProductType, string>> = {
  gateway: 'its linked services define its documents and servers',
  external: 'it only documents an API that is served elsewhere',
};

function fieldOfOtherType(key: string, type: ProductType): Explanation {
  const article = type === 'external' ? 'an' : 'a';
  const other = type === 'external' ? 'gateway' : 'external';
  return {
    code: 'field-of-other-type',
    message: `${article} ${type} product has no ${quoted(key)}: ${REASONS[type]}`,
    hint: `Remove it, or change the type to \`type: ${other}\`.`,
    key,
  };
}

function knownKeys({ parentSchema }: ShapeError['error']): readonly string[] {
  const properties: unknown = parentSchema?.['properties'];
  return Object.keys(properties ?? {});
}

const DECRYPT = 'The file is encrypted. Decrypt it first, for example with `sops -d`.';

function unknownKeyHint(key: string, known: readonly string[]): string {
  if (READ_ONLY_KEYS.has(key) && key !== 'id') return 'Remove it: the server sets it.';
  if (key === 'sops') return DECRYPT;
  const near = nearest(key, known);
  return near === undefined ? `Known keys here: ${known.join(', ')}.` : `Did you mean ${quoted(near)}?`;
}

function wrongType(shape: ShapeError): Explanation {
  const { document, error, name, path, filled } = shape;
  const kind = [error.schema as string | readonly string[]].flat().find((one) => one !== 'null') ?? 'null';
  const given = filled ? 'the value of its variable' : shownScalar(error.data, document.locate(path));
  return {
    code: 'wrong-type',
    message: `${name} must be ${EXPECTED[kind] ?? kind}, not ${given}`,
    hint: wrongTypeHint(shape, kind),
  };
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  array: 'a list',
  object: 'a mapping of keys to values',
};

/** A value in a message; shows numbers as written, since `1.10` may be meant as text. */
function shownScalar(data: unknown, location: Location): string {
  if (typeof data === 'object') return shownValue(data);
  if (typeof data === 'string') return data.length > MAX_SHOWN ? 'text' : `the text ${JSON.stringify(data)}`;
  return `the ${typeof data} ${asWritten(location)}`;
}

/** Maximum length of a text that a message repeats. */
const MAX_SHOWN = 40;

/** The text of a value in its file: `1.10`, not 1.1. */
function asWritten({ text = '', column, length = 1 }: Location): string {
  return text.slice(column - 1, column - 1 + length);
}

function wrongTypeHint({ document, error, path, filled }: ShapeError, kind: string): string {
  const { data } = error;
  if (path.length === 0) return 'Start the file with the key api_products.';
  if (path[0] === 'api_products' && path.length === 1 && data === null) return NO_PRODUCTS;
  if (filled) return `Set the variable to ${EXPECTED[kind] ?? kind}.`;
  if (data === null) return nullHint(path);
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  if (kind === 'string' && isScalar) return `Add quotes: "${asWritten(document.locate(path))}".`;
  return typeHint(kind, path);
}

function typeHint(kind: string, path: Path): string {
  const special = kind === 'object' ? MAPPING_HINTS[fieldOf(path)] : undefined;
  return special ?? HINTS[kind] ?? 'Correct the value.';
}

const isIndex = (step: string | number | undefined): boolean => /^\d+$/.test(String(step));

function nullHint(path: Path): string {
  if (isIndex(path.at(-1))) return 'Add a value after the dash, or remove the item.';
  return path.at(-1) === 'name' ? 'Add a value.' : 'Add a value, or remove the key.';
}

/** The field that contains a value, also as an item of its list. */
function fieldOf(path: Path): string {
  return String(path.findLast((step) => !isIndex(step)));
}

const MAPPING_HINTS: Readonly<Record<string, string>> = {
  api_products: 'Write a product as keys with values, such as "name: Payments API" and "type: gateway".',
  auth: 'Write each method as a key: { key_auth: {} }.',
  linked_gateway_services: 'Write each service as { gateway_group: default, service: payments }.',
  notifications: 'Write each one as { event: …, type: email, contact_points: […] }.',
};

const NO_PRODUCTS = 'Write [] to declare that there are no products, or remove the key.';

const HINTS: Readonly<Record<string, string>> = {
  string: 'Write one text, in quotes if it has brackets or braces.',
  boolean: 'Write true or false, without quotes.',
  array: 'Write a list: [one, two], or start each item with "- ".',
  object: 'Write keys with values, such as "key: value", or {} for none.',
};

/** An error of the compiled schema, with the data for its message. */
interface ShapeError {
  readonly document: ShapedDocument;
  readonly error: ErrorObject;
  /** Path of the invalid value in the document. */
  readonly path: Path;
  /** The name of the value in messages, e.g. `"status"` or `the product "Payments API"`. */
  readonly name: string;
  /** Whether the value comes from a variable. Messages do not show such values, which may be secrets. */
  readonly filled: boolean;
}

/** The diagnostic for one error, at its value or, with `key`, at a key of it. */
interface Explanation {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
  readonly key?: string;
  readonly related?: { readonly message: string; readonly key: string };
}
