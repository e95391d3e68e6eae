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

/** How much of a long line is shown before and after the beginning of the marked part at most, in UTF-16 units. */
const BEFORE = 50;
const AFTER = 60;
const ELLIPSIS = '…';
const TAB = '  ';

/**
 * The frame of a place; undefined where its line is not known. Columns hold for text that is made printable.
 * @param room columns that the line of the file can have.
 */
export function codeFrame({ text, column, length = 1 }: Location, room = Infinity): CodeFrame | undefined {
  if (text === undefined) return undefined;
  const start = Math.min(column - 1, text.length);
  const fits = text.length <= room;
  const most = fits ? BEFORE : Math.min(BEFORE, Math.floor(room / 2));
  const from = start > most + ELLIPSIS.length ? start - most : 0;
  const rest = fits ? AFTER : Math.min(AFTER, room - (start - from) - 2 * ELLIPSIS.length);
  const to = Math.min(text.length, start + rest);
  const before = `${from > 0 ? ELLIPSIS : ''}${shown(text.slice(from, start))}`;
  const marked = shown(text.slice(start, Math.min(start + length, to)));
  const after = shown(text.slice(start + length, to));
  return {
    text: `${before}${marked}${after}${to < text.length ? ELLIPSIS : ''}`.trimEnd(),
    indent: ' '.repeat(displayWidth(before)),
    carets: '^'.repeat(Math.max(1, displayWidth(marked))),
  };
}

const shown = (text: string): string => printable(text.replaceAll('\t', TAB));
