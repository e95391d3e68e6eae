import type { Outcome, Plan } from '../../../src/model/plan.ts';
import type { Report } from '../../../src/report/report.ts';

/** The report of `diff` of a plan. By default, all hazards are refused. */
export function diffReport(plan: Plan, parts: Partial<Report> = {}): Report {
  return { command: 'diff', exitCode: 0, plan, refused: plan.hazards, diagnostics: [], ...parts };
}

/** The report of `sync` after all steps of the plan are done. */
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
