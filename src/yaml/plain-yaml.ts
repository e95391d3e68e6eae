import {
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
  boolCoreTag,
  COLLECTION_STYLE,
  EVENT_ID,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml';
import type { Json } from '../model/product.ts';
import type { Keys } from './source-text.ts';

/**
 * The values of the documents of a plain YAML text: one without anchors, aliases, tags, directives, merge keys and other
 * rare or ambiguous syntax. Undefined for any other text, including invalid ones. The parser is several times as fast
 * as the exact one, but keeps no comments and reports other errors. The values equal those of the exact parser, which a
 * property test checks.
 */
export function plainYaml(text: string, keys: Keys): readonly Json[] | undefined {
  if (AMBIGUOUS.test(text)) return undefined;
  try {
    const events = parseEvents(text, {});
    const reading: Reading = { text, keys, events, hasUnindentedComments: text.includes('\n#'), at: 0 };
    const documents: Json[] = [];
    while (reading.at < reading.events.length) documents.push(readDocument(reading));
    return documents.length === 0 ? undefined : documents;
  } catch (error) {
    if (error instanceof YAMLException || error instanceof NotPlain) return undefined;
    throw error;
  }
}

/**
 * Byte order marks, directives and similar lines, document ends, indented document starts, tabs before text, spaces at
 * the end of the text, which may or may not count as an empty line, and an escaped line end before an empty line.
 */
const AMBIGUOUS = /^(?:\uFEFF| *%|\.\.\.| +---| *\t| +(?![^]))|\\\n[ \t]*\n/m;

/** The text needs the exact parser. */
class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

interface Reading {
  readonly text: string;
  readonly keys: Keys;
  readonly events: readonly Event[];
  readonly hasUnindentedComments: boolean;
  /** Index of the next event. */
  at: number;
}

/** Accepts only maps and lists: other values may be errors, or no document. */
function readDocument(reading: Reading): Json {
  const event = next(reading);
  if (event.type !== EVENT_ID.DOCUMENT) throw new NotPlain();
  const value = readNode(reading);
  if (typeof value !== 'object' || value === null) throw new NotPlain();
  if (next(reading).type !== EVENT_ID.POP) throw new NotPlain();
  return value;
}

function next(reading: Reading): Event {
  const event = reading.events[reading.at];
  if (event === undefined) throw new NotPlain();
  reading.at += 1;
  return event;
}

/** Recursive: the depth limit of the parser prevents a stack overflow. */
function readNode(reading: Reading): Json {
  const event = next(reading);
  if (event.type === EVENT_ID.ALIAS || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) {
    throw new NotPlain();
  }
  if (event.anchorStart !== ABSENT || event.tagStart !== ABSENT) throw new NotPlain();
  if (event.type === EVENT_ID.SCALAR) return scalarValue(reading.text, event);
  if (hasUnindentedComment(reading, event)) throw new NotPlain();
  if (event.type === EVENT_ID.SEQUENCE) return readSequence(reading);
  if (isSinglePair(reading.text, event)) throw new NotPlain();
  return readMapping(reading);
}

/** Whether a flow collection has an unindented comment, which may be an error. */
function hasUnindentedComment(reading: Reading, { style, start }: MappingEvent | SequenceEvent): boolean {
  if (style !== COLLECTION_STYLE.FLOW || !reading.hasUnindentedComments) return false;
  return reading.text.slice(start, endOfFlow(reading, start)).includes('\n#');
}

/** The offset of the closing bracket of the flow collection whose parts are read next. */
function endOfFlow({ text, events, at }: Reading, start: number): number {
  UP_TO_BRACKET.lastIndex = start + 1;
  for (let [index, depth] = [at, 1]; depth > 0; index += 1) {
    const event = events[index];
    if (event === undefined) break;
    if (event.type === EVENT_ID.POP) depth -= 1;
    else if (event.type === EVENT_ID.SCALAR) UP_TO_BRACKET.lastIndex = Math.max(event.valueEnd, start + 1);
    else if (event.type !== EVENT_ID.ALIAS) depth += 1;
  }
  UP_TO_BRACKET.test(text);
  return UP_TO_BRACKET.lastIndex;
}

/** Matches the text from the last part of nested collections to their closing brackets. */
const UP_TO_BRACKET = /(?:[\s,:?"'}\]]|#.*)*/y;

/** Whether a map is a pair in a list, as in `[a: b]`, which is often an error. */
function isSinglePair(text: string, { style, start }: MappingEvent): boolean {
  return style === COLLECTION_STYLE.FLOW && text[start] !== '{';
}

/** The offset of a part that an event does not have. */
const ABSENT = -1;

/** Copies the list to save memory: a growing list has room for sixteen items, and most lists of a product have one. */
function readSequence(reading: Reading): Json {
  const items: Json[] = [];
  while (!consumeEnd(reading)) {
    if (isOmitted(reading)) throw new NotPlain();
    items.push(readValue(reading));
  }
  return items.slice();
}

function readMapping(reading: Reading): Json {
  const map: Record<string, Json> = {};
  while (!consumeEnd(reading)) {
    const key = readKey(reading);
    if (Object.hasOwn(map, key) || key === '<<' || key === '__proto__') throw new NotPlain();
    map[key] = readValue(reading);
  }
  return map;
}

/** A scalar below an unindented comment may be an error. */
function readValue(reading: Reading): Json {
  const event = reading.events[reading.at];
  const isScalar = event?.type === EVENT_ID.SCALAR && event.valueStart !== ABSENT;
  if (isScalar && reading.hasUnindentedComments && isBelowUnindentedComment(reading.text, event))
    throw new NotPlain();
  return readNode(reading);
}

function isBelowUnindentedComment(text: string, { style, valueStart }: ScalarEvent): boolean {
  const start = style === SCALAR_STYLE.PLAIN ? valueStart : valueStart - 1;
  let line = text.lastIndexOf('\n', start - 1) + 1;
  if (!FIRST_ON_LINE.test(text.slice(line, start))) return false;
  while (line > 0) {
    const above = text.lastIndexOf('\n', line - 2) + 1;
    if (text[above] === '#') return true;
    if (!BLANK_OR_COMMENT.test(text.slice(above, line))) return false;
    line = above;
  }
  return false;
}

/** Only blanks, or the header of a block. */
const FIRST_ON_LINE = /^[ \t]*(?:[|>].*)?$/;
const BLANK_OR_COMMENT = /^[ \t]*(?:#.*)?\n$/;

/** Skips the end of a collection, if the next event is one. */
function consumeEnd(reading: Reading): boolean {
  if (reading.events[reading.at]?.type !== EVENT_ID.POP) return false;
  reading.at += 1;
  return true;
}

/** Whether the next value is omitted, as in `- `: its place would be a guess. */
function isOmitted({ events, at }: Reading): boolean {
  const event = events[at];
  return event?.type === EVENT_ID.SCALAR && event.valueStart === ABSENT;
}

/** Reads a key; if it is a number, a boolean or null, only in its canonical form. */
function readKey(reading: Reading): string {
  const event = reading.events[reading.at];
  if (event?.type !== EVENT_ID.SCALAR || isOmitted(reading)) throw new NotPlain();
  const source = getScalarValue(reading.text, event);
  if (isLongKey(reading.text, event)) throw new NotPlain();
  const isOneLine = reading.text.slice(event.valueStart, event.valueEnd).indexOf('\n') === -1;
  const value = readNode(reading);
  const isText = typeof value === 'string' || (reading.keys === 'scalar' && source === JSON.stringify(value));
  if (!isOneLine || !isText) throw new NotPlain();
  return source;
}

/** Whether a key may exceed 1024 characters with its colon, which is an error. */
function isLongKey(text: string, { valueStart, valueEnd }: ScalarEvent): boolean {
  UP_TO_COLON.lastIndex = valueEnd;
  UP_TO_COLON.test(text);
  return UP_TO_COLON.lastIndex - valueStart > 1000;
}

const UP_TO_COLON = /["']?[ \t]*/y;

function scalarValue(text: string, event: ScalarEvent): Json {
  const { style, valueEnd } = event;
  const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  if (isQuoted && !hasValidRest(text, valueEnd + 1)) throw new NotPlain();
  const source = getScalarValue(text, event);
  return style === SCALAR_STYLE.PLAIN && MAY_BE_OTHER_TYPE.test(source) ? coreValue(source) : source;
}

/** Whether only punctuation or a comment follows a quoted text on its line. */
function hasValidRest(text: string, end: number): boolean {
  AFTER_QUOTE.lastIndex = end;
  return AFTER_QUOTE.test(text);
}

const AFTER_QUOTE = / *(?:[\n,:\]}]|(?<= )#|(?![^]))/y;

/** The first characters of null, booleans and numbers. */
const MAY_BE_OTHER_TYPE = /^(?:[-+.\d~nNtTfF]|$)/;

/**
 * The value of a plain scalar in the core schema of YAML 1.2. Ambiguous scalars, such as too large numbers, need the
 * exact parser.
 */
function coreValue(source: string): Json {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value: string | number | boolean | null | typeof NOT_RESOLVED = tag.resolve(
      source,
      false,
      tag.tagName,
    );
    if (value !== NOT_RESOLVED) return typeof value === 'number' ? exactNumber(value) : value;
  }
  if (!Number.isNaN(Number(source))) throw new NotPlain();
  return source;
}

/** Accepts only numbers that JSON represents exactly. */
function exactNumber(value: number): number {
  const isExact =
    Number.isFinite(value) && !Object.is(value, -0) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (!isExact) throw new NotPlain();
  return value;
}
