import type { Outcome, Plan } from '../../../src/model/plan.ts';
import type { Report } from '../../../src/report/report.ts';

/** What `diff` reports of a plan, with everything refused that could be, unless told otherwise. */
export function diffReport(plan: Plan, parts: Partial<Report> = {}): Report {
  return { command: 'diff', exitCode: 0, plan, refused: plan.hazards, diagnostics: [], ...parts };
}

/** What `sync` reports where every step of the plan was done. */
export function syncReport(plan: Plan, parts: Partial<Report> = {}): Report {
  const outcomes = plan.steps.map((step): Outcome => ({ step, status: 'done', ms: 1 }));
  return {
    command: 'sync',
    exitCode: 0,
    plan,
    refused: [],
    outcomes,
    authGaps: [],
    diagnostics: [],
    ...parts,
  };
}
