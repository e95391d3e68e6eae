import { UsageError } from '../model/errors.ts';
import { labelOf, OWNERSHIP_LABEL } from '../model/ownership.ts';
import type { Labels } from '../model/product.ts';
import type { Scope } from '../model/scope.ts';
import { flag, group, list, type OptionSpec, type Values } from './options.ts';

const selector = list('--label-selector <k=v,...>', 'only products with these labels');

/** Given several times, all of it holds: only the last one would drop the limits of the others. */
export const labelSelector: OptionSpec<Labels> = {
  ...selector,
  read: (given) => (given === undefined ? {} : labelsOf(given.texts.join(','))),
};

export const SCOPE = group('Scope:', {
  product: list('--product <name>', 'only this product; delete no undeclared one (repeatable)'),
  labelSelector,
  delete: flag('--no-delete', 'keep undeclared products, and list them'),
  deleteUnmanaged: flag('--delete-unmanaged', 'also delete undeclared products that adc does not manage'),
  managedByLabel: flag('--no-managed-by-label', 'write no owner label, and delete no undeclared product'),
});

/** What the run may change (contract §5). */
export function scopeOf(options: Values<typeof SCOPE>): Scope {
  const { labelSelector: labels, managedByLabel } = options;
  if (managedByLabel && labelOf(labels, OWNERSHIP_LABEL) !== undefined) {
    throw new UsageError(`--label-selector selects by ${OWNERSHIP_LABEL}, which adc writes itself`, {
      hint: 'Select by another label; --owner and `owner:` say whose products a run manages.',
    });
  }
  return {
    selector: labels,
    products: options.product,
    managedByLabel,
    deleteUnmanaged: options.deleteUnmanaged,
    noDelete: !options.delete,
  };
}

/** As a label, `team!=payments` would be put on what is written. */
const NO_CONDITIONS = 'There is no != and no ==: a product is meant that bears all of the labels.';

/** `k=v[,k=v]` as labels. @throws UsageError for anything else. */
function labelsOf(text: string): Labels {
  const pairs = text.split(',').map((pair) => {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const condition = key?.endsWith('!') === true || value?.startsWith('=') === true;
    if (key === undefined || value === undefined || value === '' || condition) {
      throw new UsageError(
        `--label-selector is ${JSON.stringify(text)}; it must be key=value[,key=value]`,
        condition ? { hint: NO_CONDITIONS } : {},
      );
    }
    return [key, value] as const;
  });
  const twice = pairs.find(([key], place) => pairs.findIndex(([other]) => other === key) !== place);
  if (twice)
    throw new UsageError(`--label-selector names ${JSON.stringify(twice[0])} twice; no product bears both`);
  return Object.fromEntries(pairs);
}
