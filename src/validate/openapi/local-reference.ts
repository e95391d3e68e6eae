import { pointerPath } from '../../lib/json-pointer.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { valueAt } from '../written-product.ts';

/** What a `#/…` reference stands for: the part that it leads to, or why it leads nowhere. */
export type Target = { readonly part: Json } | { readonly nowhere: 'missing' | 'ring' };

/** Follows a reference to the part of the document that is no reference itself. */
export function followed(document: JsonObject, reference: string): Target {
  const seen = new Set<string>();
  for (let next: string | undefined = reference; next !== undefined;) {
    if (seen.has(next)) return { nowhere: 'ring' };
    seen.add(next);
    const part: Json | undefined = partAt(document, next);
    if (part === undefined) return { nowhere: 'missing' };
    const further = referenceIn(part);
    if (further === undefined || !further.startsWith('#')) return { part };
    next = further;
  }
  return { nowhere: 'missing' };
}

/** The `$ref` of a part, if it has one. */
export function referenceIn(part: Json | undefined): string | undefined {
  const reference = valueAt(part, ['$ref']);
  return typeof reference === 'string' ? reference : undefined;
}

/** RFC 6901 in a URI fragment: percent signs are escapes. */
function partAt(document: JsonObject, reference: string): Json | undefined {
  if (reference === '#') return document;
  if (!reference.startsWith('#/')) return undefined;
  try {
    return valueAt(document, pointerPath(decodeURIComponent(reference.slice(1))));
  } catch {
    return valueAt(document, pointerPath(reference.slice(1)));
  }
}
