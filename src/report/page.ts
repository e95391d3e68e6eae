import { displayWidth } from '../lib/printable.ts';

/** The output page of a text report. */
export interface Page {
  /** Its colours. */
  readonly paints: Paints;
  /** Columns of a line. */
  readonly width: number;
  /** Columns at which sentences wrap; Infinity if lines are not wrapped, as in a log. */
  readonly wrapAt: number;
  /** Whether unchanged products are named instead of counted, and long lists of names are complete. */
  readonly namesAll: boolean;
}

export type Paint = (text: string) => string;

/** Colours by meaning. A sign or a word repeats the meaning of each colour. */
export interface Paints {
  readonly added: Paint;
  readonly removed: Paint;
  readonly changed: Paint;
  /** For changes that end or break access for users. */
  readonly grave: Paint;
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
}

export const asItIs: Paint = (text) => text;

/** For output that is not a terminal, and for users who disable colours. */
export const NO_COLOURS: Paints = {
  added: asItIs,
  removed: asItIs,
  changed: asItIs,
  grave: asItIs,
  error: asItIs,
  warning: asItIs,
  info: asItIs,
  bold: asItIs,
  dim: asItIs,
};

/**
 * A printable text as lines of at most `width` columns, wrapped at spaces; a longer word is not split, so that it can
 * be copied. Lines after the first one begin with `indent`.
 */
export function wrapped(text: string, width: number, indent: string): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  let isEmpty = true;
  for (const word of text.slice(line.length).split(' ')) {
    const longer = isEmpty ? `${line}${word}` : `${line} ${word}`;
    if (!isEmpty && displayWidth(longer) > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
    isEmpty = false;
  }
  return [...lines, line];
}
