import { canonicalJson } from '../json/canonical.ts';
import { sha256 } from '../lib/sha256.ts';
import { unpackedFields } from './desired.ts';
import type { HeldProduct } from './live.ts';

/** A digest of all parts of a live product that a plan depends on; equal for products that compare as equal. */
export function fingerprint(product: HeldProduct): string {
  const { type } = product;
  const fields = unpackedFields(product.fields);
  return sha256(canonicalJson({ type, fields })).slice(0, 32);
}
