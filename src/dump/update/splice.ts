/** A replacement of a part of a text; an insertion if `start` equals `end`. Offsets are those of the old text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A text with replaced parts; all other bytes stay. Insertions at the same offset keep their order. Undefined if two
 * parts overlap.
 */
export function spliced(text: string, splices: readonly Splice[]): string | undefined {
  const inOrder = splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, text: piece } of inOrder) {
    if (start < from) return undefined;
    pieces.push(text.slice(from, start), piece);
    from = end;
  }
  return [...pieces, text.slice(from)].join('');
}

/**
 * A text with only line feeds and without a byte order mark, as parsers count offsets, and a function that edits the
 * original.
 */
export interface UnixText {
  readonly text: string;
  /** The original with replaced parts; new text has the most common line ends. */
  readonly spliced: (splices: readonly Splice[]) => string | undefined;
}

export function unixText(original: string): UnixText {
  const mark = original.startsWith('\ufeff') ? '\ufeff' : '';
  const body = original.slice(mark.length);
  const text = body.replaceAll(/\r\n?/g, '\n');
  const dropped = droppedReturns(body);
  const lineEnd = dropped.length * 2 > text.split('\n').length - 1 ? '\r\n' : '\n';
  const back = (offset: number): number => offset + countBelow(dropped, offset);
  const returned = ({ start, end, text: piece }: Splice): Splice => ({
    start: back(start),
    end: back(end),
    text: piece.replaceAll('\n', lineEnd),
  });
  return {
    text,
    spliced: (splices) => {
      const edited = spliced(body, splices.map(returned));
      return edited === undefined ? undefined : mark + edited;
    },
  };
}

/** The offsets of line feeds without their carriage return, in the text without carriage returns. */
function droppedReturns(body: string): readonly number[] {
  return [...body.matchAll(/\r\n/g)].map(({ index }, count) => index - count);
}

/** The number of sorted offsets below a limit. */
function countBelow(offsets: readonly number[], limit: number): number {
  let [from, to] = [0, offsets.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((offsets[middle] ?? 0) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
