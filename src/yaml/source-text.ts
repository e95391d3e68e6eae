import type { Value } from '../json/value.ts';
import type { Path } from '../model/declared.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { LintComment, LintCommentCode, SourceText } from '../model/document.ts';
import type { Json } from '../model/product.ts';

/** Counts lines on the first request for a place, so a valid file does not need it. */
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

/** The number of lines that begin at or before an offset, by binary search. */
function linesUpTo(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Start and end offsets of a part of a document. */
export type Range = readonly [start: number, end: number];
export type RangeOf = (path: Path, part?: 'key' | 'value') => Range;

export interface ParsedDocument {
  readonly value: Json;
  /** The value with integers beyond the range of a double as bigint. */
  readonly exact: Value;
  readonly rangeOf: RangeOf;
}

export interface ParsedText {
  /** The documents without syntax errors. */
  readonly documents: readonly ParsedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The allowed keys: only text, or any scalar as written (OpenAPI has response codes as keys). */
export type Keys = 'text' | 'scalar';

/**
 * Maximum depth: more levels than real files have; deeper documents could overflow the stack of recursive code
 * (docs/design/contract.md §9).
 */
export const MAX_DEPTH = 200;

/**
 * A text in a literal block (`key: |`) of a file, as a source with locations of the file. Undefined for other styles,
 * in which lines of the text are not lines of the file.
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

/** The offset of each line of the text in the block, after the indentation; undefined if the block has another text. */
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

/** Normalizes line ends. */
export const unixLines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

const MARK = 'adc-lint-disable';
const COMMENT = /^[ \t]*#[ \t]*adc-lint-disable(\S*)(.*)$/gm;

/**
 * The comments of a file that turn diagnostics off, in YAML. Each is on its own line, so that its scope is clear: the
 * whole file, or the next line that is not a comment.
 */
export function lintComments(source: SourceText): readonly LintComment[] {
  if (!source.text.includes(MARK)) return [];
  // From the last to the first: consecutive comments apply to the same line, which is searched once.
  const comments: LintComment[] = [];
  let next = { comment: source.text.length, line: source.text.length };
  for (const match of [...source.text.matchAll(COMMENT)].toReversed()) {
    const end = match.index + match[0].length;
    const between = FIRST_CODE.exec(source.text.slice(end, next.comment));
    next = { comment: match.index, line: between === null ? next.line : end + between.index };
    comments.push(readComment(source, match, next.line));
  }
  return comments.toReversed();
}

const FIRST_CODE = /^[ \t]*[^#\s]/m;

/** @param next offset of the next line that is not a comment. */
function readComment(source: SourceText, match: RegExpExecArray, next: number): LintComment {
  const [whole, word = '', rest = ''] = match;
  const end = match.index + whole.length;
  const start = match.index + whole.indexOf('#');
  const known = word === '' || word === '-next-line';
  const codes = known ? codesIn(source, end - rest.length, rest) : [];
  const line = word === '-next-line' ? { line: source.at(next, next).line } : {};
  return { file: source.file, ...line, codes, location: source.at(start, end) };
}

/** The codes of a comment, which end before ` -- reason`. */
function codesIn(source: SourceText, offset: number, rest: string): readonly LintCommentCode[] {
  const [list = ''] = rest.split(/(?:^|\s)--(?:\s|$)/);
  return [...list.matchAll(/[^\s,]+/g)].map((match) => {
    const start = offset + match.index;
    return { code: match[0], location: source.at(start, start + match[0].length) };
  });
}
