import type { OpenapiChange } from '../../model/openapi-change.ts';
import { bodyOf, NO_TYPES } from './bodies.ts';
import { bodyChanges } from './body-changes.ts';
import type { Comparison, Place } from './comparison.ts';
import { changedRows, placeOf, rowOf } from './comparison.ts';
import { rolesOf } from './exposure.ts';
import { otherFacts } from './other-facts.ts';
import { parameterChanges } from './parameter-changes.ts';
import { operationsOf } from './operations.ts';
import { parameterOf } from './parameters.ts';
import { refOf } from './references.ts';
import { BOTH } from './role.ts';
import { schemaChanges } from './schema-changes.ts';
import { schemeFacts } from './scheme-facts.ts';
import type { ObjectValue, Value } from './value.ts';
import {
  canonicalText,
  changedKeys,
  isObject,
  keysOf,
  listAt,
  member,
  objectAt,
  sameValue,
} from './value.ts';

type Compare = (
  comparison: Comparison,
  place: Place,
  before: Value,
  after: Value,
) => readonly OpenapiChange[];

/** How the components of one kind are told and compared, and where 2.0 keeps them. */
interface Group {
  readonly key: string;
  readonly oldKey?: string;
  readonly kind: OpenapiChange['kind'];
  readonly compare: Compare;
  /** Nobody who calls the API depends on them. */
  readonly harmless?: true;
}

const NOTHING_SEEN: ReadonlySet<string> = new Set();

const plainly: Compare = (_, place, before, after) => {
  const both = isObject(before) && isObject(after);
  return both ? changedRows(place, otherFacts(before, after, NOTHING_SEEN)) : [];
};
const asScheme: Compare = (_, place, before, after) => {
  const both = isObject(before) && isObject(after);
  return both ? changedRows(place, schemeFacts(before, after)) : [];
};
const asParameter: Compare = (comparison, place, before, after) =>
  parameterChanges(
    comparison,
    place,
    parameterOf(comparison.before, before),
    parameterOf(comparison.after, after),
  );
const asBody: Compare = (comparison, place, before, after) =>
  bodyChanges(
    comparison,
    place,
    bodyOf(comparison.before, before, NO_TYPES),
    bodyOf(comparison.after, after, NO_TYPES),
  );

const GROUPS: readonly Group[] = [
  { key: 'schemas', oldKey: 'definitions', kind: 'schema', compare: schemaChanges },
  { key: 'parameters', oldKey: 'parameters', kind: 'parameter', compare: asParameter },
  { key: 'responses', oldKey: 'responses', kind: 'response', compare: asBody },
  { key: 'requestBodies', kind: 'request-body', compare: asBody },
  { key: 'headers', kind: 'response', compare: asParameter },
  { key: 'securitySchemes', oldKey: 'securityDefinitions', kind: 'security', compare: asScheme },
  { key: 'examples', kind: 'other', compare: plainly, harmless: true },
  { key: 'links', kind: 'other', compare: plainly, harmless: true },
  // Compared as operations where they are referred to.
  { key: 'callbacks', kind: 'other', compare: plainly, harmless: true },
  { key: 'pathItems', kind: 'other', compare: plainly, harmless: true },
];

/** The keys of a document under which 2.0 keeps its components. */
export const OLD_COMPONENT_KEYS: ReadonlySet<string> = new Set(GROUPS.flatMap(({ oldKey }) => oldKey ?? []));
const GROUP_KEYS: ReadonlySet<string> = new Set(GROUPS.map(({ key }) => key));

/** What differs between the components of two documents, each told once however many operations refer to it. */
export function componentChanges(comparison: Comparison): readonly OpenapiChange[] {
  const [before, after] = [comparison.before.root, comparison.after.root];
  const rest = otherFacts(objectAt(before, 'components'), objectAt(after, 'components'), GROUP_KEYS);
  return [
    ...GROUPS.flatMap((group) => groupChanges(comparison, group)),
    ...changedRows(placeOf('other', 'components', BOTH), rest),
  ];
}

function groupChanges(comparison: Comparison, group: Group): readonly OpenapiChange[] {
  const [was, is] = [members(comparison.before.root, group), members(comparison.after.root, group)];
  const added = keysOf(was, is).filter((name) => member(was, name) === undefined);
  const renamed = new Set(added.map((name) => canonicalText(member(is, name) ?? null)));
  return keysOf(was, is).flatMap((name) => {
    const [before, after] = [member(was, name), member(is, name)];
    const place = placeOf(group.kind, group.key === 'schemas' ? name : `${group.key}.${name}`, BOTH);
    if (before === undefined) return [rowOf('added', place, false)];
    if (after !== undefined) return memberChanges(comparison, group, place, before, after);
    const harmless = group.harmless === true || renamed.has(canonicalText(before));
    return [rowOf('removed', place, !harmless && isMissed(comparison, `${group.key}/${name}`, before))];
  });
}

/**
 * Whether anybody may miss a component: the document still refers to it, schemes are referred to by their names, and a
 * schema that builds on another one may be one of its kinds. What no longer refers to it is compared where it did.
 */
function isMissed({ before, referred }: Comparison, ref: string, component: Value): boolean {
  if (referred().has(ref) || ref.startsWith('securitySchemes/')) return true;
  if (listAt(component, 'allOf').some((part) => refOf(part) !== undefined)) return true;
  return operationsOf(before).length === 0;
}

function memberChanges(
  comparison: Comparison,
  group: Group,
  place: Place,
  before: Value,
  after: Value,
): readonly OpenapiChange[] {
  if (sameValue(before, after)) return [];
  const { exposure } = comparison;
  const roles = [...rolesOf(exposure.before, before), ...rolesOf(exposure.after, after)];
  const rows = group.compare(comparison, { ...place, roles: group.harmless ? [] : roles }, before, after);
  if (rows.length > 0) return rows;
  const keys = isObject(before) && isObject(after) ? changedKeys(before, after) : [];
  return [rowOf('changed', place, false, keys.join(', '))];
}

function members(root: Value, { key, oldKey }: Group): ObjectValue {
  const old = oldKey === undefined ? {} : objectAt(root, oldKey);
  return { ...old, ...objectAt(objectAt(root, 'components'), key) };
}
