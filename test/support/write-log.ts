import { isDeepStrictEqual } from 'node:util';
import { underscoredBody } from '../../src/emulator/product-fields.ts';
import type { Product } from '../../src/emulator/world.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import type { Json, JsonObject } from '../../src/model/product.ts';
import { sorted } from './portal-contents.ts';

/** A write that reached the server. */
export interface Written {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The changed fields of the body; all fields for a new product. */
  readonly changed: JsonObject;
  /** The number of unchanged fields in the body. */
  readonly kept: number;
}

/** Records the changes of each write: compares its body with the product before the write. */
export class WriteLog {
  readonly #emulator: Emulator;
  readonly #before = new Map<number, readonly Product[]>();

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    emulator.onRequest(({ n, method }) => {
      if (method !== 'GET') this.#before.set(n, emulator.store.products);
    });
  }

  /** The names of all products that were written, by id. */
  get products(): ReadonlyMap<string, string> {
    const seen = [...this.#before.values(), this.#emulator.store.products].flat();
    return new Map(seen.map(({ id, fields }) => [id, fields.name]));
  }

  /** The writes since the last call. */
  take(): readonly Written[] {
    const { journal } = this.#emulator;
    const written = journal.writes().map(({ n, method, path, status, body }) => {
      const product = this.#before.get(n)?.find(({ id }) => path.includes(`/${id}`));
      const sent = isObject(body) ? body : {};
      const changed = Object.entries(sent).filter(([key, value]) => !isKept(key, value, sent, product));
      const kept = Object.keys(sent).length - changed.length;
      return { method, path, status, changed: inOrder(Object.fromEntries(changed)), kept };
    });
    journal.clear();
    return written;
  }
}

function isKept(key: string, value: Json, body: JsonObject, product: Product | undefined): boolean {
  if (product === undefined) return false;
  const fields: object = product.fields;
  const stored = { ...product.extra, ...fields, type: product.type } as JsonObject;
  // Unlike in the store, a link in a response has a name, and an empty text is omitted.
  if (stored[key] === undefined) return key === 'operator_id';
  const sent = key === 'auth' ? underscoredBody({ auth: body['auth'] ?? null })['auth'] : value;
  return isDeepStrictEqual(comparable(sent ?? null), comparable(stored[key]));
}

/** Treats lists as sets, and omits the name of a link. */
function comparable(value: Json): unknown {
  if (isList(value)) return sorted(value.map(comparable));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'service_name');
  return Object.fromEntries(sorted(entries.map(([key, one]) => [key, comparable(one)] as const)));
}

/** Sorts keys and sets, because their order differs in each response. */
function inOrder(value: JsonObject): JsonObject {
  return ordered(value) as JsonObject;
}

function ordered(value: Json): Json {
  if (isList(value)) return sorted(value.map(ordered));
  if (!isObject(value)) return value;
  const entries = sorted(Object.keys(value)).map((key) => [key, ordered(value[key] ?? null)]);
  return Object.fromEntries(entries) as JsonObject;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
