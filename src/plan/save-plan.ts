import { canonicalJson } from '../json/canonical.ts';
import { sha256 } from '../lib/sha256.ts';
import { OutdatedPlan, UsageError } from '../model/errors.ts';
import { type Plan, PLAN_FORMAT, PLAN_FORMAT_VERSION, type SavedPlan } from '../model/plan.ts';
import type { Scope } from '../model/ownership.ts';

/** A plan as the text of a file; deterministic. */
export function planFileText(plan: Plan, scope: Scope, programVersion: string): string {
  const content = {
    format: PLAN_FORMAT,
    format_version: PLAN_FORMAT_VERSION,
    program_version: programVersion,
    scope,
    plan,
  } as const;
  const saved: SavedPlan = { ...content, digest: digestOf(content) };
  return `${JSON.stringify(saved, null, 2)}\n`;
}

/**
 * Reads a plan from a text.
 * @param isPlan validates it by schemas/plan.schema.json.
 * @throws UsageError for a text that is not a plan; OutdatedPlan for another format version or an altered plan.
 */
export function readPlanFile(text: string, isPlan: (value: unknown) => boolean): SavedPlan {
  const value = parsed(text);
  if (value?.format !== PLAN_FORMAT)
    throw new UsageError('not a plan file of adc', { hint: 'Save a plan with adc diff -o.' });
  if (value.format_version !== PLAN_FORMAT_VERSION) {
    throw new OutdatedPlan([
      `its format version is ${String(value.format_version)}, not ${PLAN_FORMAT_VERSION}`,
    ]);
  }
  const { digest, ...content } = value;
  if (!isPlan(value) || digest !== digestOf(content))
    throw new OutdatedPlan(['it was edited after it was saved']);
  return value as SavedPlan;
}

/** Whether a text is a plan that some version of adc saved. */
export function isPlanText(text: string): boolean {
  return parsed(text.replace(/^\uFEFF/, ''))?.format === PLAN_FORMAT;
}

function parsed(text: string): Partial<Record<keyof SavedPlan, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The digest of the content as in the file: values that JSON omits are omitted here too. */
function digestOf(content: unknown): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(content))));
}
