import type { Json } from '../model/product.ts';

const OPENAPI = /^(?:\s*\{\s*)?["']?(?:openapi|swagger)["']?[ \t]*:/m;
const PRODUCTS = /^["']?api_products["']?[ \t]*:/m;

/** Told from the text alone, so that a large or broken OpenAPI document in a folder of product files costs nothing. */
export function looksLikeOpenapi(text: string): boolean {
  return OPENAPI.test(text) && !PRODUCTS.test(text);
}

/** Whether a document is meant to be an OpenAPI document, whatever is wrong with it. */
export function isOpenapi(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const has = (key: string) => Object.hasOwn(value, key);
  return (has('openapi') || has('swagger')) && !has('api_products');
}
