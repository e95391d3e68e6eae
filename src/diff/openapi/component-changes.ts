import { canonicalJson, sameJson } from '../../json/canonical.ts';
import type { Maybe, Value } from '../../json/value.ts';
import { changedKeys, EMPTY, isObject, keysOf, listAt, member, objectAt } from '../../json/value.ts';
import { groupBy } from '../../lib/lists.ts';
import type { OpenapiChange } from '../../model/openapi-check.ts';
import { callbacksOf, operationsOf, type Operation } from '../../openapi/operations.ts';
import type { Source } from '../../openapi/references.ts';
import {
  componentsIn,
  componentsOf,
  followed,
  membersOf,
  namesBelow,
  refOf,
} from '../../openapi/references.ts';
import { schemeFacts, usedSchemes } from './access-changes.ts';
import { bodyChanges, bodyOf } from './bodies.ts';
import type { Comparison, Place, Role, Roles, Rows, Spot } from './comparison.ts';
import { BOTH, changedRows, NEITHER, otherFacts, rowOf, spotOf } from './comparison.ts';
import { parameterChanges, parameterOf } from './parameters.ts';
import { schemaChanges } from './schema-changes.ts';
import { directionOf } from './schema-children.ts';

type Compare = (place: Place, before: Value, after: Value) => Rows;

/** How the components of one kind are reported and compared. */
interface Group {
  readonly key: string;
  readonly kind: OpenapiChange['kind'];
  readonly compare: Compare;
  /** Set if no caller of the API depends on the components. */
  readonly harmless?: true;
}

const asOther: Compare = (place, before, after) =>
  isObject(before) && isObject(after) ? changedRows(place, otherFacts(before, after)) : [];
const asParameter: Compare = (place, before, after) => {
  const { before: source, after: newSource } = place.comparison;
  return parameterChanges(place, parameterOf(source, before), parameterOf(newSource, after));
};
const asBody: Compare = (place, before, after) => {
  const { before: source, after: newSource } = place.comparison;
  return bodyChanges(place, bodyOf(source, before), bodyOf(newSource, after));
};

const asScheme: Compare = (place, before, after) => {
  const { before: source, after: newSource } = place.comparison;
  const [was, is] = [followed(source, before), followed(newSource, after)];
  return changedRows(place, schemeFacts(isObject(was) ? was : EMPTY, isObject(is) ? is : EMPTY));
};

const SCHEMES = 'securitySchemes';

const GROUPS: readonly Group[] = [
  { key: 'schemas', kind: 'schema', compare: schemaChanges },
  { key: 'parameters', kind: 'parameter', compare: asParameter },
  { key: 'responses', kind: 'response', compare: asBody },
  { key: 'requestBodies', kind: 'request-body', compare: asBody },
  { key: 'headers', kind: 'response', compare: asParameter },
  { key: SCHEMES, kind: 'security', compare: asScheme },
  { key: 'examples', kind: 'other', compare: asOther, harmless: true },
  { key: 'links', kind: 'other', compare: asOther, harmless: true },
  // Their parts are compared at the references to them.
  { key: 'mediaTypes', kind: 'other', compare: asOther, harmless: true },
  { key: 'callbacks', kind: 'other', compare: asOther, harmless: true },
  { key: 'pathItems', kind: 'other', compare: asOther, harmless: true },
];

const GROUP_KEYS: ReadonlySet<string> = new Set(GROUPS.map(({ key }) => key));

/** Differences between the components of two documents, each reported once however many operations refer to it. */
export function componentChanges(comparison: Comparison): Rows {
  const [before, after] = [comparison.before.root, comparison.after.root];
  const rest = otherFacts(objectAt(before, 'components'), objectAt(after, 'components'), GROUP_KEYS);
  return [
    ...GROUPS.flatMap((group) => groupChanges(comparison, group)),
    ...changedRows(spotOf('other', 'components', BOTH), rest),
  ];
}

function groupChanges(comparison: Comparison, group: Group): Rows {
  const [was, is] = [membersOf(comparison.before, group.key), membersOf(comparison.after, group.key)];
  const added = keysOf(was, is).filter((name) => member(was, name) === undefined);
  const addedContents = new Set(added.map((name) => canonicalJson(member(is, name) ?? null)));
  return keysOf(was, is).flatMap((name) => {
    const [before, after] = [member(was, name), member(is, name)];
    const place = placeOfMember(group, name, BOTH);
    if (before === undefined) return [rowOf('added', place, false)];
    if (after !== undefined) return memberChanges(comparison, group, name, before, after);
    const harmless = group.harmless === true || addedContents.has(canonicalJson(before));
    return [rowOf('removed', place, !harmless && isRemovalBreaking(comparison, group, name, before))];
  });
}

function placeOfMember({ key, kind }: Group, name: string, roles: Roles): Spot {
  return spotOf(kind, key === 'schemas' ? name : `${key}.${name}`, roles);
}

/** The roles of a component; none if no operation refers to it. */
function rolesOf(comparison: Comparison, { key, harmless }: Group, name: string): Roles {
  if (harmless) return NEITHER;
  if (key !== SCHEMES) return comparison.rolesOf(`${key}/${name}`);
  const { before, after } = comparison;
  return usedSchemes(before).has(name) || usedSchemes(after).has(name) ? BOTH : NEITHER;
}

/**
 * Whether the removal of a component can break callers: the document still refers to it, or it is a schema that
 * extends another one. Removed references are compared where they were.
 */
function isRemovalBreaking(comparison: Comparison, group: Group, name: string, component: Value): boolean {
  if (group.key === SCHEMES) return usedSchemes(comparison.after).has(name);
  if (rolesOf(comparison, group, name).length === 0) return false;
  return (
    comparison.referred().has(`${group.key}/${name}`) ||
    listAt(component, 'allOf').some((part) => refOf(part) !== undefined)
  );
}

function memberChanges(
  comparison: Comparison,
  group: Group,
  name: string,
  before: Value,
  after: Value,
): Rows {
  const isSame = sameJson(before, after);
  if (isSame && !comparison.touched().has(`${group.key}/${name}`)) return [];
  const place = { comparison, ...placeOfMember(group, name, rolesOf(comparison, group, name)) };
  const rows = group.compare(place, before, after);
  if (rows.length > 0 || isSame) return rows;
  const keys = isObject(before) && isObject(after) ? changedKeys(before, after) : [];
  return [rowOf('changed', place, false, keys.join(', '))];
}

/** Returns the roles of a component of a document: those of the operations that refer to it, directly or indirectly. */
export function rolesIn(source: Source): (name: string) => Roles {
  const operations = operationsOf(source).flatMap((one) => [one, ...callbacksOf(source, one, '')]);
  const sent = operations.flatMap((one) => (one.webhook ? responsesIn(one) : requestsIn(one)));
  const received = operations.flatMap((one) => (one.webhook ? requestsIn(one) : responsesIn(one)));
  const reached = { input: reachable(source, sent, 'input'), output: reachable(source, received, 'output') };
  return (name) => BOTH.filter((role) => reached[role].has(name));
}

function requestsIn({ item, body }: Operation): readonly Maybe[] {
  return [member(item, 'parameters'), member(body, 'parameters'), member(body, 'requestBody')];
}

function responsesIn({ body }: Operation): readonly Maybe[] {
  return [member(body, 'responses')];
}

/** The components below values, except those below properties that are not sent or not received. */
function reachable(source: Source, starts: readonly Maybe[], role: Role): ReadonlySet<string> {
  const hasRole = (property: Value) => directionOf(source, property, role);
  const reached = new Set(namesBelow(source, starts, hasRole));
  // Iterating a set includes the items added meanwhile.
  for (const name of reached) for (const next of componentsIn(source, name, hasRole)) reached.add(next);
  return reached;
}

/** The components that changed, or that refer to a changed one, through any number of references. */
export function touchedComponents(before: Source, after: Source): ReadonlySet<string> {
  const [was, is] = [componentsOf(before), componentsOf(after)];
  const names = new Set([...was.keys(), ...is.keys()]);
  const touched = new Set([...names].filter((name) => !sameJson(was.get(name), is.get(name))));
  if (touched.size === 0) return touched;
  const uses = [...names].flatMap((name) => {
    const used = new Set([...componentsIn(before, name), ...componentsIn(after, name)]);
    return [...used].map((one) => ({ user: name, used: one }));
  });
  const users = groupBy(uses, ({ used }) => used);
  for (const name of touched) for (const { user } of users.get(name) ?? []) touched.add(user);
  return touched;
}
