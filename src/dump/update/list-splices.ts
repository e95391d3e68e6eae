import type { YAMLMap, YAMLSeq } from 'yaml';
import type { Splice } from './splice.ts';
import { afterLine, lineStart, rangeOf } from './yaml-place.ts';

/** From where to where a member of a collection stands. */
export type Span = readonly [start: number, end: number];

/** The lines of members of a block collection, gone; `about` are members that the comment right above them is about. */
export function removedLines(
  text: string,
  spans: readonly Span[],
  gone: ReadonlySet<number>,
  about: ReadonlySet<number>,
): readonly Splice[] {
  return [...gone].map((index) => {
    const [start, end] = spans[index] ?? [0, 0];
    const own = lineStart(text, start);
    return { start: about.has(index) ? commentAbove(text, own) : own, end: afterLine(text, end), text: '' };
  });
}

/** Where the lines of comment begin that stand right above a line; that line if there are none. */
function commentAbove(text: string, start: number): number {
  if (start === 0) return 0;
  const above = lineStart(text, start - 1);
  const isComment = text.slice(above, start).trimStart().startsWith('#');
  return isComment ? commentAbove(text, above) : start;
}

/** Lines behind the line on which a member of a block collection ends. */
export function blockInsertion(
  text: string,
  end: number,
  column: number,
  added: readonly string[],
): readonly Splice[] {
  if (added.length === 0) return [];
  const at = afterLine(text, end);
  const lines = added.map((one) => `${' '.repeat(column)}${one}`).join('\n');
  const ended = at === 0 || text[at - 1] === '\n';
  return [{ start: at, end: at, text: ended ? `${lines}\n` : `\n${lines}` }];
}

/** Members of `[ ]` or `{ }`, gone with the comma after them, or before them where they are the last. */
export function removedFromFlow(spans: readonly Span[], gone: ReadonlySet<number>): readonly Splice[] {
  const lastKept = spans.findLastIndex((_, index) => !gone.has(index));
  const end = (index: number): number => spans[index]?.[1] ?? 0;
  const inside = [...gone]
    .filter((index) => index < lastKept)
    .map((index) => ({ start: spans[index]?.[0] ?? 0, end: spans[index + 1]?.[0] ?? 0, text: '' }));
  if (lastKept === spans.length - 1) return inside;
  return [...inside, { start: end(lastKept), end: end(spans.length - 1), text: '' }];
}

/** More members behind the last one that stays, parted as the others are. */
export function flowInsertion(
  text: string,
  collection: YAMLMap | YAMLSeq,
  spans: readonly Span[],
  gone: ReadonlySet<number>,
  added: readonly string[],
): readonly Splice[] {
  if (added.length === 0) return [];
  const lastKept = spans.findLast((_, index) => !gone.has(index)) ?? [0, 0];
  const parted = separator(text, collection, spans);
  const at = lastKept[1];
  return [{ start: at, end: at, text: added.map((one) => parted + one).join('') }];
}

function separator(text: string, collection: YAMLMap | YAMLSeq, spans: readonly Span[]): string {
  const [first, second] = spans;
  const [open] = rangeOf(collection);
  const between = first && second ? text.slice(first[1], second[0]) : `,${text.slice(open + 1, first?.[0])}`;
  if (!/^,\s*$/.test(between)) return ', ';
  return between === ',' && second === undefined ? ', ' : between;
}
