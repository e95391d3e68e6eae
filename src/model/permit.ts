import type { Subject } from './consent.ts';
import type { Allowance } from './declared.ts';
import type { Hazard } from './plan.ts';

/** An OpenAPI document of a published product that breaks callers. */
export interface BreakingDocument {
  readonly code: 'breaking-openapi';
  readonly product: Subject;
}

/** What consent allows of a plan: a hazard, as far as it is allowed, and the entry or the flag that allows it. */
export interface Permit {
  readonly hazard: Hazard | BreakingDocument;
  readonly by: Allowance | { readonly flag: string };
}
