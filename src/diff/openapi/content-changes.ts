import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Comparison, Place } from './comparison.ts';
import { placeIn, rowOf } from './comparison.ts';
import { keySet } from './key-set.ts';
import { otherFacts } from './other-facts.ts';
import { schemaChanges } from './schema-changes.ts';
import type { ObjectValue } from './value.ts';
import { keysOf, member, objectAt } from './value.ts';

const SEEN = keySet('schema');

/** What a webhook sends comes in any of its media types; an answer comes in the one that was asked for. */
const isUnasked = ({ kind, roles }: Place): boolean => kind === 'request-body' && !roles.includes('input');

/** What differs between two sets of media types. Equal changes of several media types are one row in the end. */
export function contentChanges(
  comparison: Comparison,
  place: Place,
  before: ObjectValue,
  after: ObjectValue,
): readonly OpenapiChange[] {
  return keysOf(before, after).flatMap((type) => {
    const named = placeIn(place, ` ${type}`);
    if (member(before, type) === undefined) return [rowOf('added', named, isUnasked(place))];
    if (member(after, type) === undefined) return [rowOf('removed', named, true)];
    const [was, is] = [objectAt(before, type), objectAt(after, type)];
    const facts = otherFacts(was, is, SEEN);
    return schemaChanges(comparison, place, member(was, 'schema'), member(is, 'schema'), facts);
  });
}
