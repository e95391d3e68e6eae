import type { Path } from '../model/declared.ts';
import type { Value } from '../json/value.ts';
import type { Location, Diagnostic } from '../model/diagnostic.ts';
import type { SourceText } from '../model/document.ts';
import type { Json } from '../model/product.ts';

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

/** From where to where a part of a document stands in its text. */
export type Range = readonly [start: number, end: number];
export type RangeOf = (path: Path, part?: 'key' | 'value') => Range;

export interface ParsedDocument {
  readonly value: Json;
  /** The same, with the integers that a double cannot hold exactly as bigint. */
  readonly exact: Value;
  readonly rangeOf: RangeOf;
}

export interface ParsedText {
  /** The documents whose syntax is right. */
  readonly documents: readonly ParsedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Which keys are allowed: text only, or any scalar as it is written (OpenAPI has response codes as keys). */
export type Keys = 'text' | 'scalar';

/**
 * More levels than people write; deeper ones could exhaust the stack of whatever walks the document
 * (docs/design/contract.md §9).
 */
export const MAX_DEPTH = 200;

/**
 * A text that stands in a file as a literal block (`key: |`), as a source whose places are those of the file. Undefined
 * for a text that is written in another way, in which lines of the text are not lines of the file.
 */
export function blockText(file: SourceText, range: Range, text: string): SourceText | undefined {
  if (file.text[range[0]] !== '|') return undefined;
  const firstLine = file.text.indexOf('\n', range[0]) + 1;
  const starts = blockLines(file.text.slice(firstLine, range[1]), text);
  if (starts === undefined) return undefined;
  const inner = sourceText(file.file, text);
  const outer = (offset: number): number => {
    const { line, column } = inner.at(offset, offset);
    return firstLine + (starts[line - 1] ?? 0) + column - 1;
  };
  return { file: file.file, text, at: (start, end) => file.at(outer(start), outer(end)) };
}

/** Where each line of the text begins in the block, past the indentation; undefined if the block says something else. */
function blockLines(block: string, text: string): readonly number[] | undefined {
  const written = block.split('\n');
  const indent = indentOf(block) - indentOf(text);
  const lines = text.split('\n');
  const starts: number[] = [];
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const whole = written[index] ?? '';
    if (whole.slice(indent) !== line && whole.trim() + line !== '') return undefined;
    starts.push(offset + Math.min(indent, whole.length));
    offset += whole.length + 1;
  }
  return starts;
}

/** The indentation of the first line that has one. */
function indentOf(text: string): number {
  return /^( *)[^ \n]/m.exec(text)?.[1]?.length ?? 0;
}

/** Line ends as the parser and people count them. */
export const unixLines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
