import { wildcard } from '../lib/wildcard.ts';

/**
 * Whether a .gitignore ignores the `.env` beside it: the last matching pattern decides, as in Git. Unsupported
 * patterns, such as `[.]env`, count as not matching. Pure.
 */
export function ignoresEnv(text: string): boolean {
  const patterns = text.split('\n').map((line) => /^(!?)(?:\*\*\/|\/)?(.*?)\s*$/.exec(line) ?? []);
  const last = patterns.findLast(([, , pattern = '']) => wildcard(pattern)('.env'));
  return last !== undefined && last[1] === '';
}
