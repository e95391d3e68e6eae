import type { Admin } from '../model/admin.ts';
import type { DeclaredFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Step } from '../model/plan.ts';

/** What is known of a product between two steps: how it was last seen, and what was written since. */
export interface State {
  readonly seen: LiveProduct;
  readonly written: DeclaredFields;
}

/** How a product came back on the portal after a step failed while it was off. */
export interface ComeBack {
  /**
   * `published`: as the plan wants it, so that the publish that failed is done after all. `as-before`: what the chain had
   * updated is undone, or was never done. `failed`: it did not come back.
   */
  readonly how: 'not-needed' | 'published' | 'as-before' | 'failed';
  /** A clause to lay after the error; '' where there is nothing to say. */
  readonly words: string;
  readonly product?: LiveProduct | undefined;
}

export interface Stranded {
  /** Before the first write; undefined if it is not there any more. */
  readonly before: State | undefined;
  readonly now: State;
  readonly failed: Step;
  readonly error: unknown;
}

interface Way extends State {
  readonly how: 'published' | 'as-before';
  readonly words: string;
}

/**
 * Publishes a product that was left off the portal, one way after the other until one works (contract §7). Reads nothing:
 * the linked services are without product auth. Never throws, whatever happens: it is the last that can be done.
 */
export async function comeBack(admin: Admin, stranded: Stranded): Promise<ComeBack> {
  const errors: Error[] = [];
  for (const way of waysBack(stranded)) {
    try {
      const product = await admin.updateProduct(way.seen, { ...way.written, status: 'published' });
      if (product === undefined || product.fields.status === 'published') {
        return { how: way.how, words: `; ${way.words}`, product };
      }
    } catch (error) {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { how: 'failed', words: `; ${stayedOff(errors)}` };
}

/**
 * As planned, where nobody knows whether that was refused; else as it was, auth and all; else, where others hold by now what it had,
 * with its old auth alone.
 */
function waysBack({ before, now, failed, error }: Stranded): readonly Way[] {
  const wasUpdated = failed.action === 'publish';
  const again = wasUpdated && mayHaveHappened(error);
  const { auth } = before?.seen.fields ?? {};
  const ways: Way[] = [];
  if (again) ways.push(way(now, 'published', 'it was published at the second attempt'));
  if (before) ways.push(way(before, 'as-before', 'it was published again as it was'));
  if (wasUpdated && auth) {
    const withOldAuth = { ...now, written: { ...now.written, auth } };
    ways.push(way(withOldAuth, 'as-before', 'it was published again with its old auth'));
  }
  return ways;
}

function way(state: State, how: Way['how'], words: string): Way {
  return { ...state, how, words };
}

function stayedOff(errors: readonly Error[]): string {
  const why = errors.map(({ message }) => ` (${message})`).at(-1) ?? '';
  const state = errors.some(mayHaveHappened)
    ? 'whether it is on the portal is not known'
    : 'it is a draft now';
  const isGone = errors.some((error) => error instanceof AdminError && error.status === 404);
  if (isGone) return `the product is not there any more${why}`;
  return `publishing it again failed as well, so ${state}${why}`;
}

function mayHaveHappened(error: unknown): boolean {
  return !(error instanceof AdminError) || error.mayHaveHappened;
}
