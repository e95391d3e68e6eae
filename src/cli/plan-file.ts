import { existsSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { checkFiles } from '../api/check-files.ts';
import { sameServer } from '../api/check-still-fits.ts';
import { canonicalJson } from '../json/canonical.ts';
import { printable } from '../lib/printable.ts';
import type { Declared } from '../model/declared.ts';
import { OutdatedPlan, UsageError } from '../model/errors.ts';
import type { SavedPlan } from '../model/plan.ts';
import type { Scope } from '../model/scope.ts';
import { isPlanText, readPlanFile } from '../plan/saved-plan.ts';
import type { Call } from './define-command.ts';
import { readText } from './disk.ts';
import { fileInput, type FILES } from './files.ts';
import { chosen } from './project.ts';
import { scopeOf, type SCOPE } from './scope.ts';
import { refuseExisting } from './staged-files.ts';
import { codeOf } from './disk.ts';
import { writeFiles } from './staged-files.ts';

/**
 * Checks that a plan can be saved, before anything is read: a plan replaces only an earlier plan.
 * @throws UsageError for any other file, for directories and for symlinks.
 */
export async function refuseToReplace(path: string, cwd: string): Promise<void> {
  await refuseExisting([resolve(cwd, path)], true);
  if (await mayReplace(resolve(cwd, path))) return;
  throw new UsageError(`"${printable(path)}" exists and is not a plan`, {
    hint: 'adc diff -o replaces earlier plans only. Choose another name, or delete the file. Nothing was written.',
  });
}

/** Writes a plan file atomically. @throws UsageError if another file was created at the path meanwhile. */
export async function savePlanFile(path: string, content: string): Promise<void> {
  await writeFiles(dirname(path), [{ path: basename(path), content }], { force: true, mayReplace });
}

/**
 * Whether a plan may replace a file: an earlier plan, or an empty file, as `mktemp` creates. Devices get another
 * error.
 */
async function mayReplace(path: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) return !stats.isSymbolicLink() && !stats.isDirectory();
    return stats.size === 0 || isPlanText(await readFile(path, 'utf8'));
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
  }
}

type PlanCall = Pick<Call<typeof SCOPE & typeof FILES>, 'options' | 'project' | 'settings' | 'io'>;

/** A saved plan, with owners and consent, which a plan file does not hold (docs/design/contract.md §11). */
export type GivenPlan = Pick<SavedPlan, 'plan' | 'scope'> & Pick<Declared, 'owners' | 'allowances'>;

/**
 * The plan of `--plan`, which must have the options of this run (docs/design/contract.md §5). Of the product files,
 * only `owner:` and `allow:` count.
 * @throws OutdatedPlan with the differences; UsageError for a file that is not a plan, and for product files with
 * errors.
 */
export async function savedPlan(path: string, call: PlanCall): Promise<GivenPlan> {
  const { options, project, settings, io } = call;
  const { validate: isPlan } = await import('../generated/validate-plan.mjs');
  const text = await readText(resolve(io.cwd, path), 'plan', 'Save a plan with adc diff -o.');
  const { plan, scope } = readPlanFile(text, isPlan);
  const now = scopeOf(options, project);
  const moved = movedOptions({ scope, plan }, now, settings.server());
  if (moved.length > 0) throw new OutdatedPlan(moved);
  const given = await ownersAndConsent(call);
  const foreign = plan.steps.find(({ product }) => !given.owners.includes(product.owner ?? undefined));
  if (foreign !== undefined && foreign.product.owner !== undefined) {
    throw new UsageError(`the plan changes products of the owner "${foreign.product.owner}"`, {
      hint: 'Name the files that declare this owner with -f, or pass --owner.',
    });
  }
  // Only a flag of this run allows deletions of unmanaged products, never a plan.
  return { plan, scope: { ...scope, deleteUnmanaged: now.deleteUnmanaged }, ...given };
}

async function ownersAndConsent({
  options,
  project,
  io,
}: PlanCall): Promise<Pick<Declared, 'owners' | 'allowances'>> {
  chosen(project);
  const input = fileInput(options, io, project);
  const isThere = options.file.length > 0 || input.patterns.some((one) => existsSync(resolve(io.cwd, one)));
  if (!isThere) return { owners: [input.owner ?? input.defaultOwner], allowances: [] };
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

/** Options of this run that differ from those of the plan. */
function movedOptions(
  { scope, plan }: Pick<SavedPlan, 'plan' | 'scope'>,
  now: Scope,
  server: string | undefined,
): readonly string[] {
  const differs = (given: object, planned: object): boolean =>
    Object.keys(given).length > 0 && canonicalJson(given) !== canonicalJson(planned);
  const rows: readonly (readonly [string, boolean])[] = [
    ['--label-selector', differs(now.selector, scope.selector)],
    ['--product', differs(now.products, scope.products)],
    ['--no-managed-by-label', !now.managedByLabel && scope.managedByLabel],
    ['--delete-unmanaged', now.deleteUnmanaged && !scope.deleteUnmanaged],
    ['--no-delete', now.noDelete && !scope.noDelete],
  ];
  const differing = rows
    .filter(([, isOther]) => isOther)
    .map(([option]) => `it was made without this ${option}`);
  const elsewhere = server !== undefined && URL.canParse(server) && !sameServer(server, plan.target.server);
  return elsewhere ? [...differing, `it was made for ${plan.target.server}`] : differing;
}
