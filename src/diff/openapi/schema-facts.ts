import type { Fact } from './comparison.ts';
import { keySet } from './key-set.ts';
import { keywordRule } from './keyword-rules.ts';
import { BOTH, INPUT, NEITHER, OUTPUT } from './role.ts';
import { boundFacts } from './schema-bounds.ts';
import { toldChange, toldMember, toldMembers } from './told.ts';
import type { ObjectValue, Value } from './value.ts';
import { canonicalText, changedKeys, isList, listAt, member } from './value.ts';

/** Compared one by one here, or as schemas of their own by schema-children.ts. */
const ELSEWHERE = keySet(
  'type nullable enum const properties required additionalProperties items prefixItems',
  'patternProperties allOf anyOf oneOf $defs definitions',
  'minimum exclusiveMinimum maximum exclusiveMaximum',
);

/** What differs between two schemas themselves, leaving out the schemas inside them. */
export function schemaFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const others = changedKeys(before, after).filter((key) => !ELSEWHERE.has(key));
  return [
    ...typeFacts(before, after),
    ...nullFacts(before, after),
    ...enumFacts(before, after),
    ...boundFacts(before, after),
    ...others.map((key) => keywordFact(key, member(before, key), member(after, key))),
  ];
}

function keywordFact(key: string, before: Value | undefined, after: Value | undefined): Fact {
  return { detail: toldChange(key, before, after), breaks: keywordRule(key)(before, after) };
}

function typeFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [typesOf(before), typesOf(after)];
  const breaks = [...(covers(is, was) ? NEITHER : INPUT), ...(covers(was, is) ? NEITHER : OUTPUT)];
  const detail = `type: ${toldTypes(was)} -> ${toldTypes(is)}`;
  return toldTypes(was) === toldTypes(is) ? [] : [{ detail, breaks }];
}

/** `nullable` beside no type: what it is meant to say is plain, though 3.0 gives it no meaning there. */
function nullFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  if (member(before, 'type') !== undefined || member(after, 'type') !== undefined) return [];
  const [was, is] = [member(before, 'nullable'), member(after, 'nullable')];
  if ((was === true) === (is === true)) return [];
  return [{ detail: toldChange('nullable', was, is), breaks: is === true ? OUTPUT : INPUT }];
}

/** The types that a schema allows, sorted; none means any. `nullable` of 3.0 is the type `null` of 3.1. */
function typesOf(schema: ObjectValue): readonly string[] {
  const type = member(schema, 'type');
  const types = (isList(type) ? type : type === undefined ? [] : [type]).map(toldMember);
  const nullable = types.length > 0 && member(schema, 'nullable') === true;
  return [...new Set(nullable ? [...types, 'null'] : types)].toSorted();
}

function covers(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  const allowed = new Set(wide.includes('number') ? [...wide, 'integer'] : wide);
  return narrow.length > 0 && narrow.every((type) => allowed.has(type));
}

function toldTypes(types: readonly string[]): string {
  return types.length === 0 ? 'any' : types.join(' or ');
}

function enumFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [allowedValues(before), allowedValues(after)];
  if (!was && !is) return [];
  if (!was) return [{ detail: toldMembers('enum', [], [...(is?.values() ?? [])]), breaks: INPUT }];
  if (!is) return [{ detail: toldMembers('enum', [...was.values()], []), breaks: OUTPUT }];
  const removed = [...was].filter(([key]) => !is.has(key)).map(([, told]) => told);
  const added = [...is].filter(([key]) => !was.has(key)).map(([, told]) => told);
  if (removed.length === 0 && added.length === 0) return [];
  // Callers who get a new value are expected to cope, but not where none is left that they know; those who send a value
  // that is gone are refused.
  const breaks = removed.length === was.size ? BOTH : removed.length > 0 ? INPUT : NEITHER;
  return [{ detail: toldMembers('enum', removed, added), breaks }];
}

/** The values of `enum` or `const`, by what makes them equal; undefined where any value is allowed. */
function allowedValues(schema: ObjectValue): ReadonlyMap<string, string> | undefined {
  const only = member(schema, 'const');
  const values = only === undefined ? listAt(schema, 'enum') : [only];
  if (values.length === 0) return undefined;
  return new Map(values.map((value) => [canonicalText(value), toldMember(value)]));
}
