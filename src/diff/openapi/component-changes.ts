import type { OpenapiChange } from '../../model/openapi-check.ts';
import { NO_TYPES, bodyChanges, bodyOf } from './bodies.ts';
import type { Comparison, Place, Spot, Rows } from './comparison.ts';
import type { Roles } from './roles.ts';
import { changedRows, otherFacts, spotOf, rowOf } from './comparison.ts';
import { BOTH, NEITHER } from './roles.ts';
import { parameterChanges, parameterOf } from './parameters.ts';
import { membersOf, refOf } from '../../openapi/references.ts';
import { schemaChanges } from './schema-changes.ts';
import { schemeFacts, usedSchemes } from './access-changes.ts';
import type { Value } from '../../json/value.ts';
import { canonicalJson, sameJson } from '../../json/canonical.ts';
import { changedKeys, isObject, keysOf, listAt, member, objectAt } from '../../json/value.ts';

type Compare = (place: Place, before: Value, after: Value) => Rows;

/** How the components of one kind are reported and compared. */
interface Group {
  readonly key: string;
  readonly kind: OpenapiChange['kind'];
  readonly compare: Compare;
  /** Set if no caller of the API depends on the components. */
  readonly harmless?: true;
}

const plainly: Compare = (place, before, after) => {
  const both = isObject(before) && isObject(after);
  return both ? changedRows(place, otherFacts(before, after)) : [];
};
const asScheme: Compare = (place, before, after) => {
  const both = isObject(before) && isObject(after);
  return both ? changedRows(place, schemeFacts(before, after)) : [];
};
const asParameter: Compare = (place, before, after) =>
  parameterChanges(
    place,
    parameterOf(place.comparison.before, before),
    parameterOf(place.comparison.after, after),
  );
const asBody: Compare = (place, before, after) =>
  bodyChanges(
    place,
    bodyOf(place.comparison.before, before, NO_TYPES),
    bodyOf(place.comparison.after, after, NO_TYPES),
  );

const SCHEMES = 'securitySchemes';

const GROUPS: readonly Group[] = [
  { key: 'schemas', kind: 'schema', compare: schemaChanges },
  { key: 'parameters', kind: 'parameter', compare: asParameter },
  { key: 'responses', kind: 'response', compare: asBody },
  { key: 'requestBodies', kind: 'request-body', compare: asBody },
  { key: 'headers', kind: 'response', compare: asParameter },
  { key: SCHEMES, kind: 'security', compare: asScheme },
  { key: 'examples', kind: 'other', compare: plainly, harmless: true },
  { key: 'links', kind: 'other', compare: plainly, harmless: true },
  // Compared as operations at their references.
  { key: 'callbacks', kind: 'other', compare: plainly, harmless: true },
  { key: 'pathItems', kind: 'other', compare: plainly, harmless: true },
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
  const renamed = new Set(added.map((name) => canonicalJson(member(is, name) ?? null)));
  return keysOf(was, is).flatMap((name) => {
    const [before, after] = [member(was, name), member(is, name)];
    const place = placeOfMember(group, name, BOTH);
    if (before === undefined) return [rowOf('added', place, false)];
    if (after !== undefined) return memberChanges(comparison, group, name, before, after);
    const harmless = group.harmless === true || renamed.has(canonicalJson(before));
    return [rowOf('removed', place, !harmless && isMissed(comparison, group, name, before))];
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
 * extends another one. A removed reference is compared at its own place.
 */
function isMissed(comparison: Comparison, group: Group, name: string, component: Value): boolean {
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
  const same = sameJson(before, after);
  if (same && !comparison.touched().has(`${group.key}/${name}`)) return [];
  const place = { comparison, ...placeOfMember(group, name, rolesOf(comparison, group, name)) };
  const rows = group.compare(place, before, after);
  if (rows.length > 0 || same) return rows;
  const keys = isObject(before) && isObject(after) ? changedKeys(before, after) : [];
  return [rowOf('changed', place, false, keys.join(', '))];
}
