import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Comparison } from './comparison.ts';
import { changedRows, placeOf, rowOf, startComparison } from './comparison.ts';
import { componentChanges, OLD_COMPONENT_KEYS } from './component-changes.ts';
import { inheritsSecurity, operationsChanges } from './operation-changes.ts';
import { METHODS, pathItems } from './operations.ts';
import { otherFacts } from './other-facts.ts';
import { NEITHER } from './role.ts';
import { securityChanges } from './security-changes.ts';
import { serverChanges, serversOf } from './server-changes.ts';
import { toldValues } from './told.ts';
import type { ObjectValue } from './value.ts';
import { changedKeys, member, objectAt, sameValue } from './value.ts';

/** The keys of a path item that its operations are compared with. */
const OPERATION_KEYS: ReadonlySet<string> = new Set([...METHODS, 'parameters', 'servers']);

/** A part of a document: the keys under which it stands, and how it is compared. */
interface Part {
  readonly keys: readonly string[];
  readonly kind: OpenapiChange['kind'];
  readonly changes: (comparison: Comparison) => readonly OpenapiChange[];
}

const PARTS: readonly Part[] = [
  { keys: ['info'], kind: 'info', changes: infoChanges },
  { keys: ['servers', 'host', 'basePath', 'schemes'], kind: 'server', changes: documentServerChanges },
  { keys: ['security'], kind: 'security', changes: documentSecurityChanges },
  { keys: ['paths', 'webhooks'], kind: 'other', changes: pathChanges },
  { keys: ['components', ...OLD_COMPONENT_KEYS], kind: 'other', changes: componentChanges },
];
const PART_KEYS: ReadonlySet<string> = new Set(PARTS.flatMap(({ keys }) => keys));

/** What differs between two documents that are objects, in no order; at least one row for each part that differs. */
export function documentChanges(before: ObjectValue, after: ObjectValue): readonly OpenapiChange[] {
  const comparison = startComparison(before, after);
  const others = changedKeys(before, after).filter((key) => !PART_KEYS.has(key));
  return [
    ...PARTS.flatMap((part) => partChanges(comparison, part)),
    ...keyRows('other', '', before, after, others),
    ...unfinishedRows(comparison),
  ];
}

/** References that lead to more than anybody can follow: what was not looked at may have changed. */
function unfinishedRows({ before, after }: Comparison): readonly OpenapiChange[] {
  if (before.room >= 0 && after.room >= 0) return [];
  return [
    rowOf('changed', placeOf('other', 'document', NEITHER), true, 'too many references to compare all'),
  ];
}

function partChanges(comparison: Comparison, part: Part): readonly OpenapiChange[] {
  const [before, after] = [comparison.before.root, comparison.after.root];
  const changed = part.keys.filter((key) => !sameValue(member(before, key), member(after, key)));
  const rows = part.changes(comparison);
  if (changed.length === 0 || rows.length > 0) return rows;
  // Something differs that means nothing, or that no rule here knows: the text is written, so it is told.
  return changed.map((key) => rowOf('changed', placeOf(part.kind, key, NEITHER), false));
}

function infoChanges({ before, after }: Comparison): readonly OpenapiChange[] {
  const [was, is] = [objectAt(before.root, 'info'), objectAt(after.root, 'info')];
  return keyRows('info', 'info.', was, is, changedKeys(was, is));
}

function documentServerChanges({ before, after }: Comparison): readonly OpenapiChange[] {
  return serverChanges('', serversOf(before.root), serversOf(after.root));
}

function documentSecurityChanges(comparison: Comparison): readonly OpenapiChange[] {
  const [was, is] = [comparison.before.root, comparison.after.root].map((root) => member(root, 'security'));
  const rows = securityChanges('security', was, is, comparison.renamedSchemes);
  if (!rows.some((row) => row.breaking) || inheritsSecurity(comparison)) return rows;
  return rows.map((row) => ({ ...row, breaking: false }));
}

/** Operations, and what stands beside them in a path item: words and extensions. */
function pathChanges(comparison: Comparison): readonly OpenapiChange[] {
  const [was, is] = [pathItems(comparison.before, 'paths'), pathItems(comparison.after, 'paths')];
  const beside = [...was].flatMap(([path, item]) => {
    const other = is.get(path);
    const place = placeOf('other', path, NEITHER);
    return other ? changedRows(place, otherFacts(item, other, OPERATION_KEYS)) : [];
  });
  return [...operationsChanges(comparison), ...beside];
}

/** One row for each key, named by it. */
function keyRows(
  kind: OpenapiChange['kind'],
  prefix: string,
  before: ObjectValue,
  after: ObjectValue,
  keys: readonly string[],
): readonly OpenapiChange[] {
  return keys.map((key) => {
    const [was, is] = [member(before, key), member(after, key)];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    const detail = change === 'changed' ? toldValues(was, is) : '';
    return rowOf(change, placeOf(kind, `${prefix}${key}`, NEITHER), false, detail);
  });
}
