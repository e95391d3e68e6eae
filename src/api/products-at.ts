import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import type { Json } from '../model/product.ts';

/**
 * The products that the diagnostics concern, by position or by included file. `products` must have the order of the
 * documents.
 */
export function productsAt<Product extends { readonly standing: { readonly includes: Includes } }>(
  mistakes: readonly Diagnostic[],
  documents: readonly SourceDocument[],
  products: readonly Product[],
): readonly Product[] {
  const starts = documents.flatMap(({ value, locate }) =>
    listOf(value).map((_, index) => locate(['api_products', index])),
  );
  if (starts.length !== products.length) return [];
  const places = mistakes.flatMap(({ location, related = [] }) => [
    location,
    ...related.map((one) => one.location),
  ]);
  const found = new Set<Product>();
  for (const place of places) {
    if (place === undefined) continue;
    const last = products.findLast((_, index) => isAtOrAfter(place, starts[index]));
    if (last !== undefined) found.add(last);
    for (const one of products.filter(({ standing }) => includes(standing.includes, place.file)))
      found.add(one);
  }
  return [...found];
}

type Includes = { readonly [field: string]: { readonly file: string } | undefined };

const includes = (files: Includes, file: string): boolean =>
  Object.values(files).some((one) => one?.file === file);

function listOf(value: Json): readonly Json[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const list = (value as { readonly [key: string]: Json })['api_products'];
  return Array.isArray(list) ? list : [];
}

function isAtOrAfter(place: Location, start: Location | undefined): boolean {
  if (start === undefined || start.file !== place.file) return false;
  return place.line > start.line || (place.line === start.line && place.column >= start.column);
}
