import { pointerPath } from '../../lib/json-pointer.ts';
import { keySet } from './key-set.ts';
import type { ObjectValue, Value } from './value.ts';
import { EMPTY, isList, isObject, objectAt, textAt, without } from './value.ts';

/** A document in which references are followed. */
export interface Source {
  readonly root: Value;
  /** How many values references may still lead to, each counted whenever one leads there again. */
  room: number;
  readonly sizes: Map<object, number>;
}

/** A value with its `$ref` followed. */
export interface Resolved {
  /** What the reference led to, with the keys that stand beside it laid over; the value itself where it is none. */
  readonly value: Value | undefined;
  /** What it is called, e.g. `schemas/Invoice`; undefined where there was no reference. */
  readonly ref: string | undefined;
}

const REF = keySet('$ref');
/** More hops than people make; a longer chain is a ring, or wants to be one. */
const MOST_HOPS = 20;
/** A document is walked once; only by its references can a small one keep its reader busy for ever. */
const MOST_FOLLOWED = 2_000_000;

export function sourceOf(root: Value): Source {
  return { root, room: MOST_FOLLOWED, sizes: new Map() };
}

/** Follows local references (`#/…`); what leads nowhere, elsewhere, in a ring or beyond the room has the value undefined. */
export function resolved(source: Source, value: Value | undefined): Resolved {
  const ref = refOf(value);
  if (ref === undefined) return { value, ref };
  const found = target(source.root, value);
  source.room -= sizeOf(found, source.sizes);
  return { value: source.room < 0 ? undefined : overlaid(found, besideRef(value)), ref };
}

/** What a reference refers to, one name for what 2.0 and 3.x spell differently; undefined for anything else. */
export function refOf(value: Value | undefined): string | undefined {
  const ref = textAt(value, '$ref');
  if (ref === undefined) return undefined;
  return decoded(ref)
    .replace(/^#\/components\//, '')
    .replace(/^#\/definitions\//, 'schemas/')
    .replace(/^#\/(parameters|responses)\//, '$1/');
}

/** The components that a document refers to, as `schemas/Invoice`, also by the mapping of a discriminator. */
export function componentsReferredTo(root: Value): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting: Value[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const ref = refOf(value);
    if (ref !== undefined) found.add(ref.split('/', 2).join('/'));
    for (const name of Object.values(objectAt(value, 'mapping'))) {
      if (typeof name === 'string') found.add(`schemas/${name.split('/').at(-1)}`);
    }
    for (const one of Object.values<Value>(value)) waiting.push(one);
  }
  return found;
}

/** The keys that stand beside a reference (OpenAPI 3.1). */
export function besideRef(value: Value | undefined): ObjectValue {
  return isObject(value) ? without(value, REF) : EMPTY;
}

/** Where a local reference points, followed one hop; undefined if nowhere. */
export function pointed(root: Value, ref: string): Value | undefined {
  if (!ref.startsWith('#')) return undefined;
  return pointerPath(decoded(ref.slice(1))).reduce<Value | undefined>(child, root);
}

function target(root: Value, value: Value | undefined): Value | undefined {
  let found: Value | undefined = value;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const ref = textAt(found, '$ref');
    if (ref === undefined) return found;
    found = pointed(root, ref);
  }
  return undefined;
}

function overlaid(value: Value | undefined, beside: ObjectValue): Value | undefined {
  return isObject(value) ? { ...value, ...beside } : value;
}

function sizeOf(value: Value | undefined, sizes: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = Object.values<Value>(value).reduce<number>((sum, one) => sum + sizeOf(one, sizes), 1);
  sizes.set(value, size);
  return size;
}

function child(value: Value | undefined, step: string): Value | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return isList(value) ? value[Number(step)] : value[step];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
