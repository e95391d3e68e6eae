import type { Place, Rows } from './comparison.ts';
import type { Roles } from './roles.ts';
import { otherFacts, placeIn, rowOf } from './comparison.ts';
import { INPUT, NEITHER, OUTPUT } from './roles.ts';
import { schemaChanges } from './schema-changes.ts';
import type { ObjectValue } from '../../json/value.ts';
import { keySet, member, objectAt } from '../../json/value.ts';

/** Keys that stand for each other: the same on both sides, one and a range that it lies in, or one that is on one side only. */
export interface KeyPair {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Whom a range breaks that came for what lies in it, or went and left a part of it. */
  readonly breaks: Roles;
}

/**
 * Pairs keys, of which some are ranges. A range that pairs with what lies in it does not count as added or removed.
 * @param covers whether a key is a range in which the other one lies
 */
export function pairKeys(
  was: readonly string[],
  is: readonly string[],
  covers: (range: string, key: string) => boolean,
): readonly KeyPair[] {
  const [left, come] = [was.filter((key) => !is.includes(key)), is.filter((key) => !was.includes(key))];
  const rangeIn = (keys: readonly string[], key: string) =>
    keys.filter((one) => covers(one, key)).toSorted((a, b) => b.length - a.length)[0];
  const isTaken = (range: string, keys: readonly string[]) => keys.some((key) => covers(range, key));
  const gone = left
    .filter((key) => !isTaken(key, come))
    .map((before) => {
      const after = rangeIn(is, before);
      return { before, after, breaks: after === undefined || was.includes(after) ? NEITHER : OUTPUT };
    });
  const added = come
    .filter((key) => !isTaken(key, left))
    .map((after) => {
      const before = rangeIn(was, after);
      return { before, after, breaks: before === undefined || is.includes(before) ? NEITHER : INPUT };
    });
  const kept = was.filter((key) => is.includes(key));
  return [...kept.map((key) => ({ before: key, after: key, breaks: NEITHER })), ...gone, ...added];
}

/** What a webhook sends comes in any of its media types; a response comes in the one that was asked for. */
const isUnasked = ({ kind, roles }: Place): boolean => kind === 'request-body' && !roles.includes('input');

const SEEN = keySet('schema');

/** What differs between two sets of media types. Equal changes of several media types are one row in the end. */
export function contentChanges(place: Place, before: ObjectValue, after: ObjectValue): Rows {
  const [was, is] = [byMediaType(before), byMediaType(after)];
  return pairKeys(Object.keys(was), Object.keys(is), coversType).flatMap((pair) => {
    const named = placeIn(place, ` ${pair.after ?? pair.before}`);
    if (pair.before === undefined) return [rowOf('added', named, isUnasked(place))];
    if (pair.after === undefined) return [rowOf('removed', named, true)];
    const [old, now] = [objectAt(was, pair.before), objectAt(is, pair.after)];
    const moved = pair.before === pair.after ? [] : [{ ...pair, detail: `${pair.before} -> ${pair.after}` }];
    const facts = [...moved, ...otherFacts(old, now, SEEN)];
    return schemaChanges(place, member(old, 'schema'), member(now, 'schema'), facts);
  });
}

/** Capitals and blanks make no difference in a media type (RFC 9110, 8.3.1). */
function byMediaType(content: ObjectValue): ObjectValue {
  const entries = Object.entries(content);
  return Object.fromEntries(entries.map(([type, one]) => [type.toLowerCase().replaceAll(/\s/g, ''), one]));
}

/** A type without parameters is one with any of them. */
function coversType(range: string, type: string): boolean {
  const [name = ''] = type.split(';');
  if (range === type || range.includes(';')) return false;
  return range === name || range === '*/*' || (range.endsWith('/*') && name.startsWith(range.slice(0, -1)));
}
