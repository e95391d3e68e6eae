import type { LiveProduct } from '../model/live.ts';

/** The same product with its OpenAPI document, wherever it stands, given by `sharedText`, which must give an equal text. */
export function withSharedText(product: LiveProduct, sharedText: (text: string) => string): LiveProduct {
  const { fields, raw } = product;
  if (fields.raw_openapi === '') return product;
  const raw_openapi = sharedText(fields.raw_openapi);
  const shared = raw.raw_openapi === raw_openapi ? { raw_openapi } : { raw_openapis: [raw_openapi] };
  return { ...product, fields: { ...fields, raw_openapi }, raw: { ...raw, ...shared } };
}
