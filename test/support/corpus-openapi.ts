import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Json } from '../../src/model/product.ts';

const folder = new URL('../corpus/good/', import.meta.url).pathname;

interface ProductFile {
  readonly api_products: readonly { readonly raw_openapi?: string }[];
}

/** The OpenAPI documents of the good files of the corpus. They cover every version and every part. */
export const CORPUS_OPENAPI = readdirSync(folder)
  .filter((name) => name.startsWith('openapi-'))
  .flatMap((name) => (parse(readFileSync(`${folder}${name}`, 'utf8')) as ProductFile).api_products)
  .map(({ raw_openapi = '' }) => parse(raw_openapi) as Json);
