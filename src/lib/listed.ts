/** As many as somebody reads in one sentence. */
const MOST = 20;

/**
 * Words in one line, of which those after the twentieth are counted.
 * @param all says where all of them are; undefined where they shall stand here.
 */
export function listed(words: readonly string[], all: string | undefined): string {
  if (all === undefined || words.length <= MOST) return words.join(', ');
  return `${words.slice(0, MOST).join(', ')} and ${words.length - MOST} more; ${all}`;
}
