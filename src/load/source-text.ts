import { LineCounter } from 'yaml';
import type { Location } from '../model/diagnostic.ts';

/** A text with the name it is shown by; offsets become places with their line. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** The place from one offset to another, cut at the end of its first line. */
  at(start: number, end: number): Location;
}

/** Lines are counted when the first place is asked for: a good file never pays for them. */
export function sourceText(file: string, text: string): SourceText {
  let lines: LineCounter | undefined;
  const at = (start: number, end: number): Location => {
    lines ??= countedLines(text);
    const { line, col } = lines.linePos(start);
    const lineStart = start - (col - 1);
    const next = text.indexOf('\n', start);
    const lineEnd = next === -1 ? text.length : next;
    const length = Math.max(1, Math.min(end, lineEnd) - start);
    return { file, line, column: col, length, text: text.slice(lineStart, lineEnd) };
  };
  return { file, text, at };
}

function countedLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1);
  return lines;
}
