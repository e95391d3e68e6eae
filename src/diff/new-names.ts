import { groupBy } from '../lib/lists.ts';
import type { ProductChange } from '../model/change.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import { violatedRule, isUnprintable, lookalikeKey } from '../model/product.ts';

/**
 * Diagnostics for new names of products: errors for invalid names, warnings for names that lookalikeKey like that of a live
 * product.
 */
export function newNames(
  changes: readonly ProductChange[],
  live: readonly HeldProduct[],
): readonly Diagnostic[] {
  const named = changes.flatMap((change) => (getsName(change) ? [change] : []));
  if (named.length === 0) return [];
  const byLookalikeKey = groupBy(live, ({ fields }) => lookalikeKey(fields.name));
  return named.flatMap((change) => {
    const { desired } = change;
    const broken = violatedRule(desired.name);
    if (broken !== undefined) return [invalid(desired, broken)];
    const own = change.kind === 'create' ? undefined : change.live.id;
    const alike = (byLookalikeKey.get(lookalikeKey(desired.name)) ?? []).find(
      ({ id, fields }) => id !== own && fields.name !== desired.name,
    );
    return alike === undefined ? [] : [lookalike(desired, alike)];
  });
}

type Declared = Exclude<ProductChange, { readonly kind: 'delete' | 'release' }>;

function getsName(change: ProductChange): change is Declared {
  if (!('desired' in change)) return false;
  return change.kind === 'create' || change.live.fields.name !== change.desired.name;
}

function invalid({ name, at }: DesiredProduct, broken: string): Diagnostic {
  return diagnostic(isUnprintable(name) ? 'name-unprintable' : 'wrong-length', {
    message: `the new name ${broken}`,
    hint: 'Choose a name of 1 to 100 printable characters.',
    location: at(['name']),
  });
}

function lookalike({ name, at }: DesiredProduct, { id, fields }: HeldProduct): Diagnostic {
  return diagnostic('name-lookalike', {
    message: `the new name "${name}" looks like "${fields.name}", which the live product ${id} has`,
    hint: 'If you mean that product, write its name exactly, or pin it with `id:`.',
    location: at(['name']),
  });
}
