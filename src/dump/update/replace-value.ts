import { isMap, isScalar, isSeq } from 'yaml';
import type { Json } from '../../model/product.ts';
import { blockText, flowText, scalarText, type Style } from '../yaml-text.ts';
import type { Splice } from './splice.ts';

import { columnOf, commentBehind, isBlock, isFlow, rangeOf, type Place } from './yaml-place.ts';

/** The splices that replace a value, in the style of the old one, without other changes. */
export function replaceValue(
  text: string,
  place: Place,
  value: Json,
  { json }: Pick<Style, 'json'>,
): readonly Splice[] {
  const { node } = place;
  const like = isScalar(node) ? node.type : undefined;
  if (place.inFlow || isFlow(node) || json) return [inPlace(place, flowText(value, { json, like }))];
  if (isBlock(node)) return replaceBlock(text, place, value);
  if (isFilled(value)) return [linesInstead(text, place, value)];
  const [start, end] = rangeOf(node);
  const oneLine = restOfLine(text, end).trim() !== '';
  const piece = fitted(text, end, scalarText(value, place.column, { json, like, oneLine }));
  return [
    inPlace(
      place,
      piece.replace(/\n|$/, (lineEnd) => headerComment(text, start) + lineEnd),
    ),
  ];
}

/** Replaces a text, an alias or no value by lines; comments stay above them. */
function linesInstead(text: string, place: Place, value: Json): Splice {
  const [start, end] = spanOf(place);
  const behind = headerComment(text, start) || (commentBehind(text, end) ?? '');
  const endOfComment = isLineEnd(text, end) ? end : end + (commentBehind(text, end) ?? '').length;
  const isBelow = text.slice(place.after, start).includes('\n');
  const column = isBelow ? columnOf(text, start) : place.column + 2;
  const lines = blockText(value, column);
  const pad = ' '.repeat(column);
  if (isBelow) {
    const piece = behind === '' ? lines : `${behind.trimStart()}\n${pad}${lines}`;
    return { start, end: endOfComment, text: fitted(text, endOfComment, piece) };
  }
  const piece = behind === '' ? lead(place) + lines : `${behind}\n${pad}${lines}`;
  return { start: place.after, end: endOfComment, text: fitted(text, endOfComment, piece) };
}

/** The comment in the first line of a block scalar, with the blanks before it. */
function headerComment(text: string, start: number): string {
  HEADER.lastIndex = start;
  return HEADER.exec(text)?.[1] ?? '';
}

const HEADER = /[|>][-+\d]*([ \t]+#.*)\n/y;

/** Replaces lines by other lines, or by a short value after the key. */
function replaceBlock(text: string, place: Place, value: Json): readonly Splice[] {
  const [start, end] = rangeOf(place.node);
  if (isFilled(value) && sameKind(place, value)) {
    return [{ start, end, text: fitted(text, end, blockText(value, columnOf(text, start))) }];
  }
  const short = flowText(value, { json: false });
  const before = text.lastIndexOf('\n', start);
  if (before < place.after) return [{ start, end, text: fitted(text, end, short) }];
  const last = isLineEnd(text, end) ? end - 1 : end + (commentBehind(text, end) ?? '').length;
  return [
    { start: place.after, end: place.after, text: ` ${short}` },
    { start: before, end: last, text: '' },
  ];
}

const sameKind = ({ node }: Place, value: Json): boolean =>
  Array.isArray(value) ? isSeq(node) : isMap(node);

/** Whether a value is a non-empty collection. */
function isFilled(value: Json): value is Exclude<Json, null | boolean | number | string> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** A splice for the existing value, or after the colon or dash if there is none. */
function inPlace(place: Place, text: string): Splice {
  const [start, end] = spanOf(place);
  return { start, end, text: end > start ? text : ` ${text}` };
}

/** The span of the existing value, or the offset after the colon or dash if there is none. */
function spanOf({ node, after }: Place): readonly [number, number] {
  const [start, end] = rangeOf(node);
  return end > start ? [start, end] : [after, after];
}

/** The text before the lines: items begin beside their dash, the lines of a pair below their key. */
function lead({ owner, column }: Place): string {
  return owner === 'item' ? ' ' : `\n${' '.repeat(column + 2)}`;
}

/** The text with a line end if and only if the old one had one. */
function fitted(text: string, end: number, piece: string): string {
  const had = isLineEnd(text, end);
  const has = piece.endsWith('\n');
  if (had === has) return piece;
  if (had) return `${piece}\n`;
  return end === text.length ? piece : piece.slice(0, -1);
}

const isLineEnd = (text: string, end: number): boolean => end > 0 && text[end - 1] === '\n';

function restOfLine(text: string, end: number): string {
  if (isLineEnd(text, end)) return '';
  const next = text.indexOf('\n', end);
  return text.slice(end, next === -1 ? undefined : next);
}
