import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic-codes.ts';
import { hiddenPart, isUnprintable } from '../../model/name-text.ts';
import type { WrittenProduct } from '../written-product.ts';

/** The name of a product with `id:` may be an old one of the portal, which adc accepts; diff judges renames. */
export function unclearNames(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) => {
    const name = product.text('name');
    const hidden = name === undefined ? undefined : hiddenPart(name);
    if (name === undefined || hidden === undefined) return [];
    const isError = isUnprintable(name) && product.value['id'] === undefined;
    return [
      diagnostic(isError ? 'name-unprintable' : 'name-lookalike', {
        message: `the name ${JSON.stringify(name)} has ${hidden}`,
        hint: isError
          ? 'Remove it. A block scalar (|) adds a line end, and |- does not. For a live product of that name, add its `id:`.'
          : 'Remove it, unless the live product has exactly this name.',
        location: product.at(['name']),
      }),
    ];
  });
}
