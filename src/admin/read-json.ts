import { isUtf8 } from 'node:buffer';
import type { Json } from '../model/product.ts';

/** JSON, or why it is none. */
export type Read = { readonly body: Json } | { readonly problem: string };

/** How a page is named: something in between answers with pages, the Admin API never does. */
export const HTML = 'an HTML page';
/** What a write may be answered with (docs/design/admin-api.md §15.28). */
export const EMPTY = 'an empty body';

/** Deeper than any product, shallow enough for every recursive function after this (docs/design/contract.md §9). */
const DEEPEST = 100;

/**
 * Reads an answer that ought to be JSON, whatever its content type says. `__proto__` is a key like any other: people may call a
 * label so. That is safe as long as nobody assigns to a key that the server chose (docs/design/contract.md §9).
 */
export function readJson(bytes: Buffer): Read {
  if (!isUtf8(bytes)) return { problem: 'bytes that are not UTF-8' };
  const text = bytes.toString('utf8').trim();
  if (text === '') return { problem: EMPTY };
  if (text.startsWith('<')) return { problem: HTML };
  try {
    const body = JSON.parse(text) as Json;
    return isShallow(body) ? { body } : { problem: `JSON that is more than ${DEEPEST} levels deep` };
  } catch {
    return { problem: /^[[{]/.test(text) ? 'JSON that is cut off or broken' : 'text that is not JSON' };
  }
}

/** False if too deep, found before going any deeper: the depth is the server's choice. */
function isShallow(value: Json, depth = 1): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth <= DEEPEST && Object.values<Json>(value).every((inner) => isShallow(inner, depth + 1));
}
