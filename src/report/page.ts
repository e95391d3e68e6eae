import { displayWidth } from '../lib/display-width.ts';

/** What text is written on. */
export interface Page {
  /** Its colours. */
  readonly paints: Paints;
  /** Columns before a terminal would break the line. */
  readonly width: number;
  /** Columns at which a sentence goes on in the next line; Infinity where nothing breaks lines, as in a log. */
  readonly wrapAt: number;
  /** Whether products that stay as they are are named, not only counted, and long lists of names whole. */
  readonly namesAll: boolean;
}

export type Paint = (text: string) => string;

/** What colours stand for. None of them says anything that a sign or a word beside it does not say as well. */
export interface Paints {
  readonly added: Paint;
  readonly removed: Paint;
  readonly changed: Paint;
  /** For text about changes that end or break something for users. */
  readonly grave: Paint;
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
}

export const asItIs: Paint = (text) => text;

/** For output that is no terminal, unless it asks for colours, and for users who want none. */
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
 * A printable text as lines of at most `width` columns, broken at spaces; a word that is longer than a line stays whole,
 * so that it can be copied. Lines after the first one begin with `indent`.
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
