import { isList, keySet, listAt, member, without } from '../../json/value.ts';
import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import { isNumber, listedValues } from './schema-facts.ts';
import { withEnum } from './schema-forms.ts';

/** A schema with the same values in the form that the rules compare: equal sets of values have few forms. */
export function normalized(schema: ObjectValue, other: ObjectValue): ObjectValue {
  const listed = listedValues(other) ? withEnum(schema) : schema;
  return STEPS.reduce((value, step) => step(value), withInteger(withEncoding(listed, other), other));
}

/** The formats for bytes of 3.0, with the keywords of 3.1 for them. */
const ENCODINGS: ReadonlyMap<Maybe, readonly [string, Value]> = new Map<Maybe, readonly [string, Value]>([
  ['byte', ['contentEncoding', 'base64']],
  ['binary', ['contentMediaType', 'application/octet-stream']],
]);
const FORMAT = keySet('format');

/** A schema with the keyword of 3.1 for bytes, if the other schema has it. */
function withEncoding(schema: ObjectValue, other: ObjectValue): ObjectValue {
  const [key = '', value = null] = ENCODINGS.get(member(schema, 'format')) ?? [];
  const applies = member(other, key) !== undefined && member(schema, key) === undefined;
  return applies ? { ...without(schema, FORMAT), [key]: value } : schema;
}

type Step = (schema: ObjectValue) => ObjectValue;

const STEPS: readonly Step[] = [withCheckedEnum, withoutUnevaluated, withMaxItems, withMinimum, withContains];

const MULTIPLE = keySet('multipleOf');

/** A number without a fraction is an integer. */
function withInteger(schema: ObjectValue, other: ObjectValue): ObjectValue {
  const [type, factor] = [member(schema, 'type'), member(schema, 'multipleOf')];
  if (!Number.isInteger(factor)) return schema;
  if (type !== 'number' && type !== 'integer') return schema;
  const isImplied =
    factor === 1 && [undefined, 1].includes(member(other, 'multipleOf') as number | undefined);
  return { ...(isImplied ? without(schema, MULTIPLE) : schema), type: 'integer' };
}

type Check = (value: Value, limit: Value) => boolean;

const onText =
  (check: (text: string, limit: Value) => boolean): Check =>
  (value, limit) =>
    typeof value !== 'string' || check(value, limit);
const onNumber =
  (check: (one: number | bigint, limit: number | bigint) => boolean): Check =>
  (value, limit) =>
    !isNumber(value) || !isNumber(limit) || check(value, limit);

/** Whether a value keeps a keyword; true for values that the keyword does not constrain. */
const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['minLength', onText((text, limit) => Array.from(text).length >= Number(limit))],
  ['maxLength', onText((text, limit) => Array.from(text).length <= Number(limit))],
  ['minimum', onNumber((one, limit) => one >= limit)],
  ['maximum', onNumber((one, limit) => one <= limit)],
]);
const CHECKED_KEYS: ReadonlySet<string> = new Set(CHECKS.keys());

/** Limits exclude values of an `enum`. */
function withCheckedEnum(schema: ObjectValue): ObjectValue {
  const values = listedValues(schema);
  const checks = [...CHECKS].filter(([key]) => member(schema, key) !== undefined);
  if (!values || checks.length === 0 || hasFlags(schema)) return schema;
  const kept = values.filter((value) =>
    checks.every(([key, check]) => check(value, member(schema, key) ?? null)),
  );
  return { ...without(schema, CHECKED_KEYS), enum: kept };
}

/** Whether a limit is exclusive by a flag, as in 3.0. */
function hasFlags(schema: ObjectValue): boolean {
  return ['exclusiveMinimum', 'exclusiveMaximum'].some((key) => member(schema, key) === true);
}

/** Keywords that evaluate properties or items elsewhere than beside `unevaluatedProperties` and `unevaluatedItems`. */
const EVALUATING = keySet('$ref $dynamicRef allOf anyOf oneOf not if dependentSchemas contains');

/** Without other evaluating keywords, unevaluated properties are the additional ones, and unevaluated items the others. */
function withoutUnevaluated(schema: ObjectValue): ObjectValue {
  if (Object.keys(schema).some((key) => EVALUATING.has(key))) return schema;
  const renamed = (value: ObjectValue, old: string, key: string): ObjectValue => {
    const own: Maybe = member(value, old);
    return own === undefined ? value : { [key]: own, ...without(value, new Set([old])) };
  };
  return renamed(
    renamed(schema, 'unevaluatedProperties', 'additionalProperties'),
    'unevaluatedItems',
    'items',
  );
}

const ITEMS = keySet('items');

/** A list whose other items are forbidden has at most as many items as positions. */
function withMaxItems(schema: ObjectValue): ObjectValue {
  if (member(schema, 'items') !== false) return schema;
  const positions = isList(member(schema, 'prefixItems')) ? listAt(schema, 'prefixItems').length : 0;
  const limit = member(schema, 'maxItems');
  const maxItems = typeof limit === 'number' ? Math.min(limit, positions) : positions;
  return { ...without(schema, ITEMS), maxItems };
}

const MIN_PROPERTIES = keySet('minProperties');

/** Required properties are a minimum of properties. */
function withMinimum(schema: ObjectValue): ObjectValue {
  const limit = member(schema, 'minProperties');
  const isImplied = typeof limit === 'number' && limit <= new Set(listAt(schema, 'required')).size;
  return isImplied ? without(schema, MIN_PROPERTIES) : schema;
}

const CONTAINS = keySet('contains minContains maxContains');

/** Zero items that match are always there, and the limits have no effect without `contains`. */
function withContains(schema: ObjectValue): ObjectValue {
  const isVoid = member(schema, 'minContains') === 0 && member(schema, 'maxContains') === undefined;
  return isVoid || member(schema, 'contains') === undefined ? without(schema, CONTAINS) : schema;
}
