/** As many as a person reads in one sentence. */
const MOST = 20;

/**
 * Words in one line, of which those after the first `most` are counted.
 * @param all names the place that has all of them; undefined to list them all here.
 */
export function listed(words: readonly string[], all: string | undefined, most = MOST): string {
  if (all === undefined || words.length <= most) return words.join(', ');
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more; ${all}`;
}
