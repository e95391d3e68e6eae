import type { Dump } from '../dump/dump.ts';
import { printable } from '../lib/printable.ts';

/** What a dump lacks, in words. */
export function warnings({
  unreadable,
  leftOut,
  owners,
}: Pick<Dump, 'unreadable' | 'leftOut' | 'owners'>): readonly string[] {
  return [
    ...(owners.length < 2
      ? []
      : [
          `the products have several owners, so the file declares none; dump each with --owner: ${owners.join(', ')}`,
        ]),
    ...unreadable.map((name) => `the server does not give back the OpenAPI document of "${printable(name)}"`),
    ...leftOut.map(({ product, field, mistake }) => {
      const what = field === 'raw_openapi' ? 'the OpenAPI document' : field;
      return `"${printable(product)}": ${what} is left out, since lint would refuse it: ${printable(mistake)}`;
    }),
  ];
}
