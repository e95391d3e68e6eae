import type { Fact } from './comparison.ts';
import type { Role } from './role.ts';
import { BOTH, INPUT, NEITHER, OUTPUT } from './role.ts';
import type { VariantPair } from './schema-variants.ts';
import { toldMember, toldMembers } from './told.ts';
import type { ObjectValue, Value } from './value.ts';
import { EMPTY, isAnything, isObject, keysOf, listAt, member, objectAt } from './value.ts';

/** A schema inside a schema, on one side or both. */
export interface SchemaChild {
  /** What its name adds to that of the schema around it: `.amount`, `[]`, nothing for a part of `allOf`. */
  readonly suffix: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  /** What changed about it where it stands; whom its coming or going breaks, where it is on one side only. */
  readonly facts: readonly Fact[];
}

/** The schemas inside two schemas, paired. */
export function schemaChildren(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  return [
    ...properties(before, after),
    ...items(before, after),
    ...additional(before, after),
    ...named('patternProperties', before, after, CONSTRAINT),
    ...named('$defs', before, after, DEFINITION),
    ...named('definitions', before, after, DEFINITION),
  ];
}

/** Names that became required, or ceased to be, without a property that describes them on both sides. */
export function requiredFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [requiredNames(before), requiredNames(after)];
  const described = new Set(keysOf(objectAt(before, 'properties'), objectAt(after, 'properties')));
  const removed = [...was].filter((name) => !is.has(name) && !described.has(name));
  const added = [...is].filter((name) => !was.has(name) && !described.has(name));
  if (removed.length === 0 && added.length === 0) return [];
  const breaks = [...(added.length > 0 ? INPUT : NEITHER), ...(removed.length > 0 ? OUTPUT : NEITHER)];
  return [{ detail: toldMembers('required', removed, added), breaks }];
}

/** Whether properties that the schema does not name became allowed or forbidden. */
export function closedFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [isClosed(before), isClosed(after)];
  if (was === is) return [];
  return [{ detail: `additionalProperties: ${!was} -> ${!is}`, breaks: is ? INPUT : OUTPUT }];
}

function properties(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  const [was, is] = [objectAt(before, 'properties'), objectAt(after, 'properties')];
  const [wasRequired, isRequired] = [requiredNames(before), requiredNames(after)];
  return keysOf(was, is).map((name) => {
    const pair = { before: member(was, name), after: member(is, name) };
    const required = { before: wasRequired.has(name), after: isRequired.has(name) };
    return { suffix: `.${name}`, ...pair, facts: propertyFacts(pair, required) };
  });
}

interface Pair<Side> {
  readonly before: Side;
  readonly after: Side;
}

function propertyFacts({ before, after }: Pair<Value | undefined>, required: Pair<boolean>): readonly Fact[] {
  if (before === undefined) return required.after ? [{ detail: 'required', breaks: senders(after) }] : [];
  // Who sends what is gone is refused, or no longer heard.
  if (after === undefined) return [{ detail: '', breaks: [...senders(before), ...getters(before)] }];
  if (required.before === required.after) return required.after ? demandedFacts(before, after) : [];
  return required.after
    ? [{ detail: 'now required', breaks: senders(after) }]
    : [{ detail: 'no longer required', breaks: getters(before) }];
}

/** A required property that answers alone had is demanded of callers once it is no longer `readOnly`. */
function demandedFacts(before: Value, after: Value): readonly Fact[] {
  const demanded = senders(before).length === 0 ? senders(after) : NEITHER;
  return demanded.length > 0 ? [{ detail: 'now required to send', breaks: demanded }] : [];
}

function senders(property: Value | undefined): readonly Role[] {
  return member(property, 'readOnly') === true ? NEITHER : INPUT;
}

function getters(property: Value | undefined): readonly Role[] {
  return member(property, 'writeOnly') === true ? NEITHER : OUTPUT;
}

interface Breaks {
  readonly added: readonly Role[];
  readonly removed: readonly Role[];
}

/** A schema whose absence means that anything goes. */
const CONSTRAINT: Breaks = { added: INPUT, removed: OUTPUT };
/** A schema that others refer to. */
const DEFINITION: Breaks = { added: NEITHER, removed: BOTH };

function items(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  const [was, is] = [listAt(before, 'prefixItems'), listAt(after, 'prefixItems')];
  const longer = was.length > is.length ? was : is;
  return [
    ...child('[]', member(before, 'items'), member(after, 'items'), CONSTRAINT),
    ...longer.flatMap((_, index) => child(`[${index}]`, was[index], is[index], CONSTRAINT)),
  ];
}

function additional(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  if (isClosed(before) || isClosed(after)) return [];
  const [was, is] = [openSchema(before), openSchema(after)];
  return child('.*', was, is, CONSTRAINT);
}

function openSchema(schema: ObjectValue): Value | undefined {
  const value = member(schema, 'additionalProperties');
  return value === true ? undefined : value;
}

function named(
  keyword: string,
  before: ObjectValue,
  after: ObjectValue,
  breaks: Breaks,
): readonly SchemaChild[] {
  const [was, is] = [objectAt(before, keyword), objectAt(after, keyword)];
  return keysOf(was, is).flatMap((name) =>
    child(` ${keyword} ${name}`, member(was, name), member(is, name), breaks),
  );
}

function child(
  suffix: string,
  before: Value | undefined,
  after: Value | undefined,
  breaks: Breaks,
): readonly SchemaChild[] {
  if (before === undefined && after === undefined) return [];
  const lone = before === undefined ? breaks.added : after === undefined ? breaks.removed : undefined;
  const binds = breaks !== CONSTRAINT || !isAnything(before ?? after);
  return [{ suffix, before, after, facts: lone ? [{ detail: '', breaks: binds ? lone : NEITHER }] : [] }];
}

/** The schemas under `allOf`, `anyOf` and `oneOf` that stand on both sides. */
export function variantChildren(
  variants: readonly { readonly pairs: readonly VariantPair[] }[],
): readonly SchemaChild[] {
  return variants
    .flatMap(({ pairs }) => pairs)
    .map((pair) => ({
      suffix: pair.keyword === 'allOf' ? '' : ` as ${pair.name}`,
      before: pair.before,
      after: pair.after,
      facts: [],
    }));
}

function requiredNames(schema: ObjectValue): ReadonlySet<string> {
  // In the parameters of 2.0 and the drafts before 4, `required` is a boolean of the property itself.
  return new Set(listAt(schema, 'required').map(toldMember));
}

function isClosed(schema: ObjectValue): boolean {
  return member(schema, 'additionalProperties') === false;
}

/** A schema in the form of an object: `true` allows anything, `false` nothing; undefined for what is no schema. */
export function schemaObject(value: Value | undefined): ObjectValue | undefined {
  if (value === true) return EMPTY;
  if (value === false) return { not: EMPTY };
  return isObject(value) ? value : undefined;
}
