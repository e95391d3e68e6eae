import { type ObjectValue, isObject, keySet, objectAt } from '../json/value.ts';
import { type Source, resolved } from './references.ts';

/** An operation of a document, with its path item. */
export interface Operation {
  /** `GET /invoices/{id}`, or `webhook POST newInvoice` for a request that the server sends. */
  readonly name: string;
  readonly path: string;
  readonly webhook: boolean;
  readonly item: ObjectValue;
  readonly body: ObjectValue;
}

/** The key of OpenAPI 3.2 for operations with other methods. */
const ADDITIONAL = 'additionalOperations';

/** The methods of the Path Item Object, in every version of OpenAPI. */
export const METHODS = keySet('get put post delete options head patch trace query');
/** The keys of operations in a path item. */
export const OPERATION_KEYS: ReadonlySet<string> = new Set([...METHODS, ADDITIONAL]);

/** Every operation of a document, in order. */
export function operationsOf(source: Source): readonly Operation[] {
  return [
    ...operationsUnder(source, 'paths', false),
    ...operationsUnder(source, 'x-webhooks', true),
    ...operationsUnder(source, 'webhooks', true),
  ];
}

/** The keys of path items; OpenAPI 3.0 has `x-webhooks` instead of `webhooks`. */
export type PathKey = 'paths' | 'webhooks' | 'x-webhooks';

/** The path items under a key, by path, with resolved references. */
export function pathItems(source: Source, key: PathKey): ReadonlyMap<string, ObjectValue> {
  const entries = Object.entries(objectAt(source.root, key)).map(([path, item]) => {
    const { value } = resolved(source, item);
    return [path, isObject(value) ? value : {}] as const;
  });
  return new Map(entries);
}

function operationsUnder(source: Source, key: PathKey, webhook: boolean): readonly Operation[] {
  return [...pathItems(source, key)].flatMap(([path, item]) =>
    operationsIn(item, path, webhook ? 'webhook ' : '', webhook),
  );
}

/**
 * The callbacks of an operation, as webhooks: `GET /invoices: callback paid POST {$url}`. Excludes callbacks of
 * callbacks, which may form a cycle.
 * @param owner name of the operation.
 */
export function callbacksOf(
  source: Source,
  { body, webhook }: Operation,
  owner: string,
): readonly Operation[] {
  if (webhook) return [];
  return Object.entries(objectAt(body, 'callbacks')).flatMap(([name, callback]) => {
    const { value } = resolved(source, callback);
    const paths = Object.entries(isObject(value) ? value : {}).filter(([path]) => !path.startsWith('x-'));
    return paths.flatMap(([path, item]) => {
      const { value: found } = resolved(source, item);
      return isObject(found) ? operationsIn(found, path, `${owner}: callback ${name} `, true) : [];
    });
  });
}

function operationsIn(
  item: ObjectValue,
  path: string,
  prefix: string,
  webhook: boolean,
): readonly Operation[] {
  const standard = Object.entries(item).filter(([method]) => METHODS.has(method));
  // Other methods keep their case.
  const others = Object.entries(objectAt(item, ADDITIONAL));
  return [...standard.map(([method, body]) => [method.toUpperCase(), body] as const), ...others].flatMap(
    ([method, body]) =>
      isObject(body) ? { name: `${prefix}${method} ${path}`, path, webhook, item, body } : [],
  );
}

/** An operation in both documents, or in only one. */
export interface OperationPair {
  readonly before: Operation | undefined;
  readonly after: Operation | undefined;
}

/** Pairs operations by name; the others by path without the names of parameters, which clients do not send. */
export function pairOperations(
  before: readonly Operation[],
  after: readonly Operation[],
): readonly OperationPair[] {
  const byName = new Map(after.map((one) => [one.name, one]));
  const names = new Set(before.map((one) => one.name));
  const byShape = new Map(after.filter((one) => !names.has(one.name)).map((one) => [shape(one), one]));
  const pairs = before.map((one) => {
    const other = byName.get(one.name) ?? byShape.get(shape(one));
    if (other) byShape.delete(shape(other));
    return { before: one, after: other };
  });
  const paired = new Set(pairs.map((pair) => pair.after));
  const added = after.filter((one) => !paired.has(one));
  return [...pairs, ...added.map((one) => ({ before: undefined, after: one }))];
}

/** The name of an operation without the names of callbacks and of path parameters, except expressions (`{$url}`). */
function shape({ name }: Operation): string {
  return name.replace(/: callback .* (?=\S+ )/, ': callback ').replaceAll(/\{[^{}$]*\}/g, '{}');
}
