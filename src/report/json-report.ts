import { printableJson } from '../lib/printable.ts';
import type { Attributed, Attribution } from '../model/change.ts';
import type { Subject } from '../model/consent.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { PlannedService } from '../model/directory.ts';
import type { AuthGap, Outcome, Hazard, Plan, Step } from '../model/plan.ts';
import { attributedOf, stepVerdict, verdictCounts, verdictOn } from './attribution-text.ts';
import { permitJson, proposals } from './consent-text.ts';
import { MAX_IN_JSON, shownDiagnostics } from './diagnostics-text.ts';
import { checkJson } from './openapi-check.ts';
import { leftOpen } from './outcome-words.ts';
import type { Report, ReportParts } from './report.ts';
import { hazardWords, PLAIN } from './words.ts';

/** The JSON document of `--format json` (docs/design/contract.md §3). */
export function jsonReport(report: Report): string {
  const { command, exitCode, plan, check, outcomes, authGaps, diagnostics, more } = report;
  const document = {
    format: `adc/${command}`,
    format_version: 1,
    exit_code: exitCode,
    ...(plan && planParts(plan, report)),
    ...(outcomes && plan && outcomeParts(plan, outcomes, authGaps ?? [])),
    ...(check && checkJson(check)),
    ...more,
    ...diagnosticsJson(diagnostics ?? []),
  };
  return printableJson(`${JSON.stringify(document, null, 2)}\n`);
}

function planParts(plan: Plan, report: Report) {
  const { refused = [], permits = [], failedOn, attribution } = report;
  const { target, summary, steps, unmanaged, otherOwners, kept, outOfScope, part, held, notes, planned } =
    plan;
  return {
    target,
    summary: attribution === undefined ? summary : { ...summary, attribution: countsJson(attribution) },
    steps: steps.map((step) => stepJson(withPlanned(step, planned), attributedOf(step, attribution))),
    refused: refused.map(hazardJson),
    allowed: permits.map((permit) => permitJson(permit, PLAIN)),
    ...(failedOn && { failed_on: failedOn }),
    allow: proposals(report).map(({ entry }) => entry),
    unmanaged,
    other_owners: otherOwners,
    kept,
    out_of_scope: outOfScope,
    part,
    held,
    ...(planned.length > 0 && { services: planned.map(plannedJson) }),
    notes: notes.map((note) => withSubject(note.code, 'product' in note ? note.product : undefined)),
  } satisfies ReportParts<'diff'> satisfies ReportParts<'sync'>;
}

function plannedJson({ service, declared, linked, command }: PlannedService) {
  return { service, planned: true, declared, linked, command } as const;
}

/** The step, with `planned: true` on the changed links to planned services. */
function withPlanned(step: Step, planned: readonly PlannedService[]): Step {
  const paths = new Set(planned.map(({ service }) => `linked_gateway_services[${service}]`));
  const changes = step.changes.map((one) => (paths.has(one.path) ? { ...one, planned: true } : one));
  return { ...step, changes };
}

function outcomeParts(
  plan: Plan,
  outcomes: readonly Outcome[],
  authGaps: readonly AuthGap[],
): ReportParts<'sync'> {
  return {
    outcomes: outcomes.map(outcomeJson),
    auth_gaps: authGaps.map(gapJson),
    left_open: leftOpen(plan, outcomes),
  };
}

type WithoutSubjects<One> = One extends Hazard ? Omit<One, 'product' | 'products'> : never;

function hazardJson(hazard: Hazard) {
  const { text, remedy } = hazardWords(hazard, PLAIN);
  const others: WithoutSubjects<Hazard> = hazard;
  return {
    ...others,
    ...('product' in hazard && subjectJson(hazard.product)),
    ...('products' in hazard && { products: hazard.products.map((one) => one.name) }),
    message: text,
    hint: remedy,
  };
}

function subjectJson(product: string | Subject) {
  return typeof product === 'string' ? { product } : { product: product.name, id: product.id };
}

function stepJson(step: Step, attributed: Attributed | undefined) {
  const { id, action, product, reason, about, after, changes, impact } = step;
  const plain = { id, action, product, reason: withSubject(reason, about), after, changes, impact };
  if (attributed === undefined) return plain;
  return {
    ...plain,
    changes: changes.map((change) => ({ ...change, attribution: verdictOn(change.path, attributed) })),
    attribution: stepVerdict(step, attributed),
  };
}

function countsJson(attribution: Attribution) {
  const { 'this-change': this_change, ...others } = verdictCounts(attribution);
  return { base: attribution.base, this_change, ...others };
}

/** `renamed-from:Old API`, as in the report schemas. */
function withSubject(code: string, about: string | undefined): string {
  return about === undefined ? code : `${code}:${about}`;
}

function gapJson({ product, services, ms }: AuthGap) {
  return { product, services, ms: Math.round(ms) };
}

function outcomeJson({ step, status, error, hint, blocked_by, ms }: Outcome) {
  return {
    step: step.id,
    status,
    ...(error !== undefined && { error }),
    ...(hint !== undefined && { hint }),
    ...(blocked_by !== undefined && { blocked_by }),
    ms: Math.round(ms),
  };
}

/** Diagnostics without the texts of their lines, and the number of omitted diagnostics (docs/design/contract.md §3). */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): ReportParts<'failure'> {
  const { all, shown } = shownDiagnostics(diagnostics, MAX_IN_JSON);
  const left = all.length - shown.length;
  return { diagnostics: shown.map(diagnosticJson), ...(left > 0 && { diagnostics_left_out: left }) };
}

function diagnosticJson({ code, severity, message, hint, location, related }: Diagnostic) {
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined ? {} : { location: placeJson(location) }),
    ...(related === undefined
      ? {}
      : { related: related.map((one) => ({ message: one.message, location: placeJson(one.location) })) }),
  };
}

function placeJson({ file, line, column }: Location) {
  return { file, line, column };
}
