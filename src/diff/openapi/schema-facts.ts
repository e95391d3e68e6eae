import { canonicalJson, sameJson } from '../../json/canonical.ts';
import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import {
  changedKeys,
  isList,
  isObject,
  itemsOf,
  keySet,
  listAt,
  member,
  objectAt,
  without,
} from '../../json/value.ts';
import type { Fact, Facts, Roles } from './comparison.ts';
import { BOTH, brokenBy, changeText, INPUT, membersText, memberText, NEITHER, OUTPUT } from './comparison.ts';

/** Keys with their own rule here, or compared as schemas by schema-children.ts. */
const ELSEWHERE = keySet(
  'type nullable enum const properties required additionalProperties items prefixItems',
  'patternProperties allOf anyOf oneOf if then else discriminator dependentRequired dependentSchemas',
  'not propertyNames contains contentSchema unevaluatedProperties unevaluatedItems',
  'minimum exclusiveMinimum maximum exclusiveMaximum',
);

/** The differences between two schemas, without the schemas inside them. */
export function schemaFacts(before: ObjectValue, after: ObjectValue): Facts {
  const others = changedKeys(before, after).filter((key) => !ELSEWHERE.has(key));
  return [
    ...typeFacts(before, after),
    ...nullFacts(before, after),
    ...enumFacts(before, after),
    ...boundFacts(before, after),
    ...dependentFacts(before, after),
    ...others.map((key) => keywordFact(key, before, after)),
  ];
}

function keywordFact(key: string, before: ObjectValue, after: ObjectValue): Fact {
  const [was, is] = [member(before, key), member(after, key)];
  const isOfText = [was, is].every((one) => one === undefined || TEXT_FORMATS.has(one));
  const constraint = key === 'format' && isOfText ? 'pattern' : key;
  const breaks = constrainsBoth(constraint, before, after) ? keywordRule(key)(was, is) : NEITHER;
  return { detail: changeText(key, was, is), breaks };
}

const DEFAULT = keySet('default');

/** The schemas of a value that callers always sent, so that its default has no effect, and the change of the default. */
export function withoutDefaults(before: Maybe, after: Maybe): readonly [Maybe, Maybe, Facts] {
  const [was, is] = [member(before, 'default'), member(after, 'default')];
  const facts = sameJson(was, is) ? [] : [{ detail: changeText('default', was, is), breaks: NEITHER }];
  const [old, now] = [before, after].map((one) => (isObject(one) ? without(one, DEFAULT) : one));
  return [old, now, facts];
}

/** Whether both schemas allow a value that a keyword constrains; otherwise the change of the types is reported. */
export function constrainsBoth(key: string, before: ObjectValue, after: ObjectValue): boolean {
  const constrained = CONSTRAINED_TYPES.get(key);
  if (constrained === undefined) return true;
  return [before, after].every((schema) => possibleTypes(schema).some((type) => constrained.includes(type)));
}

/** The types that a keyword constrains; all types if it is not listed. */
const CONSTRAINED_TYPES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    string: 'minLength maxLength pattern contentEncoding contentMediaType contentSchema',
    'number integer': 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf',
    array:
      'items prefixItems minItems maxItems uniqueItems contains minContains maxContains unevaluatedItems',
    object:
      'properties patternProperties additionalProperties unevaluatedProperties propertyNames required ' +
      'minProperties maxProperties dependentRequired dependentSchemas',
    'string number integer': 'format',
  }).flatMap(([types, keys]) => keys.split(' ').map((key) => [key, types.split(' ')] as const)),
);

const ANY_TYPE = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'];

/** The types of the values that a schema may allow by its own type, `enum` and `const`. */
export function possibleTypes(schema: ObjectValue): readonly string[] {
  const types = typesOf(schema);
  const values = listedValues(schema)?.map(typeOf);
  const allowed = types.length === 0 ? ANY_TYPE : types;
  return values ? values.filter((type) => covers(allowed, [type])) : allowed;
}

function typeOf(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

function typeFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [typesOf(before), typesOf(after)];
  const breaks = [
    ...(covers(is, possibleTypes(before)) ? NEITHER : INPUT),
    ...(covers(was, possibleTypes(after)) ? NEITHER : OUTPUT),
  ];
  const detail = `type: ${typesText(was)} -> ${typesText(is)}`;
  return typesText(was) === typesText(is) ? [] : [{ detail, breaks }];
}

/** `nullable` without a type: its intention is clear, although it has no meaning in 3.0. */
function nullFacts(before: ObjectValue, after: ObjectValue): Facts {
  if (member(before, 'type') !== undefined || member(after, 'type') !== undefined) return [];
  const [was, is] = [member(before, 'nullable'), member(after, 'nullable')];
  if ((was === true) === (is === true)) return [];
  return [{ detail: changeText('nullable', was, is), breaks: is === true ? OUTPUT : INPUT }];
}

/** The types that a schema allows, sorted; none means any. `nullable` of 3.0 is the type `null` of 3.1. */
export function typesOf(schema: ObjectValue): readonly string[] {
  const type = member(schema, 'type');
  const types = (isList(type) ? type : type === undefined ? [] : [type]).map(memberText);
  const nullable =
    types.length > 0 && [member(schema, 'nullable'), member(schema, 'x-nullable')].includes(true);
  return [...new Set(nullable ? [...types, 'null'] : types)].toSorted();
}

function covers(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  const allowed = new Set(wide.includes('number') ? [...wide, 'integer'] : wide);
  return narrow.every((type) => allowed.has(type));
}

function typesText(types: readonly string[]): string {
  return types.length === 0 ? 'any' : types.join(' or ');
}

function enumFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [allowedValues(before), allowedValues(after)];
  if (isEmpty(is) && !isEmpty(was)) return [{ detail: 'enum: no value left', breaks: INPUT }];
  const [removed, added] = [missingIn(is, was), missingIn(was, is)];
  const detail = membersText('enum', removed, added);
  if (!was || !is) return was || is ? [{ detail, breaks: is ? INPUT : OUTPUT }] : [];
  if (removed.length + added.length === 0) return [];
  const [narrowed, widened] = [removed.length > 0, added.length > 0];
  // Callers are expected to handle a new value of a known type, but not a list without any known value.
  const isKnown = removed.length < was.size && covers(possibleTypes(before), possibleTypes(after));
  return [{ detail, breaks: brokenBy(narrowed, widened && !isKnown), strictly: brokenBy(narrowed, widened) }];
}

type Values = ReadonlyMap<string, string> | undefined;

const isEmpty = (values: Values): boolean => values?.size === 0;

function missingIn(some: Values, all: Values): readonly string[] {
  return [...(all ?? [])].filter(([key]) => !some?.has(key)).map(([, text]) => text);
}

/**
 * The values of `enum` and `const` with an allowed type, by their canonical form; undefined if any value is allowed.
 */
function allowedValues(schema: ObjectValue): ReadonlyMap<string, string> | undefined {
  const types = typesOf(schema);
  const values = listedValues(schema)?.filter((value) => covers(types, [typeOf(value)]));
  return values && new Map(values.map((value) => [canonicalJson(value), memberText(value)]));
}

/** The values of `enum` and `const`; undefined without both. */
export function listedValues(schema: ObjectValue): readonly Value[] | undefined {
  const [only, list] = [member(schema, 'const'), member(schema, 'enum')];
  if (only === undefined) return isList(list) ? list : undefined;
  return isList(list) ? list.filter((value) => sameJson(value, only)) : [only];
}

/** The properties that became or are no longer required beside others. */
function dependentFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [dependencies(before), dependencies(after)];
  const removed = [...was].filter((one) => !is.has(one));
  const added = [...is].filter((one) => !was.has(one));
  if (removed.length + added.length === 0) return [];
  const breaks = constrainsBoth('dependentRequired', before, after)
    ? brokenBy(added.length > 0, removed.length > 0)
    : NEITHER;
  return [{ detail: membersText('dependentRequired', removed, added), breaks }];
}

function dependencies(schema: ObjectValue): ReadonlySet<string> {
  const required = listAt(schema, 'required');
  const entries = Object.entries(objectAt(schema, 'dependentRequired'));
  return new Set(
    entries.flatMap(([name, others]) =>
      itemsOf(others).flatMap((other) =>
        required.includes(other) ? [] : `${memberText(other)} with ${name}`,
      ),
    ),
  );
}

/** A limit of a number, and whether it is exclusive. */
interface Bound {
  readonly limit: number | bigint;
  readonly excluded: boolean;
}

interface Side {
  readonly key: string;
  /** In 3.1, a number; in 3.0, a boolean that makes the other keyword exclusive. */
  readonly excluding: string;
  /** From an excluded integer to the nearest integer in the range. */
  readonly step: number;
  /** From a fraction to the nearest integer in the range. */
  readonly rounded: (fraction: number) => number;
  /** Whether the first limit is tighter than the second. */
  readonly tighter: (one: number | bigint, other: number | bigint) => boolean;
}

const SIDES: readonly Side[] = [
  {
    key: 'minimum',
    excluding: 'exclusiveMinimum',
    step: 1,
    rounded: Math.ceil,
    tighter: (one, other) => one > other,
  },
  {
    key: 'maximum',
    excluding: 'exclusiveMaximum',
    step: -1,
    rounded: Math.floor,
    tighter: (one, other) => one < other,
  },
];

/** Changes of the limits of numbers; the forms of 3.0 and 3.1 are equivalent. */
function boundFacts(before: ObjectValue, after: ObjectValue): Facts {
  return SIDES.flatMap((side) => {
    const binds = constrainsBoth(side.key, before, after);
    const keys = changedKeys(before, after).filter((key) => key === side.key || key === side.excluding);
    if (keys.length === 0) return [];
    const [was, is] = [boundOf(before, side), boundOf(after, side)];
    const detail = keys.map((key) => changeText(key, member(before, key), member(after, key))).join('; ');
    const breaks = isTighter(is, was, side) ? INPUT : isTighter(was, is, side) ? OUTPUT : NEITHER;
    return [{ detail, breaks: binds ? breaks : NEITHER }];
  });
}

function boundOf(schema: ObjectValue, side: Side): Bound | undefined {
  const [limit, excluding] = [member(schema, side.key), member(schema, side.excluding)];
  const own = isNumber(limit) ? { limit, excluded: excluding === true } : undefined;
  const other = isNumber(excluding) ? { limit: excluding, excluded: true } : undefined;
  const bound = isTighter(other, own, side) ? other : own;
  const isOfInteger = typesOf(schema).every((type) => type === 'integer' || type === 'null');
  if (typeof bound?.limit !== 'number' || typesOf(schema).length === 0 || !isOfInteger) return bound;
  if (!Number.isInteger(bound.limit)) return { limit: side.rounded(bound.limit), excluded: false };
  return { limit: bound.excluded ? bound.limit + side.step : bound.limit, excluded: false };
}

function isTighter(one: Bound | undefined, other: Bound | undefined, { tighter }: Side): boolean {
  if (!one || !other) return one !== undefined;
  if (tighter(one.limit, other.limit)) return true;
  return !tighter(other.limit, one.limit) && one.excluded && !other.excluded;
}

export function isNumber(value: Maybe): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/**
 * Returns the roles that the change of one keyword breaks. Narrower values break requests, wider values break
 * responses.
 */
type Rule = (before: Maybe, after: Maybe) => Roles;

const harmless: Rule = () => NEITHER;
const unknown: Rule = () => BOTH;
const strict: Rule = (before, after) => (before === undefined ? INPUT : after === undefined ? OUTPUT : BOTH);
/** The case of encodings and media types does not matter (RFC 2045). */
const caseless: Rule = (...values) => {
  const [before, after] = values.map((one) => (typeof one === 'string' ? one.toLowerCase() : one));
  return before === after ? NEITHER : strict(before, after);
};
/** @param none the minimum without the keyword. */
const atLeast =
  (none: number): Rule =>
  (before, after) =>
    limitRoles(limitOf(before, none), limitOf(after, none));
const atMost: Rule = (before, after) => limitRoles(limitOf(after, Infinity), limitOf(before, Infinity));
const unique: Rule = (before, after) => limitRoles(before === true ? 1 : 0, after === true ? 1 : 0);
/** Callers who omit a parameter now get another value. */
const defaulting: Rule = (before) => (before === undefined ? NEITHER : INPUT);
const unlessNew: Rule = (before) => (before === undefined ? NEITHER : BOTH);

const multiple: Rule = (before, after) => {
  if (before === undefined || after === undefined) return strict(before, after);
  const [was, is] = [Number(before), Number(after)];
  return isMultiple(is, was) ? INPUT : isMultiple(was, is) ? OUTPUT : BOTH;
};

/** Decimal fractions are not exact: 0.3 / 0.1 is 2.9999999999999996. */
function isMultiple(one: number, factor: number): boolean {
  const ratio = one / factor;
  return Math.abs(ratio - Math.round(ratio)) < 1e-9 * Math.max(1, Math.abs(ratio)) && Math.round(ratio) !== 0;
}

/** Formats that only texts have; others, such as `decimal`, may be of numbers. */
const TEXT_FORMATS: ReadonlySet<Maybe> = keySet(
  'date-time date time duration email idn-email hostname idn-hostname ipv4 ipv6 uri uri-reference iri',
  'iri-reference uuid uri-template json-pointer relative-json-pointer regex byte binary password',
);

/** Formats that include all values of another format. */
const WIDER_FORMATS: ReadonlyMap<Maybe, readonly Value[]> = new Map([
  ['int32', ['int64']],
  ['float', ['double']],
  ['email', ['idn-email']],
  ['hostname', ['idn-hostname']],
  ['uri', ['uri-reference', 'iri', 'iri-reference']],
  ['uri-reference', ['iri-reference']],
  ['iri', ['iri-reference']],
]);
const isWider = (format: Value, than: Value): boolean => WIDER_FORMATS.get(than)?.includes(format) === true;
const format: Rule = (...formats) => {
  // A hint for user interfaces.
  const [before, after] = formats.map((one) => (one === 'password' ? undefined : one));
  if (before === after) return NEITHER;
  if (before === undefined || after === undefined) return strict(before, after);
  return isWider(after, before) ? OUTPUT : isWider(before, after) ? INPUT : BOTH;
};

/** Patterns that match every text count as no pattern. */
const ANY_TEXT =
  /^(?:\^?(?:\.|\[\\s\\S\]|\[\^\])\*\??|\^?(?:(?:\[\\s\\S\]|\[\^\])\*\??)\$|(?:\.\*\??)?\$|\^?)$/;
const pattern: Rule = (...patterns) => {
  const [was, is] = patterns.map((one) =>
    typeof one !== 'string' ? one : ANY_TEXT.test(one) ? undefined : one.replaceAll(/(?<!\\)\[0-9\]/g, '\\d'),
  );
  return sameJson(was, is) ? NEITHER : strict(was, is);
};

const RULES: ReadonlyMap<string, Rule> = new Map([
  ...withRule(atLeast(0), ['minLength', 'minItems', 'minProperties']),
  ...withRule(atLeast(1), ['minContains']),
  ...withRule(atMost, ['maxLength', 'maxItems', 'maxProperties', 'maxContains']),
  ...withRule(harmless, ['title', 'description', 'example', 'examples', 'deprecated', 'externalDocs']),
  // Definitions are compared at the references to them.
  ...withRule(harmless, ['$comment', '$schema', '$id', '$anchor', '$dynamicAnchor', '$defs', 'definitions']),
  ['xml', unlessNew],
  ['default', defaulting],
  ['pattern', pattern],
  ...withRule(caseless, ['contentEncoding', 'contentMediaType']),
  ['format', format],
  ['multipleOf', multiple],
  ['uniqueItems', unique],
  // Changes are reported for the properties with these keywords.
  ...withRule(harmless, ['readOnly', 'writeOnly']),
]);

/** The rule of a keyword. An unknown keyword may constrain values; extensions (`x-…`) never concern callers. */
function keywordRule(key: string): Rule {
  return RULES.get(key) ?? (key.startsWith('x-') ? harmless : unknown);
}

/** The roles that a higher or a lower minimum breaks. */
function limitRoles(before: number | bigint, after: number | bigint): Roles {
  return after > before ? INPUT : after < before ? OUTPUT : NEITHER;
}

function limitOf(value: Maybe, none: number): number | bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? value : none;
}

function withRule(rule: Rule, keywords: readonly string[]): readonly (readonly [string, Rule])[] {
  return keywords.map((keyword) => [keyword, rule] as const);
}
