import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Json } from '../../model/product.ts';
import type { Splice } from './splice.ts';
import { blockText, flowText, scalarText, type Style } from './value-text.ts';
import { columnOf, isBlock, isFlow, rangeOf, type Place } from './yaml-place.ts';

/** Another value in the place of one, in the style of what stands there: nothing around it changes. */
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
  if (isFilled(value)) return [instead(place, `${lead(place)}${blockText(value, place.column + 2)}`)];
  const [, end] = rangeOf(node);
  const oneLine = restOfLine(text, end).trim() !== '';
  return [inPlace(place, fitted(text, end, scalarText(value, place.column, { json, like, oneLine })))];
}

/** Lines in the place of lines; or a short value behind the key, and the lines go. */
function replaceBlock(text: string, place: Place, value: Json): readonly Splice[] {
  const [start, end] = rangeOf(place.node);
  if (isFilled(value) && sameKind(place, value)) {
    return [{ start, end, text: fitted(text, end, blockText(value, columnOf(text, start))) }];
  }
  const short = flowText(value, { json: false });
  const before = text.lastIndexOf('\n', start);
  if (before < place.after) return [{ start, end, text: fitted(text, end, short) }];
  const last = text[end - 1] === '\n' ? end - 1 : end;
  return [
    { start: place.after, end: place.after, text: ` ${short}` },
    { start: before, end: last, text: '' },
  ];
}

const sameKind = ({ node }: Place, value: Json): boolean =>
  Array.isArray(value) ? isSeq(node) : isMap(node);

/** A collection that has something in it. */
function isFilled(value: Json): value is Exclude<Json, null | boolean | number | string> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** For what stands there; where nothing does, behind the colon or the dash. */
function inPlace(place: Place, text: string): Splice {
  const [start, end] = rangeOf(place.node);
  const isThere = end > start || isAlias(place.node);
  return isThere ? { start, end, text } : { start: place.after, end: place.after, text: ` ${text}` };
}

/** From behind the colon or the dash on. */
function instead(place: Place, text: string): Splice {
  return { start: place.after, end: Math.max(place.after, rangeOf(place.node)[1]), text };
}

/** Items begin beside their dash, the lines of a pair below their key. */
function lead({ owner, column }: Place): string {
  return owner === 'item' ? ' ' : `\n${' '.repeat(column + 2)}`;
}

/** With a line end of its own exactly where what stood there had one. */
function fitted(text: string, end: number, piece: string): string {
  const had = end > 0 && text[end - 1] === '\n';
  const has = piece.endsWith('\n');
  if (had === has) return piece;
  if (had) return `${piece}\n`;
  return end === text.length ? piece : piece.slice(0, -1);
}

function restOfLine(text: string, end: number): string {
  if (end > 0 && text[end - 1] === '\n') return '';
  const next = text.indexOf('\n', end);
  return text.slice(end, next === -1 ? undefined : next);
}
