import { printable } from '../lib/printable.ts';
import type { Hazard, Reason, Step, Summary } from '../model/plan.ts';

/** The messages of plans and outcomes, in one place. */

/**
 * How a format shows what is not prose of ours: a name from a file or a portal, what people write into files, and what
 * they type as a command. All printable.
 */
export interface Mark {
  readonly name: (text: string) => string;
  readonly code: (text: string) => string;
  readonly command: (text: string) => string;
}

export const PLAIN: Mark = {
  name: (text) => `"${printable(text)}"`,
  code: (text) => `\`${printable(text)}\``,
  command: printable,
};

/** What happens to a product, as reports count it: an update that only adds the ownership label is an adoption. */
export type Deed = keyof Omit<Summary, 'unchanged' | 'unmanaged' | 'subscriptions_ended'>;

export const DEEDS: readonly Deed[] = ['create', 'update', 'unpublish', 'publish', 'delete', 'adopt'];

/** What `diff` says that a step would do, and what `sync` says that it did (acceptance R2). */
export const DEED_WORDS: Readonly<Record<Deed, { readonly would: string; readonly did: string }>> = {
  create: { would: 'create', did: 'created' },
  update: { would: 'update', did: 'updated' },
  unpublish: { would: 'unpublish', did: 'unpublished' },
  publish: { would: 'publish', did: 'published' },
  delete: { would: 'delete', did: 'deleted' },
  adopt: { would: 'adopt', did: 'adopted' },
};

export function deedOf({ action, reason }: Pick<Step, 'action' | 'reason'>): Deed {
  return reason === 'adopted' ? 'adopt' : action;
}

/** What happens to one product, step by step: `unpublish, update, publish`, or `update twice`. */
export function deedsWords(steps: readonly Pick<Step, 'action' | 'reason'>[]): string {
  const deeds = steps.map((step) => DEED_WORDS[deedOf(step)].would);
  return deeds
    .flatMap((deed, place) => (deed === deeds[place - 1] ? [] : [`${deed}${timesWords(deeds, place)}`]))
    .join(', ');
}

/** How often a deed is done in a row from that place on. */
function timesWords(deeds: readonly string[], place: number): string {
  const end = deeds.findIndex((deed, at) => at > place && deed !== deeds[place]);
  const times = (end === -1 ? deeds.length : end) - place;
  if (times === 1) return '';
  return times === 2 ? ' twice' : ` ${times} times`;
}

export function countDeeds(
  steps: readonly Pick<Step, 'action' | 'reason'>[],
): Readonly<Record<Deed, number>> {
  const counts = { create: 0, update: 0, unpublish: 0, publish: 0, delete: 0, adopt: 0 };
  for (const step of steps) counts[deedOf(step)] += 1;
  return counts;
}

const REASON_WORDS: Readonly<Record<string, (about: string, mark: Mark) => string>> = {
  declared: () => 'declared',
  'declared-published': () => 'declared as published',
  'declared-draft': () => 'declared as a draft',
  'not-declared': () => 'no file declares it',
  adopted: () => 'declared, and not labelled managed-by: adc so far',
  'auth-locked-while-published': () => 'auth is locked while it is published',
  'published-again': () => 'published again with the new auth',
  'type-is-immutable': () => 'its type can not change in place, so it is replaced',
  'renamed-from': (name, mark) => `renamed from ${mark.name(name)}`,
  'service-moves-to': (name, mark) => `hands a service on to ${mark.name(name)}`,
  'service-moves-from': (name, mark) => `takes a service over from ${mark.name(name)}`,
};

/** A reason as a clause. */
export function reasonWords(reason: Reason, mark: Mark): string {
  const colon = reason.indexOf(':');
  const [code, about] = colon === -1 ? [reason, ''] : [reason.slice(0, colon), reason.slice(colon + 1)];
  return REASON_WORDS[code]?.(about, mark) ?? code;
}

/** The reasons of several steps, each said once; «declared» says nothing beside another one. */
export function reasonClauses(steps: readonly Pick<Step, 'reason'>[], mark: Mark): readonly string[] {
  const clauses = [...new Set(steps.map(({ reason }) => reasonWords(reason, mark)))];
  const telling =
    clauses.length > 1
      ? clauses.filter((clause) => clause !== REASON_WORDS['declared']?.('', mark))
      : clauses;
  return telling.filter((clause) => !telling.some((other) => other.startsWith(`${clause} `)));
}

/** A hazard as a sentence, and what lifts it (contract §6). */
export function hazardWords(hazard: Hazard, mark: Mark): { readonly text: string; readonly way: string } {
  const { name, code, command } = mark;
  switch (hazard.code) {
    case 'subscription-loss':
      return {
        text: `${lossWords(hazard)} would end`,
        way: `if that is meant, allow it with ${command(lossFlag(hazard))}`,
      };
    case 'deletes':
      return {
        text: `${hazard.deletes} of ${plural(hazard.deletable, 'product')} would be deleted at once`,
        way: `if that is meant, allow it with ${command(`--max-deletes ${hazard.deletes}`)}`,
      };
    case 'empty-input':
      return {
        text: `no file manages any product, while the portal has ${plural(hazard.owned, 'product')} of ours`,
        way: `if there shall be none, say so with ${code('api_products: []')}`,
      };
    case 'status-not-declared':
      return {
        text: `${name(hazard.product)} would go off the portal for a moment, and no file says that it comes back`,
        way: `declare ${code('status: published')} (or ${code('draft')}), so that an interrupted run can be finished by the next`,
      };
    case 'replacement-needs-delete':
      return {
        text: `${name(hazard.product)} changes its type, which takes a deletion, and ${command('--no-delete')} forbids that`,
        way: `run without ${command('--no-delete')}, or keep the type`,
      };
    case 'replaces-unmanaged':
      return {
        text: `${name(hazard.product)} is there with another type and without the label ${code('managed-by: adc')}: it would be deleted, and created anew`,
        way: 'give the live product that label if it may be deleted, or declare another name',
      };
    case 'looks-like-rename':
      return {
        text: `${name(hazard.from)} would be deleted and ${name(hazard.to)} created with the same ${hazard.because}`,
        way: `if it is a rename, declare ${code(`previous_name: ${hazard.from}`)}; if not, pass ${command('--no-rename-check')}`,
      };
  }
}

function lossFlag(hazard: Extract<Hazard, { code: 'subscription-loss' }>): string {
  if (hazard.unknown > 0) return '--allow-subscription-loss';
  return `--max-subscription-loss ${hazard.active + hazard.pending}`;
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
