import { createHash } from 'node:crypto';
import { canonicalJson } from '../lib/canonical-json.ts';
import { unpackedFields } from './field-table.ts';
import type { HeldProduct } from './live.ts';

/** A digest of everything about a live product that a plan depends on; equal for products that compare as equal. */
export function fingerprint(product: HeldProduct): string {
  const { type } = product;
  const fields = unpackedFields(product.fields);
  return createHash('sha256').update(canonicalJson({ type, fields })).digest('hex').slice(0, 32);
}
