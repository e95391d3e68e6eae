import type { ExecuteInput, Execution } from '../execute/execute.ts';
import type { Admin } from '../model/admin.ts';
import type { Consent } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import { messageOf } from '../model/errors.ts';
import type { Hazard, Permit, Plan } from '../model/plan.ts';
import type { OpenRecord } from './record-run.ts';

export interface DiffResult {
  /** Undefined if a diagnostic is an error. */
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
  /** Unexpired entries of `allow:` in the files. */
  readonly allowances: readonly Allowance[];
}

export interface SyncResult extends DiffResult, Omit<Execution, 'bug'> {
  /** The refusals of safety rules. If there are any, adc wrote nothing. */
  readonly refused: readonly Hazard[];
  /** The changes of the plan that need consent and have it, each with its entry or flag. */
  readonly permits: readonly Permit[];
  /** Why the record of the run is not complete; undefined if it is complete, or if none was requested. */
  readonly recordFailure?: unknown;
  /** Returns the place where a file declares the product of a name. */
  readonly place?: ((product: string) => Location | undefined) | undefined;
}

export interface ApplyOptions extends Pick<ExecuteInput, 'onOutcome' | 'onProgress'> {
  /** Consent in addition to the entries of the files. */
  readonly consent?: Optional<Omit<Consent, 'allowances'>> | undefined;
  /** Returns the number of subscriptions that may end because the caller restores them, by product id. Only reads. */
  readonly restorable?: ((plan: Plan, admin: Admin) => Promise<ReadonlyMap<string, number>>) | undefined;
  /** Opens a record of the run, before adc writes anything. */
  readonly record?: OpenRecord | undefined;
  /** Called with a plan that no safety rule refuses. After `false`, adc writes nothing. */
  readonly approve?:
    | ((plan: Plan, found: readonly Diagnostic[], permits: readonly Permit[]) => boolean | Promise<boolean>)
    | undefined;
}

/** A bug in adc, or an exception in a callback, while adc applied a plan. `cause` is the thrown value. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
  /** The plan, and the outcome of each step. adc finished the steps that ran, and skipped the others. */
  readonly result: SyncResult;

  constructor(cause: unknown, result: SyncResult) {
    super(`adc stopped: ${messageOf(cause)}`, { cause });
    this.result = result;
  }
}

/** Values that may be omitted. `undefined` means omitted. */
export type Optional<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined };
