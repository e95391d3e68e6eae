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
import { parseYaml } from './exact-yaml.ts';
import { jsonRanges, parseJson } from './json-text.ts';
import { plainYaml } from './plain-yaml.ts';
import {
  type Entry,
  type Keys,
  type ParsedText,
  type Range,
  type RangeOf,
  treeRanges,
} from './source-text.ts';

/**
 * The documents of a YAML or JSON text, and all its syntax errors. JSON is parsed a hundred times as fast as YAML, and
 * plain YAML several times as fast as other YAML, which needs the exact parser.
 */
export function parseText(source: SourceText, keys: Keys): ParsedText {
  return parseQuickly(source.text, keys) ?? parseYaml(source, keys);
}

/** The documents of JSON and plain YAML; undefined for a text that needs the exact parser. */
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
 * The ranges of paths in the documents of a text that plainYaml() has read, equal to those of the exact parser. The
 * text is parsed again on the first request, and each document and collection is scanned once.
 */
export function plainRanges(text: string): (document: number) => RangeOf {
  let parsed: ParsedEvents | undefined;
  const events = (): ParsedEvents => (parsed ??= parsedEvents(text));
  return (document) => {
    let root: Entry<EventNode> | undefined;
    return treeRanges({
      root: () => (root ??= { value: nodeAt(events(), events().contents[document] ?? 0) }),
      childOf: (parent, step) => childrenOf(events(), parent.event).get(step),
      rangeOf: ({ range }) => range,
    });
  };
}

interface ParsedEvents {
  readonly text: string;
  readonly events: readonly Event[];
  /** The index of the first event of the contents of each document. */
  readonly contents: readonly number[];
  /** The children of scanned collections, by the index of the collection's event. */
  readonly scanned: Map<number, ReadonlyMap<string, Entry<EventNode>>>;
}

/** A node: its range, the index of its event, and the index of the event after it and its children. */
interface EventNode {
  readonly range: Range;
  readonly event: number;
  readonly next: number;
}

function parsedEvents(text: string): ParsedEvents {
  const events = parseEvents(text, {});
  const contents = events.flatMap(({ type }, index) => (type === EVENT_ID.DOCUMENT ? [index + 1] : []));
  return { text, events, contents, scanned: new Map() };
}

function childrenOf(parsed: ParsedEvents, event: number): ReadonlyMap<string, Entry<EventNode>> {
  const children = parsed.scanned.get(event) ?? new Map(entriesOf(parsed, event));
  parsed.scanned.set(event, children);
  return children;
}

function entriesOf(parsed: ParsedEvents, at: number): readonly (readonly [string, Entry<EventNode>])[] {
  const { text, events } = parsed;
  const nodes = nodesIn(parsed, at);
  if (events[at]?.type === EVENT_ID.SEQUENCE) return nodes.map((value, index) => [String(index), { value }]);
  return nodes.flatMap((key, index) => {
    const [event, value] = [events[key.event], nodes[index + 1]];
    const isPair = index % 2 === 0 && value !== undefined && event?.type === EVENT_ID.SCALAR;
    return isPair ? [[getScalarValue(text, event), { key, value }] as const] : [];
  });
}

/** The nodes directly below a collection: items, or keys and values in turn; none below a scalar. */
function nodesIn(parsed: ParsedEvents, at: number): readonly EventNode[] {
  const nodes: EventNode[] = [];
  if (!isCollection(parsed.events[at])) return nodes;
  for (let next = at + 1; parsed.events[next]?.type !== EVENT_ID.POP;) {
    const node = nodeAt(parsed, next);
    nodes.push(node);
    ({ next } = node);
  }
  return nodes;
}

function isCollection(event: Event | undefined): event is MappingEvent | SequenceEvent {
  return event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE;
}

function nodeAt(parsed: ParsedEvents, at: number): EventNode {
  const event = parsed.events[at];
  if (event?.type === EVENT_ID.SCALAR)
    return { range: scalarRange(parsed.text, event), event: at, next: at + 1 };
  if (!isCollection(event)) throw new Error('the second parse of a text found another structure');
  const nodes = nodesIn(parsed, at);
  const end = nodes.findLast(({ range }) => range[1] > range[0])?.range[1] ?? event.start + 1;
  return {
    range: [event.start, collectionEnd(parsed.text, event, end)],
    event: at,
    next: (nodes.at(-1)?.next ?? at + 1) + 1,
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
const UP_TO_BRACKET = /(?:[\s,:?]|#.*)*/y;

/**
 * The end offset of a collection: after its closing bracket or, for a block, after its last line.
 * @param end end offset of its last part.
 */
function collectionEnd(text: string, { style }: MappingEvent | SequenceEvent, end: number): number {
  if (style === COLLECTION_STYLE.BLOCK) {
    const newline = text.indexOf('\n', end);
    return newline === -1 ? text.length : newline + 1;
  }
  UP_TO_BRACKET.lastIndex = end;
  UP_TO_BRACKET.exec(text);
  return UP_TO_BRACKET.lastIndex + 1;
}
