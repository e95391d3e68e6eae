import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Body } from './bodies.ts';
import type { Comparison, Fact, Place } from './comparison.ts';
import { changedRows, placeIn, placeOf, rowOf } from './comparison.ts';
import { contentChanges } from './content-changes.ts';
import { otherFacts } from './other-facts.ts';
import { parameterChanges } from './parameter-changes.ts';
import { parameterOf } from './parameters.ts';
import { INPUT, NEITHER } from './role.ts';
import { keysOf, member } from './value.ts';

const NOTHING_SEEN: ReadonlySet<string> = new Set();

/** What differs between the request bodies of one operation. */
export function requestChanges(
  comparison: Comparison,
  place: Place,
  before: Body | undefined,
  after: Body | undefined,
): readonly OpenapiChange[] {
  if (!before && !after) return [];
  if (!before) return [rowOf('added', place, after?.required === true, after?.required ? 'required' : '')];
  if (!after) return [rowOf('removed', place, true)];
  return bodyChanges(comparison, place, before, after);
}

/** What differs between the responses of one operation. */
export function responsesChanges(
  comparison: Comparison,
  operation: Place,
  before: ReadonlyMap<string, Body>,
  after: ReadonlyMap<string, Body>,
): readonly OpenapiChange[] {
  const explicit = [...before.keys()].some((status) => status.startsWith('2'));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((status) => {
    const place = placeOf('response', `${operation.name}: ${status}`, operation.roles);
    const [was, is] = [before.get(status), after.get(status)];
    if (!was) return [rowOf('added', place, false)];
    // `default` describes success only where no status does.
    if (!is) return [rowOf('removed', place, status.startsWith('2') || (status === 'default' && !explicit))];
    return bodyChanges(comparison, place, was, is);
  });
}

/** What differs between two request bodies or two responses. */
export function bodyChanges(
  comparison: Comparison,
  place: Place,
  before: Body,
  after: Body,
): readonly OpenapiChange[] {
  if (before.ref !== undefined && before.ref === after.ref) return [];
  const facts = [...requiredFacts(before, after), ...otherFacts(before.rest, after.rest, NOTHING_SEEN)];
  const inside = place.kind === 'response' ? placeIn(place, ' body') : place;
  return [
    ...changedRows(place, facts),
    ...contentChanges(comparison, inside, before.content, after.content),
    ...headerChanges(comparison, place, before, after),
  ];
}

function requiredFacts(before: Body, after: Body): readonly Fact[] {
  if (before.required === after.required) return [];
  return after.required
    ? [{ detail: 'now required', breaks: INPUT }]
    : [{ detail: 'no longer required', breaks: NEITHER }];
}

function headerChanges(
  comparison: Comparison,
  place: Place,
  before: Body,
  after: Body,
): readonly OpenapiChange[] {
  return keysOf(before.headers, after.headers).flatMap((name) => {
    const header = placeIn(place, ` header ${name}`);
    const [was, is] = [member(before.headers, name), member(after.headers, name)];
    if (was === undefined) return [rowOf('added', header, false)];
    if (is === undefined) return [rowOf('removed', header, true)];
    const pair = [parameterOf(comparison.before, was), parameterOf(comparison.after, is)] as const;
    const same = pair[0].ref !== undefined && pair[0].ref === pair[1].ref;
    return same ? [] : parameterChanges(comparison, header, ...pair);
  });
}
