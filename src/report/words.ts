import type { Action, Hazard, Reason } from '../model/plan.ts';

/** The messages of plans and outcomes, in one place. */

/** What `diff` says that a step would do, and what `sync` says that it did (acceptance R2). */
export const ACTION_WORDS: Readonly<Record<Action, { readonly would: string; readonly did: string }>> = {
  create: { would: 'create', did: 'created' },
  update: { would: 'update', did: 'updated' },
  unpublish: { would: 'unpublish', did: 'unpublished' },
  publish: { would: 'publish', did: 'published' },
  delete: { would: 'delete', did: 'deleted' },
};

const REASON_WORDS: Readonly<Record<string, (about: string) => string>> = {
  declared: () => '',
  'declared-published': () => 'declared as published',
  'declared-draft': () => 'declared as a draft',
  'not-declared': () => 'no file declares it',
  adopted: () => 'taken over: it gets the label managed-by: adc',
  'auth-locked-while-published': () => 'auth is locked while it is published',
  'published-again': () => 'back on the portal with the new auth',
  'type-is-immutable': () => 'the type can not change in place, so it is replaced',
  'renamed-from': (name) => `renamed from "${name}"`,
  'service-moves-to': (name) => `hands a service on to "${name}"`,
  'service-moves-from': (name) => `takes a service over from "${name}"`,
};

/** A reason as a clause; '' where the action says all. */
export function reasonWords(reason: Reason): string {
  const colon = reason.indexOf(':');
  const [code, about] = colon === -1 ? [reason, ''] : [reason.slice(0, colon), reason.slice(colon + 1)];
  return REASON_WORDS[code]?.(about) ?? code;
}

/** A hazard as a sentence, and what lifts it (contract §6). */
export function hazardWords(hazard: Hazard): { readonly text: string; readonly way: string } {
  switch (hazard.code) {
    case 'subscription-loss':
      return { text: `${lossWords(hazard)} would end`, way: lossWay(hazard) };
    case 'deletes':
      return {
        text: `${hazard.deletes} of ${plural(hazard.deletable, 'product')} would be deleted at once`,
        way: `if that is meant, allow it with --max-deletes ${hazard.deletes}`,
      };
    case 'empty-input':
      return {
        text: `no file manages any product, while the portal has ${plural(hazard.owned, 'product')} of ours`,
        way: 'if there shall be none, say so with `api_products: []`',
      };
    case 'status-not-declared':
      return {
        text: `"${hazard.product}" would go off the portal for a moment, and no file says that it comes back`,
        way: 'declare `status: published` (or `draft`), so that an interrupted run can be finished by the next',
      };
    case 'replacement-needs-delete':
      return {
        text: `"${hazard.product}" changes its type, which takes a deletion, and --no-delete forbids that`,
        way: 'run without --no-delete, or keep the type',
      };
    case 'looks-like-rename':
      return {
        text: `"${hazard.from}" would be deleted and "${hazard.to}" created with the same ${hazard.because}`,
        way: `if it is a rename, declare \`previous_name: ${hazard.from}\`; if not, pass --no-rename-check`,
      };
  }
}

function lossWay(hazard: Extract<Hazard, { code: 'subscription-loss' }>): string {
  if (hazard.unknown > 0) return 'if that is meant, allow it with --allow-subscription-loss';
  return `if that is meant, allow it with --max-subscription-loss ${hazard.active + hazard.pending}`;
}

/** `2 active and 1 pending subscription`, with what is unknown. */
export function lossWords(loss: {
  readonly active: number;
  readonly pending: number;
  readonly unknown: number;
}): string {
  const known = [
    ...(loss.active > 0 ? [`${loss.active} active`] : []),
    ...(loss.pending > 0 ? [`${loss.pending} pending`] : []),
  ].join(' and ');
  const count = known && `${known} subscription${loss.active + loss.pending === 1 ? '' : 's'}`;
  const unknown =
    loss.unknown > 0 ? `an unknown number of subscriptions of ${plural(loss.unknown, 'product')}` : '';
  return [count, unknown].filter(Boolean).join(', and ') || 'no subscriptions';
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
