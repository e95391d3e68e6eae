import type { Fact } from './comparison.ts';
import { keySet } from './key-set.ts';
import type { Role } from './role.ts';
import { BOTH, INPUT, NEITHER, OUTPUT } from './role.ts';
import { toldChange, toldMember, toldMembers } from './told.ts';
import type { ObjectValue, Value } from './value.ts';
import { canonicalText, changedKeys, isList, listAt, member } from './value.ts';

/** For which roles the change of one keyword breaks callers. Narrower breaks what is sent, wider what is got. */
type Rule = (before: Value | undefined, after: Value | undefined) => readonly Role[];

const harmless: Rule = () => NEITHER;
const strict: Rule = (before, after) => (before === undefined ? INPUT : after === undefined ? OUTPUT : BOTH);
const atLeast: Rule = (before, after) =>
  limitOf(after, -Infinity) > limitOf(before, -Infinity) ? INPUT : OUTPUT;
const atMost: Rule = (before, after) =>
  limitOf(after, Infinity) < limitOf(before, Infinity) ? INPUT : OUTPUT;

const RULES: ReadonlyMap<string, Rule> = new Map([
  ...rows(atLeast, ['minimum', 'minLength', 'minItems', 'minProperties', 'minContains']),
  ...rows(atMost, ['maximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains']),
  ...rows(strict, ['format', 'pattern', 'multipleOf', 'not', 'exclusiveMinimum', 'exclusiveMaximum']),
  ...rows(harmless, ['title', 'description', 'default', 'example', 'examples', 'deprecated', 'externalDocs']),
  ...rows(harmless, ['xml', '$comment', '$schema', '$id', '$anchor']),
  ['uniqueItems', (_, after) => (after === true ? INPUT : OUTPUT)],
  ['readOnly', (_, after) => (after === true ? INPUT : NEITHER)],
  ['writeOnly', (_, after) => (after === true ? OUTPUT : NEITHER)],
]);

/** Compared by typeFacts and enumFacts here, or as schemas of their own by schema-children.ts. */
const ELSEWHERE = keySet(
  'type nullable enum const properties required additionalProperties items prefixItems',
  'patternProperties allOf anyOf oneOf $defs definitions',
);

/** What differs between two schemas themselves, leaving out the schemas inside them. */
export function schemaFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const others = changedKeys(before, after).filter((key) => !ELSEWHERE.has(key));
  return [
    ...typeFacts(before, after),
    ...enumFacts(before, after),
    ...others.map((key) => keywordFact(key, member(before, key), member(after, key))),
  ];
}

function keywordFact(key: string, before: Value | undefined, after: Value | undefined): Fact {
  // A keyword that nobody here knows may narrow anything; extensions are for tools, not for callers.
  const rule = RULES.get(key) ?? (key.startsWith('x-') ? harmless : () => BOTH);
  return { detail: toldChange(key, before, after), breaks: rule(before, after) };
}

function typeFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [typesOf(before), typesOf(after)];
  const breaks = [...(covers(is, was) ? NEITHER : INPUT), ...(covers(was, is) ? NEITHER : OUTPUT)];
  const detail = `type: ${toldTypes(was)} -> ${toldTypes(is)}`;
  return toldTypes(was) === toldTypes(is) ? [] : [{ detail, breaks }];
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
  // Callers who get a new value are expected to cope; those who send a value that is gone are refused.
  return [{ detail: toldMembers('enum', removed, added), breaks: removed.length > 0 ? INPUT : NEITHER }];
}

/** The values of `enum` or `const`, by what makes them equal; undefined where any value is allowed. */
function allowedValues(schema: ObjectValue): ReadonlyMap<string, string> | undefined {
  const only = member(schema, 'const');
  const values = only === undefined ? listAt(schema, 'enum') : [only];
  if (values.length === 0) return undefined;
  return new Map(values.map((value) => [canonicalText(value), toldMember(value)]));
}

function limitOf(value: Value | undefined, none: number): number | bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? value : none;
}

function rows(rule: Rule, keywords: readonly string[]): readonly (readonly [string, Rule])[] {
  return keywords.map((keyword) => [keyword, rule] as const);
}
