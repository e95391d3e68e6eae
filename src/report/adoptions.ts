import { groupBy } from '../lib/group-by.ts';
import { listed } from '../lib/listed.ts';
import { OWNERSHIP_LABEL } from '../model/ownership.ts';
import { isAdoption, type ProductBlock } from './product-blocks.ts';
import { plural, type Mark } from './words.ts';

/**
 * The adopted products by name, one line for each label that is added; most plans have one (docs/design/contract.md §12).
 * @param all where all names are, if a line has no room for them; undefined where it has.
 */
export function adoptionLines(
  blocks: readonly ProductBlock[],
  mark: Mark,
  all: string | undefined,
): readonly string[] {
  const byLabel = groupBy(blocks.filter(isAdoption), ({ changes: [added] }) =>
    typeof added?.after === 'string' ? added.after : '',
  );
  return [...byLabel].map(([value, adopted]) => {
    const names = listed(
      adopted.map(({ name }) => mark.name(name)),
      all,
    );
    const label = mark.code(`${OWNERSHIP_LABEL}: ${value}`);
    return `adopt ${plural(adopted.length, 'product')} (adds the label ${label}): ${names}`;
  });
}
