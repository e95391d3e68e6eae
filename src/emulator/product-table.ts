import { serviceKey } from '../model/product.ts';
import type { Product } from './rows.ts';
import { Table } from './table.ts';

/** The products, and which of them holds a service: one at most (admin-api §6). */
export class ProductTable extends Table<Product> {
  readonly #holders = new Map<string, string>();

  constructor() {
    super(({ id }) => id);
  }

  /** @param service is the key of a service. */
  holderOf(service: string): Product | undefined {
    return this.get(this.#holders.get(service) ?? '');
  }

  override put<Given extends Product>(row: Given): Given {
    this.#letGo(row.id);
    for (const key of servicesOf(row)) this.#holders.set(key, row.id);
    return super.put(row);
  }

  override remove(row: Product): void {
    this.#letGo(row.id);
    super.remove(row);
  }

  #letGo(id: string): void {
    for (const key of servicesOf(this.get(id))) this.#holders.delete(key);
  }
}

function servicesOf(product: Product | undefined): readonly string[] {
  return (product?.fields.linked_gateway_services ?? []).map(serviceKey);
}
