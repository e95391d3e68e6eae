import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import { type SourceText, OPENAPI_LEFT_OUT, OPENAPI_REFUSED } from '../model/document.ts';
import type { Json, JsonObject } from '../model/product.ts';

const OPENAPI = /^(?:\s*\{\s*)?["']?(?:openapi|swagger)["']?[ \t]*:/m;
const PRODUCTS = /^["']?api_products["']?[ \t]*:/m;

/**
 * Decided only from the text, so that a large or broken OpenAPI document in a directory of product files is not
 * parsed.
 */
export function looksLikeOpenapi(text: string): boolean {
  return OPENAPI.test(text) && !PRODUCTS.test(text);
}

/** Whether a document is intended as an OpenAPI document, even if it is invalid. */
export function isOpenapi(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const has = (key: string) => Object.hasOwn(value, key);
  return (has('openapi') || has('swagger')) && !has('api_products');
}

/**
 * A minimal product file for an OpenAPI document, as one line of YAML, to paste from a report of any width.
 * @param file the path of the document, relative to the product file.
 */
export function productFileFor(document: Json, file: string): string {
  const { info, servers } = objectOf(document);
  const { title } = objectOf(info);
  const urls = (Array.isArray(servers) ? servers : []).map((server) => objectOf(server)['url']);
  const url = urls.find((one): one is string => typeof one === 'string' && /^https?:\/\/[^{}]+$/.test(one));
  const name = typeof title === 'string' ? title.replaceAll(/[\p{C}\s]+/gu, ' ').trim() : '';
  const fields = `type: external, status: draft, openapi_file: ${quoted(file)}, server_urls: [${quoted(url ?? 'https://api.example.com')}]`;
  return `{ portal: default, api_products: [{ name: ${quoted(name || 'My API')}, ${fields} }] }`;
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Quotes a text, and escapes variables. */
const quoted = (text: string): string => JSON.stringify(text.replaceAll('${', '\\${'));

/** Diagnostics for comments of a dump about a missing document, until a person adds it (docs/design/contract.md §8). */
export function omittedDocuments(source: SourceText): readonly Diagnostic[] {
  if (![OPENAPI_LEFT_OUT, OPENAPI_REFUSED].some((words) => source.text.includes(words))) return [];
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
