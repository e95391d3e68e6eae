import {
  changedKeys,
  keySet,
  member,
  objectAt,
  textAt,
  type Maybe,
  type ObjectValue,
} from '../../json/value.ts';
import { followed, type Source } from '../../openapi/references.ts';
import type { Facts, Place, Roles, Rows } from './comparison.ts';
import { BOTH, brokenBy, INPUT, NEITHER, otherFacts, OUTPUT, placeIn, rowOf } from './comparison.ts';
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
/** The encoding of parts by their position (3.2). */
const POSITIONS = ['prefixEncoding', 'itemEncoding'];
const COMPARED_KEYS = keySet('encoding', ...POSITIONS, ...SCHEMA_KEYS);

/** The differences between two sets of media types. Equal changes of several media types later become one row. */
export function contentChanges(place: Place, before: ObjectValue, after: ObjectValue): Rows {
  const { before: source, after: newSource } = place.comparison;
  const [was, is] = [byMediaType(source, before), byMediaType(newSource, after)];
  return pairKeys(Object.keys(was), Object.keys(is), typeRanges).flatMap((pair) => {
    const { before: oldType, after: newType } = pair;
    const named = placeIn(place, ` ${newType ?? oldType}`);
    if (oldType === undefined) return [rowOf('added', named, receivesAny(place))];
    if (newType === undefined) return [rowOf('removed', named, true)];
    const [old, now] = [objectAt(was, oldType), objectAt(is, newType)];
    const moved = oldType === newType ? [] : [{ ...pair, detail: `${oldType} -> ${newType}` }];
    const facts = [...moved, ...otherFacts(old, now, COMPARED_KEYS), ...encodingFacts(place, pair, old, now)];
    return SCHEMA_KEYS.flatMap((key, index) =>
      schemaChanges(
        place,
        schemaOf(oldType, old, key),
        schemaOf(newType, now, key),
        index === 0 ? facts : [],
      ),
    );
  });
}

/** The changes of how the parts of a form are encoded. Other media types ignore `encoding`. */
function encodingFacts({ comparison }: Place, pair: KeyPair, old: ObjectValue, now: ObjectValue): Facts {
  const isForm = [pair.before, pair.after].some((type = '') =>
    /^(multipart|\*)\/|form-urlencoded/.test(type),
  );
  if (!isForm) return [];
  const names = changedKeys(objectAt(old, 'encoding'), objectAt(now, 'encoding'));
  const positions = changedKeys(old, now).filter((key) => POSITIONS.includes(key));
  const byName = names.flatMap((name) => {
    const [was, is] = [encodingOf(comparison.before, old, name), encodingOf(comparison.after, now, name)];
    const [types, newTypes] = [was, is].map(
      (part) =>
        textAt(part, 'contentType')
          ?.toLowerCase()
          .split(/\s*,\s*/) ?? [],
    );
    const isMissing = (some: readonly string[] = [], all: readonly string[] = []) =>
      some.some((type) => ![type, ...typeRanges(type)].some((one) => all.includes(one)));
    const keys = changedKeys(was, is).filter((key) => !key.startsWith('x-'));
    return keys.map((key) => ({
      detail: `encoding: ${name} ${key}`,
      breaks: key === 'contentType' ? brokenBy(isMissing(types, newTypes), isMissing(newTypes, types)) : BOTH,
    }));
  });
  return [...byName, ...positions.map((key) => ({ detail: key, breaks: BOTH }))];
}

/** The encoding of a part, with defaults. */
function encodingOf(source: Source, media: ObjectValue, name: string): ObjectValue {
  const part = objectAt(objectAt(media, 'encoding'), name);
  const style = textAt(part, 'style') ?? 'form';
  const schema = followed(
    source,
    member(objectAt(followed(source, member(media, 'schema')), 'properties'), name),
  );
  const type = textAt(schema, 'type') ?? '';
  const isBinary = textAt(schema, 'format') === 'binary' || type === '';
  const contentType =
    type === 'object' ? 'application/json' : isBinary ? 'application/octet-stream' : 'text/plain';
  return { style, explode: style === 'form', allowReserved: false, contentType, ...part };
}

/** The schema of a media type. In 3.1, bytes have none. */
function schemaOf(type: string, media: ObjectValue, key: string): Maybe {
  const schema = member(media, key);
  const isBytes = textAt(schema, 'type') === 'string' && textAt(schema, 'format') === 'binary';
  return isBytes && !/json|xml|text|form|\*/.test(type) ? undefined : schema;
}

/**
 * Media types by their normal form: case, blanks and the order of parameters do not matter (RFC 9110, 8.3.1). UTF-8 is
 * the charset of JSON, and of text that names none.
 */
function byMediaType(source: Source, content: ObjectValue): ObjectValue {
  const entries = Object.entries(content).map(([type, one]) => {
    const [name = '', ...parameters] = type.toLowerCase().replaceAll(/\s/g, '').split(';');
    return [[name, ...parameters.toSorted()].join(';'), followed(source, one) ?? null] as const;
  });
  const types = new Set(entries.map(([type]) => type));
  const plain = (type: string) => type.replace(/;charset="?utf-?8"?(?=;|$)/, '');
  return Object.fromEntries(entries.map(([type, one]) => [types.has(plain(type)) ? type : plain(type), one]));
}

/** The ranges of a media type: one without parameters includes any parameters. */
function typeRanges(type: string): readonly string[] {
  const [name = ''] = type.split(';');
  return [name, name.replace(/\/.*/, '/*'), '*/*'].filter((range) => range !== type);
}
