import { canonicalJson, sameJson } from '../../json/canonical.ts';
import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import { isList, isObject, keySet, listAt, member, objectAt, textAt, without } from '../../json/value.ts';
import { pointed, refOf, resolved, type Source } from '../../openapi/references.ts';
import { listedValues, possibleTypes, typesOf } from './schema-facts.ts';

const ALL_OF = keySet('allOf');
const COMPOSITIONS: readonly string[] = ['allOf', 'anyOf', 'oneOf'];
/** Keys that do not change the meaning of a composition in the same schema. */
const NEUTRAL_KEYS = keySet(
  'title description deprecated example examples externalDocs discriminator nullable',
);
const DESCRIPTIVE_KEYS = keySet('title description deprecated example examples externalDocs $comment');
const NULLABLE = keySet('nullable');

/**
 * A schema as a composition, if the other schema is only a composition. `Pet` equals `allOf: [Pet]`, is one
 * alternative of `oneOf: [Pet, Toy]`, and the types string and null are two alternatives.
 */
export function inFormOf(value: Maybe, own: Maybe, other: Maybe): Maybe {
  const keyword = compositionOf(other);
  if (value === undefined || keyword === undefined || !isObject(own) || Object.keys(own).length === 0)
    return own;
  if (listedValues(own) && isListOfChoices(other)) return own;
  return composed(value, own, keyword);
}

const isListOfChoices = (schema: Maybe): boolean =>
  isObject(schema) && listedValues(withEnum(schema)) !== undefined;

function composed(value: Value, own: ObjectValue, keyword: string): Maybe {
  const isComposed = (one: string) => member(own, one) !== undefined;
  if (keyword === 'allOf') return COMPOSITIONS.some(isComposed) ? own : { allOf: [value] };
  if (isComposed(keyword)) return distributed(own, keyword);
  if (isComposed('anyOf') || isComposed('oneOf')) return own;
  const byType = schemasByType(own);
  if (byType.length > 1) return { [keyword]: byType };
  return isComposed('allOf') && compositionOf(own) !== 'allOf' ? own : { [keyword]: [value] };
}

/** A composition whose alternatives have the keywords beside it. */
function distributed(schema: ObjectValue, keyword: string): ObjectValue {
  const isOuter = (key: string) => key === keyword || NEUTRAL_KEYS.has(key);
  const entries = Object.entries<Value>(schema);
  const shared = Object.fromEntries(entries.filter(([key]) => !isOuter(key)));
  if (Object.keys(withoutDescriptions(shared) as ObjectValue).length === 0) return schema;
  const alternatives = listAt(schema, keyword).map((one) => {
    const title = nameOf(one);
    return { ...(title !== undefined && { title }), allOf: [shared, one] };
  });
  return { ...Object.fromEntries(entries.filter(([key]) => isOuter(key))), [keyword]: alternatives };
}

/** The name of a schema: its reference or title. */
export const nameOf = (value: Value): string | undefined =>
  textAt(value, '$ref')?.split('/').at(-1) ?? textAt(value, 'title');

/** A schema for each type that a schema allows; `null` and `nullable` count as a type. */
function schemasByType(schema: ObjectValue): readonly ObjectValue[] {
  const types = typesOf(schema);
  const rest = without(schema, NULLABLE);
  if (types.length > 0) return types.map((type) => ({ ...rest, type }));
  if (member(schema, 'nullable') !== true) return [schema];
  const [part, ...parts] = listAt(schema, 'allOf');
  const isOnlyPart = isObject(part) && parts.length === 0 && compositionOf(rest) === 'allOf';
  return [isOnlyPart ? part : rest, { type: 'null' }];
}

function compositionOf(schema: Maybe): string | undefined {
  if (!isObject(schema)) return undefined;
  const keys = Object.keys(schema).filter((key) => !NEUTRAL_KEYS.has(key) && !key.startsWith('x-'));
  return keys.length === 1 ? COMPOSITIONS.find((keyword) => keyword === keys[0]) : undefined;
}

const CHOICES = keySet('anyOf oneOf');
const VALUE_KEYS = keySet('type enum const');

/** The types with few values. */
const VALUES_OF_TYPES: ReadonlyMap<Maybe, readonly Value[]> = new Map<Maybe, readonly Value[]>([
  ['boolean', [true, false]],
  ['null', [null]],
]);

/**
 * A schema with its values as one `enum`, if its alternatives only list values or its type has few; else the schema
 * itself.
 */
export function withEnum(schema: ObjectValue): ObjectValue {
  const ofType = VALUES_OF_TYPES.get(member(schema, 'type'));
  if (ofType && !listedValues(schema) && member(schema, 'nullable') !== true)
    return { ...schema, enum: ofType };
  const [keyword, other] = [...CHOICES].filter((key) => member(schema, key) !== undefined);
  if (keyword === undefined || other !== undefined || listedValues(schema)) return schema;
  const alternatives = listAt(schema, keyword).map((one) => (isObject(one) ? withEnum(one) : one));
  const lists = alternatives.filter(isListOfValues);
  const values = lists.flatMap((one) => listedValues(one) ?? []);
  const isComplete = lists.length > 0 && lists.length === alternatives.length;
  const isUnique = new Set(values.map(canonicalJson)).size === values.length;
  return isComplete && isUnique ? { ...without(schema, CHOICES), enum: values } : schema;
}

function isListOfValues(schema: Value): schema is ObjectValue {
  if (!isObject(schema) || !listedValues(schema)) return false;
  const keys = Object.keys(withoutDescriptions(schema) as ObjectValue);
  return (
    keys.every((key) => VALUE_KEYS.has(key)) && possibleTypes(schema).length === listedValues(schema)?.length
  );
}

/** The alternatives of a schema that is only a choice of them. */
export function alternativesOf(schema: Maybe): readonly Value[] {
  const keyword = compositionOf(schema);
  return keyword === undefined || keyword === 'allOf' ? [] : listAt(schema, keyword);
}

/** Whether a schema allows any value: undefined, `true` or `{}`, also with a description. */
export function isAnything(schema: Maybe): boolean {
  if (schema === undefined || schema === true) return true;
  return isObject(schema) && Object.keys(withoutDescriptions(schema) as ObjectValue).length === 0;
}

/** A schema without descriptive keys. */
export function withoutDescriptions(schema: Value): Value {
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(
    ([key]) => !DESCRIPTIVE_KEYS.has(key) && !key.startsWith('x-'),
  );
  return Object.fromEntries(entries);
}

/** More parts than real schemas have. */
const MAX_PARTS = 1_000;

/**
 * A schema with the parts of its `allOf` merged; undefined if they cannot be merged.
 * @param shared references that the other schema also has: of their targets, only the type is merged
 */
export function mergedAllOf(
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
  const merged = partsOf(source, { ...schema, allOf: own }, { left: MAX_PARTS });
  return merged && mergedParts(merged);
}

/** The references in the `allOf` of both schemas; changes of their targets are reported for the targets. */
export function sharedReferences(before: ObjectValue, after: ObjectValue): ReadonlySet<string> {
  const [was, is] = [before, after].map(
    (schema) => new Set(listAt(schema, 'allOf').filter(isReference).map(refOf)),
  );
  return new Set([...(was ?? [])].filter((ref): ref is string => ref !== undefined && is?.has(ref) === true));
}

const isReference = (part: Value): boolean =>
  refOf(part) !== undefined && isObject(part) && Object.keys(part).length === 1;

/** A schema and the parts of its `allOf`, recursively. */
function partsOf(
  source: Source,
  schema: ObjectValue,
  budget: { left: number },
): readonly ObjectValue[] | undefined {
  const merged = [without(schema, ALL_OF)];
  for (const part of listAt(schema, 'allOf')) {
    budget.left -= 1;
    const { value } = resolved(source, part);
    const more = budget.left > 0 && isObject(value) ? partsOf(source, value, budget) : undefined;
    if (!more) return undefined;
    merged.push(...more.map((one) => without(one, DESCRIPTIVE_KEYS)));
  }
  return merged;
}

/** All parts merged into one schema; undefined if two parts have different values for a key that cannot be combined. */
function mergedParts(parts: readonly ObjectValue[]): ObjectValue | undefined {
  if (parts.length < 2) return parts[0];
  const otherKeys = parts.map((part) => without(part, MERGED_KEYS));
  const isContextDependent = parts.some((part) =>
    [...CONTEXT_DEPENDENT].some((key) => member(part, key) !== undefined),
  );
  const others = unionOf(otherKeys);
  const properties = unionOf(parts.map((part) => objectAt(part, 'properties')));
  if (isContextDependent || !others || !properties) return undefined;
  const required = [...new Set(parts.flatMap((part) => listAt(part, 'required')))];
  return { ...others, properties, ...(required.length > 0 && { required }) };
}

/** The members of all objects; undefined if two objects have different values for a key that cannot be combined. */
function unionOf(objects: readonly ObjectValue[]): ObjectValue | undefined {
  const members = new Map<string, Value>();
  for (const [key, value] of objects.flatMap(Object.entries<Value>)) {
    const known = members.get(key);
    const both = known === undefined || sameJson(known, value) ? value : combined(key, known, value);
    if (both === undefined) return undefined;
    members.set(key, both);
  }
  return Object.fromEntries(members);
}

/** The value of a keyword that allows what two values of it both allow; undefined if there is no rule for it. */
function combined(key: string, one: Value, other: Value): Maybe {
  if (key === 'enum' && isList(one) && isList(other))
    return one.filter((value) => other.some((two) => sameJson(value, two)));
  if (typeof one !== 'number' || typeof other !== 'number') return undefined;
  if (/^min[A-Z]/.test(key)) return Math.max(one, other);
  return /^max[A-Z]/.test(key) ? Math.min(one, other) : undefined;
}

/** Keywords whose meaning depends on the keywords beside them. */
const CONTEXT_DEPENDENT = keySet(
  'additionalProperties patternProperties unevaluatedProperties unevaluatedItems prefixItems contains if',
);
const MERGED_KEYS = keySet('properties required');
