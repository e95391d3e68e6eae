import { compareStrings } from '../lib/canonical-json.ts';
import type { LiveProduct } from '../model/live.ts';
import { isManaged } from '../model/ownership.ts';

/**
 * How a product that is not the only one of its name goes into the files, which may have a name once (contract §2):
 * `pinned`: declared, by its id; `rival`: declared by its id, and so is another one; `spare`: only as a comment.
 */
export type Namesake = 'pinned' | 'rival' | 'spare';

export interface ChosenProduct {
  readonly product: LiveProduct;
  /** Undefined: nothing else on the portal bears the name. */
  readonly namesake: Namesake | undefined;
}

/**
 * The products that are dumped, by name and id. Of several with one name, one is declared. But `sync` deletes products
 * that it manages and no file declares, so all of those are declared, and `lint` then asks for a decision.
 */
export function chosenProducts(
  live: readonly LiveProduct[],
  include: (product: LiveProduct) => boolean,
): readonly ChosenProduct[] {
  const chosen = live.filter(include).toSorted(byNameAndId);
  const all = byName(live);
  const some = byName(chosen);
  return chosen.map((product) => {
    const { name } = product.fields;
    const alone = all.get(name)?.length === 1;
    return { product, namesake: alone ? undefined : namesakeOf(product, some.get(name) ?? []) };
  });
}

function namesakeOf(product: LiveProduct, group: readonly LiveProduct[]): Namesake {
  const owned = group.filter(isManaged);
  const declared = owned.length > 0 ? owned : group.slice(0, 1);
  if (!declared.includes(product)) return 'spare';
  return declared.length > 1 ? 'rival' : 'pinned';
}

function byNameAndId(a: LiveProduct, b: LiveProduct): number {
  return compareStrings(a.fields.name, b.fields.name) || compareStrings(a.id, b.id);
}

function byName(products: readonly LiveProduct[]): ReadonlyMap<string, readonly LiveProduct[]> {
  const groups = new Map<string, LiveProduct[]>();
  for (const product of products) {
    const group = groups.get(product.fields.name);
    if (group) group.push(product);
    else groups.set(product.fields.name, [product]);
  }
  return groups;
}
