import { canonicalJson } from '../../json/canonical.ts';
import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import { isObject, keysOf, listAt, member, objectAt, textAt } from '../../json/value.ts';
import { groupBy } from '../../lib/lists.ts';
import { refOf, resolved } from '../../openapi/references.ts';
import type { Comparison, Facts, Place, Role, Roles } from './comparison.ts';
import { BOTH, brokenBy, INPUT, membersText, memberText, NEITHER, OUTPUT } from './comparison.ts';
import { listedValues, possibleTypes } from './schema-facts.ts';
import { alternativesOf, nameOf, withoutDescriptions } from './schema-forms.ts';

/** Whether a change from one schema to another breaks a role. */
export type Breaks = (role: Role, before: Maybe, after: Maybe) => boolean;

/** One of the schemas under `allOf`, `anyOf` or `oneOf`. */
interface Variant {
  readonly name: string;
  readonly value: Value;
}

/** A schema on both sides. */
export interface VariantPair {
  readonly before: Variant;
  readonly after: Variant;
}

/** The schemas under one keyword, before and after; `anyOf` may have become `oneOf`, or `oneOf` `anyOf`. */
export interface Variants {
  readonly was: string;
  readonly is: string;
  readonly before: readonly Variant[];
  readonly after: readonly Variant[];
  readonly pairs: readonly VariantPair[];
  readonly removed: readonly Variant[];
  readonly added: readonly Variant[];
}

export function variantsOf(
  comparison: Comparison,
  before: ObjectValue,
  after: ObjectValue,
): readonly Variants[] {
  const [was, is] = [onlyChoice(before), onlyChoice(after)];
  const swapped = was !== undefined && is !== undefined && was !== is;
  const choices = swapped ? [[was, is] as const] : CHOICES.map((one) => [one, one] as const);
  return [['allOf', 'allOf'] as const, ...choices].map((keywords) =>
    matched(comparison, keywords, before, after),
  );
}

const CHOICES: readonly string[] = ['anyOf', 'oneOf'];

function onlyChoice(schema: ObjectValue): string | undefined {
  const [one, other] = CHOICES.filter((keyword) => member(schema, keyword) !== undefined);
  return other === undefined ? one : undefined;
}

/**
 * Added and removed schemas of `allOf`, `anyOf` and `oneOf`.
 * @param strictly compares the exact sets of values
 */
export function variantFacts(comparison: Comparison, variants: Variants, strictly: Breaks): Facts {
  const { was, is, removed, added } = variants;
  if (removed.length === 0 && added.length === 0) {
    return was === is ? [] : [{ detail: `${was} -> ${is}`, breaks: NEITHER }];
  }
  const [removedNames = [], addedNames = []] = [removed, added].map((list) => list.map(({ name }) => name));
  const breaks =
    is === 'allOf'
      ? brokenBy(added.length > 0, removed.length > 0)
      : choiceBreaks(comparison, variants, strictly);
  return [{ detail: membersText(is, removedNames, addedNames), breaks }];
}

/** The roles that added and removed alternatives break. Without any alternative, any value is allowed. */
function choiceBreaks(comparison: Comparison, variants: Variants, strictly: Breaks): Roles {
  const { before, after, removed, added } = variants;
  if (before.length === 0 || after.length === 0) return before.length === 0 ? INPUT : OUTPUT;
  return brokenBy(
    removed.some((one) => !isCovered(comparison, 'input', one, variants, strictly)),
    added.some((one) => !isCovered(comparison, 'output', one, variants, strictly)),
  );
}

/**
 * Whether the other side accepts all values of an alternative: another alternative does, or one for each alternative
 * in it.
 * @param except an alternative of the other side that does not accept all of them
 */
export function isCovered(
  { before: source, after: newSource }: Comparison,
  role: Role,
  one: Variant,
  { before, after }: Variants,
  strictly: Breaks,
  except?: Variant,
): boolean {
  const isSent = role === 'input';
  const others = isSent ? after : before;
  const fits = (value: Value, { value: other }: Variant): boolean =>
    isSent ? !strictly(role, value, other) : !strictly(role, other, value);
  if (others.some((other) => other !== except && fits(one.value, other))) return true;
  const parts = alternativesOf(resolved(isSent ? source : newSource, one.value).value);
  return parts.length > 0 && parts.every((part) => others.some((other) => fits(part, other)));
}

/**
 * Alternatives of `oneOf` that may now overlap. A value that matched one of them may now match two, and is then
 * invalid. Callers who receive a value accept any matching alternative, so only a strict comparison considers overlaps
 * for them.
 */
export function overlapFacts(
  { comparison, roles, strict }: Place,
  variants: Variants,
  schemas: { readonly before: ObjectValue; readonly after: ObjectValue },
  strictly: Breaks,
): Facts {
  const { was, is, before, after, pairs, removed, added } = variants;
  if (before.length === 0 || after.length === 0) return [];
  const changed = (role: Role, side: Side) =>
    pairs
      .filter((pair) => was !== is || strictly(role, pair.before.value, pair.after.value))
      .map((pair) => pair[side]);
  const overlap = (role: Role, side: Side, suspects: () => readonly Variant[]): Facts => {
    // With a discriminator, alternatives do not overlap.
    if (member(schemas[side], 'discriminator') !== undefined || !roles.includes(role)) return [];
    const depth = { comparison, side, level: 0 };
    for (const one of suspects()) {
      const others = variants[side].filter((variant) => variant !== one);
      const other = others.find((variant) => !areDisjoint(depth, one.value, variant.value));
      if (other) return [{ detail: `oneOf: ${one.name} may overlap ${other.name}`, breaks: [role] }];
    }
    return [];
  };
  const inputFacts =
    is === 'oneOf' ? overlap('input', 'after', () => [...added, ...changed('output', 'after')]) : [];
  if (!strict || was !== 'oneOf') return inputFacts;
  return [...inputFacts, ...overlap('output', 'before', () => [...removed, ...changed('input', 'before')])];
}

type Side = 'before' | 'after';

/** Changes of the discriminator and its values. A new discriminator does not affect existing callers. */
export function discriminatorFacts(before: ObjectValue, after: ObjectValue, breaks: Breaks): Facts {
  const [was, is] = [tagsOf(before), tagsOf(after)];
  if (!was) return is ? [{ detail: 'discriminator', breaks: NEITHER }] : [];
  if (
    !is ||
    textAt(member(before, 'discriminator'), 'propertyName') !==
      textAt(member(after, 'discriminator'), 'propertyName')
  ) {
    return [{ detail: 'discriminator', breaks: BOTH }];
  }
  const removed = [...was.keys()].filter((tag) => !is.has(tag));
  const added = [...is.keys()].filter((tag) => !was.has(tag));
  const moved = [...was].flatMap(([tag, ref]) => {
    const other = is.get(tag);
    if (other === undefined || refOf({ $ref: other }) === refOf({ $ref: ref })) return [];
    const roles = BOTH.filter((role) => breaks(role, { $ref: ref }, { $ref: other }));
    return [{ detail: `discriminator: ${tag}`, breaks: roles }];
  });
  if (removed.length + added.length === 0) return moved;
  const breaksOfTags = removed.length === 0 ? NEITHER : added.length === 0 ? INPUT : BOTH;
  return [{ detail: membersText('discriminator', removed, added), breaks: breaksOfTags }, ...moved];
}

/** The reference for each value of a discriminator, from its mapping or from the names of the alternatives. */
function tagsOf(schema: ObjectValue): ReadonlyMap<string, string> | undefined {
  const discriminator = member(schema, 'discriminator');
  if (discriminator === undefined) return undefined;
  const mapping = Object.entries(objectAt(discriminator, 'mapping')).map(([tag, target]) => {
    return [tag, refTo(typeof target === 'string' ? target : '')] as const;
  });
  const mapped = new Set(mapping.map(([, ref]) => ref));
  const refs = CHOICES.flatMap((keyword) => listAt(schema, keyword)).flatMap(
    (one) => textAt(one, '$ref') ?? [],
  );
  const implied = refs
    .filter((ref) => !mapped.has(ref))
    .map((ref) => [ref.split('/').at(-1) ?? '', ref] as const);
  const fallback = textAt(discriminator, 'defaultMapping');
  return new Map([
    ...implied,
    ...mapping,
    ...(fallback === undefined ? [] : [['(default)', refTo(fallback)] as const]),
  ]);
}

/** The reference of a target in a mapping, which may be the name of a schema. */
const refTo = (target: string): string => (/[#/]/.test(target) ? target : `#/components/schemas/${target}`);

/** Returns equal keys for variants that correspond to each other; undefined if it does not apply. */
type VariantKey = (comparison: Comparison, side: Side, variant: Variant) => string | number | undefined;

/** By content, by name, by type, and finally by position. */
const VARIANT_KEYS: readonly VariantKey[] = [
  (comparison, side, { value }) =>
    comparison.numberOf(withoutDescriptions(resolved(comparison[side], value).value ?? null)),
  (_, __, { name, value }) => (isUnnamed(value) ? undefined : name),
  (_, __, { value }) => (isUnnamed(value) ? memberText(member(value, 'type') ?? null) : undefined),
  (_, __, { value }) => (isUnnamed(value) ? '' : undefined),
];

function matched(
  comparison: Comparison,
  [was, is]: readonly [string, string],
  oldSchema: ObjectValue,
  newSchema: ObjectValue,
): Variants {
  const [before, after] = [namedVariants(oldSchema, was), namedVariants(newSchema, is)];
  let [removed, added] = [before, after];
  const pairs: VariantPair[] = [];
  for (const keyOf of VARIANT_KEYS) {
    if (removed.length === 0 || added.length === 0) break;
    const addedByKey = groupBy(added, (one) => keyOf(comparison, 'after', one));
    addedByKey.delete(undefined);
    const paired = new Set<Variant>();
    for (const one of removed) {
      const other = addedByKey.get(keyOf(comparison, 'before', one))?.shift();
      if (other === undefined) continue;
      paired.add(one).add(other);
      pairs.push({ before: one, after: other });
    }
    [removed, added] = [removed.filter((one) => !paired.has(one)), added.filter((one) => !paired.has(one))];
  }
  return { was, is, before, after, pairs, removed, added };
}

const isUnnamed = (value: Value): boolean => nameOf(value) === undefined;

/** The variants with unique names: their reference or title, else their position. */
function namedVariants(schema: ObjectValue, keyword: string): readonly Variant[] {
  const counts = new Map<string, number>();
  return listAt(schema, keyword).map((value) => {
    const name = nameOf(value);
    const count = (counts.get(name ?? '') ?? 0) + 1;
    counts.set(name ?? '', count);
    const suffix = name !== undefined && count === 1 ? '' : `[${count}]`;
    return { name: `${name ?? keyword}${suffix}`, value };
  });
}

/** Real alternatives differ at a level above this one. */
const MAX_LEVELS = 6;

/** The nesting level of two schemas of one document. */
interface Depth {
  readonly comparison: Comparison;
  readonly side: Side;
  readonly level: number;
}

/** Whether adc can prove that no value matches both schemas of a document. */
function areDisjoint(depth: Depth, one: Maybe, other: Maybe): boolean {
  const { comparison, side, level } = depth;
  comparison.budget -= 1;
  if (level > MAX_LEVELS || comparison.budget < 0) return false;
  if (one === false || other === false) return true;
  const numbers = [one, other].map(comparison.numberOf).toSorted((a, b) => a - b);
  const key = `${side} ${level} ${numbers.join(' ')}`;
  const known = comparison.disjoint.get(key);
  if (known !== undefined) return known;
  comparison.budget -= 2;
  const [first, second] = [resolved(comparison[side], one).value, resolved(comparison[side], other).value];
  const inside = { ...depth, level: level + 1 };
  const disjoint =
    isObject(first) &&
    isObject(second) &&
    (areTypesDisjoint(inside, first, second) ||
      arePartsDisjoint(inside, first, second) ||
      arePartsDisjoint(inside, second, first));
  comparison.disjoint.set(key, disjoint);
  return disjoint;
}

/** Whether a part of `allOf` or each alternative of a schema shares no value with the other schema. */
function arePartsDisjoint(inside: Depth, schema: ObjectValue, other: ObjectValue): boolean {
  const isDisjointPart = (part: Value) => areDisjoint(inside, part, other);
  return (
    listAt(schema, 'allOf').some(isDisjointPart) ||
    ['anyOf', 'oneOf'].some((keyword) => {
      const alternatives = listAt(schema, keyword);
      return alternatives.length > 0 && alternatives.every(isDisjointPart);
    })
  );
}

/** Whether two schemas share no value of any type. */
function areTypesDisjoint(inside: Depth, one: ObjectValue, other: ObjectValue): boolean {
  const values = [listedValues(one), listedValues(other)] as const;
  if (values[0] && values[1]) {
    inside.comparison.budget -= values[0].length + values[1].length;
    const texts = new Set(values[1].map(canonicalJson));
    if (values[0].every((value) => !texts.has(canonicalJson(value)))) return true;
  }
  const [types, others] = [possibleTypes(one), possibleTypes(other)];
  const shared = types.filter((type) =>
    others.some((kind) => type === kind || (isNumeric(type) && isNumeric(kind))),
  );
  return shared.every((type) => {
    if (type === 'object') return areObjectsDisjoint(inside, one, other);
    const range = RANGES.get(type);
    return range !== undefined && (isAbove(one, other, range) || isAbove(other, one, range));
  });
}

const isNumeric = (type: string): boolean => type === 'number' || type === 'integer';

/** The minimum and maximum keywords of each type. */
const RANGES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['string', ['minLength', 'maxLength']],
  ['number', ['minimum', 'maximum']],
  ['integer', ['minimum', 'maximum']],
  ['array', ['minItems', 'maxItems']],
]);

function isAbove(one: ObjectValue, other: ObjectValue, [least, most]: readonly [string, string]): boolean {
  const [from, to] = [member(one, least), member(other, most)];
  return typeof from === 'number' && typeof to === 'number' && from > to;
}

/**
 * Whether objects differ in a property that one requires, and that the other forbids or defines with disjoint values.
 */
function areObjectsDisjoint(inside: Depth, one: ObjectValue, other: ObjectValue): boolean {
  const [properties, others] = [objectAt(one, 'properties'), objectAt(other, 'properties')];
  const required = new Set([...listAt(one, 'required'), ...listAt(other, 'required')]);
  const differs = keysOf(properties, others).some(
    (name) => required.has(name) && areDisjoint(inside, member(properties, name), member(others, name)),
  );
  return differs || forbids(other, listAt(one, 'required')) || forbids(one, listAt(other, 'required'));
}

function forbids(schema: ObjectValue, names: readonly Value[]): boolean {
  const isClosed =
    member(schema, 'additionalProperties') === false && member(schema, 'patternProperties') === undefined;
  return (
    isClosed &&
    names.some((name) => typeof name === 'string' && !Object.hasOwn(objectAt(schema, 'properties'), name))
  );
}
