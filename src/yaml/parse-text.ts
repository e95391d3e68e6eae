import {
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
  COLLECTION_STYLE,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
} from 'js-yaml';
import type { SourceText } from '../model/document.ts';
import { jsonRanges, parseJson } from './json-text.ts';
import { plainYaml } from './plain-yaml.ts';
import type { Keys, ParsedText, Range, RangeOf } from './source-text.ts';

/**
 * The documents of a YAML or JSON text, and all its syntax errors. JSON is parsed a hundred times as fast as YAML,
 * and plain YAML several times as fast as other YAML. The exact parser is loaded only for other YAML.
 */
export async function parseText(source: SourceText, keys: Keys): Promise<ParsedText> {
  return parseQuickly(source.text, keys) ?? (await import('./exact-yaml.ts')).parseYaml(source, keys);
}

/** Undefined for texts that need the exact parser. */
function parseQuickly(text: string, keys: Keys): ParsedText | undefined {
  const value = parseJson(text);
  if (value !== undefined)
    return { diagnostics: [], documents: [{ value, exact: value, rangeOf: jsonRanges(text) }] };
  const values = plainYaml(text, keys);
  if (values === undefined) return undefined;
  const rangesOf = plainRanges(text);
  return {
    diagnostics: [],
    documents: values.map((one, index) => ({ value: one, exact: one, rangeOf: rangesOf(index) })),
  };
}

/**
 * The ranges of paths in the documents of a text that plainYaml() has read, equal to those of the exact parser; for a
 * missing path, that of the nearest part above it. The text is parsed again on the first request, and each document
 * and collection is scanned once.
 */
export function plainRanges(text: string): (document: number) => RangeOf {
  let read: Reading | undefined;
  return (document) => {
    let contents: Entry | undefined;
    return (path, part = 'value') => {
      read ??= reading(text);
      contents ??= { value: spotAt(read, read.contents[document] ?? 0) };
      let entry = contents;
      for (const step of path) {
        const next = childrenOf(read, entry.value.at).get(String(step));
        if (next === undefined) return rangeOfEntry(entry, 'value');
        entry = next;
      }
      return rangeOfEntry(entry, part);
    };
  };
}

interface Reading {
  readonly text: string;
  readonly events: readonly Event[];
  /** The first event of the contents of each document. */
  readonly contents: readonly number[];
  /** The parts of scanned collections, by event. */
  readonly known: Map<number, ReadonlyMap<string, Entry>>;
}

/** A node: its range, the index of its event, and the index of the event after it and its parts. */
interface Spot {
  readonly range: Range;
  readonly at: number;
  readonly next: number;
}

interface Entry {
  readonly key?: Spot;
  readonly value: Spot;
}

/** The range of an entry; an empty value, as in `desc:`, has the range of its key. */
function rangeOfEntry({ key, value }: Entry, part: 'key' | 'value'): Range {
  const isShownByKey = key !== undefined && (part === 'key' || value.range[0] === value.range[1]);
  return isShownByKey ? key.range : value.range;
}

function reading(text: string): Reading {
  const events = parseEvents(text, {});
  const contents = events.flatMap(({ type }, at) => (type === EVENT_ID.DOCUMENT ? [at + 1] : []));
  return { text, events, contents, known: new Map() };
}

function childrenOf(reading: Reading, at: number): ReadonlyMap<string, Entry> {
  const children = reading.known.get(at) ?? new Map(entriesOf(reading, at));
  reading.known.set(at, children);
  return children;
}

function entriesOf(reading: Reading, at: number): readonly (readonly [string, Entry])[] {
  const { text, events } = reading;
  const parts = partsOf(reading, at);
  if (events[at]?.type === EVENT_ID.SEQUENCE) return parts.map((value, index) => [String(index), { value }]);
  return parts.flatMap((key, index) => {
    const [event, value] = [events[key.at], parts[index + 1]];
    const isPair = index % 2 === 0 && value !== undefined && event?.type === EVENT_ID.SCALAR;
    return isPair ? [[getScalarValue(text, event), { key, value }] as const] : [];
  });
}

/** The nodes directly below a collection: items, or keys and values in turn; none below a scalar. */
function partsOf(reading: Reading, at: number): readonly Spot[] {
  const parts: Spot[] = [];
  if (!isCollection(reading.events[at])) return parts;
  for (let next = at + 1; reading.events[next]?.type !== EVENT_ID.POP;) {
    const part = spotAt(reading, next);
    parts.push(part);
    ({ next } = part);
  }
  return parts;
}

function isCollection(event: Event | undefined): event is MappingEvent | SequenceEvent {
  return event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE;
}

function spotAt(reading: Reading, at: number): Spot {
  const event = reading.events[at];
  if (event?.type === EVENT_ID.SCALAR) return { range: scalarRange(reading.text, event), at, next: at + 1 };
  if (!isCollection(event)) throw new Error('a text that was plain is not');
  const parts = partsOf(reading, at);
  const end = parts.findLast(({ range }) => range[1] > range[0])?.range[1] ?? event.start + 1;
  return {
    range: [event.start, collectionEnd(reading.text, event, end)],
    at,
    next: (parts.at(-1)?.next ?? at + 1) + 1,
  };
}

/** The range of a scalar, including quotes or the header of a block. */
function scalarRange(text: string, { style, valueStart, valueEnd }: ScalarEvent): Range {
  if (style === SCALAR_STYLE.PLAIN) return [valueStart, valueEnd];
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) {
    return [valueStart - 1, valueEnd + 1];
  }
  const line = text.lastIndexOf('\n', valueStart - 2) + 1;
  const header = BLOCK_HEADER.exec(text.slice(line, valueStart));
  return [line + (header?.index ?? 0), valueEnd];
}

const BLOCK_HEADER = /[|>][-+\d]*[ \t]*(?:[ \t]#.*)?\n?$/;
const UP_TO_SIGN = /(?:[\s,:?]|#.*)*/y;

/** The end of a collection: after its closing bracket; a block ends with its last line. */
function collectionEnd(text: string, { style }: MappingEvent | SequenceEvent, end: number): number {
  if (style === COLLECTION_STYLE.BLOCK) {
    const newline = text.indexOf('\n', end);
    return newline === -1 ? text.length : newline + 1;
  }
  UP_TO_SIGN.lastIndex = end;
  UP_TO_SIGN.exec(text);
  return UP_TO_SIGN.lastIndex + 1;
}
