import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import type { Source } from '../../openapi/references.ts';
import { pointed, refOf, resolved } from '../../openapi/references.ts';
import { typesOf } from './schema-facts.ts';
import { sameJson } from '../../json/canonical.ts';
import { isObject, keySet, listAt, member, objectAt, textAt, without } from '../../json/value.ts';

const ALL_OF = keySet('allOf');
const COMPOSITIONS: readonly string[] = ['allOf', 'anyOf', 'oneOf'];
/** Keys beside a composition that leave it one. */
const BESIDE = keySet('title description deprecated example examples externalDocs discriminator nullable');
const WORDS = keySet('title description deprecated example examples externalDocs $comment');
const NULLABLE = keySet('nullable');

/**
 * A schema in the form of the one that it is compared with: in a composition where the other one is nothing but that
 * composition. `Pet` is the same as `allOf: [Pet]`, one of the two kinds of `oneOf: [Pet, Toy]`, and text or null is
 * either of two kinds.
 */
export function inFormOf(value: Maybe, own: Maybe, other: Maybe): Maybe {
  const keyword = compositionOf(other);
  if (value === undefined || keyword === undefined || !isObject(own) || Object.keys(own).length === 0)
    return own;
  const isComposed = (one: string) => member(own, one) !== undefined;
  if (keyword === 'allOf') return COMPOSITIONS.some(isComposed) ? own : { allOf: [value] };
  if (isComposed('anyOf') || isComposed('oneOf')) return own;
  const kinds = kindsOf(own);
  if (kinds.length > 1) return { [keyword]: kinds };
  return isComposed('allOf') && compositionOf(own) !== 'allOf' ? own : { [keyword]: [value] };
}

/** One schema for each type that a schema allows; null is a type of its own, however it is written. */
function kindsOf(schema: ObjectValue): readonly ObjectValue[] {
  const types = typesOf(schema);
  const rest = without(schema, NULLABLE);
  if (types.length > 0) return types.map((type) => ({ ...rest, type }));
  if (member(schema, 'nullable') !== true) return [schema];
  const [part, ...parts] = listAt(schema, 'allOf');
  const isAlone = isObject(part) && parts.length === 0 && compositionOf(rest) === 'allOf';
  return [isAlone ? part : rest, { type: 'null' }];
}

function compositionOf(schema: Maybe): string | undefined {
  if (!isObject(schema)) return undefined;
  const keys = Object.keys(schema).filter((key) => !BESIDE.has(key) && !key.startsWith('x-'));
  return keys.length === 1 ? COMPOSITIONS.find((keyword) => keyword === keys[0]) : undefined;
}

/** A schema without what only describes it. */
export function withoutWords(schema: Value): Value {
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(([key]) => !WORDS.has(key) && !key.startsWith('x-'));
  return Object.fromEntries(entries);
}

/** More parts than people write. */
const MOST_PARTS = 1_000;

/**
 * A schema with the parts of its `allOf` laid into it; undefined where they do not simply add up.
 * @param shared the references that the other schema has too: of what they lead to the type alone is laid in
 */
export function laidTogether(
  source: Source,
  schema: ObjectValue,
  shared: ReadonlySet<string>,
): ObjectValue | undefined {
  const isShared = (part: Value) => isReference(part) && shared.has(refOf(part) ?? '');
  const parts = listAt(schema, 'allOf');
  const types = parts.filter(isShared).flatMap((part) => {
    const type = member(pointed(source.root, textAt(part, '$ref') ?? ''), 'type');
    return type === undefined ? [] : [{ type }];
  });
  const own = [...types, ...parts.filter((part) => !isShared(part))];
  return together(source, { ...schema, allOf: own }, { left: MOST_PARTS });
}

/** The references under the `allOf` of both schemas; what they lead to is told at its own place. */
export function sharedReferences(before: ObjectValue, after: ObjectValue): ReadonlySet<string> {
  const [was, is] = [before, after].map(
    (schema) => new Set(listAt(schema, 'allOf').filter(isReference).map(refOf)),
  );
  return new Set([...(was ?? [])].filter((ref): ref is string => ref !== undefined && is?.has(ref) === true));
}

const isReference = (part: Value): boolean =>
  refOf(part) !== undefined && isObject(part) && Object.keys(part).length === 1;

function together(source: Source, schema: ObjectValue, room: { left: number }): ObjectValue | undefined {
  let whole: ObjectValue | undefined = without(schema, ALL_OF);
  for (const part of listAt(schema, 'allOf')) {
    room.left -= 1;
    const { value } = resolved(source, part);
    const laid: ObjectValue | undefined =
      room.left > 0 && isObject(value) ? together(source, value, room) : undefined;
    whole = whole && laid && added(whole, without(laid, WORDS));
    if (!whole) return undefined;
  }
  return whole;
}

/** What both demand; undefined where they differ in what they demand of one thing. */
function added(whole: ObjectValue, part: ObjectValue): ObjectValue | undefined {
  const closed = [whole, part].some((one) => [...ENTANGLED].some((key) => member(one, key) !== undefined));
  const differ = (one: ObjectValue, other: ObjectValue, except?: ReadonlySet<string>) =>
    Object.keys(other).some(
      (key) => except?.has(key) !== true && Object.hasOwn(one, key) && !sameJson(one[key], other[key]),
    );
  const [properties, more] = [objectAt(whole, 'properties'), objectAt(part, 'properties')];
  if (closed || differ(whole, part, SUMMED) || differ(properties, more)) return undefined;
  const required = [...new Set([...listAt(whole, 'required'), ...listAt(part, 'required')])];
  return {
    ...whole,
    ...part,
    properties: { ...properties, ...more },
    ...(required.length > 0 && { required }),
  };
}

/** What they say depends on what stands beside them. */
const ENTANGLED = keySet(
  'additionalProperties patternProperties unevaluatedProperties unevaluatedItems prefixItems contains if',
);
const SUMMED = keySet('properties required');
