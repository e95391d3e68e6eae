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
 * @param rangesOf the ranges in which a key lies, the narrowest first
 */
export function pairKeys(
  was: Iterable<string>,
  is: Iterable<string>,
  rangesOf: (key: string) => readonly string[],
): readonly KeyPair[] {
  const [before, after] = [new Set(was), new Set(is)];
  const left = [...before].filter((key) => !after.has(key));
  const come = [...after].filter((key) => !before.has(key));
  const [leftRanges, comeRanges] = [new Set(left.flatMap(rangesOf)), new Set(come.flatMap(rangesOf))];
  const rangeIn = (keys: ReadonlySet<string>, key: string) => rangesOf(key).find((range) => keys.has(range));
  const gone = left
    .filter((key) => !comeRanges.has(key))
    .map((key) => {
      const range = rangeIn(after, key);
      return {
        before: key,
        after: range,
        breaks: range === undefined || before.has(range) ? NEITHER : OUTPUT,
      };
    });
  const added = come
    .filter((key) => !leftRanges.has(key))
    .map((key) => {
      const range = rangeIn(before, key);
      return { before: range, after: key, breaks: range === undefined || after.has(range) ? NEITHER : INPUT };
    });
  const kept = [...before].filter((key) => after.has(key));
  return [...kept.map((key) => ({ before: key, after: key, breaks: NEITHER })), ...gone, ...added];
}

/** What a webhook sends comes in any of its media types; a response comes in the one that was asked for. */
const isUnasked = ({ kind, roles }: Place): boolean => kind === 'request-body' && !roles.includes('input');

const SEEN = keySet('schema');

/** What differs between two sets of media types. Equal changes of several media types are one row in the end. */
export function contentChanges(place: Place, before: ObjectValue, after: ObjectValue): Rows {
  const [was, is] = [byMediaType(before), byMediaType(after)];
  return pairKeys(Object.keys(was), Object.keys(is), typeRanges).flatMap((pair) => {
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
function typeRanges(type: string): readonly string[] {
  const [name = ''] = type.split(';');
  return [name, name.replace(/\/.*/, '/*'), '*/*'].filter((range) => range !== type);
}
