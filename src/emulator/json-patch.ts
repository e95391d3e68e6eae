import { isDeepStrictEqual } from 'node:util';
import { pointerPath } from '../json/pointer.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { readObject } from './product-fields.ts';
import { refuse } from './refusal.ts';

/**
 * A document with a JSON Patch carried out on it (RFC 6902); the document that was given stays as it is.
 * @throws Refusal for what is no patch, and for one of which any part does not fit.
 */
export function patched(document: Json, patch: Json | undefined): Json {
  if (!isList(patch)) return refuse('the body must be an array of JSON Patch operations');
  const whole = patch.reduce<Json>(carriedOut, { [WHOLE]: document });
  return valueAt(whole, [WHOLE]);
}

/** The document is the member of an object around it, so that a pointer to all of it is one like any other. */
const WHOLE = '';

type Path = readonly string[];

const OPERATIONS: Readonly<Record<string, (whole: Json, operation: JsonObject) => Json>> = {
  add: (whole, given) => added(whole, pathIn(given, 'path'), valueIn(given)),
  remove: (whole, given) => removed(whole, pathIn(given, 'path')),
  replace: (whole, given) => replaced(whole, pathIn(given, 'path'), valueIn(given)),
  move: (whole, given) => moved(whole, pathIn(given, 'from'), pathIn(given, 'path')),
  copy: (whole, given) => added(whole, pathIn(given, 'path'), valueAt(whole, pathIn(given, 'from'))),
  test: (whole, given) =>
    isDeepStrictEqual(valueAt(whole, pathIn(given, 'path')), valueIn(given))
      ? whole
      : refuse('the value is not what the test says'),
};

function carriedOut(whole: Json, item: Json): Json {
  const operation = readObject(item, 'an operation');
  const { op } = operation;
  const carryOut = typeof op === 'string' && Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
  if (carryOut === undefined) return refuse(`op must be one of ${Object.keys(OPERATIONS).join(', ')}`);
  return carryOut(whole, operation);
}

const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

function pathIn(operation: JsonObject, name: 'path' | 'from'): Path {
  const pointer = operation[name];
  if (typeof pointer !== 'string' || !POINTER.test(pointer)) return refuse(`${name} must be a JSON pointer`);
  return [WHOLE, ...pointerPath(pointer)];
}

function valueIn(operation: JsonObject): Json {
  return operation['value'] === undefined ? refuse('value is required') : operation['value'];
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce(member, value);
}

function added(whole: Json, path: Path, value: Json): Json {
  return changed(whole, path, (holder, key) => {
    if (!isList(holder)) return { ...readObject(holder, 'what holds it'), [key]: value };
    return holder.toSpliced(key === '-' ? holder.length : place(key, holder.length), 0, value);
  });
}

function removed(whole: Json, path: Path): Json {
  return changed(whole, path, (holder, key) => {
    member(holder, key);
    if (isList(holder)) return holder.toSpliced(Number(key), 1);
    return Object.fromEntries(Object.entries(holder ?? {}).filter(([name]) => name !== key));
  });
}

function replaced(whole: Json, path: Path, value: Json): Json {
  return changed(whole, path, (holder, key) => withMember(holder, key, value));
}

function moved(whole: Json, from: Path, path: Path): Json {
  const inside = from.length < path.length && from.every((step, index) => step === path[index]);
  if (inside) return refuse('nothing can move into itself');
  return added(removed(whole, from), path, valueAt(whole, from));
}

/** Lets `change` make another of what holds the last step of a path, and all that is around it anew. */
function changed(value: Json, path: Path, change: (holder: Json, key: string) => Json): Json {
  const [key = WHOLE, ...rest] = path;
  if (rest.length === 0) return change(value, key);
  return withMember(value, key, changed(member(value, key), rest, change));
}

function member(holder: Json, key: string): Json {
  if (isList(holder)) return holder[place(key, holder.length - 1)] ?? null;
  const object = readObject(holder, 'what holds it');
  if (!Object.hasOwn(object, key)) return refuse(`there is no ${key}`);
  return object[key] ?? null;
}

function withMember(holder: Json, key: string, value: Json): Json {
  member(holder, key);
  return isList(holder)
    ? holder.with(Number(key), value)
    : { ...readObject(holder, 'what holds it'), [key]: value };
}

function place(key: string, last: number): number {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(key) ? Number(key) : Infinity;
  return index <= last ? index : refuse(`there is no place ${key}`);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
