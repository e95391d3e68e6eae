import {
  type Maybe,
  type ObjectValue,
  type Value,
  EMPTY,
  isObject,
  keySet,
  listAt,
  member,
  objectAt,
  pointerPath,
  textAt,
  valueAt,
  without,
} from '../json/value.ts';
import { withPointers } from './anchors.ts';

/** A document with its limits and caches for resolving references. */
export interface Source {
  readonly root: Value;
  /** Number of values that references may still resolve to; a repeated target counts again. */
  remaining: number;
  /** The number of values in each resolved target. */
  readonly sizes: Map<object, number>;
  /** The components that each component refers to. */
  readonly references: Map<string, ReadonlySet<string>>;
  components?: ReadonlyMap<string, Value>;
  /** The subtypes of each schema. */
  subtypes?: ReadonlyMap<string, readonly string[]>;
}

/** A value with its `$ref` resolved. */
export interface Resolved {
  /** The target of the reference, overridden by the keys beside it; the value itself if it is not a reference. */
  readonly value: Maybe;
  /** The name of the target, e.g. `schemas/Invoice`; undefined without a reference. */
  readonly ref: string | undefined;
  readonly beside: ObjectValue;
}

const REF = keySet('$ref');
/** Maximum length of a chain of references, more than real documents have; a longer one counts as a cycle. */
const MAX_HOPS = 20;
/** Maximum number of resolved values: nested references could otherwise expand a small document without limit. */
const MAX_RESOLVED = 2_000_000;

export function sourceOf(document: Value): Source {
  const root = withPointers(document);
  return { root, remaining: MAX_RESOLVED, sizes: new Map(), references: new Map() };
}

/**
 * Resolves a local reference (`#/…`). The value of a broken, remote or cyclic reference, and of one beyond the limit, is
 * undefined.
 */
export function resolved(source: Source, value: Maybe): Resolved {
  const ref = refOf(value);
  if (ref === undefined) return { value, ref, beside: EMPTY };
  const beside = besideRef(value);
  const found = followed(source, value);
  source.remaining -= sizeOf(found, source.sizes);
  return { value: source.remaining < 0 ? undefined : withSiblings(found, beside), ref, beside };
}

/** The name of a reference's target, such as `schemas/Invoice`, equal in 2.0 and 3.x; undefined for other values. */
export function refOf(value: Maybe): string | undefined {
  const ref = textAt(value, '$ref');
  if (ref === undefined) return undefined;
  return decoded(ref)
    .replace(/^#\/components\//, '')
    .replace(/^#\/definitions\//, 'schemas/')
    .replace(/^#\/(parameters|responses)\//, '$1/');
}

/**
 * The name of the component that a reference refers to, as `schemas/Invoice`; undefined for other targets.
 * @param ref a reference, or a result of refOf().
 */
export function componentName(ref: string): string | undefined {
  const [first = '', second, third] = pointerPath(
    decoded(ref.startsWith('#') ? ref.slice(1) : `/components/${ref}`),
  );
  const [group, name] = first === 'components' ? [second, third] : [OLD_GROUPS.get(first), second];
  return group === undefined || name === undefined ? undefined : `${group}/${name}`;
}

/** The keys of components in 2.0, with the corresponding keys in 3.x. */
export const OLD_GROUPS: ReadonlyMap<string, string> = new Map([
  ['definitions', 'schemas'],
  ['parameters', 'parameters'],
  ['responses', 'responses'],
  ['securityDefinitions', 'securitySchemes'],
]);

/** The components of one kind, e.g. `schemas`, by name. */
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
 * The components that values of a document refer to, at any depth, and the references to other parts of it. Every text
 * that begins with `#/` counts as a reference: the mapping of a discriminator has references without `$ref`.
 * @param isIncluded whether to include what is below a property of a schema
 */
export function namesBelow(
  { root }: Source,
  values: readonly Maybe[],
  isIncluded: (property: Value) => boolean = () => true,
): ReadonlySet<string> {
  const names = new Set<string>();
  const followed = new Set<string>();
  const waiting = [...values];
  const follow = (ref: string) => {
    const name = componentName(ref);
    names.add(name ?? ref);
    if (name === undefined && !followed.has(ref)) waiting.push(pointed(root, ref));
    followed.add(ref);
  };
  const includedPart = (key: string, part: Value) =>
    key === 'properties' && isObject(part) ? Object.values<Value>(part).filter(isIncluded) : part;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, one] of Object.entries<Value>(value)) {
      const part = includedPart(key, one);
      if (typeof part === 'object') waiting.push(part);
      else if (typeof part === 'string' && part.startsWith('#/')) follow(part);
    }
    for (const one of Object.values(objectAt(value, 'mapping'))) {
      if (typeof one === 'string') names.add(`schemas/${one.split('/').at(-1)}`);
    }
  }
  return names;
}

/**
 * The components that a component refers to, and the subtypes of a schema with a discriminator.
 * @param isIncluded whether to include what is below a property
 */
export function componentsIn(
  source: Source,
  name: string,
  isIncluded?: (property: Value) => boolean,
): ReadonlySet<string> {
  const known = isIncluded ? undefined : source.references.get(name);
  if (known) return known;
  source.components ??= componentsOf(source);
  const value = source.components.get(name);
  const names = new Set(namesBelow(source, [value], isIncluded));
  if (member(value, 'discriminator') !== undefined) {
    source.subtypes ??= subtypesOf(source.components);
    for (const subtype of source.subtypes.get(name) ?? []) names.add(subtype);
  }
  if (!isIncluded) source.references.set(name, names);
  return names;
}

/** The subtypes of each schema: the schemas that extend it with `allOf`. */
function subtypesOf(components: ReadonlyMap<string, Value>): ReadonlyMap<string, readonly string[]> {
  const subtypes = new Map<string, string[]>();
  for (const [name, value] of components) {
    for (const part of listAt(value, 'allOf')) {
      const base = componentName(textAt(part, '$ref') ?? '');
      if (base !== undefined) subtypes.set(base, [...(subtypes.get(base) ?? []), name]);
    }
  }
  return subtypes;
}

/** The keys beside a reference (OpenAPI 3.1). */
export function besideRef(value: Maybe): ObjectValue {
  return isObject(value) ? without(value, REF) : EMPTY;
}

/** Whether a reference, as refOf() returns it, is to a part of this document that is not a whole component. */
export function isToPart(ref: string): boolean {
  return ref.startsWith('#/') || ref.split('/').length > 2;
}

/** The target of a local reference after one hop; undefined if there is none. */
export function pointed(root: Value, ref: string): Maybe {
  if (ref === '#') return root;
  return ref.startsWith('#/') ? valueAt(root, pointerPath(decoded(ref.slice(1)))) : undefined;
}

/** The final target of a value or reference, without the keys beside it. */
export function followed({ root }: Source, value: Maybe): Maybe {
  let found: Maybe = value;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const ref = textAt(found, '$ref');
    if (ref === undefined) return found;
    found = pointed(root, ref);
  }
  return undefined;
}

/** Combines a target with the keys beside its reference: descriptions override, other keys also apply (OpenAPI 3.1). */
function withSiblings(value: Maybe, beside: ObjectValue): Maybe {
  if (!isObject(value)) return value;
  const hasConstraint = Object.keys(beside).some((key) => !DESCRIPTIVE.has(key) && !key.startsWith('x-'));
  return hasConstraint ? { ...beside, allOf: [...listAt(beside, 'allOf'), value] } : { ...value, ...beside };
}

/** Keys beside a reference that override those of its target. */
const DESCRIPTIVE = keySet(
  'title summary description default deprecated example examples externalDocs readOnly writeOnly nullable',
);

/** The number of values in a value, with itself. */
function sizeOf(value: Maybe, sizes: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = Object.values<Value>(value).reduce<number>((sum, one) => sum + sizeOf(one, sizes), 1);
  sizes.set(value, size);
  return size;
}

/** A URI fragment without percent-encoding (RFC 6901). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The target of a `#/…` reference: a part of the document, or the reason why there is none. */
export type Target = { readonly part: Value } | { readonly unresolved: 'missing' | 'cycle' };

/** Resolves a reference to a part of the document that is not a reference. */
export type Follow = (reference: string) => Target;

/** Returns a function that resolves the references of a document, and computes each target once. */
export function follower(document: ObjectValue): Follow {
  const known = new Map<string, Target>();
  return (reference) => {
    const steps = new Set<string>();
    let target: Target | undefined = undefined;
    for (let next = reference; target === undefined;) {
      const found: Target | string = known.get(next) ?? (steps.has(next) ? CYCLE : stepFrom(document, next));
      steps.add(next);
      if (typeof found === 'string') next = found;
      else target = found;
    }
    for (const step of steps) known.set(step, target);
    return target;
  };
}

const CYCLE: Target = { unresolved: 'cycle' };

/** The target of a reference after one hop, or the next reference. */
function stepFrom(document: ObjectValue, reference: string): Target | string {
  const part = pointed(document, reference);
  if (part === undefined) return { unresolved: 'missing' };
  const further = textAt(part, '$ref');
  return further === undefined || !further.startsWith('#') ? { part } : further;
}
