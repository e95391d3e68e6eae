import type { Allowance } from '../model/declared.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import type { Match } from './match.ts';

/**
 * Errors for entries of `allow:` with an ambiguous product, or in contradiction to the files (docs/design/contract.md
 * §11).
 */
export function wrongAllowances(
  allowances: readonly Allowance[],
  matches: readonly Match[],
  live: readonly HeldProduct[],
): readonly Diagnostic[] {
  return allowances.flatMap((entry) => [
    ...ambiguous(entry, live),
    ...(entry.delete === true || entry.release === true ? declared(entry, matches) : []),
  ]);
}

function ambiguous({ id, product, at }: Allowance, live: readonly HeldProduct[]): readonly Diagnostic[] {
  const found = id === undefined ? live.filter(({ fields }) => fields.name === product) : [];
  if (found.length < 2) return [];
  return [
    diagnostic('ambiguous-allowance', {
      message: `ambiguous name: ${found.length} live products are named "${product ?? ''}"`,
      hint: `Name one of them with \`id:\`: ${found.map((one) => `${one.id} (${one.fields.status})`).join(', ')}.`,
      location: at(['product']),
    }),
  ];
}

function declared(entry: Allowance, matches: readonly Match[]): readonly Diagnostic[] {
  const { id, product, at } = entry;
  const found = matches.find(({ desired, live }) =>
    id === undefined ? desired.name === product || live?.fields.name === product : live?.id === id,
  );
  if (found === undefined) return [];
  const what = entry.delete === true ? 'delete' : 'release';
  return [
    diagnostic('allowance-declared', {
      message: `the entry would ${what} "${found.desired.name}", which the files declare`,
      hint: 'Remove the product from the files, or remove the entry.',
      location: at([what], 'key'),
      related: [{ message: 'declared here', location: found.desired.at(['name']) }],
    }),
  ];
}
