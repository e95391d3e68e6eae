import type { Admin, BeforeAgain } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import { ProductMoved, Unchecked } from './failures.ts';
import { unexpected, type SameField } from './verify.ts';

/** What is known of a product between two steps: how it was last seen, and what was written since. */
export interface State {
  readonly seen: LiveProduct;
  readonly written: PartialFields;
}

/** How a product came back on the portal after a step failed while it was off. */
export interface Recovery {
  /**
   * `published`: as the plan wants it, so that the publish that failed is done after all. `as-before`: what the chain had
   * updated is undone, or was never done. `failed`: it did not come back.
   */
  readonly how: 'not-needed' | 'published' | 'as-before' | 'failed';
  /** A clause to lay after the error; '' where there is nothing to say. */
  readonly words: string;
  readonly product?: LiveProduct | undefined;
  /** Set where it did not come back, unless it was seen on the portal all the same. */
  readonly staysOff?: Outcome['stays_off'];
}

export interface InterruptedChain {
  /** Before the first write; undefined if it is not there any more. */
  readonly before: State | undefined;
  readonly now: State;
  readonly failed: Step;
  readonly error: unknown;
  /** A draft that another client changed after this run's last write. */
  readonly moved?: LiveProduct | undefined;
}

/** One attempt to publish a product. */
export interface RecoveryTarget extends State {
  readonly how: 'published' | 'as-before';
  /** A clause for the report if it works. */
  readonly words: string;
}

/** Whether the fields of a live product, apart from its status, are those of a state. */
export function isAs({ seen, written }: State, live: LiveProduct, same: SameField): boolean {
  const { status } = live.fields;
  return unexpected(seen, { ...written, status }, live, same).length === 0;
}

/**
 * Publishes a product that was left off the portal, one way after the other until one works (docs/design/contract.md §7). What
 * a server says of itself is believed only with the product in hand: an answer without one is followed by a reading. Before
 * that nothing is read, since the linked services are without product auth. Never throws, whatever happens: it is the last that
 * can be done.
 */
export async function recoverProduct(
  admin: Admin,
  ways: readonly RecoveryTarget[],
  same: SameField,
): Promise<Recovery> {
  const errors: Error[] = [];
  for (const way of ways) {
    const tried = await publish(admin, way, mayRepeat(admin, way, ways, same));
    if (!('error' in tried)) return { how: way.how, words: `; ${way.words}`, product: tried.product };
    errors.push(tried.error);
    if (tried.isUnseen) break;
  }
  const { words, staysOff } = await stayedOff(admin, ways[0]?.seen.id ?? '', errors);
  return { how: 'failed', words: `; ${words}`, staysOff };
}

/** Before a refused publish is sent in another form: the product must still be a draft in one of the states that this run left. */
function mayRepeat(
  admin: Admin,
  way: RecoveryTarget,
  ways: readonly RecoveryTarget[],
  same: SameField,
): BeforeAgain {
  const { id, fields } = way.seen;
  return async (failure) => {
    const live = await admin.readProduct(id).catch(() => {
      throw failure;
    });
    if (live === undefined) throw isGone();
    const isDraft = live.fields.status === 'draft';
    if (isDraft ? ways.some((one) => isAs(one, live, same)) : isAs(way, live, same)) return !isDraft;
    throw new ProductMoved(fields.name, 'another client changed it');
  };
}

type Tried =
  | { readonly product: LiveProduct }
  /** Unseen: the server took it, and another way could undo what is done. */
  | { readonly error: Error; readonly isUnseen: boolean };

async function publish(admin: Admin, { seen, written }: State, again: BeforeAgain): Promise<Tried> {
  let isUnseen = false;
  try {
    const answer = await admin.updateProduct(seen, { ...written, status: 'published' }, again);
    isUnseen = answer === undefined;
    const product = answer ?? (await admin.readProduct(seen.id));
    if (product?.fields.status === 'published') return { product };
    return { error: product ? leftDraft() : isGone(), isUnseen: false };
  } catch (error) {
    const told = error instanceof Error ? error : new Error(String(error));
    // A reading that is refused says nothing about the write before it.
    return { error: isUnseen ? new Unchecked(seen.fields.name, told.message, error) : told, isUnseen };
  }
}

/** The server accepts a publish, and the product is still a draft: the reason is unknown, so it may be tried again. */
export function leftDraft(): AdminError {
  return new AdminError('the server reported success, but the product is still a draft');
}

function isGone(): AdminError {
  return new AdminError('it was deleted', { mayHaveHappened: false, status: 404 });
}

/**
 * As planned, if it is unknown whether that was refused; else as it was, with its auth; else, if others now hold what
 * it had, only with its old auth. A product that another client changed is published as it is.
 */
export function recoveryTargets({
  before,
  now,
  failed,
  error,
  moved,
}: InterruptedChain): readonly RecoveryTarget[] {
  if (moved) {
    return [
      way(
        { seen: moved, written: now.written },
        'as-before',
        'it was published with the changes of another client',
      ),
    ];
  }
  const wasUpdated = failed.action === 'publish';
  const again = wasUpdated && mayHaveHappened(error);
  const { auth } = before?.seen.fields ?? {};
  const ways: RecoveryTarget[] = [];
  if (again) ways.push(way(now, 'published', 'the second attempt published it'));
  if (before) ways.push(way(before, 'as-before', 'it was published again as it was'));
  if (wasUpdated && auth) {
    const withOldAuth = { ...now, written: { ...now.written, auth } };
    ways.push(way(withOldAuth, 'as-before', 'it was published again with its old auth'));
  }
  return ways;
}

function way(state: State, how: RecoveryTarget['how'], words: string): RecoveryTarget {
  return { ...state, how, words };
}

type Whereabouts = Pick<Recovery, 'words' | 'staysOff'>;

/** Where the product is by now, which is read, since no more can be done for its services; and why it came to that. */
async function stayedOff(admin: Admin, id: string, errors: readonly Error[]): Promise<Whereabouts> {
  const why = errors.map(({ message }) => ` (${message})`).at(-1) ?? '';
  if (errors.some((error) => error instanceof AdminError && error.status === 404))
    return { words: `the product no longer exists${why}`, staysOff: 'known' };
  const { words, staysOff } = await whereItIs(admin, id, errors);
  return { words: `publishing it again failed too, ${words}${why}`, staysOff };
}

async function whereItIs(admin: Admin, id: string, errors: readonly Error[]): Promise<Whereabouts> {
  const isDraft: Whereabouts = { words: 'so it is a draft now', staysOff: 'known' };
  if (!errors.some(mayHaveHappened)) return isDraft;
  try {
    const product = await admin.readProduct(id);
    if (product === undefined) return { words: 'and it no longer exists', staysOff: 'known' };
    return product.fields.status === 'draft' ? isDraft : { words: 'but it is published: check it' };
  } catch {
    return { words: 'so it is unknown whether it is published', staysOff: 'unknown' };
  }
}

function mayHaveHappened(error: unknown): boolean {
  return !(error instanceof AdminError) || error.mayHaveHappened;
}

/** `words`: nothing has to come back. `moved`: a draft that another client changed, which comes back as it is. */
export type Found = { readonly words: string } | { readonly moved?: LiveProduct };

/**
 * The state of a product after its unpublish failed, or after another client changed it. A draft comes back if this run
 * may have made it one (`isOurs`), or if all else of it is as this run saw it. Never throws.
 */
export async function findAfterFailure(
  { admin, same }: { readonly admin: Admin; readonly same: SameField },
  state: State,
  isOurs: boolean,
): Promise<Found> {
  const live = await admin.readProduct(state.seen.id).catch(() => undefined);
  if (live === undefined) return isOurs ? {} : { words: '' };
  if (live.fields.status === 'published') return { words: isOurs ? '; the product is published' : '' };
  if (isAs(state, live, same)) return {};
  return isOurs ? { moved: live } : { words: '; it is a draft now, and another client changed it' };
}
