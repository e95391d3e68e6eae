import type { Plan } from './plan.ts';
import type { Scope } from './scope.ts';

export const PLAN_FORMAT = 'adc/plan';
export const PLAN_FORMAT_VERSION = 1;

/**
 * A plan as a file (docs/design/contract.md §5): all that carrying it out needs, and by what to tell that it still fits. The
 * token is never in it, and neither is any consent.
 */
export interface SavedPlan {
  readonly format: typeof PLAN_FORMAT;
  readonly format_version: typeof PLAN_FORMAT_VERSION;
  /** The version of adc that made it, for people. */
  readonly program_version: string;
  /** The options that the plan was made with. */
  readonly scope: Scope;
  readonly plan: Plan;
  /** SHA-256 of everything else, so that an altered plan is noticed. */
  readonly digest: string;
}
