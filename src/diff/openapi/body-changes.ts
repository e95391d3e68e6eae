import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Body } from './bodies.ts';
import { contentBeside } from './bodies.ts';
import type { Comparison, Fact, Place } from './comparison.ts';
import { changedRows, placeIn, placeOf, rowOf } from './comparison.ts';
import { contentChanges } from './content-changes.ts';
import { otherFacts } from './other-facts.ts';
import { parameterChanges } from './parameter-changes.ts';
import { parameterOf } from './parameters.ts';
import { INPUT, OUTPUT } from './role.ts';
import type { ObjectValue, Value } from './value.ts';

const NOTHING_SEEN: ReadonlySet<string> = new Set();

/** What differs between the request bodies of one operation. */
export function requestChanges(
  comparison: Comparison,
  place: Place,
  before: Body | undefined,
  after: Body | undefined,
): readonly OpenapiChange[] {
  if (!before && !after) return [];
  if (!before) return [addedRequest(place, after?.required === true)];
  if (!after) return [rowOf('removed', place, true)];
  return bodyChanges(comparison, place, before, after);
}

/** What a webhook sends is demanded of nobody who calls the API. */
function addedRequest(place: Place, required: boolean): OpenapiChange {
  return rowOf('added', place, required && place.roles.includes('input'), required ? 'required' : '');
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
    if (!is) return [rowOf('removed', place, /^[23]/.test(status) || (status === 'default' && !explicit))];
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
    ...contentChanges(comparison, inside, contentBeside(before, after), contentBeside(after, before)),
    ...headerChanges(comparison, place, before, after),
  ];
}

function requiredFacts(before: Body, after: Body): readonly Fact[] {
  if (before.required === after.required) return [];
  return after.required
    ? [{ detail: 'now required', breaks: INPUT }]
    : [{ detail: 'no longer required', breaks: OUTPUT }];
}

function headerChanges(
  comparison: Comparison,
  place: Place,
  before: Body,
  after: Body,
): readonly OpenapiChange[] {
  const [wasNamed, isNamed] = [byFoldedName(before.headers), byFoldedName(after.headers)];
  return [...new Set([...wasNamed.keys(), ...isNamed.keys()])].flatMap((folded) => {
    const [was, is] = [wasNamed.get(folded), isNamed.get(folded)];
    const header = placeIn(place, ` header ${(is ?? was)?.name}`);
    if (!was) return [rowOf('added', header, false)];
    if (!is) return [rowOf('removed', header, true)];
    const pair = [
      parameterOf(comparison.before, was.value),
      parameterOf(comparison.after, is.value),
    ] as const;
    const same = pair[0].ref !== undefined && pair[0].ref === pair[1].ref;
    return same ? [] : parameterChanges(comparison, header, ...pair);
  });
}

interface Header {
  readonly name: string;
  readonly value: Value;
}

/** Capitals make no difference in the name of a header. */
function byFoldedName(headers: ObjectValue): ReadonlyMap<string, Header> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), { name, value }]));
}
