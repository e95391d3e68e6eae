import { listAt, member, objectAt, textAt } from '../json/value.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import { type SourceText, OPENAPI_LEFT_OUT, OPENAPI_REFUSED } from '../model/document.ts';
import type { Json } from '../model/product.ts';

const OPENAPI = /^(?:\s*\{\s*)?["']?(?:openapi|swagger)["']?[ \t]*:/m;
const PRODUCTS = /^["']?api_products["']?[ \t]*:/m;

/**
 * Whether a text seems to be an OpenAPI document. Does not parse it: a directory of product files may have large or
 * invalid OpenAPI documents.
 */
export function looksLikeOpenapi(text: string): boolean {
  return OPENAPI.test(text) && !PRODUCTS.test(text);
}

/** Whether a document is an OpenAPI document, valid or not. */
export function isOpenapi(value: Json): boolean {
  const has = (key: string): boolean => member(value, key) !== undefined;
  return (has('openapi') || has('swagger')) && !has('api_products');
}

/**
 * A minimal product file for an OpenAPI document: one line of YAML, so that users can copy it from any report.
 * @param file the path of the document, relative to the product file.
 */
export function productFileFor(document: Json, file: string): string {
  const urls = listAt(document, 'servers').map((server) => textAt(server, 'url') ?? '');
  const url = urls.find((one) => /^https?:\/\/[^{}]+$/.test(one));
  const title = textAt(objectAt(document, 'info'), 'title') ?? '';
  const name = title.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  const fields = `type: external, status: draft, openapi_file: ${quoted(file)}, server_urls: [${quoted(url ?? 'https://api.example.com')}]`;
  return `{ portal: default, api_products: [{ name: ${quoted(name || 'My API')}, ${fields} }] }`;
}

/** Quotes a text, and escapes variables. */
const quoted = (text: string): string => JSON.stringify(text.replaceAll('${', '\\${'));

/** Diagnostics for the comments of a dump about missing OpenAPI documents (docs/design/contract.md §8). */
export function omittedDocuments(source: SourceText): readonly Diagnostic[] {
  if (![OPENAPI_LEFT_OUT, OPENAPI_REFUSED].some((text) => source.text.includes(text))) return [];
  const comments = source.text.matchAll(
    new RegExp(`^[ \\t]*# (?:${OPENAPI_LEFT_OUT}|${OPENAPI_REFUSED})`, 'gm'),
  );
  return [...comments].map((match) => {
    const end = match.index + match[0].length;
    return diagnostic('openapi-left-out', {
      message: 'the OpenAPI document of the next product was not dumped',
      hint: 'Add the document with openapi_file, and remove this comment.',
      location: source.at(match.index + match[0].indexOf('#'), end),
    });
  });
}
