import { resolve } from 'node:path';
import { withPlan } from '../../api/apply-plan.ts';
import { VERSION } from '../../generated/version.ts';
import { hiddenIn } from '../../lib/hidden-texts.ts';
import { listed } from '../../lib/listed.ts';
import { NO_CONSENT } from '../../model/consent.ts';
import { OperationalError } from '../../model/errors.ts';
import type { Plan } from '../../model/plan.ts';
import { planFileText } from '../../plan/save-plan.ts';
import { refusals } from '../../plan/refusals.ts';
import { planGraph } from '../../report/plan-graph.ts';
import { planSource } from '../connection.ts';
import { consentOf } from '../consent.ts';
import { EXIT } from '../exit-codes.ts';
import { todayOf, type Io } from '../io.ts';
import { outputOf } from '../output.ts';
import { reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';

/** `adc diff`: shows the plan and writes nothing (contract §3). */
export async function diff(flags: Flags, io: Io): Promise<number> {
  const report = await reporter('diff', flags, io);
  const consent = consentOf(flags);
  const settings = await Settings.read(flags, io);
  await settings.hideToken();
  const output = outputOf(settings);
  const source = planSource(settings, flags, io);
  const place = output === undefined ? undefined : await import('../plan-output.ts');
  if (output !== undefined) await place?.refuseToReplace(output, io.cwd);
  return withPlan(source, async ({ value: plan, diagnostics, allowances, place: at }) => {
    const exitCode = plan === undefined ? EXIT.failed : exitCodeOf(plan, flags);
    const hazards = plan?.hazards ?? [];
    const refused = refusals(hazards, { ...consent, allowances });
    const consented = refused.length < refusals(hazards, NO_CONSENT).length;
    if (plan && place && output !== undefined) {
      refuseToken(plan, io);
      await place.savePlanFile(resolve(io.cwd, output), planFileText(plan, source.scope, VERSION));
    }
    const graph = flags['graph'] === true && plan !== undefined ? planGraph(plan) : undefined;
    const found = { plan, refused, consented, diagnostics, place: at };
    report.end({
      exitCode,
      ...found,
      consent: { allowances, today: todayOf(io) },
      planFile: output,
      graph,
    });
    return exitCode;
  });
}

/** A plan is applied as it is saved, so the token in it could only be stored, never redacted. */
function refuseToken(plan: Plan, { hidden }: Io): void {
  if (hidden === undefined || hiddenIn(plan, hidden.hide) === plan) return;
  const steps = plan.steps.filter((step) => hiddenIn(step, hidden.hide) !== step);
  const names = [...new Set(steps.map(({ product }) => `"${product.name}"`))];
  const where = names.length === 0 ? '' : ` in ${listed(names, 'see adc diff')}`;
  throw new OperationalError(`the plan holds the token in use${where}, so it is not saved`, {
    hint: 'Remove the token from the product files or the portal. adc diff without -o shows it as ***.',
  });
}

/** Files that manage nothing make a plan without steps, which sync refuses: that is no portal as the files say. */
function exitCodeOf({ steps, hazards }: Plan, flags: Flags): number {
  return flags['exitCode'] === true && steps.length + hazards.length > 0 ? EXIT.changes : EXIT.done;
}
