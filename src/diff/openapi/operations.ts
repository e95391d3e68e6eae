import { keySet } from './key-set.ts';
import type { Source } from './references.ts';
import { resolved } from './references.ts';
import type { ObjectValue } from './value.ts';
import { isObject, member, objectAt } from './value.ts';

/** An operation as it stands in a document, with the path item around it. */
export interface Operation {
  /** `GET /invoices/{id}`, or `webhook POST newInvoice` for what the server sends. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly webhook: boolean;
  readonly item: ObjectValue;
  readonly body: ObjectValue;
}

export const METHODS = keySet('get put post delete options head patch trace query');

/** Every operation of a document, in the order in which they stand. */
export function operationsOf(source: Source): readonly Operation[] {
  return [...within(source, 'paths', false), ...within(source, 'webhooks', true)];
}

/** The path items under `paths` or `webhooks`, by path, their references followed. */
export function pathItems(source: Source, key: 'paths' | 'webhooks'): ReadonlyMap<string, ObjectValue> {
  const entries = Object.entries(objectAt(source.root, key)).map(([path, item]) => {
    const { value } = resolved(source, item);
    return [path, isObject(value) ? value : {}] as const;
  });
  return new Map(entries);
}

function within(source: Source, key: 'paths' | 'webhooks', webhook: boolean): readonly Operation[] {
  return [...pathItems(source, key)].flatMap(([path, item]) =>
    operationsIn(item, path, webhook ? 'webhook ' : '', webhook),
  );
}

/**
 * The requests that the server sends to who called an operation, as webhooks: `GET /invoices: callback paid POST {$url}`.
 * Those that such a request may lead to in turn are left out, for they may go in a ring.
 * @param owner what the operation is called
 */
export function callbacksOf(
  source: Source,
  { body, webhook }: Operation,
  owner: string,
): readonly Operation[] {
  if (webhook) return [];
  return Object.entries(objectAt(body, 'callbacks')).flatMap(([name, callback]) => {
    const { value } = resolved(source, callback);
    return Object.entries(isObject(value) ? value : {}).flatMap(([path, item]) => {
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
  return Object.keys(item)
    .filter((method) => METHODS.has(method) && isObject(member(item, method)))
    .map((method) => ({
      name: `${prefix}${method.toUpperCase()} ${path}`,
      method,
      path,
      webhook,
      item,
      body: objectAt(item, method),
    }));
}
