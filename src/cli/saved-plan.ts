import { resolve } from 'node:path';
import { sameServer } from '../api/check-still-fits.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { OutdatedPlan, UsageError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { SavedPlan } from '../model/saved-plan.ts';
import { readPlanFile } from '../plan/save-plan.ts';
import { scopeOf } from './connection.ts';
import { readText, type Flags, type Settings } from './settings.ts';

/**
 * The plan that `--plan` names, made with the options that are given now (contract §5).
 * @throws OutdatedPlan naming what moved; UsageError for a file that is no plan.
 */
export async function savedPlan(path: string, settings: Settings, flags: Flags, cwd: string): Promise<Plan> {
  if (flags['file'] !== undefined)
    throw new UsageError('--plan carries out a saved plan and nothing else: drop -f');
  const { validate: isPlan } = await import('../generated/validate-plan.mjs');
  const saved = readPlanFile(await readText(resolve(cwd, path), 'plan', 'adc diff -o saves one.'), isPlan);
  const options = movedOptions(saved, settings, flags);
  if (options.length > 0) throw new OutdatedPlan(options);
  return saved.plan;
}

/** Options that are given now and say something else than those that the plan was made with. */
function movedOptions({ scope, plan }: SavedPlan, settings: Settings, flags: Flags): readonly string[] {
  const now = scopeOf(settings);
  const server = settings.text('server', 'ADC_SERVER');
  const rows: readonly (readonly [string, boolean])[] = [
    [
      '--label-selector',
      flags['labelSelector'] !== undefined && canonicalJson(now.selector) !== canonicalJson(scope.selector),
    ],
    ['--no-managed-by-label', !now.managedByLabel && scope.managedByLabel],
    ['--delete-unmanaged', now.deleteUnmanaged && !scope.deleteUnmanaged],
    ['--no-delete', now.noDelete && !scope.noDelete],
  ];
  const differing = rows
    .filter(([, differs]) => differs)
    .map(([option]) => `it was made without this ${option}`);
  const elsewhere = server !== undefined && URL.canParse(server) && !sameServer(server, plan.target.server);
  return elsewhere ? [...differing, `it was made for ${plan.target.server}`] : differing;
}
