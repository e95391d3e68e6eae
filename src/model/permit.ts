import type { Subject } from './consent.ts';
import type { Allowance } from './declared.ts';
import type { Hazard } from './plan.ts';

/** A changed OpenAPI document of a published product that breaks callers. */
export interface BreakingDocument {
  readonly code: 'breaking-openapi';
  readonly product: Subject;
}

/** A hazard of a plan that consent allows, and the entry or the flag that allows it. */
export interface Permit {
  readonly hazard: Hazard | BreakingDocument;
  readonly by: Allowance | { readonly flag: string };
}
