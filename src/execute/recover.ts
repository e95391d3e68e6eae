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
export interface RecoveryResult {
  /**
   * `published`: as planned, so the failed publish is done after all. `as-before`: without the update of the chain.
   * `failed`: the product is still unpublished.
   */
  readonly result: 'not-needed' | 'published' | 'as-before' | 'failed';
  /** Text to append to the error, or ''. */
  readonly clause: string;
  readonly product?: LiveProduct | undefined;
  /** Set if the product may still be unpublished. */
  readonly staysUnpublished?: Outcome['stays_unpublished'];
}

/** The input of recoveryTargets(): the chain of a product that must be published again. */
export interface FailedChain {
  /** The product before the first write; undefined if it no longer exists. */
  readonly before: State | undefined;
  readonly now: State;
  readonly failed: Step;
  readonly error: unknown;
  /** A draft that another client changed after this run's last write. */
  readonly changedDraft?: LiveProduct | undefined;
}

/** One attempt to publish a product. */
export interface RecoveryTarget extends State {
  readonly result: 'published' | 'as-before';
  /** Text for the report if the attempt succeeds. */
  readonly clause: string;
}

/** Whether the fields of a live product, except its status, equal those of a state. */
export function matchesState({ seen, written }: State, live: LiveProduct, same: SameField): boolean {
  const { status } = live.fields;
  return unexpected(seen, { ...written, status }, live, same).length === 0;
}

/**
 * Publishes an unpublished product again: tries the targets in order until one succeeds (docs/design/contract.md §7).
 * Only the product itself shows success: if the response does not include it, it is read. Nothing is read before, since
 * the linked services are without product auth. Never throws, since it is the last resort.
 * @param mayBePublished whether the product may never have been unpublished.
 */
export async function recoverProduct(
  admin: Admin,
  targets: readonly RecoveryTarget[],
  same: SameField,
  mayBePublished = false,
): Promise<RecoveryResult> {
  const errors: Error[] = [];
  for (const target of targets) {
    const attempt = await publish(admin, target, retryCheck(admin, target, targets, same));
    if (!('error' in attempt))
      return { result: target.result, clause: `; ${target.clause}`, product: attempt.product };
    errors.push(attempt.error);
    if (attempt.isUnverified) break;
  }
  const id = targets[0]?.seen.id ?? '';
  const { clause, staysUnpublished } = await failureResult(admin, id, errors, mayBePublished);
  return { result: 'failed', clause: `; ${clause}`, staysUnpublished };
}

/**
 * The check before a refused publish is sent in another form: the product must still be a draft in one of the states
 * of this run.
 */
function retryCheck(
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
    if (live === undefined) throw deletedError();
    const isDraft = live.fields.status === 'draft';
    if (isDraft ? targets.some((one) => matchesState(one, live, same)) : matchesState(target, live, same))
      return !isDraft;
    throw new ProductChanged(fields.name, 'another client changed it');
  };
}

type PublishAttempt =
  | { readonly product: LiveProduct }
  /** `isUnverified`: the server accepted the write, so another attempt could undo it. */
  | { readonly error: Error; readonly isUnverified: boolean };

async function publish(
  admin: Admin,
  { seen, written }: State,
  beforeRetry: BeforeAgain,
): Promise<PublishAttempt> {
  let isUnverified = false;
  try {
    const returned = await admin.updateProduct(seen, { ...written, status: 'published' }, beforeRetry);
    isUnverified = returned === undefined;
    const product = returned ?? (await admin.readProduct(seen.id));
    if (product?.fields.status === 'published') return { product };
    return { error: product ? stillDraftError() : deletedError(), isUnverified: false };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    // A refused read does not show whether the write was applied.
    return {
      error: isUnverified ? new UnverifiedWrite(seen.fields.name, failure.message, error) : failure,
      isUnverified,
    };
  }
}

/**
 * The error if the server accepts a publish, but the product is still a draft. The reason is unknown, so adc may
 * retry.
 */
export function stillDraftError(): AdminError {
  return new AdminError('the server reported success, but the product is still a draft');
}

function deletedError(): AdminError {
  return new AdminError('it was deleted', { mayHaveHappened: false, status: 404 });
}

/**
 * The attempts in order: as planned, if it is unknown whether the server refused that; as before the run; and with the
 * old auth only, in case other products now have its services. A product that another client changed is published
 * unchanged.
 */
export function recoveryTargets({
  before,
  now,
  failed,
  error,
  changedDraft,
}: FailedChain): readonly RecoveryTarget[] {
  if (changedDraft) {
    return [
      target(
        { seen: changedDraft, written: now.written },
        'as-before',
        'it was published with the changes of another client',
      ),
    ];
  }
  const wasUpdated = failed.action === 'publish';
  const mayRetry = wasUpdated && mayHaveHappened(error);
  const { auth } = before?.seen.fields ?? {};
  const targets: RecoveryTarget[] = [];
  if (mayRetry) targets.push(target(now, 'published', 'the second attempt published it'));
  if (before) targets.push(target(before, 'as-before', 'it was published again as it was'));
  if (wasUpdated && auth) {
    const withOldAuth = { ...now, written: { ...now.written, auth } };
    targets.push(target(withOldAuth, 'as-before', 'it was published again with its old auth'));
  }
  return targets;
}

function target(state: State, result: RecoveryTarget['result'], clause: string): RecoveryTarget {
  return { ...state, result, clause };
}

type FinalStatus = Pick<RecoveryResult, 'clause' | 'staysUnpublished'>;

/**
 * The result of a failed recovery: the current status of the product and the last error. The product may be read now,
 * since no attempt is left.
 */
async function failureResult(
  admin: Admin,
  id: string,
  errors: readonly Error[],
  mayBePublished: boolean,
): Promise<FinalStatus> {
  const why = errors.map(({ message }) => ` (${message})`).at(-1) ?? '';
  if (errors.some((error) => error instanceof AdminError && error.status === 404))
    return { clause: `the product no longer exists${why}`, staysUnpublished: 'known' };
  const isCertain = !mayBePublished && !errors.some(mayHaveHappened);
  const { clause, staysUnpublished } = isCertain ? DRAFT : await currentStatus(admin, id);
  return { clause: `publishing it again failed too, ${clause}${why}`, staysUnpublished };
}

const DRAFT: FinalStatus = { clause: 'so it is a draft now', staysUnpublished: 'known' };

async function currentStatus(admin: Admin, id: string): Promise<FinalStatus> {
  try {
    const product = await admin.readProduct(id);
    if (product === undefined) return { clause: 'and it no longer exists', staysUnpublished: 'known' };
    return product.fields.status === 'draft' ? DRAFT : { clause: 'but it is published: check it' };
  } catch {
    return { clause: 'so it is unknown whether it is published', staysUnpublished: 'unknown' };
  }
}

function mayHaveHappened(error: unknown): boolean {
  return !(error instanceof AdminError) || error.mayHaveHappened;
}

/**
 * `clause`: no recovery is needed. `changedDraft`: another client changed the draft, which is published unchanged.
 * `isUnknown`: the product could not be read.
 */
export type StateAfterFailure =
  | { readonly clause: string }
  | { readonly changedDraft?: LiveProduct; readonly isUnknown?: boolean };

/**
 * The state of a product after its unpublish failed, or after another client changed it. A draft needs a recovery if
 * this run may have unpublished it (`mayBeOurs`), or if all its other fields are as this run read them. Never throws.
 */
export async function findAfterFailure(
  { admin, same }: { readonly admin: Admin; readonly same: SameField },
  state: State,
  mayBeOurs: boolean,
): Promise<StateAfterFailure> {
  const live = await admin.readProduct(state.seen.id).catch(() => undefined);
  if (live === undefined) return mayBeOurs ? { isUnknown: true } : { clause: '' };
  if (live.fields.status === 'published') return { clause: mayBeOurs ? '; the product is published' : '' };
  if (matchesState(state, live, same)) return {};
  return mayBeOurs
    ? { changedDraft: live }
    : { clause: '; it is a draft now, and another client changed it' };
}
