import { listed, printable, shellWord } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { Subject } from '../model/consent.ts';
import type { SubscriptionCount, Target } from '../model/live.ts';
import type { Action, Hazard, Plan, Reason, Step } from '../model/plan.ts';

/** The marks of a format around names, text of files and commands in sentences. The results are printable. */
export interface InlineStyle {
  readonly name: (text: string) => string;
  readonly code: (text: string) => string;
  readonly command: (text: string) => string;
}

export const PLAIN: InlineStyle = {
  name: (text) => `"${printable(text)}"`,
  code: (text) => `\`${printable(text)}\``,
  command: printable,
};

/** An action as reports count it: an update that only adds the ownership label is an adoption. */
export type ActionKind = Action | 'adopt';

/** The verbs of a step in `diff` (would) and in `sync` (did) (docs/design/contract.md §3.2). */
export const ACTION_WORDS: Readonly<Record<ActionKind, { readonly would: string; readonly did: string }>> = {
  create: { would: 'create', did: 'created' },
  update: { would: 'update', did: 'updated' },
  unpublish: { would: 'unpublish', did: 'unpublished' },
  publish: { would: 'publish', did: 'published' },
  delete: { would: 'delete', did: 'deleted' },
  adopt: { would: 'adopt', did: 'adopted' },
};

export const ACTION_KINDS = Object.keys(ACTION_WORDS) as readonly ActionKind[];

export function actionKindOf({ action, reason }: Pick<Step, 'action' | 'reason'>): ActionKind {
  return reason === 'adopted' ? 'adopt' : action;
}

/** The actions of one product in order: `unpublish, update, publish`, or `update twice`. */
export function actionsWords(steps: readonly Pick<Step, 'action' | 'reason'>[]): string {
  const verbs = steps.map((step) => ACTION_WORDS[actionKindOf(step)].would);
  return verbs
    .flatMap((verb, place) => (verb === verbs[place - 1] ? [] : [`${verb}${timesWords(verbs, place)}`]))
    .join(', ');
}

/** The number of equal actions from `place` on, in words; '' for one action. */
function timesWords(verbs: readonly string[], place: number): string {
  const end = verbs.findIndex((verb, at) => at > place && verb !== verbs[place]);
  const times = (end === -1 ? verbs.length : end) - place;
  if (times === 1) return '';
  return times === 2 ? ' twice' : ` ${times} times`;
}

export function countActions(
  steps: readonly Pick<Step, 'action' | 'reason'>[],
): Readonly<Record<ActionKind, number>> {
  const counts = { create: 0, update: 0, unpublish: 0, publish: 0, delete: 0, adopt: 0 };
  for (const step of steps) counts[actionKindOf(step)] += 1;
  return counts;
}

/** The texts of the reasons; '' if the steps and paths already show the reason (docs/design/contract.md §12). */
const REASON_WORDS: Readonly<Record<Reason, (about: string, mark: InlineStyle) => string>> = {
  declared: () => '',
  'declared-published': () => '',
  'declared-draft': () => 'declared as a draft',
  'not-declared': () => 'not declared in any file',
  'deletion-allowed': () => 'an allow: entry deletes it',
  unmanaged: () => 'not declared in any file, and --delete-unmanaged is set',
  released: () => 'an allow: entry releases it: adc stops managing it',
  'taken-over-from': (owner, mark) => `taken over from the owner ${mark.name(owner)}`,
  adopted: () => 'adds the label',
  'auth-locked-while-published': () => 'auth cannot change while published: unpublish, update, publish',
  'published-again': () => '',
  'type-is-immutable': () => 'a type cannot change in place, so adc replaces the product',
  'renamed-from': (name, mark) => `renamed from ${mark.name(name)}`,
  'service-moves-to': (name, mark) => `releases a service to ${mark.name(name)}`,
  'service-moves-from': (name, mark) => `takes a service from ${mark.name(name)}`,
};

/** The texts of the reasons of several steps, without empty ones and duplicates. */
export function reasonClauses(
  steps: readonly Pick<Step, 'reason' | 'about'>[],
  mark: InlineStyle,
): readonly string[] {
  return [...new Set(steps.map(({ reason, about = '' }) => REASON_WORDS[reason](about, mark)))].filter(
    (clause) => clause !== '',
  );
}

/** A hazard as a clause, and the flag or edit that allows or avoids it (docs/design/contract.md §11). */
export function hazardWords(hazard: Hazard, mark: InlineStyle): HazardText {
  const words = HAZARD_WORDS[hazard.code] as (hazard: Hazard, mark: InlineStyle) => HazardText;
  return words(hazard, mark);
}

interface HazardText {
  readonly text: string;
  readonly remedy: string;
}

function pass({ command }: InlineStyle, ...flag: readonly string[]): string {
  return `pass ${command(flag.join(' '))}`;
}

const HAZARD_WORDS: {
  readonly [Code in Hazard['code']]: (
    hazard: Extract<Hazard, { code: Code }>,
    mark: InlineStyle,
  ) => HazardText;
} = {
  'subscription-loss': (hazard, mark) => ({
    text: `${mark.name(hazard.product.name)}: ${lossOf(hazard)} would end`,
    remedy: hazard.known
      ? pass(
          mark,
          '--max-subscription-loss',
          shellWord(`${flagName(hazard.product)}=${hazard.active + hazard.pending}`),
        )
      : pass(mark, '--allow-subscription-loss'),
  }),
  'services-left-open': ({ product, services }, mark) => ({
    text: `${mark.name(product.name)}: ${services.map(mark.name).join(', ')} will accept unauthenticated requests`,
    remedy: pass(mark, ...services.flatMap((one) => ['--allow-unauthenticated', shellWord(one)])),
  }),
  'owned-by-another': ({ product, owner }, mark) => ({
    text: `${mark.name(product.name)} belongs to the owner ${mark.name(owner)}`,
    remedy: pass(mark, '--take-over', shellWord(flagName(product))),
  }),
  'owner-elsewhere': ({ owner, live, products }, mark) => ({
    text: `the files declare none of the ${plural(live, 'live product')} of the owner ${mark.name(owner)}; does another repository use this owner?`,
    remedy: `declare another owner, or ${pass(mark, '--max-deletes', String(products.length))}`,
  }),
  deletes: ({ owner, live, products }, mark) => ({
    text: `${products.length} of the ${plural(live, 'product')} of ${owner === null ? 'no owner' : `the owner ${mark.name(owner)}`} would be deleted because no file declares them: ${listed(
      products.map((one) => mark.name(one.name)),
      undefined,
    )}`,
    remedy: `limit the run with ${mark.command('--product')}, keep them with ${mark.command('--no-delete')}, or ${pass(mark, '--max-deletes', String(products.length))}`,
  }),
  'deletes-unmanaged': ({ live, products }, mark) => ({
    text: `${products.length} of ${plural(live, 'unmanaged product')} would be deleted`,
    remedy: pass(mark, '--max-deletes', String(products.length)),
  }),
  'not-ours': (hazard, mark) => ({
    text: `${mark.name(hazard.product.name)} would be deleted or released, and ${ownerClause(hazard, mark)}`,
    remedy: 'pass its owner with --owner, or make a new plan',
  }),
  releases: ({ product }, mark) => ({
    text: `${mark.name(product.name)} would lose its owner label, and no entry of ${mark.code('allow:')} releases it`,
    remedy: 'make a new plan',
  }),
  'empty-input': ({ owned }, mark) => ({
    text: `no file declares products, and this owner has ${plural(owned, 'live product')}`,
    remedy: `to declare that there are none, write ${mark.code('api_products: []')}`,
  }),
  'status-not-declared': ({ product }, mark) => ({
    text: `${mark.name(product)} would be unpublished for a moment, and no file declares its status`,
    remedy: `declare ${mark.code('status: published')} (or ${mark.code('draft')}), so that a later run can finish an interrupted one`,
  }),
  'replacement-needs-delete': ({ product }, mark) => ({
    text: `${mark.name(product)} changes its type: adc would have to delete it, and ${mark.command('--no-delete')} forbids that`,
    remedy: `remove ${mark.command('--no-delete')}, or keep the type`,
  }),
  'replaces-unmanaged': ({ product }, mark) => ({
    text: `${mark.name(product)} exists with another type, and adc does not manage it: adc would delete the live product`,
    remedy: `declare another name, delete the live product in the dashboard, or ${pass(mark, '--delete-unmanaged', '--product', shellWord(product))}`,
  }),
  'looks-like-rename': ({ product, to, because }, mark) => ({
    text: `${mark.name(product.name)} would be deleted and ${mark.name(to)} created with the same ${because}`,
    remedy: `for a rename, declare ${mark.code(`previous_name: ${product.name}`)}; otherwise ${pass(mark, '--no-rename-check')}`,
  }),
};

/** The remedies of the refusals, each once, and --restore-subscriptions if possible (docs/design/contract.md §15). */
export function remedyWords(
  refused: readonly Hazard[],
  plan: Pick<Plan, 'steps'> | undefined,
  mark: InlineStyle,
): readonly string[] {
  const { steps = [] } = plan ?? {};
  const again = steps.filter(({ reason }) => reason === 'published-again');
  const republished = new Set(again.map(({ product }) => product.name));
  for (const { product, changes } of steps)
    if (changes.some(removesAuthType)) republished.delete(product.name);
  const isRestorable = refused.some(
    (hazard) =>
      hazard.code === 'subscription-loss' &&
      hazard.known &&
      hazard.product.names.some((name) => republished.has(name)),
  );
  const restore = `${pass(mark, '--restore-subscriptions')} to subscribe the same applications again`;
  const remedies = refused.map((hazard) => hazardWords(hazard, mark).remedy);
  return [...new Set(isRestorable ? [...remedies, restore] : remedies)];
}

function removesAuthType({ path, after }: Change): boolean {
  return after === undefined && /^auth\.[^.]+$/.test(path);
}

function ownerClause(
  { managed, owner }: Extract<Hazard, { code: 'not-ours' }>,
  { name }: InlineStyle,
): string {
  if (owner !== null) return `belongs to the owner ${name(owner)}`;
  return managed ? 'has no owner' : 'adc does not manage it';
}

/** The name of a product in a flag, or its id if the name is ambiguous. */
function flagName({ id, names }: Subject): string {
  return names[0] ?? id;
}

/** `2 active and 1 pending subscription, and an unknown number of subscriptions of 1 product` */
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

/** The subscriptions of one product, in words. */
export function lossOf({ active, pending, known }: SubscriptionCount): string {
  return lossWords({ active, pending, unknown: known ? 0 : 1 });
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first line of `diff` and `sync`: the target (docs/design/contract.md §3.2). */
export function targetLine({ server, portal, dialect }: Target): string {
  return `Portal "${printable(portal.name)}" at ${printable(server)} (${dialect} dialect)`;
}
