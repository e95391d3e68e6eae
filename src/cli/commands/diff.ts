import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { withPlan } from '../../api/apply-plan.ts';
import type { BaseRevision } from '../../api/base-files.ts';
import { patternsOf, readConfig } from '../../api/project.ts';
import { VERSION } from '../../generated/version.ts';
import { redactedData } from '../../lib/redaction.ts';
import { groupBy } from '../../lib/lists.ts';
import { listed, printable } from '../../lib/printable.ts';
import type { Files } from '../../load/files.ts';
import { CONFIG_FILE } from '../../load/load-config.ts';
import { allowanceFor, NO_CONSENT, type Subject } from '../../model/consent.ts';
import type { Allowance } from '../../model/declared.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import type { Scope } from '../../model/ownership.ts';
import type { Hazard, Plan } from '../../model/plan.ts';
import { permits, refusals, unusedFlags } from '../../plan/consent.ts';
import { isPlanText, planFileText } from '../../plan/saved-plan.ts';
import type { FailOn } from '../../report/report.ts';
import { planGraph } from '../../report/text-report.ts';
import { CONNECTION, planSource } from '../connection.ts';
import { defineReport, ONLY_READS, type Call } from '../define-command.ts';
import { codeOf, isDirectory } from '../disk.ts';
import { DIFF_FORMATS, EXIT, type Io } from '../io.ts';
import { choice, flag, group, text } from '../options.ts';
import { OUTPUT, outputOption, SUBSCRIBERS } from '../output.ts';
import { EACH_ENVIRONMENT, fileInput, FILES, GATEWAYS, type PROJECT } from '../project.ts';
import { CONSENT, consentOf, failCode, failedOn, failOn, proposalInput, SCOPE } from '../scope.ts';

/** `adc diff`: shows the plan and writes nothing (docs/design/contract.md §3). */
export const diff = defineReport({
  name: 'diff',
  summary: 'show what sync would change; read-only',
  about:
    'Compares product files with the portal and shows the plan: the subscriptions that would end, then each step with its reason and the changed paths. It only reads.',
  options: {
    output: outputOption(
      'save the plan to this file, or as plan.json in a directory, for sync --plan',
      'adc diff --format json writes a report to standard output',
    ),
    exitCode: flag('--exit-code', 'the same as --fail-on changes,refused'),
    failOn,
    base: text('--base <ref>', 'show the origin of each change, by the files at this git revision'),
    graph: flag('--graph', 'print the dependencies between steps as a Mermaid flowchart'),
    ...CONSENT,
    ...SCOPE,
    ...FILES,
    ...GATEWAYS,
    ...OUTPUT,
    ...group('Output:', {
      format: choice('--format <format>', 'output format', DIFF_FORMATS, { fallback: 'text' }),
    }),
    ...SUBSCRIBERS,
    ...CONNECTION,
    ...EACH_ENVIRONMENT,
  },
  inEach: () => import('../each-environment.ts'),
  notInEach: ({ format }) => (format === 'html' ? '--format html is the page of one portal' : undefined),
  examples: [
    ['adc diff -f products/', 'show what sync would change'],
    ['adc diff --exit-code', 'fail on changes and on refusals'],
    ['adc diff --fail-on refused', 'fail if sync refuses the plan'],
    ['adc diff -o plan.json', 'save the plan, for sync --plan'],
    ['adc diff --format markdown > comment.md', 'write a comment for a pull request'],
    ['adc diff --format html > plan.html', 'write a page to read in a browser'],
  ],
  exits: {
    done: 'success, and nothing that --fail-on asks for',
    failed: 'failed: invalid files, no connection, not authorised',
    changes: 'with --fail-on changes: changes, or the files declare no more products',
    refused: 'with --fail-on: any other of its reasons',
    ...ONLY_READS,
  },
  run: async (call) => {
    const { options, io, report } = call;
    const output = await planPath(options.output, io.cwd);
    if (options.failOn.includes('drift') && options.base === undefined)
      throw new UsageError('--fail-on drift needs --base', {
        hint: 'Name a git revision with --base, such as HEAD.',
      });
    const consent = consentOf(options);
    const reasons: readonly FailOn[] = [...options.failOn, ...(options.exitCode ? EXIT_CODE : [])];
    const source = {
      ...planSource(call),
      reportsUndeclared: true,
      base: await baseRevision(options.base, call),
    };
    const save = output === undefined ? undefined : await planSaver(output, source.scope, call);
    return withPlan(source, async ({ value: plan, allowances, place: at, ...planned }) => {
      const diagnostics = [...planned.diagnostics, ...unusedFlags(plan, consent)];
      const hazards = plan?.hazards ?? [];
      const refused = refusals(hazards, { ...consent, allowances });
      const broken = reasons.includes('breaking') ? planned.breaking : [];
      const breaking = withoutConsent(broken, allowances);
      const failed =
        plan === undefined ? [] : failedOn(reasons, { ...planned, plan, refused, breaking, diagnostics });
      const exitCode = plan === undefined ? EXIT.failed : failCode(failed);
      if (plan) await save?.(plan);
      report.end({
        exitCode,
        plan,
        refused,
        permits: permits(hazards, { ...consent, allowances }, broken),
        breaking,
        attribution: planned.attribution,
        failedOn: failed,
        consented: refused.length < refusals(hazards, NO_CONSENT).length,
        diagnostics,
        place: at,
        consent: proposalInput(allowances, call.project, io),
        planFile: output,
        namesFiles: options.file.length > 0,
        products: cellsOf(plan, refused, planned.declared),
        graph: options.graph && plan !== undefined ? planGraph(plan) : undefined,
      });
      return exitCode;
    });
  },
});

/** The path of the plan file of `-o`, which may be a directory (docs/design/contract.md §3). */
async function planPath(output: string | undefined, cwd: string): Promise<string | undefined> {
  const isFolder = output !== undefined && (await isDirectory(output, cwd));
  return isFolder ? join(output, 'plan.json') : output;
}

/** The actions of the plan by product, for the table of environments. */
function cellsOf(
  plan: Plan | undefined,
  refused: readonly Hazard[],
  declared: readonly string[] = [],
): ReadonlyMap<string, string> | undefined {
  if (plan === undefined) return undefined;
  const { steps, held } = plan;
  const cells = new Map(declared.map((name) => [name, 'unchanged']));
  for (const { product } of held) cells.set(product, 'on hold');
  for (const [name, ofProduct] of groupBy(steps, ({ product }) => product.name)) {
    const isRefused = refused.some(
      (hazard) =>
        'product' in hazard &&
        (typeof hazard.product === 'string' ? hazard.product : hazard.product.name) === name,
    );
    cells.set(name, `${ofProduct.map(({ action }) => action).join(', ')}${isRefused ? ' (refused)' : ''}`);
  }
  return cells;
}

/**
 * Returns a function that saves a plan to a file.
 * @throws UsageError before anything is read, if the file exists and is not a plan.
 */
async function planSaver(
  output: string,
  scope: Scope,
  { options, io }: Pick<Call<typeof SUBSCRIBERS>, 'options' | 'io'>,
): Promise<(plan: Plan) => Promise<void>> {
  await refuseReplacing(output, io.cwd);
  return async (plan) => {
    const saved = options.subscribers === 'names' ? plan : withoutNames(plan);
    refuseToken(saved, io);
    await savePlanFile(resolve(io.cwd, output), planFileText(saved, scope, VERSION));
  };
}

/** Removes the names of subscribers, which a plan file contains only on request (docs/design/contract.md §12.2). */
function withoutNames(plan: Plan): Plan {
  const steps = plan.steps.map(({ impact: { subscriptions, services_without_auth }, ...step }) => ({
    ...step,
    impact: { subscriptions, services_without_auth },
  }));
  return { ...plan, steps };
}

/** Refuses to save a plan that contains the token: adc cannot redact it, since sync applies the plan unchanged. */
function refuseToken(plan: Plan, { redactor }: Io): void {
  if (redactor === undefined || redactedData(plan, redactor.redact) === plan) return;
  const steps = plan.steps.filter((step) => redactedData(step, redactor.redact) !== step);
  const names = [...new Set(steps.map(({ product }) => `"${product.name}"`))];
  const where = names.length === 0 ? '' : ` in ${listed(names, 'see adc diff')}`;
  throw new OperationalError(`the plan contains the token in use${where}, so it is not saved`, {
    hint: 'Remove the token from the product files or the portal. adc diff without -o shows it as ***.',
  });
}

/** The files at a git revision; undefined for zeros, which pipelines pass if no earlier revision exists. */
async function baseRevision(
  ref: string | undefined,
  call: Pick<Call<typeof FILES & typeof PROJECT>, 'options' | 'project' | 'io'>,
): Promise<BaseRevision | undefined> {
  if (ref === undefined) return undefined;
  const { gitFiles, isNoRevision } = await import('../../load/git-files.ts');
  if (isNoRevision(ref)) return undefined;
  const { options, project, io } = call;
  const { patterns } = patternsOf(options.file, project);
  const config = options.config ?? CONFIG_FILE;
  const named = project.config === undefined ? patterns : [...patterns, config];
  const files = await gitFiles(ref, { patterns: named, cwd: io.cwd, env: io.env });
  return { ref, files, ...(project.config !== undefined && (await configAt(files, call))) };
}

/** The load input by the config at a revision, with the environment and the `--var` of this run. */
async function configAt(
  files: Files,
  { options, project, io }: Pick<Call<typeof FILES & typeof PROJECT>, 'options' | 'project' | 'io'>,
): Promise<Pick<BaseRevision, 'input' | 'configErrors'>> {
  const { value: config, diagnostics } = await readConfig({ cwd: io.cwd, config: options.config, files });
  const isMissing = diagnostics.some(({ code }) => code === 'no-such-file' || code === 'config-elsewhere');
  if (hasErrors(diagnostics) && !isMissing) return { configErrors: diagnostics };
  if (config === undefined) return {};
  const known = new Set([...(project.config?.environments.keys() ?? []), ...config.environments.keys()]);
  const environment = config.environments.get(project.environment?.name ?? '');
  const input = fileInput({ ...options, owner: undefined }, io, { ...project, config, environment });
  return {
    input: {
      ...input,
      owner: undefined,
      defaultOwner: options.owner ?? input.defaultOwner,
      environment: project.environment?.name,
      environments: [...known],
    },
  };
}

/** The reasons of `--exit-code`. */
const EXIT_CODE = ['changes', 'refused'] as const;

/** The products without an entry that allows breaking changes of their document. */
function withoutConsent(
  breaking: readonly Subject[] = [],
  allowances: readonly Allowance[],
): readonly Subject[] {
  return breaking.filter((one) => allowanceFor(allowances, one)?.breaking_openapi !== true);
}

/** @throws UsageError for an existing path that is not an earlier plan, such as another file or a symlink. */
async function refuseReplacing(path: string, cwd: string): Promise<void> {
  const { refuseExisting } = await import('../staged-files.ts');
  await refuseExisting([resolve(cwd, path)], true);
  if (await mayReplace(resolve(cwd, path))) return;
  throw new UsageError(`"${printable(path)}" exists and is not a plan`, {
    hint: 'adc diff -o replaces earlier plans only. Choose another name, or delete the file. Nothing was written.',
  });
}

/** Writes a plan file atomically. @throws UsageError if another file was created at the path meanwhile. */
async function savePlanFile(path: string, content: string): Promise<void> {
  const { writeFiles } = await import('../staged-files.ts');
  await writeFiles(dirname(path), [{ path: basename(path), content }], { force: true, mayReplace });
}

/** Whether a plan may replace a file: an earlier plan, or an empty file from `mktemp`. Devices have another error. */
async function mayReplace(path: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) return !stats.isSymbolicLink() && !stats.isDirectory();
    return stats.size === 0 || isPlanText(await readFile(path, 'utf8'));
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
  }
}
