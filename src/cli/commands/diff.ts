import { basename, dirname, resolve } from 'node:path';
import { withPlan } from '../../api/apply-plan.ts';
import { VERSION } from '../../generated/version.ts';
import { NO_CONSENT } from '../../model/consent.ts';
import type { Plan } from '../../model/plan.ts';
import type { Scope } from '../../model/scope.ts';
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
  const output = outputOf(settings);
  const source = planSource(settings, flags, io);
  return withPlan(source, async ({ value: plan, diagnostics, allowances }) => {
    const exitCode = plan === undefined ? EXIT.failed : exitCodeOf(plan, flags);
    const hazards = plan?.hazards ?? [];
    const refused = refusals(hazards, { ...consent, allowances });
    const consented = refused.length < refusals(hazards, NO_CONSENT).length;
    if (plan && output !== undefined) await savePlan(plan, source.scope, resolve(io.cwd, output));
    const graph = flags['graph'] === true && plan !== undefined ? planGraph(plan) : undefined;
    report.end({
      exitCode,
      plan,
      refused,
      consent: { allowances, today: todayOf(io) },
      consented,
      diagnostics,
      planFile: output,
      graph,
    });
    return exitCode;
  });
}

/** Never half written: whoever reads the file sees the whole plan, or the one before. */
async function savePlan(plan: Plan, scope: Scope, path: string): Promise<void> {
  const content = planFileText(plan, scope, VERSION);
  const { writeFiles } = await import('../write-files.ts');
  await writeFiles(dirname(path), [{ path: basename(path), content }], { force: true });
}

/** Files that manage nothing make a plan without steps, which sync refuses: that is no portal as the files say. */
function exitCodeOf({ steps, hazards }: Plan, flags: Flags): number {
  return flags['exitCode'] === true && steps.length + hazards.length > 0 ? EXIT.changes : EXIT.done;
}
