import { resolve } from 'node:path';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Admin } from '../model/admin.ts';
import type { Checked } from '../model/diagnostic.ts';
import { OutdatedPlan, UsageError } from '../model/errors.ts';
import type { Target } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { SavedPlan } from '../model/saved-plan.ts';
import { checkStillFits } from '../pipeline/check-still-fits.ts';
import { readPlanFile } from '../plan/save-plan.ts';
import { scopeOf } from './connection.ts';
import type { Io } from './io.ts';
import { withReading } from './planning.ts';
import { readText, type Flags, type Settings } from './settings.ts';

/**
 * The plan that `--plan` names, once it is sure that it still fits: the same target, the same options, the same
 * products, the same subscriptions (contract §5).
 * @throws OutdatedPlan naming what moved; UsageError for a file that is no plan.
 */
export async function withSavedPlan<Result>(
  path: string,
  settings: Settings,
  flags: Flags,
  io: Io,
  use: (planned: Checked<Plan>, admin: Admin) => Promise<Result>,
): Promise<Result> {
  if (flags['file'] !== undefined)
    throw new UsageError('--plan carries out a saved plan and nothing else: drop -f');
  await settings.hideToken();
  const { validate: isPlan } = await import('../generated/validate-plan.mjs');
  const saved = readPlanFile(await readText(resolve(io.cwd, path), 'plan', 'adc diff -o saves one.'), isPlan);
  const { plan } = saved;
  const options = movedOptions(saved, settings, flags);
  if (options.length > 0) throw new OutdatedPlan(options);
  const read = async (admin: Admin): Promise<Checked<Plan>> => {
    const target = movedTarget(plan.target, admin.target);
    if (target.length > 0) throw new OutdatedPlan(target);
    await checkStillFits(plan, admin);
    return { value: plan, diagnostics: [] };
  };
  return withReading(settings, io, plan.target.portal.id, { read, use });
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

function movedTarget(planned: Target, now: Target): readonly string[] {
  return [
    ...(sameServer(planned.server, now.server)
      ? []
      : [`it was made for ${planned.server}, and this is ${now.server}`]),
    ...(planned.portal.id === now.portal.id
      ? []
      : [`it was made for the portal "${planned.portal.name}", and this is "${now.portal.name}"`]),
    ...(planned.dialect === now.dialect
      ? []
      : [`it was made in the ${planned.dialect} dialect, and this is the ${now.dialect} dialect`]),
  ];
}

function sameServer(a: string, b: string): boolean {
  return new URL(a).href === new URL(b).href;
}
