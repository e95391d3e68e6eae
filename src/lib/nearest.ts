import { compareStrings } from './lists.ts';

/**
 * The candidate most similar to `word`; undefined if none is similar. Candidates that differ only in case, dashes and
 * underscores come first, then those with few typing errors or with a common word.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = comparedForms(word);
  const allowed = Math.max(SHARED_WORD, Math.floor(wanted.folded.length / 3));
  const ranked = [...candidates]
    .filter((candidate) => candidate !== word)
    .map((candidate) => {
      const other = comparedForms(candidate);
      return { candidate, far: distance(wanted, other, allowed), length: longer(wanted, other) };
    })
    .filter(({ far, length }) => far <= allowed && far < length)
    .toSorted((a, b) => a.far - b.far || compareStrings(a.candidate, b.candidate));
  return ranked[0]?.candidate;
}

/** The length of the longer text: two texts with that many errors have nothing in common. */
function longer(word: ComparedForms, candidate: ComparedForms): number {
  return Math.max(word.folded.length, candidate.folded.length, 1);
}

/** The number of typing errors. @param most limit above which the result may be Infinity. */
function distance(word: ComparedForms, candidate: ComparedForms, most: number): number {
  const [a, b] = [word.folded, candidate.folded];
  if (a === b) return 0;
  const isFar = Math.abs(a.length - b.length) > Math.min(most, MAX_ERRORS);
  const typing = isFar ? Infinity : editDistance(a, b, most);
  return sharesWord(word, candidate) ? Math.min(typing, SHARED_WORD) : typing;
}

/** The distance of texts with a common word: between one and two typing errors. */
const SHARED_WORD = 1.5;
const MAX_ERRORS = 8;
const LONGEST_WORD = 200;
const SHORTEST_WORD = 4;

/** The compared forms of a text. They are cached, since the same candidates are compared with many words. */
interface ComparedForms {
  readonly lower: string;
  readonly folded: string;
  readonly words: readonly string[];
}

const CACHE = new Map<string, ComparedForms>();
const MAX_CACHED = 1000;

function comparedForms(text: string): ComparedForms {
  const known = CACHE.get(text);
  if (known !== undefined) return known;
  const lower = text.slice(0, 2 * LONGEST_WORD).toLowerCase();
  const folded = lower.replaceAll(/[-_\s]/g, '').slice(0, LONGEST_WORD);
  const forms = { lower, folded, words: lower.split(/[-_\s]+/) };
  if (CACHE.size >= MAX_CACHED) CACHE.clear();
  CACHE.set(text, forms);
  return forms;
}

/** Whether one text begins with a word of the other: `hosts` and `linked_hosts`, `description` and `desc`. */
function sharesWord(word: ComparedForms, candidate: ComparedForms): boolean {
  const begins = (a: string, b: string) => b.length >= SHORTEST_WORD && a.startsWith(b);
  return candidate.words.some((part) => begins(word.lower, part) || begins(part, word.lower));
}

/** The number of insertions, deletions, replacements and swaps; may be Infinity above `most`. */
function editDistance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  let least = 0;
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    let leastHere = line;
    for (let column = 1; column <= b.length; column += 1) {
      const cost = cheapest(a, b, line, column, { before, row, next });
      next.push(cost);
      if (cost < leastHere) leastHere = cost;
    }
    if (least > most && leastHere > most) return Infinity;
    [before, row, least] = [row, next, leastHere];
  }
  return row[b.length] ?? 0;
}

interface Rows {
  readonly before: readonly number[];
  readonly row: readonly number[];
  readonly next: readonly number[];
}

const at = (values: readonly number[], index: number): number => values[index] ?? Infinity;

function cheapest(a: string, b: string, line: number, column: number, rows: Rows): number {
  const replaced = at(rows.row, column - 1) + (a[line - 1] === b[column - 1] ? 0 : 1);
  const swapped = a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1];
  return Math.min(
    at(rows.row, column) + 1,
    at(rows.next, column - 1) + 1,
    replaced,
    swapped ? at(rows.before, column - 2) + 1 : Infinity,
  );
}
