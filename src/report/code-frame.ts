import { displayWidth } from '../lib/display-width.ts';
import { printable } from '../lib/printable.ts';
import type { Location } from '../model/diagnostic.ts';

/** A line of a file with a run of carets under the part that is meant. */
export interface CodeFrame {
  readonly text: string;
  /** Spaces up to the carets. */
  readonly indent: string;
  readonly carets: string;
}

/** How many columns of a long line are shown before and after the beginning of the marked part at most. */
const BEFORE = 50;
const AFTER = 60;
/** More characters than have room there, in UTF-16 units: a document on one line is not measured whole. */
const NEAR = 4 * BEFORE;
const ELLIPSIS = '…';
const TAB = '  ';

/**
 * The frame of a place; undefined where its line is not known. Columns hold for text that is made printable.
 * @param room columns that the line of the file can have.
 */
export function codeFrame({ text, column, length = 1 }: Location, room = Infinity): CodeFrame | undefined {
  if (text === undefined) return undefined;
  const start = characterStart(text, Math.min(column - 1, text.length));
  const end = characterEnd(text, Math.min(start + length, text.length));
  const caretBehind = end === start ? 1 : 0;
  const fits = text.length <= NEAR && displayWidth(shown(text)) + caretBehind <= room;
  const most = fits ? BEFORE : Math.min(BEFORE, Math.floor(room / 2));
  const near = Array.from(text.slice(Math.max(0, start - NEAR), start)).toReversed();
  const isShort = unitsWithin(near, most + ELLIPSIS.length) === start;
  const from = isShort ? 0 : start - unitsWithin(near, most);
  const before = `${from > 0 ? ELLIPSIS : ''}${shown(text.slice(from, start))}`;
  const rest = fits ? AFTER : Math.min(AFTER, room - displayWidth(before) - ELLIPSIS.length);
  const to = start + unitsWithin(text.slice(start), rest);
  const marked = shown(text.slice(start, Math.min(end, to)));
  const after = shown(text.slice(end, to));
  return {
    text: `${before}${marked}${after}${to < text.length ? ELLIPSIS : ''}`.trimEnd(),
    indent: ' '.repeat(displayWidth(before)),
    carets: '^'.repeat(Math.max(1, displayWidth(marked))),
  };
}

/** The place itself, or the nearest one before or after it that cuts no character of two UTF-16 units in two. */
const characterStart = (text: string, place: number): number => (cuts(text, place) ? place - 1 : place);
const characterEnd = (text: string, place: number): number => (cuts(text, place) ? place + 1 : place);

function cuts(text: string, place: number): boolean {
  return (text.codePointAt(place - 1) ?? 0) > 0xffff;
}

const shown = (text: string): string => printable(text.replaceAll('\t', TAB));

/** How many UTF-16 units have room in so many columns, as they are shown. */
function unitsWithin(chars: Iterable<string>, columns: number): number {
  let [units, left] = [0, columns];
  for (const char of chars) {
    left -= displayWidth(shown(char));
    if (left < 0) break;
    units += char.length;
  }
  return units;
}
