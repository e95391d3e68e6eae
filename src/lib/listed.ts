/** Maximum number of words in one sentence. */
const MOST = 20;

/**
 * Words in one line; those after the first `most` are counted.
 * @param all where the complete list is; undefined to list all words here.
 */
export function listed(words: readonly string[], all: string | undefined, most = MOST): string {
  if (all === undefined || words.length <= most) return words.join(', ');
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more; ${all}`;
}
