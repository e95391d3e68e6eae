import type { Admin, BeforeAgain } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Outcome, Step } from '../model/plan.ts';
import { ProductChanged, UnverifiedWrite } from './failures.ts';
import { unexpected, type SameField } from './verify.ts';

/** The known state of a product between two steps: the product as last read, and the fields written since. */
export interface State {
  readonly seen: LiveProduct;
  readonly written: PartialFields;
}

/** The result of publishing a product again after a step failed while it was unpublished. */
export interface Recovery {
  /**
   * `published`: as planned, so the failed publish is done after all. `as-before`: without the update of the chain.
   * `failed`: the product is still unpublished.
   */
  readonly how: 'not-needed' | 'published' | 'as-before' | 'failed';
  /** A clause to append to the error, or ''. */
  readonly words: string;
  readonly product?: LiveProduct | undefined;
  /** Set if the product may still be unpublished. */
  readonly staysUnpublished?: Outcome['stays_unpublished'];
}

export interface InterruptedChain {
  /** The product before the first write; undefined if it no longer exists. */
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
  /** A clause for the report if the attempt succeeds. */
  readonly words: string;
}

/** Whether the fields of a live product, except its status, equal those of a state. */
export function isAs({ seen, written }: State, live: LiveProduct, same: SameField): boolean {
  const { status } = live.fields;
  return unexpected(seen, { ...written, status }, live, same).length === 0;
}

/**
 * Publishes an unpublished product again: tries the targets in order until one succeeds (docs/design/contract.md §7).
 * Success counts only if the product shows it: after a response without a product, it is read. Nothing is read
 * before, since the linked services are without product auth. Never throws: it is the last resort.
 */
export async function recoverProduct(
  admin: Admin,
  targets: readonly RecoveryTarget[],
  same: SameField,
): Promise<Recovery> {
  const errors: Error[] = [];
  for (const target of targets) {
    const tried = await publish(admin, target, mayRepeat(admin, target, targets, same));
    if (!('error' in tried)) return { how: target.how, words: `; ${target.words}`, product: tried.product };
    errors.push(tried.error);
    if (tried.isUnseen) break;
  }
  const { words, staysUnpublished } = await stayedOff(admin, targets[0]?.seen.id ?? '', errors);
  return { how: 'failed', words: `; ${words}`, staysUnpublished };
}

/**
 * Checked before a refused publish is sent in another form: the product must still be a draft in one of the states of
 * this run.
 */
function mayRepeat(
  admin: Admin,
  target: RecoveryTarget,
  targets: readonly RecoveryTarget[],
  same: SameField,
): BeforeAgain {
  const { id, fields } = target.seen;
  return async (failure) => {
    const live = await admin.readProduct(id).catch(() => {
      throw failure;
    });
    if (live === undefined) throw isGone();
    const isDraft = live.fields.status === 'draft';
    if (isDraft ? targets.some((one) => isAs(one, live, same)) : isAs(target, live, same)) return !isDraft;
    throw new ProductChanged(fields.name, 'another client changed it');
  };
}

type Tried =
  | { readonly product: LiveProduct }
  /** Unseen: the server accepted the write, so another attempt could undo it. */
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
    const failure = error instanceof Error ? error : new Error(String(error));
    // A refused read does not show whether the write was applied.
    return {
      error: isUnseen ? new UnverifiedWrite(seen.fields.name, failure.message, error) : failure,
      isUnseen,
    };
  }
}

/**
 * The error if the server accepts a publish, but the product is still a draft. The reason is unknown, so adc may
 * retry.
 */
export function leftDraft(): AdminError {
  return new AdminError('the server reported success, but the product is still a draft');
}

function isGone(): AdminError {
  return new AdminError('it was deleted', { mayHaveHappened: false, status: 404 });
}

/**
 * The attempts in order: as planned, if it is unknown whether that was refused; as before the run; and, in case other
 * products now hold its services, only with its old auth. A product that another client changed is published
 * unchanged.
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
      target(
        { seen: moved, written: now.written },
        'as-before',
        'it was published with the changes of another client',
      ),
    ];
  }
  const wasUpdated = failed.action === 'publish';
  const again = wasUpdated && mayHaveHappened(error);
  const { auth } = before?.seen.fields ?? {};
  const targets: RecoveryTarget[] = [];
  if (again) targets.push(target(now, 'published', 'the second attempt published it'));
  if (before) targets.push(target(before, 'as-before', 'it was published again as it was'));
  if (wasUpdated && auth) {
    const withOldAuth = { ...now, written: { ...now.written, auth } };
    targets.push(target(withOldAuth, 'as-before', 'it was published again with its old auth'));
  }
  return targets;
}

function target(state: State, how: RecoveryTarget['how'], words: string): RecoveryTarget {
  return { ...state, how, words };
}

type Whereabouts = Pick<Recovery, 'words' | 'staysUnpublished'>;

/**
 * The result of a failed recovery: the current status of the product, which is read now that no attempt is left, and
 * the errors.
 */
async function stayedOff(admin: Admin, id: string, errors: readonly Error[]): Promise<Whereabouts> {
  const why = errors.map(({ message }) => ` (${message})`).at(-1) ?? '';
  if (errors.some((error) => error instanceof AdminError && error.status === 404))
    return { words: `the product no longer exists${why}`, staysUnpublished: 'known' };
  const { words, staysUnpublished } = await whereItIs(admin, id, errors);
  return { words: `publishing it again failed too, ${words}${why}`, staysUnpublished };
}

async function whereItIs(admin: Admin, id: string, errors: readonly Error[]): Promise<Whereabouts> {
  const isDraft: Whereabouts = { words: 'so it is a draft now', staysUnpublished: 'known' };
  if (!errors.some(mayHaveHappened)) return isDraft;
  try {
    const product = await admin.readProduct(id);
    if (product === undefined) return { words: 'and it no longer exists', staysUnpublished: 'known' };
    return product.fields.status === 'draft' ? isDraft : { words: 'but it is published: check it' };
  } catch {
    return { words: 'so it is unknown whether it is published', staysUnpublished: 'unknown' };
  }
}

function mayHaveHappened(error: unknown): boolean {
  return !(error instanceof AdminError) || error.mayHaveHappened;
}

/** `words`: no recovery is needed. `moved`: a draft that another client changed, which is published unchanged. */
export type Found = { readonly words: string } | { readonly moved?: LiveProduct };

/**
 * The state of a product after its unpublish failed, or after another client changed it. A draft needs a recovery if
 * this run may have unpublished it (`isOurs`), or if all its other fields are as this run read them. Never throws.
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
