import { printable } from '../lib/printable.ts';
import type { Outcome, Plan, Step, AuthGap } from '../model/plan.ts';
import { type Page, type Paint, wrapped } from './page.ts';
import { endsSubscriptions } from './product-blocks.ts';
import type { Report } from './report.ts';
import { productsWords } from './summary-text.ts';
import {
  type InlineStyle,
  countActions,
  ACTION_WORDS,
  actionKindOf,
  lossWords,
  plural,
  PLAIN,
} from './words.ts';

/** `update "Payments API"` */
export function stepName(step: Step, mark: InlineStyle): string {
  return `${ACTION_WORDS[actionKindOf(step)].would} ${mark.name(step.product.name)}`;
}

/** The error of a step, without the name of the product at its beginning: reports show it already. */
export function failureText({ step, error = '' }: Outcome): string {
  const named = `product "${step.product.name}": `;
  return error.startsWith(named) ? error.slice(named.length) : error;
}

/** A skipped step with the reason in parentheses. */
export function skippedWords(
  { step, blocked_by }: Outcome,
  outcomes: readonly Outcome[],
  mark: InlineStyle,
): string {
  return `${stepName(step, mark)} (${blockerWords(blocked_by, outcomes, mark)})`;
}

export function gapWords({ product, services, ms }: AuthGap, mark: InlineStyle): string {
  const list = services.map(mark.name).join(', ');
  return `${mark.name(product)} was unpublished for ${Math.round(ms)} ms; services that accepted unauthenticated requests meanwhile: ${list}`;
}

/** The hints of failed steps, without duplicates. */
export function hintsOf(outcomes: readonly Outcome[]): readonly string[] {
  return [...new Set(withStatus(outcomes, 'failed').flatMap(({ hint }) => hint ?? []))];
}

/** `sync changed 2 products in 3 steps (created 1, updated 2); ended 1 active subscription; 1 step failed.` */
export function outcomeSummary({ waits }: Pick<Plan, 'waits'>, outcomes: readonly Outcome[]): string {
  const done = withStatus(outcomes, 'done').map(({ step }) => step);
  const failed = withStatus(outcomes, 'failed');
  const uncertain = failed.filter(({ wrote }) => wrote === true);
  const nothingApplied = uncertain.length === 0 ? 'sync changed nothing' : 'sync may have changed something';
  const parts = [
    done.length === 0
      ? nothingApplied
      : `sync changed ${productsWords({ steps: done, waits }, countActions(done), 'did')}`,
    ...lossParts('ended', done),
    ...lossParts(
      'may have ended',
      uncertain.map(({ step }) => step),
    ),
    ...counted(failed.length, `failed${uncertainWords(uncertain.length, failed.length)}`),
    ...counted(withStatus(outcomes, 'skipped').length, 'skipped'),
  ];
  return `${parts.join('; ')}.`;
}

function lossParts(verb: string, steps: readonly Step[]): readonly string[] {
  return steps.some(endsSubscriptions) ? [`${verb} ${lossWords(lossOf(steps))}`] : [];
}

function uncertainWords(uncertain: number, failed: number): string {
  if (uncertain === 0) return '';
  return failed === 1 ? ' but may have been applied' : `, and ${uncertain} of them may have been applied`;
}

export function withStatus(outcomes: readonly Outcome[], status: Outcome['status']): readonly Outcome[] {
  return outcomes.filter((outcome) => outcome.status === status);
}

/** The planned loss: before a write, it is read again and compared with the consent. */
function lossOf(steps: readonly Step[]): Parameters<typeof lossWords>[0] {
  const counts = steps.map(({ impact }) => impact.subscriptions);
  return {
    active: counts.reduce((sum, { active }) => sum + active, 0),
    pending: counts.reduce((sum, { pending }) => sum + pending, 0),
    unknown: counts.filter(({ known }) => !known).length,
  };
}

function counted(count: number, word: string): readonly string[] {
  return count === 0 ? [] : [`${plural(count, 'step')} ${word}`];
}

function blockerWords(
  blockedBy: string | undefined,
  outcomes: readonly Outcome[],
  mark: InlineStyle,
): string {
  if (blockedBy === 'interrupt') return 'interrupted';
  const blocker = outcomes.find(({ step }) => step.id === blockedBy);
  if (blocker === undefined) return 'the run stopped';
  return `${stepName(blocker.step, mark)} ${blocker.status === 'skipped' ? 'was skipped' : 'failed'}`;
}

/** The line for an ended step: `[3/12] updated "Payments API" (120 ms)` (docs/design/contract.md §7). */
export function progressLine(outcome: Outcome, ended: number, all: number): string {
  const { step, status, ms } = outcome;
  const place = `[${ended}/${all}]`;
  switch (status) {
    case 'done':
      return `${place} ${ACTION_WORDS[actionKindOf(step)].did} ${PLAIN.name(step.product.name)} (${Math.round(ms)} ms)`;
    case 'failed':
      return `${place} could not ${stepName(step, PLAIN)}: ${printable(failureText(outcome))}`;
    case 'skipped':
      return `${place} skipped: ${stepName(step, PLAIN)}`;
  }
}

/** The outcomes of a plan: urgent results, failed steps with hints, skipped steps, then the counts of applied steps. */
export function outcomesText(
  plan: Plan,
  { outcomes = [], authGaps = [], planFile }: Report,
  page: Page,
): string {
  const { paints, wrapAt } = page;
  const { error: failedPaint, warning: skippedPaint } = paints;
  const failed = withStatus(outcomes, 'failed').map(
    (outcome) => `failed:  ${stepName(outcome.step, PLAIN)}: ${printable(failureText(outcome))}`,
  );
  const skipped = withStatus(outcomes, 'skipped').map(
    (outcome) => `skipped: ${skippedWords(outcome, outcomes, PLAIN)}`,
  );
  const lines = [
    ...headlines(plan, outcomes, planFile, PLAIN).flatMap((one) => headlineLines(one, page)),
    ...authGaps.flatMap((gap) => wrapped(gapWords(gap, PLAIN), wrapAt, '  ')),
    ...failed
      .flatMap((line) => wrapped(line, wrapAt, HANGING_INDENT))
      .map((line) => paintedStatus(line, failedPaint)),
    ...skipped
      .flatMap((line) => wrapped(line, wrapAt, HANGING_INDENT))
      .map((line) => paintedStatus(line, skippedPaint)),
    ...hintsOf(outcomes).flatMap((hint) => wrapped(`hint: ${printable(hint)}`, wrapAt, '  ')),
    ...wrapped(outcomeSummary(plan, outcomes), wrapAt, '  '),
  ];
  return `${lines.join('\n')}\n`;
}

function headlineLines({ title, open, next }: Headline, { paints, wrapAt }: Page): readonly string[] {
  return [
    ...wrapped(`FAILED: ${title}`, wrapAt, '  ').map(paints.severe),
    ...(open === '' ? [] : wrapped(`  ${open}`, wrapAt, '  ').map(paints.severe)),
    ...wrapped(`  Next: ${next}.`, wrapAt, '  '),
    '',
  ];
}

const HANGING_INDENT = ' '.repeat('skipped: '.length);

/** Colours only the status, since long texts are more readable in the default colour. */
function paintedStatus(line: string, paint: Paint): string {
  return line.replace(/^(failed|skipped):/, (status) => paint(status));
}

/** A gateway service that a failed run leaves without product auth. */
export interface LeftOpen {
  /** `group/service` */
  readonly service: string;
  /** The product that released it, or that is unpublished. */
  readonly from: string;
  /** The product that should link it now; undefined if it should have kept its product. */
  readonly to?: string;
  /** Whether adc knows that no product protects it. */
  readonly known: boolean;
}

type PlannedSteps = Pick<Plan, 'steps' | 'waits'>;

/** The services without product auth after an incomplete run (docs/design/contract.md §11). */
export function leftOpen(plan: PlannedSteps, outcomes: readonly Outcome[]): readonly LeftOpen[] {
  const done = doneIds(outcomes);
  const ofUnpublished = outcomes.flatMap((outcome) =>
    unprotectedServices(outcome, plan, done).map((service) => ({
      service,
      from: outcome.step.product.name,
      known: outcome.stays_unpublished === 'known',
    })),
  );
  return [...ofUnpublished, ...betweenProducts(plan, done)];
}

function doneIds(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return new Set(outcomes.filter(({ status }) => status === 'done').map(({ step }) => step.id));
}

/** The services of a product that stays unpublished, except services that another product links now. */
function unprotectedServices(
  { step, stays_unpublished: staysUnpublished }: Outcome,
  { steps, waits }: PlannedSteps,
  done: ReadonlySet<string>,
): readonly string[] {
  if (staysUnpublished === undefined) return [];
  const own = steps.filter(({ chain }) => chain === step.chain);
  const moved = new Set(
    waits
      .filter(({ after }) => done.has(after) && own.some(({ id }) => id === after))
      .map(({ service }) => service),
  );
  const services = new Set(own.flatMap(({ impact }) => impact.services_without_auth));
  return [...services].filter((service) => !moved.has(service));
}

/** The services that one product released and that the next product does not link yet. */
function betweenProducts({ steps, waits }: PlannedSteps, done: ReadonlySet<string>): readonly LeftOpen[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return waits.flatMap(({ step, after, service }) => {
    const [from, to] = [byId.get(after), byId.get(step)];
    if (service === undefined || !from || !to || !done.has(from.id)) return [];
    const ofChain = (chain: string): readonly Step[] => steps.filter((one) => one.chain === chain);
    const hadAuth = ofChain(from.chain).some(({ impact }) => impact.services_without_auth.includes(service));
    if (!hadAuth || ofChain(to.chain).every(({ id }) => done.has(id))) return [];
    return [{ service, from: from.product.name, to: to.product.name, known: true }];
  });
}

/** An urgent result of a failed run, at the beginning of its report. */
export interface Headline {
  /** `"Payments API" was unpublished and could not be published again` */
  readonly title: string;
  /** `default/payments accepts unauthenticated requests now`; '' if no service is open. */
  readonly open: string;
  /** The next step for the user, as an imperative clause. */
  readonly next: string;
}

/** The urgent results: products that stay unpublished, and released services that no product links. */
export function headlines(
  plan: PlannedSteps,
  outcomes: readonly Outcome[],
  planFile: string | undefined,
  mark: InlineStyle,
): readonly Headline[] {
  const done = doneIds(outcomes);
  const again =
    planFile === undefined
      ? 'run the same command again'
      : `make a new plan with ${mark.command('adc diff -o')} and apply it`;
  return [
    ...outcomes
      .filter(({ stays_unpublished: staysUnpublished }) => staysUnpublished !== undefined)
      .map((outcome) => unpublished(outcome, unprotectedServices(outcome, plan, done), again, mark)),
    ...betweenProducts(plan, done).map((one) => released(one, again, mark)),
  ];
}

function unpublished(
  { step, stays_unpublished: staysUnpublished }: Outcome,
  services: readonly string[],
  again: string,
  mark: InlineStyle,
): Headline {
  const name = mark.name(step.product.name);
  const isKnown = staysUnpublished === 'known';
  return {
    title: isKnown
      ? `${name} was unpublished and could not be published again`
      : `it is unknown whether ${name} is published`,
    open: openWords(services, isKnown ? '' : 'may ', mark),
    next: isKnown
      ? `fix the cause below, then ${again} to publish ${name}${stopWords(services)}`
      : `check ${name} in the dashboard, then ${again}${stopWords(services)}`,
  };
}

function released({ service, from, to = '' }: LeftOpen, again: string, mark: InlineStyle): Headline {
  return {
    title: `${mark.name(from)} released ${mark.name(service)}, and ${mark.name(to)} did not take it`,
    open: openWords([service], '', mark),
    next: `fix the cause below, then ${again}${stopWords([service])}`,
  };
}

function openWords(services: readonly string[], may: string, mark: InlineStyle): string {
  if (services.length === 0) return '';
  const verb = may === '' && services.length === 1 ? 'accepts' : `${may}accept`;
  return `${services.map(mark.name).join(', ')} ${verb} unauthenticated requests now`;
}

function stopWords(services: readonly string[]): string {
  if (services.length === 0) return '';
  return `; until then, you can stop requests to ${services.length === 1 ? 'this service' : 'these services'} at the gateway`;
}
