import type { ProductChange } from '../model/change.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';

/**
 * Warnings for pinned products that get the name of another live product, which keeps it: allowed, since names are
 * not unique.
 */
export function takenNames(
  changes: readonly ProductChange[],
  staying: readonly HeldProduct[],
): readonly Diagnostic[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'update' || change.live.fields.name === change.desired.name) return [];
    const { name, at } = change.desired;
    const other = staying.find(({ fields }) => fields.name === name);
    if (other === undefined) return [];
    return [
      diagnostic('name-taken', {
        message: `"${change.live.fields.name}" gets the name "${name}", which the live product ${other.id} has and keeps`,
        hint: 'Choose another name, or keep `id:`, which distinguishes the two.',
        location: at(['name']),
      }),
    ];
  });
}
