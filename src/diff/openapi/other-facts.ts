import type { Fact } from './comparison.ts';
import { keySet } from './key-set.ts';
import { BOTH, NEITHER } from './role.ts';
import { toldChange } from './told.ts';
import type { ObjectValue } from './value.ts';
import { changedKeys, member } from './value.ts';

/** Keys that describe and do not bind, wherever they stand. */
const WORDS = keySet(
  'title summary description termsOfService contact license externalDocs tags deprecated',
  'operationId example examples default bearerFormat links',
);

/**
 * One fact for each key that differs and that nobody else looks at. Extensions (`x-…`) and words for readers break
 * nobody; what else is unknown may break anybody, unless it is new.
 */
export function otherFacts(
  before: ObjectValue,
  after: ObjectValue,
  seen: ReadonlySet<string>,
): readonly Fact[] {
  const keys = changedKeys(before, after).filter((key) => !seen.has(key));
  return keys.map((key) => {
    const harmless = WORDS.has(key) || key.startsWith('x-') || member(before, key) === undefined;
    const detail = toldChange(key, member(before, key), member(after, key));
    return { detail, breaks: harmless ? NEITHER : BOTH };
  });
}
