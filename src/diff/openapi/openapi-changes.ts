import { numbering, sameJson } from '../../json/canonical.ts';
import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import { changedKeys, EMPTY, isObject, keySet, listAt, member, objectAt } from '../../json/value.ts';
import { sortedBy } from '../../lib/lists.ts';
import { printable } from '../../lib/printable.ts';
import type { OpenapiChange } from '../../model/openapi-check.ts';
import { openapiValue, sameOpenapi } from '../../openapi/document.ts';
import type { Operation, OperationPair } from '../../openapi/operations.ts';
import {
  callbacksOf,
  OPERATION_KEYS,
  operationsOf,
  pairOperations,
  pathItems,
} from '../../openapi/operations.ts';
import { namesBelow, OLD_GROUPS, sourceOf } from '../../openapi/references.ts';
import { renamedSchemes, securityChanges, serverChanges, serversOf } from './access-changes.ts';
import { requestChanges, requestOf, responsesChanges, responsesOf } from './bodies.ts';
import type { Comparison, Facts, Rows } from './comparison.ts';
import {
  BOTH,
  capped,
  changedRows,
  INPUT,
  NEITHER,
  otherFacts,
  OUTPUT,
  rowOf,
  shortened,
  spotOf,
  valuesText,
} from './comparison.ts';
import { componentChanges, rolesIn, touchedComponents } from './component-changes.ts';
import { parametersChanges, parametersOf } from './parameters.ts';

/** In the order of the rows. */
const KINDS: readonly OpenapiChange['kind'][] = [
  'operation',
  'parameter',
  'request-body',
  'response',
  'schema',
  'security',
  'server',
  'info',
  'other',
];

/**
 * The differences between two documents (docs/design/contract.md §5): breaking changes first, then by kind and name;
 * the order of keys does not matter. Empty if and only if sameOpenapi() returns true. Never throws.
 */
export function openapiChanges(before: string, after: string): Rows {
  if (sameOpenapi(before, after)) return [];
  return ordered(valueChanges(openapiValue(before), openapiValue(after)));
}

function valueChanges(before: Maybe, after: Maybe): Rows {
  const [was, is] = [before, after].map((value) => (value === null ? EMPTY : value));
  const rows = isObject(was) && isObject(is) ? documentChanges(was, is) : [];
  if (rows.length > 0) return rows;
  // If one side is unreadable, adc cannot prove that the change is harmless.
  const isUnreadable = was === undefined || is === undefined;
  const breaking = isUnreadable || (isObject(was) && !isObject(is));
  const detail = isUnreadable ? `the ${was === undefined ? 'old' : 'new'} document cannot be read` : '';
  return [{ change: 'changed', kind: 'other', name: 'document', breaking, detail }];
}

/** The rows without duplicates, in the order of the report. */
function ordered(rows: Rows): Rows {
  const byKey = new Map(rows.map((row) => [rowKey(row), row]));
  return sortedBy([...byKey], ([key]) => key).map(([, row]) => row);
}

/** Breaking rows first, then by kind and name; equal for equal rows. */
function rowKey({ name, change, detail, kind, breaking }: OpenapiChange): string {
  return JSON.stringify([breaking ? 0 : 1, KINDS.indexOf(kind), name, change, detail]);
}

/** The keys of a path item that are compared with its operations. */
const ITEM_KEYS: ReadonlySet<string> = new Set([...OPERATION_KEYS, 'parameters', 'servers']);

/** A part of a document: its keys, and how it is compared. */
interface Part {
  readonly keys: readonly string[];
  readonly kind: OpenapiChange['kind'];
  readonly changes: (comparison: Comparison) => Rows;
}

const PARTS: readonly Part[] = [
  { keys: ['info'], kind: 'info', changes: infoChanges },
  {
    keys: ['servers', 'host', 'basePath', 'schemes'],
    kind: 'server',
    changes: documentServerChanges,
  },
  { keys: ['security'], kind: 'security', changes: documentSecurityChanges },
  { keys: ['paths', 'webhooks', 'x-webhooks'], kind: 'other', changes: pathChanges },
  { keys: ['components', ...OLD_GROUPS.keys()], kind: 'other', changes: componentChanges },
];
const PART_KEYS: ReadonlySet<string> = new Set(PARTS.flatMap(({ keys }) => keys));

/** Far more than real documents need. So many comparisons take about two seconds. */
const MAX_COMPARISONS = 1_000_000;

function startComparison(before: Value, after: Value): Comparison {
  const [was, is] = [sourceOf(before), sourceOf(after)];
  const roles = [rolesIn(was), rolesIn(is)];
  return {
    before: was,
    after: is,
    rolesOf: (name) => BOTH.filter((role) => roles.some((of) => of(name).includes(role))),
    touched: once(() => touchedComponents(was, is)),
    renamedSchemes: renamedSchemes(was, is),
    referred: once(() => namesBelow(is, [after])),
    questions: { known: new Map(), waiting: new Set(), current: undefined },
    disjoint: new Map(),
    numberOf: numbering(),
    budget: MAX_COMPARISONS,
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The differences between two documents that are objects, unordered; at least one row for each different part. */
function documentChanges(before: ObjectValue, after: ObjectValue): Rows {
  const comparison = startComparison(before, after);
  const others = changedKeys(before, after).filter((key) => !PART_KEYS.has(key));
  return [
    ...PARTS.flatMap((part) => partChanges(comparison, part)),
    ...keyRows('other', '', before, after, others),
    ...unfinishedRows(comparison),
  ];
}

/** A breaking row if the comparison took too long and was not finished. */
function unfinishedRows({ before, after, budget }: Comparison): Rows {
  const unfinished = [
    ...(before.remaining < 0 || after.remaining < 0 ? ['references'] : []),
    ...(budget < 0 ? ['combinations of schemas'] : []),
  ];
  const place = spotOf('other', 'document', NEITHER);
  return unfinished.map((things) => rowOf('changed', place, true, `too many ${things} to compare all`));
}

function partChanges(comparison: Comparison, part: Part): Rows {
  const [before, after] = [comparison.before.root, comparison.after.root];
  const changed = part.keys.filter((key) => !sameJson(member(before, key), member(after, key)));
  const rows = part.changes(comparison);
  if (changed.length === 0 || rows.length > 0) return rows;
  // adc writes the new text, so it also reports differences without meaning and without a rule.
  return changed.map((key) => rowOf('changed', spotOf(part.kind, key, NEITHER), false));
}

function infoChanges({ before, after }: Comparison): Rows {
  const [was, is] = [objectAt(before.root, 'info'), objectAt(after.root, 'info')];
  return keyRows('info', 'info.', was, is, changedKeys(was, is));
}

function documentSecurityChanges(comparison: Comparison): Rows {
  const [was, is] = [comparison.before.root, comparison.after.root].map((root) => member(root, 'security'));
  const rows = securityChanges(comparison, 'security', was, is);
  return ifInherited(comparison, rows, ({ body }) => member(body, 'security') !== undefined);
}

function documentServerChanges(comparison: Comparison): Rows {
  const [was, is] = [comparison.before.root, comparison.after.root].map(serversOf);
  const rows = serverChanges('', was ?? [], is ?? []);
  return ifInherited(comparison, rows, (operation) => ownServers(operation).length > 0);
}

/** The differences of operations, and of the other keys of their path item: descriptions and extensions. */
function pathChanges(comparison: Comparison): Rows {
  const [was, is] = [pathItems(comparison.before, 'paths'), pathItems(comparison.after, 'paths')];
  const itemRows = [...was].flatMap(([path, item]) => {
    const other = is.get(path);
    const place = spotOf('other', path, NEITHER);
    return other ? changedRows(place, otherFacts(item, other, ITEM_KEYS)) : [];
  });
  return [...operationsChanges(comparison), ...itemRows];
}

/** One row for each key, with its name. */
function keyRows(
  kind: OpenapiChange['kind'],
  prefix: string,
  before: ObjectValue,
  after: ObjectValue,
  keys: readonly string[],
): Rows {
  return keys.map((key) => {
    const [was, is] = [member(before, key), member(after, key)];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    const detail = change === 'changed' ? valuesText(was, is) : '';
    return rowOf(change, spotOf(kind, `${prefix}${key}`, NEITHER), false, detail);
  });
}

/** One printable line about a document: `Billing API 1.2.0, 14 operations, 5321 bytes`. Never throws. */
export function describeOpenapi(text: string): string {
  const size = `${Buffer.byteLength(text)} byte${Buffer.byteLength(text) === 1 ? '' : 's'}`;
  const value = openapiValue(text);
  if (!isObject(value)) return `not an OpenAPI document, ${size}`;
  const count = operationsOf(sourceOf(value)).length;
  return `${titleOf(value)}, ${count} operation${count === 1 ? '' : 's'}, ${size}`;
}

function titleOf(document: Value): string {
  const info = objectAt(document, 'info');
  const words = [member(info, 'title') ?? 'untitled', member(info, 'version') ?? ''];
  const texts = words.filter((word) => typeof word !== 'object' && word !== '').map(String);
  return printable(shortened(texts.join(' ')));
}

/** Parts with their own comparison. */
const OPERATION_PARTS = keySet('parameters requestBody responses security servers consumes produces');
const PARTS_WITH_CALLBACKS = keySet('callbacks', ...OPERATION_PARTS);

/** The differences between the operations of two documents. */
function operationsChanges(comparison: Comparison): Rows {
  const pairs = pairOperations(operationsOf(comparison.before), operationsOf(comparison.after));
  return pairs.flatMap((pair) => pairChanges(comparison, pair));
}

function pairChanges(comparison: Comparison, { before, after }: OperationPair): Rows {
  const place = spotOf('operation', (after ?? before)?.name ?? '', BOTH);
  if (!before) return [rowOf('added', place, false)];
  if (!after) return [rowOf('removed', place, true)];
  const rows = operationChanges(comparison, before, after);
  if (rows.length > 0 || sameJson(before.body, after.body)) return rows;
  // adc writes the new text, so it also reports differences without meaning, such as the order of parameters.
  return [rowOf('changed', place, false, changedKeys(before.body, after.body).join(', '))];
}

function operationChanges(comparison: Comparison, before: Operation, after: Operation): Rows {
  // Callers receive a webhook and send its response, so the roles are reversed.
  const [sent, received] = after.webhook ? [OUTPUT, INPUT] : [INPUT, OUTPUT];
  const { before: source, after: newSource } = comparison;
  const place = { comparison, ...spotOf('operation', after.name, sent) };
  const body = { comparison, ...spotOf('request-body', `${place.name}: body`, sent) };
  const facts = [
    ...pathFacts(before, after),
    ...otherFacts(before.body, after.body, after.webhook ? OPERATION_PARTS : PARTS_WITH_CALLBACKS),
  ];
  return [
    ...changedRows({ ...place, roles: [...sent, ...received] }, facts),
    ...parametersChanges(place, parametersOf(source, before), parametersOf(newSource, after)),
    ...requestChanges(body, requestOf(source, before), requestOf(newSource, after)),
    ...responsesChanges(
      { ...place, roles: received },
      responsesOf(source, before),
      responsesOf(newSource, after),
    ),
    ...ownSecurityChanges(comparison, before, after),
    ...ownServerChanges(comparison, before, after),
    ...callbackChanges(comparison, before, after),
  ];
}

function callbackChanges(comparison: Comparison, before: Operation, after: Operation): Rows {
  const pairs = pairOperations(
    callbacksOf(comparison.before, before, after.name),
    callbacksOf(comparison.after, after, after.name),
  );
  return pairs.flatMap((pair) => pairChanges(comparison, pair));
}

function pathFacts(before: Operation, after: Operation): Facts {
  return before.path === after.path
    ? []
    : [{ detail: `path: ${before.path} -> ${after.path}`, breaks: NEITHER }];
}

/** The rows of a document's own security or servers, harmless if no operation that is in both inherits these. */
function ifInherited({ before, after }: Comparison, rows: Rows, hasOwn: (one: Operation) => boolean): Rows {
  if (!rows.some((row) => row.breaking)) return rows;
  const pairs = pairOperations(operationsOf(before), operationsOf(after));
  const kept = pairs.flatMap((pair) => (pair.before && pair.after ? [[pair.before, pair.after]] : []));
  const isInherited = kept.length === 0 || kept.some((pair) => !pair.some(hasOwn));
  return isInherited ? rows : rows.map((row) => ({ ...row, breaking: false }));
}

/** Changes of security that an operation declares itself; inherited security is reported for the document. */
function ownSecurityChanges(comparison: Comparison, before: Operation, after: Operation): Rows {
  const [was, is] = [member(before.body, 'security'), member(after.body, 'security')];
  if (was === undefined && is === undefined) return [];
  const [wasEffective, isEffective] = [
    was ?? member(comparison.before.root, 'security'),
    is ?? member(comparison.after.root, 'security'),
  ];
  return securityChanges(comparison, `${after.name}: security`, wasEffective, isEffective);
}

/** Changes of servers that an operation or its path declares itself. */
function ownServerChanges(comparison: Comparison, before: Operation, after: Operation): Rows {
  const [was, is] = [ownServers(before), ownServers(after)];
  if (was.length === 0 && is.length === 0) return [];
  const wasEffective = was.length > 0 ? was : capped(serversOf(comparison.before.root));
  const isEffective = is.length > 0 ? is : capped(serversOf(comparison.after.root));
  return serverChanges(`${after.name}: `, wasEffective, isEffective);
}

function ownServers({ item, body }: Operation): readonly Value[] {
  const own = listAt(body, 'servers');
  return own.length > 0 ? own : listAt(item, 'servers');
}
