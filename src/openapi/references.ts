import { pointerPath } from '../json/pointer.ts';
import type { ObjectValue, Value, Maybe } from '../json/value.ts';
import {
  EMPTY,
  isObject,
  listAt,
  member,
  keySet,
  objectAt,
  textAt,
  without,
  valueAt,
} from '../json/value.ts';

/** A document in which references are followed. */
export interface Source {
  readonly root: Value;
  /** How many values references may still lead to, each counted whenever one leads there again. */
  room: number;
  readonly sizes: Map<object, number>;
  /** What each component refers to, as far as it was asked for. */
  readonly below: Map<string, ReadonlySet<string>>;
  components?: ReadonlyMap<string, Value>;
  kinds?: ReadonlyMap<string, readonly string[]>;
}

/** A value with its `$ref` followed. */
export interface Resolved {
  /** What the reference led to, with the keys that stand beside it laid over; the value itself where it is none. */
  readonly value: Maybe;
  /** What it is called, e.g. `schemas/Invoice`; undefined where there was no reference. */
  readonly ref: string | undefined;
  readonly beside: ObjectValue;
}

const REF = keySet('$ref');
/** More hops than people make; a longer chain is a ring, or wants to be one. */
const MOST_HOPS = 20;
/** A document is walked once; only by its references can a small one keep its reader busy for ever. */
const MOST_FOLLOWED = 2_000_000;

export function sourceOf(root: Value): Source {
  return { root, room: MOST_FOLLOWED, sizes: new Map(), below: new Map() };
}

/** Follows local references (`#/…`); what leads nowhere, elsewhere, in a ring or beyond the room has the value undefined. */
export function resolved(source: Source, value: Maybe): Resolved {
  const ref = refOf(value);
  if (ref === undefined) return { value, ref, beside: EMPTY };
  const beside = besideRef(value);
  const found = followed(source, value);
  source.room -= sizeOf(found, source.sizes);
  return { value: source.room < 0 ? undefined : overlaid(found, beside), ref, beside };
}

/** What a reference refers to, one name for what 2.0 and 3.x spell differently; undefined for anything else. */
export function refOf(value: Maybe): string | undefined {
  const ref = textAt(value, '$ref');
  if (ref === undefined) return undefined;
  return decoded(ref)
    .replace(/^#\/components\//, '')
    .replace(/^#\/definitions\//, 'schemas/')
    .replace(/^#\/(parameters|responses)\//, '$1/');
}

/** The name of the component in which a reference ends, as `schemas/Invoice`; undefined for one that ends elsewhere. Takes refOf() too. */
export function componentName(ref: string): string | undefined {
  const [first = '', second, third] = pointerPath(
    decoded(ref.startsWith('#') ? ref.slice(1) : `/components/${ref}`),
  );
  const [group, name] = first === 'components' ? [second, third] : [OLD_GROUPS.get(first), second];
  return group === undefined || name === undefined ? undefined : `${group}/${name}`;
}

/** Where 2.0 keeps its components, and what 3.x calls them. */
export const OLD_GROUPS: ReadonlyMap<string, string> = new Map([
  ['definitions', 'schemas'],
  ['parameters', 'parameters'],
  ['responses', 'responses'],
  ['securityDefinitions', 'securitySchemes'],
]);

/** The components of one kind, e.g. `schemas`, by their own names. */
export function membersOf({ root }: Source, group: string): ObjectValue {
  const old = [...OLD_GROUPS].flatMap(([key, one]) => (one === group ? [key] : []));
  return { ...objectAt(root, old[0] ?? ''), ...objectAt(objectAt(root, 'components'), group) };
}

/** The components of a document by their names. */
export function componentsOf(source: Source): ReadonlyMap<string, Value> {
  const groups = [...new Set([...OLD_GROUPS.values(), ...Object.keys(objectAt(source.root, 'components'))])];
  return new Map(
    groups.flatMap((group) =>
      Object.entries(membersOf(source, group)).map(([name, one]) => [`${group}/${name}`, one]),
    ),
  );
}

/**
 * The components that are referred to below some values of a document; any text that begins with `#/` counts as a
 * reference, as in the mapping of a discriminator.
 */
export function namesBelow({ root }: Source, values: readonly Maybe[]): ReadonlySet<string> {
  const names = new Set<string>();
  const followed = new Set<string>();
  const waiting = [...values];
  const follow = (ref: string) => {
    const name = componentName(ref);
    if (name !== undefined) names.add(name);
    else if (!followed.has(ref)) waiting.push(pointed(root, ref));
    followed.add(ref);
  };
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const one of Object.values<Value>(value)) {
      if (typeof one === 'object') waiting.push(one);
      else if (typeof one === 'string' && one.startsWith('#/')) follow(one);
    }
    for (const one of Object.values(objectAt(value, 'mapping'))) {
      if (typeof one === 'string') names.add(`schemas/${one.split('/').at(-1)}`);
    }
  }
  return names;
}

/** The components that one refers to, and the kinds of a schema that a discriminator distinguishes. */
export function componentsIn(source: Source, name: string): ReadonlySet<string> {
  const known = source.below.get(name);
  if (known) return known;
  source.components ??= componentsOf(source);
  const value = source.components.get(name);
  const below = new Set(namesBelow(source, [value]));
  if (member(value, 'discriminator') !== undefined) {
    source.kinds ??= kindsIn(source.components);
    for (const kind of source.kinds.get(name) ?? []) below.add(kind);
  }
  source.below.set(name, below);
  return below;
}

/** The schemas that build on each one. */
function kindsIn(components: ReadonlyMap<string, Value>): ReadonlyMap<string, readonly string[]> {
  const kinds = new Map<string, string[]>();
  for (const [name, value] of components) {
    for (const part of listAt(value, 'allOf')) {
      const base = componentName(textAt(part, '$ref') ?? '');
      if (base !== undefined) kinds.set(base, [...(kinds.get(base) ?? []), name]);
    }
  }
  return kinds;
}

/** The keys that stand beside a reference (OpenAPI 3.1). */
export function besideRef(value: Maybe): ObjectValue {
  return isObject(value) ? without(value, REF) : EMPTY;
}

/** Where a local reference points, followed one hop; undefined if nowhere. */
export function pointed(root: Value, ref: string): Maybe {
  if (ref === '#') return root;
  return ref.startsWith('#/') ? valueAt(root, pointerPath(decoded(ref.slice(1)))) : undefined;
}

/** What a value or a reference ends in, without what stands beside it. */
export function followed({ root }: Source, value: Maybe): Maybe {
  let found: Maybe = value;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const ref = textAt(found, '$ref');
    if (ref === undefined) return found;
    found = pointed(root, ref);
  }
  return undefined;
}

/** Words beside a reference come before those of what it leads to; what else stands there holds as well (OpenAPI 3.1). */
function overlaid(value: Maybe, beside: ObjectValue): Maybe {
  if (!isObject(value)) return value;
  const binds = Object.keys(beside).some((key) => !OVERLAID.has(key) && !key.startsWith('x-'));
  return binds ? { ...beside, allOf: [...listAt(beside, 'allOf'), value] } : { ...value, ...beside };
}

const OVERLAID = keySet(
  'title summary description default deprecated example examples externalDocs readOnly writeOnly nullable',
);

function sizeOf(value: Maybe, sizes: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = Object.values<Value>(value).reduce<number>((sum, one) => sum + sizeOf(one, sizes), 1);
  sizes.set(value, size);
  return size;
}

/** Percent signs are escapes in a URI fragment (RFC 6901). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a `#/…` reference stands for: the part that it leads to, or why it leads nowhere. */
export type Target = { readonly part: Value } | { readonly nowhere: 'missing' | 'ring' };

/** Follows a reference to the part of the document that is no reference itself. */
export type Follow = (reference: string) => Target;

/** Follows the references of one document, each step once, however many lead through it. */
export function follower(document: ObjectValue): Follow {
  const known = new Map<string, Target>();
  return (reference) => {
    const steps = new Set<string>();
    let target: Target | undefined = undefined;
    for (let next = reference; target === undefined;) {
      const found: Target | string = known.get(next) ?? (steps.has(next) ? RING : stepFrom(document, next));
      steps.add(next);
      if (typeof found === 'string') next = found;
      else target = found;
    }
    for (const step of steps) known.set(step, target);
    return target;
  };
}

const RING: Target = { nowhere: 'ring' };

/** What a reference leads to at once, or the reference that stands there. */
function stepFrom(document: ObjectValue, reference: string): Target | string {
  const part = pointed(document, reference);
  if (part === undefined) return { nowhere: 'missing' };
  const further = textAt(part, '$ref');
  return further === undefined || !further.startsWith('#') ? { part } : further;
}
