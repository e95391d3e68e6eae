import { compareStrings } from '../lib/sorted-by.ts';
import { groupBy } from '../lib/group-by.ts';
import type { LiveProduct } from '../model/live.ts';
import { isUnprintable } from '../model/name-text.ts';

/** Why a product is pinned by its `id`: others have its name, or its name is one that lint accepts of pinned products only. */
export type WhyPinned = 'shared-name' | 'unprintable-name';

export interface ChosenProduct {
  readonly product: LiveProduct;
  readonly whyPinned: WhyPinned | undefined;
}

/** The products that are dumped, by name and id. */
export function chosenProducts(
  live: readonly LiveProduct[],
  include: (product: LiveProduct) => boolean,
): readonly ChosenProduct[] {
  const byName = groupBy(live, ({ fields }) => fields.name);
  return live
    .filter(include)
    .toSorted(byNameAndId)
    .map((product) => {
      const { name } = product.fields;
      const shared = byName.get(name)?.length !== 1;
      const whyPinned = isUnprintable(name) ? 'unprintable-name' : undefined;
      return { product, whyPinned: shared ? 'shared-name' : whyPinned };
    });
}

function byNameAndId(a: LiveProduct, b: LiveProduct): number {
  return compareStrings(a.fields.name, b.fields.name) || compareStrings(a.id, b.id);
}
