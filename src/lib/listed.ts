/** As many as somebody reads in one sentence. */
const MOST = 20;

/**
 * Words in one line, of which those after the first `most` are counted.
 * @param all says where all of them are; undefined where they shall stand here.
 */
export function listed(words: readonly string[], all: string | undefined, most = MOST): string {
  if (all === undefined || words.length <= most) return words.join(', ');
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more; ${all}`;
}
