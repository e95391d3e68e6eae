import type { Source } from './references.ts';
import { resolved } from './references.ts';
import { listedValues, possibleTypes } from './schema-facts.ts';
import type { ObjectValue, Value } from '../../json/value.ts';
import { canonicalJson } from '../../json/canonical.ts';
import { isObject, keysOf, listAt, member, objectAt } from '../../json/value.ts';

/** Deeper than people tell alternatives apart. */
const MOST_LEVELS = 6;

/** Whether no value meets both schemas of a document, as far as that can be shown. */
export function areDisjoint(
  source: Source,
  one: Value | undefined,
  other: Value | undefined,
  level = 0,
): boolean {
  if (level > MOST_LEVELS) return false;
  if (one === false || other === false) return true;
  const [first, second] = [resolved(source, one).value, resolved(source, other).value];
  if (!isObject(first) || !isObject(second)) return false;
  return (
    apart(source, first, second, level) ||
    partsApart(source, first, second, level) ||
    partsApart(source, second, first, level)
  );
}

/** Whether some part of a schema, or each of its alternatives, has nothing in common with another schema. */
function partsApart(source: Source, schema: ObjectValue, other: ObjectValue, level: number): boolean {
  const isApart = (part: Value) => areDisjoint(source, part, other, level + 1);
  return (
    listAt(schema, 'allOf').some(isApart) ||
    ['anyOf', 'oneOf'].some((keyword) => {
      const alternatives = listAt(schema, keyword);
      return alternatives.length > 0 && alternatives.every(isApart);
    })
  );
}

/** Whether two schemas share no value of any type. */
function apart(source: Source, one: ObjectValue, other: ObjectValue, level: number): boolean {
  const values = [listedValues(one), listedValues(other)] as const;
  if (values[0] && values[1]) {
    const texts = new Set(values[1].map(canonicalJson));
    if (values[0].every((value) => !texts.has(canonicalJson(value)))) return true;
  }
  const [types, others] = [possibleTypes(one), possibleTypes(other)];
  const shared = types.filter((type) =>
    others.some((kind) => type === kind || (isNumeric(type) && isNumeric(kind))),
  );
  return shared.every((type) => {
    if (type === 'object') return objectsApart(source, one, other, level);
    const range = RANGES.get(type);
    return range !== undefined && (isPast(one, other, range) || isPast(other, one, range));
  });
}

const isNumeric = (type: string): boolean => type === 'number' || type === 'integer';

/** The least and the most that a value of a type may be or have. */
const RANGES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['string', ['minLength', 'maxLength']],
  ['number', ['minimum', 'maximum']],
  ['integer', ['minimum', 'maximum']],
  ['array', ['minItems', 'maxItems']],
]);

function isPast(one: ObjectValue, other: ObjectValue, [least, most]: readonly [string, string]): boolean {
  const [from, to] = [member(one, least), member(other, most)];
  return typeof from === 'number' && typeof to === 'number' && from > to;
}

/** Objects differ by a property that one must have, and that the other forbids or has otherwise. */
function objectsApart(source: Source, one: ObjectValue, other: ObjectValue, level: number): boolean {
  const [properties, others] = [objectAt(one, 'properties'), objectAt(other, 'properties')];
  const required = new Set([...listAt(one, 'required'), ...listAt(other, 'required')]);
  const differs = keysOf(properties, others).some(
    (name) =>
      required.has(name) && areDisjoint(source, member(properties, name), member(others, name), level + 1),
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
