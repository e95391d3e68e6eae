import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic-codes.ts';
import { brokenRule, hiddenPart, isUnprintable } from '../../model/name-text.ts';
import type { WrittenProduct } from '../written-product.ts';

/**
 * The name of a product with `id:` may be an old one of the portal, which adc accepts (docs/design/contract.md §13.4); diff
 * judges new names. Without `id:`, the schema says how long a name is.
 */
export function unclearNames(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) => {
    const name = product.text('name');
    if (name === undefined) return [];
    const location = product.at(['name']);
    const broken = brokenRule(name);
    if (broken !== undefined && product.value['id'] !== undefined)
      return [
        diagnostic('name-of-pinned-product', {
          message: `the name of the product ${broken}`,
          hint: 'Keep it only if the live product has exactly this name.',
          location,
        }),
      ];
    if (isUnprintable(name))
      return [
        diagnostic('name-unprintable', {
          message: `the name ${JSON.stringify(name)} ${broken}`,
          hint: 'Remove it. A block scalar (|) adds a line end, and |- does not. For a live product of that name, add its `id:`.',
          location,
        }),
      ];
    const hidden = hiddenPart(name);
    if (hidden === undefined) return [];
    return [
      diagnostic('name-lookalike', {
        message: `the name ${JSON.stringify(name)} has ${hidden}`,
        hint: 'Remove it, unless the live product has exactly this name.',
        location,
      }),
    ];
  });
}
