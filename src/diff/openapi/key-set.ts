/** A set of keys, given as words with blanks between them. */
export function keySet(...words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap((line) => line.split(' ')));
}
