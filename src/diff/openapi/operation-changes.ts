import { sameJson } from '../../json/canonical.ts';
import type { Value } from '../../json/value.ts';
import { changedKeys, keySet, listAt, member } from '../../json/value.ts';
import type { Operation, OperationPair } from '../../openapi/operations.ts';
import { callbacksOf, operationsOf, pairOperations } from '../../openapi/operations.ts';
import { securityChanges, serverChanges, serversOf } from './access-changes.ts';
import { requestChanges, requestOf, responsesChanges, responsesOf } from './bodies.ts';
import type { Comparison, Rows, Facts } from './comparison.ts';
import { changedRows, otherFacts, spotOf, rowOf, inherited } from './comparison.ts';
import { BOTH, INPUT, NEITHER, OUTPUT } from './roles.ts';
import { parametersChanges, parametersOf } from './parameters.ts';

/** Parts with their own comparison. */
const PARTS = keySet('parameters requestBody responses security servers consumes produces');
const PARTS_WITH_CALLBACKS = keySet('callbacks', ...PARTS);

/** The differences between the operations of two documents. */
export function operationsChanges(comparison: Comparison): Rows {
  const pairs = pairOperations(operationsOf(comparison.before), operationsOf(comparison.after));
  return pairs.flatMap((pair) => pairChanges(comparison, pair));
}

function pairChanges(comparison: Comparison, { before, after }: OperationPair): Rows {
  const place = spotOf('operation', (after ?? before)?.name ?? '', BOTH);
  if (!before) return [rowOf('added', place, false)];
  if (!after) return [rowOf('removed', place, true)];
  const rows = operationChanges(comparison, before, after);
  if (rows.length > 0 || sameJson(before.body, after.body)) return rows;
  // A difference without meaning, such as the order of parameters, is still a change, because adc writes the text.
  return [rowOf('changed', place, false, changedKeys(before.body, after.body).join(', '))];
}

function operationChanges(comparison: Comparison, before: Operation, after: Operation): Rows {
  // Callers receive a webhook and send its response, so the roles are reversed.
  const [sent, got] = after.webhook ? [OUTPUT, INPUT] : [INPUT, OUTPUT];
  const { before: source, after: newSource } = comparison;
  const place = { comparison, ...spotOf('operation', after.name, sent) };
  const body = { comparison, ...spotOf('request-body', `${place.name}: body`, sent) };
  const facts = [
    ...pathFacts(before, after),
    ...otherFacts(before.body, after.body, after.webhook ? PARTS : PARTS_WITH_CALLBACKS),
  ];
  return [
    ...changedRows({ ...place, roles: [...sent, ...got] }, facts),
    ...parametersChanges(place, parametersOf(source, before), parametersOf(newSource, after)),
    ...requestChanges(body, requestOf(source, before), requestOf(newSource, after)),
    ...responsesChanges({ ...place, roles: got }, responsesOf(source, before), responsesOf(newSource, after)),
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

/** Whether an operation inherits the security of the document, before and after. */
export function inheritsSecurity({ before, after }: Comparison): boolean {
  const pairs = pairOperations(operationsOf(before), operationsOf(after));
  const inherits = (operation: Operation | undefined) =>
    operation !== undefined && member(operation.body, 'security') === undefined;
  return pairs.length === 0 || pairs.some((pair) => inherits(pair.before) && inherits(pair.after));
}

/** Changes of security that an operation declares itself; inherited security is reported for the document. */
function ownSecurityChanges(comparison: Comparison, before: Operation, after: Operation): Rows {
  const [was, is] = [member(before.body, 'security'), member(after.body, 'security')];
  if (was === undefined && is === undefined) return [];
  const [wasInForce, isInForce] = [
    was ?? member(comparison.before.root, 'security'),
    is ?? member(comparison.after.root, 'security'),
  ];
  return securityChanges(comparison, `${after.name}: security`, wasInForce, isInForce);
}

/** Changes of servers that an operation or its path declares itself. */
function ownServerChanges(comparison: Comparison, before: Operation, after: Operation): Rows {
  const [was, is] = [ownServers(before), ownServers(after)];
  if (was.length === 0 && is.length === 0) return [];
  const wasInForce = was.length > 0 ? was : inherited(serversOf(comparison.before.root));
  const isInForce = is.length > 0 ? is : inherited(serversOf(comparison.after.root));
  return serverChanges(`${after.name}: `, wasInForce, isInForce);
}

function ownServers({ item, body }: Operation): readonly Value[] {
  const own = listAt(body, 'servers');
  return own.length > 0 ? own : listAt(item, 'servers');
}
