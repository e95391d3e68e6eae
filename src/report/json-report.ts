import type { Diagnostic } from '../model/diagnostic.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Hazard, Plan, Step } from '../model/plan.ts';
import type { Json } from '../model/product.ts';
import { diagnosticsJson } from './diagnostics-json.ts';
import { hazardWords } from './words.ts';

export interface JsonReport {
  readonly command: 'diff' | 'sync' | 'lint' | 'validate' | 'dump' | 'ping';
  readonly exitCode: number;
  readonly plan?: Plan | undefined;
  readonly refused?: readonly Hazard[] | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** Parts that only one command has. */
  readonly more?: Readonly<Record<string, Json>>;
}

/** The one JSON document of `--format json` (contract §3). */
export function jsonReport(report: JsonReport): string {
  const { command, exitCode, plan, refused, outcomes, diagnostics, more } = report;
  const document = {
    format: `adc/${command}`,
    format_version: 1,
    exit_code: exitCode,
    ...(plan && planParts(plan, refused ?? [])),
    ...(outcomes && { outcomes: outcomes.map(outcomeJson) }),
    ...more,
    diagnostics: diagnosticsJson(diagnostics ?? []),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function planParts(plan: Plan, refused: readonly Hazard[]) {
  const { target, summary, steps, unmanaged, kept, outOfScope, notes } = plan;
  return {
    target,
    summary,
    steps: steps.map(stepJson),
    refused: refused.map((hazard) => ({
      ...hazard,
      message: hazardWords(hazard).text,
      hint: hazardWords(hazard).way,
    })),
    unmanaged,
    kept,
    out_of_scope: outOfScope,
    notes,
  };
}

function stepJson({ id, action, product, reason, after, changes, impact }: Step) {
  return { id, action, product, reason, after, changes, impact };
}

function outcomeJson({ step, status, error, blocked_by, ms }: Outcome) {
  return {
    step: step.id,
    status,
    ...(error !== undefined && { error }),
    ...(blocked_by !== undefined && { blocked_by }),
    ms: Math.round(ms),
  };
}
