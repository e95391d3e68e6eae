import type { Diagnostic } from '../../model/diagnostic.ts';
import { openapiMistakes } from '../openapi-shape.ts';
import type { WrittenProduct } from '../written-product.ts';

/** The OpenAPI documents of external products are what they are said to be. */
export function openapiDocuments(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products
    .filter((product) => product.text('type') === 'external')
    .flatMap(({ openapi }) =>
      openapi?.value === undefined ? [] : openapiMistakes(openapi.value, openapi.locate),
    );
}
