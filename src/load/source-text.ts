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
  let starts: readonly number[] | undefined;
  const at = (start: number, end: number): Location => {
    starts ??= lineStarts(text);
    const line = linesUpTo(starts, start);
    const lineStart = starts[line - 1] ?? 0;
    const lineEnd = (starts[line] ?? text.length + 1) - 1;
    const length = Math.max(1, Math.min(end, lineEnd) - start);
    return { file, line, column: start - lineStart + 1, length, text: text.slice(lineStart, lineEnd) };
  };
  return { file, text, at };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/** How many lines begin at an offset or before it, by halving. */
function linesUpTo(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
