import type { Path } from '../model/declared.ts';
import type { Location } from '../model/diagnostic.ts';
import type { Explanation, ShapeError } from './shape-error.ts';

/** A value of the wrong kind. What looks like text to people and like a number to YAML is told by its own spelling. */
export function explainType(shape: ShapeError): Explanation {
  const { document, error, name, path, filled } = shape;
  const kind = [error.schema as string | readonly string[]].flat().find((one) => one !== 'null') ?? 'null';
  const given = filled ? 'the value of its variable' : inWords(error.data, document.locate(path));
  return {
    code: 'wrong-type',
    message: `${name} must be ${WANTED[kind] ?? kind}, not ${given}`,
    hint: whatInstead(shape, kind),
  };
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  array: 'a list',
  object: 'a mapping of keys to values',
};

function inWords(data: unknown, location: Location): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a mapping';
  if (typeof data === 'string') return data.length > LONG ? 'text' : `the text ${JSON.stringify(data)}`;
  return `the ${typeof data} ${spelling(location)}`;
}

/** Longer texts are not repeated in a message. */
const LONG = 40;

/** As it stands in the file: `1.10`, not the 1.1 that YAML makes of it. */
function spelling({ text = '', column, length = 1 }: Location): string {
  return text.slice(column - 1, column - 1 + length);
}

function whatInstead({ document, error, path, filled }: ShapeError, kind: string): string {
  const { data } = error;
  if (path.length === 0) return 'Start the file with the key api_products.';
  if (path[0] === 'api_products' && path.length === 1 && data === null) return NO_PRODUCTS;
  if (filled) return `Set the variable to ${WANTED[kind] ?? kind}.`;
  if (data === null) return insteadOfNull(path);
  const scalar = typeof data === 'number' || typeof data === 'boolean';
  if (kind === 'string' && scalar) return `Add quotes: "${spelling(document.locate(path))}".`;
  return hintOf(kind, path);
}

function hintOf(kind: string, path: Path): string {
  const special = kind === 'object' ? MAPPING_HINTS[collectionOf(path)] : undefined;
  return special ?? HINTS[kind] ?? 'Correct the value.';
}

const isIndex = (step: string | number | undefined): boolean => /^\d+$/.test(String(step));

function insteadOfNull(path: Path): string {
  if (isIndex(path.at(-1))) return 'Add a value after the dash, or remove the item.';
  return path.at(-1) === 'name' ? 'Add a value.' : 'Add a value, or remove the key.';
}

/** The field that a mapping is, or is an item of. */
function collectionOf(path: Path): string {
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
