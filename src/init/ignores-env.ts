import { wildcard } from '../lib/wildcard.ts';

/**
 * Whether a .gitignore keeps the `.env` beside it out of Git: the last pattern that fits decides, as for Git. Of patterns
 * that it does not understand, such as `[.]env`, it thinks that they ignore nothing. Pure.
 */
export function ignoresEnv(text: string): boolean {
  const patterns = text.split('\n').map((line) => /^(!?)(?:\*\*\/|\/)?(.*?)\s*$/.exec(line) ?? []);
  const last = patterns.findLast(([, , pattern = '']) => wildcard(pattern)('.env'));
  return last !== undefined && last[1] === '';
}
