import { nearest } from '../lib/nearest.ts';
import { UsageError } from '../model/errors.ts';

export interface Asked {
  /** Patterns of names that no product has. */
  readonly unmatched: readonly string[];
  readonly knownNames: readonly string[];
}

/**
 * A name that nothing has is most likely misspelled: a file without that product would say that it is gone, and an update
 * that leaves it alone would say that nothing differs.
 */
export function refuseUnmatched({ unmatched, knownNames }: Asked, nothing: string): void {
  if (unmatched.length === 0) return;
  const [first = ''] = unmatched;
  const near = nearest(first, knownNames);
  const named = unmatched.map((pattern) => JSON.stringify(pattern)).join(', ');
  throw new UsageError(`${nothing} a name like ${named}`, {
    hint:
      near === undefined
        ? 'Names match exactly; * stands for any text and ? for one character.'
        : `The nearest name is ${JSON.stringify(near)}; * stands for any text and ? for one character.`,
  });
}
