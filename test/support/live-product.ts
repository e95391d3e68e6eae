import { completeFields } from '../../src/fields/field-table.ts';
import type { LivePortal, LiveProduct } from '../../src/model/live.ts';
import type { FieldName, Labels, ProductFields, ProductType } from '../../src/model/product.ts';
import { KEY_AUTH } from './auth.ts';
import { OPENAPI } from './openapi.ts';

export const OWNED: Labels = { 'managed-by': 'adc' };

/** The ownership label of an owner. */
export const ownedBy = (owner: string): Labels => ({ 'managed-by': `adc/${owner}` });

export type LiveParts = Partial<ProductFields> & {
  readonly id?: string;
  readonly type?: ProductType;
  readonly unreadable?: readonly FieldName[];
};

/** A managed draft with the name "A", key auth and no services by default. Its default id contains its name. */
export function liveProduct(parts: LiveParts = {}): LiveProduct {
  const { id, type = 'gateway', unreadable = [], ...given } = parts;
  const name = given.name ?? 'A';
  const own = type === 'gateway' ? { auth: KEY_AUTH } : { raw_openapi: OPENAPI };
  const fields = completeFields({ labels: OWNED, ...own, ...given, name });
  return { id: id ?? `id-${name}`, type, fields, unreadable, raw: {} };
}

/** Like liveProduct(), but published. */
export function published(parts: LiveParts = {}): LiveProduct {
  return liveProduct({ status: 'published', ...parts });
}

export function livePortal(products: readonly LiveProduct[], parts: Partial<LivePortal> = {}): LivePortal {
  return { products, keepsExternalLabels: true, ...parts };
}
