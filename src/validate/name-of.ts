import type { Path } from '../model/declared.ts';
import type { SourceDocument } from '../model/document.ts';
import { valueAt } from '../json/value.ts';

export const quoted = (text: string): string => `"${text}"`;

/**
 * What a part of a document is called in messages: `the product "Payments API"`, `"auth.key_auth.header"`,
 * `"linked_hosts[0]"`.
 */
export function nameOf(document: SourceDocument, path: Path): string {
  if (path.length === 0) return 'a product file';
  const inProduct = path[0] === 'api_products' && path.length > 1;
  if (inProduct && path.length === 2) return productName(document, path);
  return quoted(dotted(inProduct ? path.slice(2) : path));
}

function productName(document: SourceDocument, path: Path): string {
  const name = valueAt(document.value, [...path, 'name']);
  return typeof name === 'string' && name !== '' ? `the product ${quoted(name)}` : 'the product';
}

function dotted(path: Path): string {
  return path
    .map((step, index) => (/^\d+$/.test(String(step)) ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}
