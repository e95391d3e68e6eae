import { displayWidth } from '../lib/display-width.ts';

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
