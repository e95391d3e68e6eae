import { resolve } from 'node:path';
import { VERSION } from '../../generated/version.ts';
import type { Plan } from '../../model/plan.ts';
import { planFileText } from '../../plan/save-plan.ts';
import { refusals } from '../../plan/refusals.ts';
import { planGraph } from '../../report/plan-graph.ts';
import { scopeOf } from '../connection.ts';
import { consentOf } from '../consent.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outputOf } from '../output.ts';
import { withPlan } from '../planning.ts';
import { reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';

/** `adc diff`: shows the plan and writes nothing (contract §3). */
export async function diff(flags: Flags, io: Io): Promise<number> {
  const report = await reporter('diff', flags, io);
  const consent = consentOf(flags);
  const settings = await Settings.read(flags, io);
  const output = outputOf(settings);
  const place = output === undefined ? undefined : await import('../plan-output.ts');
  if (output !== undefined) await place?.refuseToReplace(output, io.cwd);
  return withPlan(settings, flags, io, async ({ value: plan, diagnostics, place: at }) => {
    const exitCode = plan === undefined ? EXIT.failed : exitCodeOf(plan, flags);
    const hazards = plan?.hazards ?? [];
    const refused = refusals(hazards, consent);
    const consented = refused.length < refusals(hazards, consentOf({})).length;
    if (plan && place && output !== undefined)
      await place.savePlanFile(resolve(io.cwd, output), planFileText(plan, scopeOf(settings), VERSION));
    const graph = flags['graph'] === true && plan !== undefined ? planGraph(plan) : undefined;
    const found = { plan, refused, consented, diagnostics, place: at };
    report.end({ exitCode, ...found, planFile: output, graph });
    return exitCode;
  });
}

/** Files that manage nothing make a plan without steps, which sync refuses: that is no portal as the files say. */
function exitCodeOf({ steps, hazards }: Plan, flags: Flags): number {
  return flags['exitCode'] === true && steps.length + hazards.length > 0 ? EXIT.changes : EXIT.done;
}
