import type { Value } from '../json/value.ts';
import type { Path } from '../model/declared.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { LintComment, LintCommentCode, SourceText } from '../model/document.ts';
import type { Json } from '../model/product.ts';

/** A text with the places of its parts. Finds the lines on the first request, which valid files do not need. */
export function sourceText(file: string, text: string): SourceText {
  let starts: readonly number[] | undefined;
  const at = (start: number, end: number): Location => {
    starts ??= lineStarts(text);
    const line = countUpTo(starts, start);
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

/** The number of sorted offsets up to and including an offset, by binary search. */
export function countUpTo(offsets: readonly number[], offset: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Start and end offsets of a part of a document. */
export type Range = readonly [start: number, end: number];
export type RangeOf = (path: Path, part?: 'key' | 'value') => Range;

/** A member or item of a collection: the node of its value and, in a map, of its key. */
export interface Entry<Node> {
  readonly key?: Node;
  readonly value: Node;
}

interface Tree<Node> {
  readonly root: () => Entry<Node>;
  readonly childOf: (parent: Node, step: string) => Entry<Node> | undefined;
  readonly rangeOf: (node: Node) => Range;
}

/**
 * The ranges of paths in a tree. A missing path has the range of the nearest part above it; an empty value, as in
 * `desc:`, has the range of its key.
 */
export function treeRanges<Node>({ root, childOf, rangeOf }: Tree<Node>): RangeOf {
  const rangeOfEntry = ({ key, value }: Entry<Node>, part: 'key' | 'value'): Range => {
    const range = rangeOf(value);
    return key !== undefined && (part === 'key' || range[0] === range[1]) ? rangeOf(key) : range;
  };
  return (path, part = 'value') => {
    let entry = root();
    for (const step of path) {
      const child = childOf(entry.value, String(step));
      if (child === undefined) return rangeOfEntry(entry, 'value');
      entry = child;
    }
    return rangeOfEntry(entry, part);
  };
}

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

/** The allowed keys: only text, or any scalar, as written: OpenAPI has status codes as keys. */
export type Keys = 'text' | 'scalar';

/**
 * Maximum depth of a document, more than real files have: a deeper one could overflow the stack of recursive code
 * (docs/design/contract.md §9).
 */
export const MAX_DEPTH = 200;

/**
 * A text in a literal block (`key: |`) of a file, with locations in the file. Undefined for other styles, in which the
 * lines of the text are not lines of the file.
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

/** The offset of each line of a text in its block, after the indentation; undefined if the block has another text. */
function blockLines(block: string, text: string): readonly number[] | undefined {
  const fileLines = block.split('\n');
  const indent = indentOf(block) - indentOf(text);
  const lines = text.split('\n');
  const starts: number[] = [];
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const fileLine = fileLines[index] ?? '';
    if (fileLine.slice(indent) !== line && fileLine.trim() + line !== '') return undefined;
    starts.push(offset + Math.min(indent, fileLine.length));
    offset += fileLine.length + 1;
  }
  return starts;
}

/** The indentation of the first line that is not blank. */
function indentOf(text: string): number {
  return /^( *)[^ \n]/m.exec(text)?.[1]?.length ?? 0;
}

/** A text with only line feeds as line ends. */
export const unixLines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

const KEYWORD = 'adc-lint-disable';
const COMMENT = /^[ \t]*#[ \t]*adc-lint-disable(\S*)(.*)$/gm;

/**
 * The comments of a YAML file that turn diagnostics off. A comment is on its own line, and applies to the whole file or
 * to the next line that is not a comment.
 */
export function lintComments(source: SourceText): readonly LintComment[] {
  if (!source.text.includes(KEYWORD)) return [];
  // Backwards: consecutive comments apply to the same line, which is then searched only once.
  const comments: LintComment[] = [];
  let next = { comment: source.text.length, line: source.text.length };
  for (const match of [...source.text.matchAll(COMMENT)].toReversed()) {
    const end = match.index + match[0].length;
    const content = FIRST_CONTENT.exec(source.text.slice(end, next.comment));
    next = { comment: match.index, line: content === null ? next.line : end + content.index };
    comments.push(readComment(source, match, next.line));
  }
  return comments.toReversed();
}

const FIRST_CONTENT = /^[ \t]*[^#\s]/m;

/** @param next offset of the next line that is not a comment. */
function readComment(source: SourceText, match: RegExpExecArray, next: number): LintComment {
  const [comment, suffix = '', rest = ''] = match;
  const end = match.index + comment.length;
  const start = match.index + comment.indexOf('#');
  const isKnown = suffix === '' || suffix === '-next-line';
  const codes = isKnown ? codesIn(source, end - rest.length, rest) : [];
  const line = suffix === '-next-line' ? { line: source.at(next, next).line } : {};
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
