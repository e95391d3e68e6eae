import { product, productFile } from './product-files.ts';
import type { Ran } from './run-adc.ts';

/** Services of the default seed that may be published. */
const SERVICES = ['payments', 'orders', 'refunds', 'users', 'catalog', 'ledger', 'payments-internal'];

/** A file with published products that have one service each: Product 0, Product 1 and so on. */
export function products(count: number): string {
  return productFile(...SERVICES.slice(0, count).map((service, at) => product(`Product ${at}`, service)));
}

/** The file with an owner, or unchanged if `owner` is undefined. */
export function owned(owner: string | undefined, file: string): string {
  return owner === undefined ? file : `owner: ${owner}\n${file}`;
}

/** The printed entries of a refusal, from `allow:` to the next empty line. */
export function proposedEntries({ out }: Pick<Ran, 'out'>): string {
  const [text] = /^allow:\n(?:.+\n)+(?=\n)/m.exec(out) ?? [];
  if (text === undefined) throw new Error(`no entry to paste in:\n${out}`);
  return text;
}
