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
          message: `"${one.join('.')}" and "${other.join('.')}" set the same field`,
          hint: 'Remove one of them.',
          location: product.at(other, 'key'),
          related: [{ message: 'the other one', location: product.at(one, 'key') }],
        }),
    ),
  );
}
