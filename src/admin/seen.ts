import type { HeldProduct, LiveProduct } from '../model/live.ts';

/** The products that a connection has seen so far: their names for error texts, their ids to tell old from new. */
export class Seen {
  readonly #names = new Map<string, string>();
  #ids: Promise<Set<string>> | undefined;

  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  note(product: LiveProduct): LiveProduct {
    this.#names.set(product.id, product.fields.name);
    return product;
  }

  /** All products of the portal, as read just now. */
  noteAll(products: readonly HeldProduct[]): void {
    for (const { id, fields } of products) this.#names.set(id, fields.name);
    this.#ids = Promise.resolve(new Set(products.map(({ id }) => id)));
  }

  async noteCreated(product: LiveProduct): Promise<LiveProduct> {
    (await this.#ids)?.add(product.id);
    return this.note(product);
  }

  /** Ids of the portal's products, listed if that has not been done; several creations at a time share one list. */
  async ids(list: () => Promise<readonly { readonly id: string }[]>): Promise<ReadonlySet<string>> {
    this.#ids ??= list().then((rows) => new Set(rows.map(({ id }) => id)));
    try {
      return await this.#ids;
    } catch (error) {
      this.#ids = undefined;
      throw error;
    }
  }
}
