import { sameJson } from '../../json/canonical.ts';
import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import { EMPTY, isObject, keysOf, listAt, member, objectAt } from '../../json/value.ts';
import { followed, type Source } from '../../openapi/references.ts';
import type { Comparison, Facts, Role, Roles } from './comparison.ts';
import { BOTH, brokenBy, INPUT, membersText, memberText, NEITHER, OUTPUT } from './comparison.ts';
import { constrainsBoth, withoutDefaults } from './schema-facts.ts';
import { isAnything } from './schema-forms.ts';

/** A schema inside a schema, on one side or both. */
export interface SchemaChild {
  /** Suffix to the name of the enclosing schema: `.amount`, `[]`, or empty for a part of `allOf`. */
  readonly suffix: string;
  readonly before: Maybe;
  readonly after: Maybe;
  /** Changes at its place; if it is on only one side, the roles that its addition or removal breaks. */
  readonly facts: Facts;
  /** The roles in which it exists on both sides, if not all. */
  readonly roles?: Roles;
}

/** The schemas inside two schemas, paired. */
export function schemaChildren(
  comparison: Comparison,
  before: ObjectValue,
  after: ObjectValue,
): readonly SchemaChild[] {
  return [
    ...properties(comparison, before, after),
    ...items(before, after),
    ...additional(before, after),
    ...branches(before, after),
    ...patterns(before, after),
    ...constraints(before, after),
  ];
}

/** Names that became or are no longer required, without a property of that name on either side. */
export function requiredFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [requiredNames(before), requiredNames(after)];
  const described = new Set(keysOf(objectAt(before, 'properties'), objectAt(after, 'properties')));
  const removed = [...was].filter((name) => !is.has(name) && !described.has(name));
  const added = [...is].filter((name) => !was.has(name) && !described.has(name));
  if (removed.length === 0 && added.length === 0) return [];
  const breaks = constrainsBoth('required', before, after)
    ? brokenBy(added.length > 0, removed.length > 0)
    : NEITHER;
  return [{ detail: membersText('required', removed, added), breaks }];
}

/** The change if properties that the schema does not name became allowed or forbidden. */
export function closedFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [isClosed(before), isClosed(after)];
  if (was === is) return [];
  const breaks = constrainsBoth('properties', before, after) ? (is ? INPUT : OUTPUT) : NEITHER;
  return [{ detail: `additionalProperties: ${!was} -> ${!is}`, breaks }];
}

function properties(
  { before: source, after: newSource }: Comparison,
  before: ObjectValue,
  after: ObjectValue,
): readonly SchemaChild[] {
  if (!constrainsBoth('properties', before, after)) return [];
  const [was, is] = [objectAt(before, 'properties'), objectAt(after, 'properties')];
  const [wasRequired, isRequired] = [requiredNames(before), requiredNames(after)];
  return keysOf(was, is).map((name) => {
    const pair = {
      before: member(was, name) ?? restSchema(before),
      after: member(is, name) ?? restSchema(after),
    };
    const isUsed = (role: Role) => ({
      before: directionOf(source, pair.before, role),
      after: directionOf(newSource, pair.after, role),
    });
    const required = { before: wasRequired.has(name), after: isRequired.has(name) };
    const [old, now, defaults] = required.before
      ? withoutDefaults(pair.before, pair.after)
      : [pair.before, pair.after, []];
    const facts = [...BOTH.flatMap((role) => propertyFacts(role, pair, isUsed(role), required)), ...defaults];
    const strictly = loneRoles(pair, required, before, after);
    return {
      suffix: `.${name}`,
      before: old,
      after: now,
      facts: strictly
        ? [
            ...facts.map((fact) => ({ ...fact, strictly })),
            { detail: '', breaks: lonePattern(pair, before), strictly },
          ]
        : facts,
      roles: BOTH.filter((role) => isUsed(role).before && isUsed(role).after),
    };
  });
}

interface Pair<Side> {
  readonly before: Side;
  readonly after: Side;
}

/** Whether a property is sent (`input`) or received (`output`); false for a missing property. */
export function directionOf(source: Source, property: Maybe, role: Role): boolean {
  if (property === undefined) return false;
  const keyword = role === 'input' ? 'readOnly' : 'writeOnly';
  const marks = (value: Value) =>
    member(value, keyword) === true || member(followed(source, value), keyword) === true;
  return !marks(property) && !listAt(followed(source, property), 'allOf').some(marks);
}

/** The change for callers who send a property, or who receive it. */
function propertyFacts(role: Role, pair: Pair<Maybe>, isUsed: Pair<boolean>, required: Pair<boolean>): Facts {
  const verb = role === 'input' ? 'sent' : 'returned';
  // The server refuses or ignores a removed property.
  if (isUsed.before && !isUsed.after)
    return [{ detail: pair.after === undefined ? '' : `no longer ${verb}`, breaks: [role] }];
  if (!isUsed.after) return [];
  const detail =
    role === 'input'
      ? requiredText(pair.before, isUsed.before, required)
      : omittedText(pair.before, isUsed.before, required);
  return detail === undefined ? [] : [{ detail, breaks: [role] }];
}

/** The text for a newly required property in requests; undefined otherwise. */
function requiredText(before: Maybe, wasUsed: boolean, required: Pair<boolean>): string | undefined {
  if (!required.after) return undefined;
  if (before !== undefined && !wasUsed) return 'now required to send';
  if (required.before) return undefined;
  return before === undefined ? 'required' : 'now required';
}

/** The text for a property that responses may now omit; undefined otherwise. */
function omittedText(before: Maybe, wasUsed: boolean, required: Pair<boolean>): string | undefined {
  const wasReturned = required.before && (wasUsed || before === undefined);
  return wasReturned && !required.after ? 'no longer required' : undefined;
}

/** The roles for which a property on only one side changes the set of values. */
function loneRoles(
  { before, after }: Pair<Maybe>,
  required: Pair<boolean>,
  old: ObjectValue,
  now: ObjectValue,
): Roles | undefined {
  if ((before === undefined) === (after === undefined)) return undefined;
  const [narrows, widens] = [required.after && !required.before, required.before && !required.after];
  const [wasClosed, nowClosed] = [isClosed(old), isClosed(now)];
  const binds = !isAnything(before ?? after);
  const narrower = before === undefined ? binds && !wasClosed : nowClosed;
  const wider = before === undefined ? wasClosed : binds;
  return brokenBy(narrows || narrower, widens || wider);
}

/** The roles that a new property breaks because patterns already covered its name. */
function lonePattern({ before, after }: Pair<Maybe>, old: ObjectValue): Roles {
  const isNew = before === undefined && !isAnything(after);
  return isNew && Object.keys(objectAt(old, 'patternProperties')).length > 0 ? INPUT : NEITHER;
}

interface Breaks {
  readonly added: Roles;
  readonly removed: Roles;
}

/** Without this schema, any value is allowed. */
const CONSTRAINT: Breaks = { added: INPUT, removed: OUTPUT };
/** Without this schema, any list is allowed, also an empty one. */
const SOME_ITEM: Breaks = { ...CONSTRAINT };
/** This schema replaces the schema of the other properties. */
const EXCEPTION: Breaks = { added: BOTH, removed: BOTH };

/** The schema of each position that both lists may have: its own, else the schema of the other items. */
function items(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  if (!constrainsBoth('items', before, after)) return [];
  const [was, is] = [listAt(before, 'prefixItems'), listAt(after, 'prefixItems')];
  const [wasRest, isRest] = [member(before, 'items'), member(after, 'items')];
  const longer = was.length > is.length ? was : is;
  const limit = Math.min(...[before, after].map((schema) => Number(member(schema, 'maxItems') ?? Infinity)));
  return [
    ...(longer.length < limit ? child('[]', wasRest, isRest, CONSTRAINT) : []),
    ...longer
      .slice(0, limit)
      .flatMap((_, index) => child(`[${index}]`, was[index] ?? wasRest, is[index] ?? isRest, CONSTRAINT)),
  ];
}

function additional(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  if (isClosed(before) || isClosed(after) || !constrainsBoth('properties', before, after)) return [];
  const [was, is] = [openSchema(before), openSchema(after)];
  return child('.*', was, is, CONSTRAINT);
}

function openSchema(schema: ObjectValue): Maybe {
  const value = member(schema, 'additionalProperties');
  return value === true ? undefined : value;
}

/** The schema of properties that have no schema of their own, as in a map. */
function restSchema(schema: ObjectValue): Maybe {
  const rest = openSchema(schema);
  return isAnything(rest) || rest === false || member(schema, 'patternProperties') !== undefined
    ? undefined
    : rest;
}

/** The branches of a condition. */
function branches(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  if (member(before, 'if') === undefined || member(after, 'if') === undefined) return [];
  return ['then', 'else'].flatMap((key) =>
    child(` ${key}`, member(before, key), member(after, key), CONSTRAINT),
  );
}

function patterns(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  const hasRest = [before, after].some((schema) => !isAnything(openSchema(schema)));
  return named('patternProperties', before, after, hasRest ? EXCEPTION : CONSTRAINT);
}

/** Keywords with a schema: what is narrower in it is narrower for the whole. */
const SCHEMA_KEYS = [
  'propertyNames',
  'contains',
  'contentSchema',
  'unevaluatedProperties',
  'unevaluatedItems',
];

function constraints(before: ObjectValue, after: ObjectValue): readonly SchemaChild[] {
  const hasMaximum = [before, after].some((schema) => member(schema, 'maxContains') !== undefined);
  return [
    ...SCHEMA_KEYS.flatMap((key) => {
      if (!constrainsBoth(key, before, after)) return [];
      const [was, is] = [member(before, key), member(after, key)];
      // A list must contain something, whatever the schema allows; with a maximum, also not too much of it.
      if (key === 'contains' && hasMaximum && !sameJson(was, is))
        return [
          { suffix: ' contains', before: was, after: is, facts: [{ detail: 'contains', breaks: BOTH }] },
        ];
      return child(` ${key}`, was, is, key === 'contains' ? SOME_ITEM : CONSTRAINT);
    }),
    ...named('dependentSchemas', before, after, CONSTRAINT),
  ];
}

function named(
  keyword: string,
  before: ObjectValue,
  after: ObjectValue,
  breaks: Breaks,
): readonly SchemaChild[] {
  if (!constrainsBoth(keyword, before, after)) return [];
  const [was, is] = [objectAt(before, keyword), objectAt(after, keyword)];
  return keysOf(was, is).flatMap((name) =>
    child(` ${keyword} ${name}`, member(was, name), member(is, name), breaks),
  );
}

function child(suffix: string, before: Maybe, after: Maybe, breaks: Breaks): readonly SchemaChild[] {
  if (before === undefined && after === undefined) return [];
  const lone = before === undefined ? breaks.added : after === undefined ? breaks.removed : undefined;
  const binds = breaks !== CONSTRAINT || !isAnything(before ?? after);
  return [{ suffix, before, after, facts: lone ? [{ detail: '', breaks: binds ? lone : NEITHER }] : [] }];
}

function requiredNames(schema: ObjectValue): ReadonlySet<string> {
  // In parameters of 2.0 and in drafts before 4, `required` is a boolean of the property itself.
  return new Set(listAt(schema, 'required').map(memberText));
}

function isClosed(schema: ObjectValue): boolean {
  return member(schema, 'additionalProperties') === false;
}

/**
 * A schema in the form of an object: `true` allows anything, `false` nothing; undefined if the value is not a schema.
 */
export function schemaObject(value: Maybe): ObjectValue | undefined {
  if (value === true) return EMPTY;
  if (value === false) return { not: EMPTY };
  return isObject(value) ? value : undefined;
}
