import type { Difference, ProductChange } from '../model/change.ts';
import { isOwned } from '../model/ownership.ts';
import type { Hazard, Step } from '../model/plan.ts';
import type { Scope } from '../model/scope.ts';
import { actionsFor } from './actions.ts';

/** What this plan does that the safety rules of contract §6 are about, the gravest first. */
export function hazards(difference: Difference, steps: readonly Step[], scope: Scope): readonly Hazard[] {
  return [
    ...subscriptionLoss(steps),
    ...statusNotDeclared(difference),
    ...replacementNeedsDelete(difference, scope),
    ...replacesUnmanaged(difference, scope),
    ...deletes(difference),
    ...emptyInput(difference),
    ...renames(difference),
  ];
}

function subscriptionLoss(steps: readonly Step[]): readonly Hazard[] {
  const losing = steps.filter(({ impact: { subscriptions: s } }) => !s.known || s.active + s.pending > 0);
  if (losing.length === 0) return [];
  const counts = losing.map(({ impact }) => impact.subscriptions);
  return [
    {
      code: 'subscription-loss',
      active: sum(counts.map(({ active }) => active)),
      pending: sum(counts.map(({ pending }) => pending)),
      unknown: counts.filter(({ known }) => !known).length,
      products: losing.map(({ product }) => product.name),
    },
  ];
}

/** A product that goes off the portal for a while must say that it shall come back, so that any run can finish it. */
function statusNotDeclared({ changes }: Difference): readonly Hazard[] {
  return changes
    .filter(comesBackUndeclared)
    .map((change) => ({ code: 'status-not-declared', product: nameOf(change) }));
}

function comesBackUndeclared(change: ProductChange): boolean {
  if (change.kind !== 'update' && change.kind !== 'replace') return false;
  const { live, desired, fields } = change;
  if (live.fields.status !== 'published' || desired.fields.status !== undefined) return false;
  return change.kind === 'replace' || actionsFor('published', fields).includes('unpublish');
}

function replacementNeedsDelete({ changes }: Difference, { noDelete }: Scope): readonly Hazard[] {
  const replaced = changes.filter(({ kind }) => noDelete && kind === 'replace');
  return replaced.map((change) => ({ code: 'replacement-needs-delete', product: nameOf(change) }));
}

/** Also ours alone: many of others that may be deleted too would make the share of ours small. */
function deletes({ changes, deletable, ownedDeletable }: Difference): readonly Hazard[] {
  const gone = changes.flatMap((change) => (change.kind === 'delete' ? [change.live] : []));
  const all = { deletes: gone.length, deletable };
  const ours = { deletes: gone.filter(isOwned).length, deletable: ownedDeletable };
  const counts = deletable === ownedDeletable ? [all] : [ours, all];
  return counts.filter((one) => one.deletes > 0).map((one) => ({ code: 'deletes', ...one }));
}

/** A file that names somebody else's product means to take it over, not to have it deleted. */
function replacesUnmanaged({ changes }: Difference, { deleteUnmanaged }: Scope): readonly Hazard[] {
  if (deleteUnmanaged) return [];
  const others = changes.filter((change) => change.kind === 'replace' && !isOwned(change.live));
  return others.map((change) => ({ code: 'replaces-unmanaged', product: nameOf(change) }));
}

function emptyInput({ managesProducts, deletable, unmanaged }: Difference): readonly Hazard[] {
  const owned = Math.max(deletable, unmanaged.filter(isOwned).length);
  return managesProducts || owned === 0 ? [] : [{ code: 'empty-input', owned }];
}

function renames({ renameSuspects }: Difference): readonly Hazard[] {
  return renameSuspects.map(({ from, to, because }) => ({
    code: 'looks-like-rename',
    from: from.fields.name,
    to: to.name,
    because,
  }));
}

function nameOf(change: ProductChange): string {
  return change.kind === 'delete' ? change.live.fields.name : change.desired.name;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
