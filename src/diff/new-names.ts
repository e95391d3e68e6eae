import { groupBy } from '../lib/group-by.ts';
import type { ProductChange } from '../model/change.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import { isUnprintable, look } from '../model/name-text.ts';

/** Names that products get: no unprintable ones, and a warning for those that look like the name of a live product. */
export function newNames(
  changes: readonly ProductChange[],
  live: readonly HeldProduct[],
): readonly Diagnostic[] {
  const named = changes.flatMap((change) => (getsName(change) ? [change] : []));
  if (named.length === 0) return [];
  const byLook = groupBy(live, ({ fields }) => look(fields.name));
  return named.flatMap((change) => {
    const { desired } = change;
    if (isUnprintable(desired.name)) return [unprintable(desired)];
    const own = change.kind === 'create' ? undefined : change.live.id;
    const alike = (byLook.get(look(desired.name)) ?? []).find(
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

function unprintable({ name, at }: DesiredProduct): Diagnostic {
  return diagnostic('name-unprintable', {
    message: `the new name ${JSON.stringify(name)} has a control character, a line end or a broken character`,
    hint: 'Remove it.',
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
