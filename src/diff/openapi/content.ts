import { changedKeys, keySet, member, objectAt, textAt, type ObjectValue } from '../../json/value.ts';
import type { Facts, Place, Roles, Rows } from './comparison.ts';
import { BOTH, INPUT, NEITHER, otherFacts, OUTPUT, placeIn, rowOf } from './comparison.ts';
import { schemaChanges } from './schema-changes.ts';

/**
 * A pair of keys to compare: the same key on both sides, a key and a range that includes it, or a key on only one
 * side.
 */
export interface KeyPair {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The roles that break if a range replaced a key, or a key replaced its range. */
  readonly breaks: Roles;
}

/**
 * Pairs keys and ranges. A range that pairs with a key in it does not count as added or removed.
 * @param rangesOf the ranges that include a key, the narrowest first
 */
export function pairKeys(
  was: Iterable<string>,
  is: Iterable<string>,
  rangesOf: (key: string) => readonly string[],
): readonly KeyPair[] {
  const [before, after] = [new Set(was), new Set(is)];
  const kept = [...before].filter((key) => after.has(key));
  return [
    ...kept.map((key) => ({ before: key, after: key, breaks: NEITHER })),
    ...loneKeys(before, after, rangesOf).map(({ key, range, isMoved }) => ({
      before: key,
      after: range,
      breaks: isMoved ? OUTPUT : NEITHER,
    })),
    ...loneKeys(after, before, rangesOf).map(({ key, range, isMoved }) => ({
      before: range,
      after: key,
      breaks: isMoved ? INPUT : NEITHER,
    })),
  ];
}

/** The keys of one side without an equal key, each with its range on the other side. `isMoved`: the range is only there. */
function loneKeys(
  keys: ReadonlySet<string>,
  others: ReadonlySet<string>,
  rangesOf: (key: string) => readonly string[],
) {
  const ranges = new Set([...others].filter((key) => !keys.has(key)).flatMap(rangesOf));
  const lone = [...keys].filter((key) => !others.has(key) && !ranges.has(key));
  return lone.map((key) => {
    const range = rangesOf(key).find((one) => others.has(one));
    return { key, range, isMoved: range !== undefined && !keys.has(range) };
  });
}

/** Whether callers receive any of the media types, as in a webhook; a response has the media type of the request. */
const receivesAny = ({ kind, roles }: Place): boolean => kind === 'request-body' && !roles.includes('input');

/** The schemas of a media type: of the whole, and of each item of a stream (3.2). */
const SCHEMA_KEYS = ['schema', 'itemSchema'];
const COMPARED_KEYS = keySet('encoding', ...SCHEMA_KEYS);

/** The differences between two sets of media types. Equal changes of several media types later become one row. */
export function contentChanges(place: Place, before: ObjectValue, after: ObjectValue): Rows {
  const [was, is] = [byMediaType(before), byMediaType(after)];
  return pairKeys(Object.keys(was), Object.keys(is), typeRanges).flatMap((pair) => {
    const named = placeIn(place, ` ${pair.after ?? pair.before}`);
    if (pair.before === undefined) return [rowOf('added', named, receivesAny(place))];
    if (pair.after === undefined) return [rowOf('removed', named, true)];
    const [old, now] = [objectAt(was, pair.before), objectAt(is, pair.after)];
    const moved = pair.before === pair.after ? [] : [{ ...pair, detail: `${pair.before} -> ${pair.after}` }];
    const facts = [...moved, ...otherFacts(old, now, COMPARED_KEYS), ...encodingFacts(pair, old, now)];
    return SCHEMA_KEYS.flatMap((key, index) =>
      schemaChanges(place, member(old, key), member(now, key), index === 0 ? facts : []),
    );
  });
}

/** The changes of how the parts of a form are encoded. Other media types ignore `encoding`. */
function encodingFacts({ after, before }: KeyPair, old: ObjectValue, now: ObjectValue): Facts {
  if (![before, after].some((type) => type !== undefined && /^(multipart|\*)\/|form-urlencoded/.test(type)))
    return [];
  const [was, is] = [objectAt(old, 'encoding'), objectAt(now, 'encoding')];
  return changedKeys(was, is).flatMap((name) => {
    const [one, other] = [encodingOf(was, name), encodingOf(is, name)];
    const types = [one, other].map((part) => textAt(part, 'contentType')?.split(/\s*,\s*/) ?? []);
    const isWider = types[0]?.length !== 0 && types[0]?.every((type) => types[1]?.includes(type));
    const keys = changedKeys(one, other).filter((key) => !(key === 'contentType' && isWider));
    return keys
      .filter((key) => !key.startsWith('x-'))
      .map((key) => ({ detail: `encoding: ${name} ${key}`, breaks: BOTH }));
  });
}

/** The encoding of a part, with defaults. */
function encodingOf(encoding: ObjectValue, name: string): ObjectValue {
  const part = objectAt(encoding, name);
  const style = textAt(part, 'style') ?? 'form';
  return { style, explode: style === 'form', allowReserved: false, ...part };
}

/**
 * Normalizes media types, in which case and blanks do not matter (RFC 9110, 8.3.1). UTF-8 is the charset of JSON, and of
 * text that names none.
 */
function byMediaType(content: ObjectValue): ObjectValue {
  const entries = Object.entries(content).map(
    ([type, one]) => [type.toLowerCase().replaceAll(/\s/g, ''), one] as const,
  );
  const types = new Set(entries.map(([type]) => type));
  const plain = (type: string) => type.replace(/;charset="?utf-?8"?(?=;|$)/, '');
  return Object.fromEntries(entries.map(([type, one]) => [types.has(plain(type)) ? type : plain(type), one]));
}

/** The ranges of a media type: one without parameters includes any parameters. */
function typeRanges(type: string): readonly string[] {
  const [name = ''] = type.split(';');
  return [name, name.replace(/\/.*/, '/*'), '*/*'].filter((range) => range !== type);
}
