import { completeFields } from '../../src/fields/field-table.ts';
import type { LivePortal, LiveProduct } from '../../src/model/live.ts';
import type { FieldName, Labels, ProductFields, ProductType } from '../../src/model/product.ts';
import { KEY_AUTH } from './auth.ts';
import { OPENAPI } from './openapi.ts';

export const OWNED: Labels = { 'managed-by': 'adc' };

/** The label of an owner's product. */
export const ownedBy = (owner: string): Labels => ({ 'managed-by': `adc/${owner}` });

export type LiveParts = Partial<ProductFields> & {
  readonly id?: string;
  readonly type?: ProductType;
  readonly unreadable?: readonly FieldName[];
};

/** A draft of ours called "A" with key auth and no services, unless told otherwise; its id is made of its name. */
export function liveProduct(parts: LiveParts = {}): LiveProduct {
  const { id, type = 'gateway', unreadable = [], ...given } = parts;
  const name = given.name ?? 'A';
  const own = type === 'gateway' ? { auth: KEY_AUTH } : { raw_openapi: OPENAPI };
  const fields = completeFields({ labels: OWNED, ...own, ...given, name });
  return { id: id ?? `id-${name}`, type, fields, unreadable, raw: {} };
}

/** The same on the portal. */
export function published(parts: LiveParts = {}): LiveProduct {
  return liveProduct({ status: 'published', ...parts });
}

export function livePortal(products: readonly LiveProduct[], parts: Partial<LivePortal> = {}): LivePortal {
  return { products, keepsExternalLabels: true, ...parts };
}
