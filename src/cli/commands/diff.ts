import { resolve } from 'node:path';
import type { BaseRevision } from '../../api/base-files.ts';
import { withPlan } from '../../api/apply-plan.ts';
import { VERSION } from '../../generated/version.ts';
import { hiddenIn } from '../../lib/hidden-texts.ts';
import { listed } from '../../lib/listed.ts';
import { allowanceFor, NO_CONSENT, type Subject } from '../../model/consent.ts';
import type { Allowance } from '../../model/declared.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import type { Plan } from '../../model/plan.ts';
import { planFileText } from '../../plan/save-plan.ts';
import { refusals } from '../../plan/refusals.ts';
import type { FailOn } from '../../report/report.ts';
import { planGraph } from '../../report/plan-graph.ts';
import { CONNECTION, planSource } from '../connection.ts';
import { CONSENT, consentOf } from '../scope.ts';
import { defineReport, ONLY_READS, type Call } from '../define-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failCode, failedOn, failOn } from '../fail-on.ts';
import { FILES, GATEWAYS, patternsOf } from '../files.ts';
import { DIFF_FORMATS, todayOf, type Io } from '../io.ts';
import { choice, flag, group, text } from '../options.ts';
import { OUTPUT, outputOption, SUBSCRIBERS } from '../output.ts';
import { SCOPE } from '../scope.ts';

/** `adc diff`: shows the plan and writes nothing (docs/design/contract.md §3). */
export const diff = defineReport({
  name: 'diff',
  summary: 'show what sync would change; read-only',
  about:
    'Compares product files with the portal and shows the plan: the subscriptions that would end, then each step with its reason and the changed paths. It only reads.',
  options: {
    output: outputOption('save the plan to this file, for sync --plan'),
    exitCode: flag('--exit-code', 'the same as --fail-on changes,refused'),
    failOn,
    base: text('--base <ref>', 'tell whose change each is, by the files at this git revision'),
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
  },
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
    changes: 'with --fail-on changes: changes, or the files manage no product',
    refused: 'with --fail-on: any other of its reasons',
    ...ONLY_READS,
  },
  run: async (call) => {
    const { options, io, report } = call;
    const { output } = options;
    if (options.failOn.includes('drift') && options.base === undefined)
      throw new UsageError('--fail-on drift needs --base', {
        hint: 'Name a git revision with --base, such as HEAD.',
      });
    const consent = consentOf(options);
    const asked: readonly FailOn[] = [...options.failOn, ...(options.exitCode ? EXIT_CODE : [])];
    const source = {
      ...planSource(call),
      tellsUndeclared: true,
      base: await baseRevision(options.base, call),
    };
    const place = output === undefined ? undefined : await import('../plan-file.ts');
    if (output !== undefined) await place?.refuseToReplace(output, io.cwd);
    return withPlan(source, async ({ value: plan, diagnostics, allowances, place: at, ...planned }) => {
      const hazards = plan?.hazards ?? [];
      const refused = refusals(hazards, { ...consent, allowances });
      const breaking = asked.includes('breaking') ? unallowed(planned.breaking, allowances) : [];
      const failed =
        plan === undefined ? [] : failedOn(asked, { ...planned, plan, refused, breaking, diagnostics });
      const exitCode = plan === undefined ? EXIT.failed : failCode(failed);
      if (plan && place && output !== undefined) {
        const saved = options.subscribers === 'names' ? plan : withoutNames(plan);
        refuseToken(saved, io);
        await place.savePlanFile(resolve(io.cwd, output), planFileText(saved, source.scope, VERSION));
      }
      report.end({
        exitCode,
        plan,
        refused,
        breaking,
        attribution: planned.attribution,
        failedOn: failed,
        consented: refused.length < refusals(hazards, NO_CONSENT).length,
        diagnostics,
        place: at,
        consent: { allowances, today: todayOf(io) },
        planFile: output,
        graph: options.graph && plan !== undefined ? planGraph(plan) : undefined,
      });
      return exitCode;
    });
  },
});

/** A file may go further than the terminal, so it holds names of subscribers only if asked (docs/design/contract.md §12.2). */
function withoutNames(plan: Plan): Plan {
  const steps = plan.steps.map(({ impact: { subscriptions, services_without_auth }, ...step }) => ({
    ...step,
    impact: { subscriptions, services_without_auth },
  }));
  return { ...plan, steps };
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

/** The files at a git revision; none for zeros, which pipelines give where there is no revision before. */
async function baseRevision(
  ref: string | undefined,
  { options: { file }, io }: Pick<Call<typeof FILES>, 'options' | 'io'>,
): Promise<BaseRevision | undefined> {
  if (ref === undefined || /^0{4,}$/.test(ref)) return undefined;
  const { gitFiles } = await import('../../load/git-files.ts');
  return { ref, files: await gitFiles(ref, { patterns: patternsOf(file), cwd: io.cwd, env: io.env }) };
}

/** What `--exit-code` stands for. */
const EXIT_CODE = ['changes', 'refused'] as const;

/** Products without an entry that lets their document break callers. */
function unallowed(breaking: readonly Subject[] = [], allowances: readonly Allowance[]): readonly Subject[] {
  return breaking.filter((one) => allowanceFor(allowances, one)?.breaking_openapi !== true);
}
