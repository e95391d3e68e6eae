import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkFiles } from '../api/check-files.ts';
import { sameServer } from '../api/check-still-fits.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Declared } from '../model/declared.ts';
import { OutdatedPlan, UsageError } from '../model/errors.ts';
import type { SavedPlan } from '../model/saved-plan.ts';
import type { Scope } from '../model/scope.ts';
import { readPlanFile } from '../plan/save-plan.ts';
import { ownerOf, scopeOf } from './connection.ts';
import { fileInput } from './file-input.ts';
import type { Io } from './io.ts';
import { readText, type Flags, type Settings } from './settings.ts';

/** A saved plan with what it does not hold itself: owners and consent (contract-2 §2). */
export type GivenPlan = Pick<SavedPlan, 'plan' | 'scope'> & Pick<Declared, 'owners' | 'allowances'>;

/**
 * The plan that `--plan` names, made with the options that are given now (contract §5). Of the files that `-f` names, or of
 * the default file, only `owner:` and `allow:` count.
 * @throws OutdatedPlan naming what moved; UsageError for a file that is no plan, and for product files with errors.
 */
export async function savedPlan(path: string, settings: Settings, flags: Flags, io: Io): Promise<GivenPlan> {
  const { validate: isPlan } = await import('../generated/validate-plan.mjs');
  const text = await readText(resolve(io.cwd, path), 'plan', 'Save a plan with adc diff -o.');
  const { plan, scope } = readPlanFile(text, isPlan);
  const now = scopeOf(settings);
  const options = movedOptions({ scope, plan }, now, settings, flags);
  if (options.length > 0) throw new OutdatedPlan(options);
  const given = await ownersAndConsent(settings, flags, io);
  const stranger = plan.steps.find(({ product }) => !given.owners.includes(product.owner ?? undefined));
  if (stranger !== undefined && stranger.product.owner !== undefined) {
    throw new UsageError(`the plan changes products of the owner "${stranger.product.owner}"`, {
      hint: 'Name the files that declare this owner with -f, or pass --owner.',
    });
  }
  // The right to delete what adc does not manage is given with each run, never by a plan.
  return { plan, scope: { ...scope, deleteUnmanaged: now.deleteUnmanaged }, ...given };
}

async function ownersAndConsent(
  settings: Settings,
  flags: Flags,
  io: Io,
): Promise<Pick<Declared, 'owners' | 'allowances'>> {
  const input = fileInput(flags, io, ownerOf(settings));
  const isThere =
    flags['file'] !== undefined || input.patterns.some((one) => existsSync(resolve(io.cwd, one)));
  if (!isThere) return { owners: [input.owner], allowances: [] };
  const { value, diagnostics } = await checkFiles(input);
  if (value !== undefined) return value;
  const first = diagnostics.find(({ severity }) => severity === 'error');
  const { file, line } = first?.location ?? { file: input.patterns.join(', '), line: 1 };
  throw new UsageError(
    `the files that give owner and consent have errors: ${file}:${line}: ${first?.message ?? ''}`,
    {
      hint: 'adc lint shows all of them.',
    },
  );
}

/** Options that are given now and say something else than those that the plan was made with. */
function movedOptions(
  { scope, plan }: Pick<SavedPlan, 'plan' | 'scope'>,
  now: Scope,
  settings: Settings,
  flags: Flags,
): readonly string[] {
  const server = settings.text('server', 'ADC_SERVER');
  const rows: readonly (readonly [string, boolean])[] = [
    [
      '--label-selector',
      flags['labelSelector'] !== undefined && canonicalJson(now.selector) !== canonicalJson(scope.selector),
    ],
    ['--product', now.products.length > 0 && canonicalJson(now.products) !== canonicalJson(scope.products)],
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
