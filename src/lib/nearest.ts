import { compareStrings } from './canonical-json.ts';

/**
 * The candidate that somebody who wrote `word` most likely meant, undefined if none is near. Spelling that differs in
 * case, dashes and underscores alone is nearest of all; then few typing errors; then whole words of a candidate.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const allowed = Math.max(SHARED_WORD, Math.floor(folded(word).length / 3));
  const ranked = [...candidates]
    .filter((candidate) => candidate !== word)
    .map((candidate) => ({ candidate, far: distance(word, candidate) }))
    .filter(({ candidate, far }) => far <= allowed && far < longer(word, candidate))
    .toSorted((a, b) => a.far - b.far || compareStrings(a.candidate, b.candidate));
  return ranked[0]?.candidate;
}

/** Where all letters of both texts differ, nothing is near, however few they are. */
function longer(word: string, candidate: string): number {
  return Math.max(folded(word).length, folded(candidate).length, 1);
}

function distance(word: string, candidate: string): number {
  const [a, b] = [folded(word), folded(candidate)];
  if (a === b) return 0;
  const typing = Math.abs(a.length - b.length) > MOST_ERRORS ? Infinity : editDistance(a, b);
  return sharesWord(word, candidate) ? Math.min(typing, SHARED_WORD) : typing;
}

/** A shared word counts as more than one typing error, and less than two. */
const SHARED_WORD = 1.5;
const MOST_ERRORS = 8;
const LONGEST_WORD = 200;
const SHORTEST_WORD = 4;

const folded = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[-_\s]/g, '')
    .slice(0, LONGEST_WORD);

/** `hosts` and `linked_hosts`, `description` and `desc`. */
function sharesWord(word: string, candidate: string): boolean {
  const words = (text: string) => text.toLowerCase().split(/[-_\s]+/);
  const begins = (a: string, b: string) => b.length >= SHORTEST_WORD && a.startsWith(b);
  return words(candidate).some(
    (part) => begins(word.toLowerCase(), part) || begins(part, word.toLowerCase()),
  );
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      next.push(cheapest(a, b, line, column, { before, row, next }));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}

interface Rows {
  readonly before: readonly number[];
  readonly row: readonly number[];
  readonly next: readonly number[];
}

function cheapest(a: string, b: string, line: number, column: number, rows: Rows): number {
  const at = (values: readonly number[], index: number) => values[index] ?? Infinity;
  const replaced = at(rows.row, column - 1) + (a[line - 1] === b[column - 1] ? 0 : 1);
  const swapped = a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1];
  return Math.min(
    at(rows.row, column) + 1,
    at(rows.next, column - 1) + 1,
    replaced,
    swapped ? at(rows.before, column - 2) + 1 : Infinity,
  );
}
