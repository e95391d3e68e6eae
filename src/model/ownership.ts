import type { HeldProduct } from './live.ts';
import type { Labels } from './product.ts';

/** The label by which adc knows its own products (contract §5). */
export const OWNERSHIP_LABEL = 'managed-by';
export const OWNERSHIP_VALUE = 'adc';

/** Whether a live product is ours to delete when no file names it any more. */
export function isOwned(product: HeldProduct): boolean {
  return labelOf(product.fields.labels, OWNERSHIP_LABEL) === OWNERSHIP_VALUE;
}

export function matchesSelector(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labelOf(labels, key) === value);
}

/** A label's value; keys are people's, so that `toString` is a key like any other. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
