import { nearest } from '../lib/nearest.ts';
import type { Difference } from '../model/change.ts';
import { allowanceFor, subjects, type Subject } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import type { Hazard, Plan } from '../model/plan.ts';

/**
 * Warnings for entries of `allow:` that allow nothing that a plan does (docs/design/contract.md §11). A partial run
 * checks only the entries of its products; with only some of the files, no entries are checked.
 */
export function unusedAllowances(
  allowances: readonly Allowance[],
  { hazards, steps, part, notes }: Plan,
  live: readonly HeldProduct[],
): readonly Diagnostic[] {
  if (notes.some(({ code }) => code === 'part-of-files')) return [];
  const used = new Set(
    hazards.flatMap((hazard) => subjectsOf(hazard)).map((one) => allowanceFor(allowances, one)),
  );
  const subject = subjects(live);
  for (const { product, changes } of steps) {
    const found = live.find(({ id }) => id === product.id);
    if (found && changes.some(({ openapi }) => openapi)) used.add(allowanceFor(allowances, subject(found)));
  }
  const names = live.map(({ fields }) => fields.name);
  return allowances
    .filter((entry) => !used.has(entry) && (part.length === 0 || part.some((name) => name === entry.product)))
    .map((entry) => unused(entry, names));
}

function subjectsOf(hazard: Hazard): readonly Subject[] {
  if ('products' in hazard) return hazard.products;
  return 'product' in hazard && typeof hazard.product !== 'string' ? [hazard.product] : [];
}

function unused({ id, product = id ?? '', at }: Allowance, names: readonly string[]): Diagnostic {
  const near = id === undefined && !names.includes(product) ? nearest(product, names) : undefined;
  return diagnostic('allowance-unused', {
    message: `the entry for "${product}" allows nothing that this plan does`,
    hint: near === undefined ? 'Remove the entry once its change is applied.' : `Did you mean "${near}"?`,
    location: at([id === undefined ? 'product' : 'id']),
  });
}

/**
 * Published external products whose OpenAPI document changes so that callers may break. Everyone can use a published external
 * product, so it counts as one with subscribers (docs/design/contract.md §18).
 */
export function breakingProducts(difference: Difference, live: readonly HeldProduct[]): readonly Subject[] {
  const subject = subjects(live);
  return difference.changes.flatMap((change) => {
    if (change.kind !== 'update' || change.live.fields.status !== 'published') return [];
    const breaks = change.changes.some(({ openapi = [] }) => openapi.some(({ breaking }) => breaking));
    return breaks ? [subject(change.live, change.desired.name)] : [];
  });
}
