import type { Path } from '../../model/declared.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic-codes.ts';
import type { WrittenProduct } from '../written-product.ts';
import { valueAt } from '../../json/value.ts';

/** Two keys that stand for one field. */
const PAIRS: readonly (readonly [Path, Path])[] = [
  [['openapi_file'], ['raw_openapi']],
  [['logo_file'], ['logo']],
  [
    ['auth', 'key_auth'],
    ['auth', 'key-auth'],
  ],
  [
    ['auth', 'basic_auth'],
    ['auth', 'basic-auth'],
  ],
];

export function spelledTwice(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) =>
    PAIRS.filter((pair) => pair.every((path) => valueAt(product.value, path) !== undefined)).map(
      ([one, other]) =>
        diagnostic('conflicting-keys', {
          message: `"${one.join('.')}" and "${other.join('.')}" are the same field, and both are given`,
          hint: 'Keep one of the two.',
          location: product.at(other, 'key'),
          related: [{ message: 'the other one is here', location: product.at(one, 'key') }],
        }),
    ),
  );
}
