import { afterComments, commentAbove } from './comment-lines.ts';
import type { Splice } from './splice.ts';
import { afterLine, columnOf, lineStart } from './yaml-place.ts';

/** From where to where a member of a collection stands. */
export type Span = readonly [start: number, end: number];

/**
 * The lines of members of a block collection, gone; `about` are members that the comments right above them, and those below
 * them that are indented more, are about.
 */
export function removedLines(
  text: string,
  spans: readonly Span[],
  gone: ReadonlySet<number>,
  about: ReadonlySet<number>,
): readonly Splice[] {
  return [...gone].map((index) => {
    const [start, end] = spans[index] ?? [0, 0];
    const [own, after, column] = [lineStart(text, start), afterLine(text, end), columnOf(text, start)];
    if (!about.has(index)) return { start: own, end: after, text: '' };
    const before = spans[index - 1];
    const bound = before && afterLine(text, before[1]);
    return {
      start: commentAbove(text, own, column, bound),
      end: afterComments(text, after, column),
      text: '',
    };
  });
}

/** Lines behind those on which a member of a block collection ends, with the comments that belong to it. */
export function blockInsertion(
  text: string,
  end: number,
  column: number,
  added: readonly string[],
): readonly Splice[] {
  if (added.length === 0) return [];
  const at = afterComments(text, afterLine(text, end), column);
  const lines = added.map((one) => `${' '.repeat(column)}${one}`).join('\n');
  const ended = at === 0 || text[at - 1] === '\n';
  return [{ start: at, end: at, text: ended ? `${lines}\n` : `\n${lines}` }];
}
