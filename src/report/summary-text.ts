import { listed, shellWord } from '../lib/printable.ts';
import type { Place, PlannedService } from '../model/directory.ts';
import type { Plan, Note } from '../model/plan.ts';
import { productBlocks } from './product-blocks.ts';
import type { Report } from './report.ts';
import { ACTION_WORDS, ACTION_KINDS, lossWords, plural, type ActionKind, type InlineStyle } from './words.ts';

/** The counts of a plan on one line, the same in every format (docs/design/contract.md §3.2, §12). */
export function summaryText(plan: Pick<Plan, 'steps' | 'waits' | 'summary'>): string {
  const { unchanged, unmanaged, other_owners: others, subscriptions_ended: loss } = plan.summary;
  const ended = loss.active + loss.pending + loss.unknown > 0 ? [`ends ${lossWords(loss)}`] : [];
  const parts = [
    plan.steps.length === 0
      ? 'No changes'
      : `sync would change ${productsWords(plan, plan.summary, 'would')}`,
    `${unchanged} unchanged`,
    ...(unmanaged > 0 ? [`${unmanaged} unmanaged`] : []),
    ...(others > 0 ? [`${others} of other owners`] : []),
    ...ended,
  ];
  return `${parts.join('; ')}.`;
}

/** `2 products in 4 steps (create 1, unpublish 1, update 1, publish 1)` */
export function productsWords(
  plan: Pick<Plan, 'steps' | 'waits'>,
  counts: Readonly<Record<ActionKind, number>>,
  tense: 'would' | 'did',
): string {
  const products = plural(productBlocks(plan).length, 'product');
  return `${products} in ${plural(plan.steps.length, 'step')} (${countsText(counts, tense)})`;
}

/** `create 2, update 1`, or `created 2, updated 1`; '' if all counts are 0. */
export function countsText(counts: Readonly<Record<ActionKind, number>>, tense: 'would' | 'did'): string {
  return ACTION_KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${ACTION_WORDS[kind][tense]} ${counts[kind]}`)
    .join(', ');
}

export const BREAKING_TITLE = 'Published OpenAPI documents with breaking changes';

/** The reasons for which `diff` fails, in one line; empty if it does not fail. */
export function failLines({
  exitCode,
  failedOn = [],
}: Partial<Pick<Report, 'exitCode' | 'failedOn'>>): readonly string[] {
  return failedOn.length === 0 ? [] : [`Exit code ${exitCode}: --fail-on ${failedOn.join(',')}.`];
}

/** The next step for the user, in one line; '' if there is none. */
export function nextText(report: Report, mark: InlineStyle): string {
  if (report.plan === undefined || report.plan.steps.length === 0) return '';
  if (report.outcomes !== undefined) return afterRun(report, mark);
  if (report.refused !== undefined && report.refused.length > 0) return afterRefusal(report, mark);
  return report.command === 'diff'
    ? `Next: ${gatewayFirst(report.plan)}run ${syncCommand(report, mark)}.`
    : '';
}

/** API7's ADC creates the planned services before adc can link them (docs/design/contract.md §17). */
function gatewayFirst({ planned }: Plan): string {
  return planned.length === 0 ? '' : "run sync of API7's ADC, then ";
}

/** The next step after a refusal. A saved plan does not follow later changes of the files, so it must be made again. */
function afterRefusal(report: Report, mark: InlineStyle): string {
  const newPlan = report.planFile === undefined ? '' : ' and save a new plan';
  const next = `change the files${newPlan}, or allow what sync refuses`;
  return report.command === 'diff'
    ? `Next: ${next}, then run ${syncCommand(report, mark)}.`
    : `Nothing was changed. Next: ${next}.`;
}

function afterRun({ outcomes = [], planFile }: Report, mark: InlineStyle): string {
  if (outcomes.every(({ status }) => status === 'done')) return '';
  const first = outcomes.some(({ status }) => status === 'failed') ? 'fix what failed, then ' : '';
  return planFile === undefined
    ? `Next: ${first}run the same command again to finish.`
    : `Next: ${first}make a new plan with ${mark.command('adc diff -o')}: a saved plan can be applied once.`;
}

/** A saved plan has no owners and no consent, so `sync --plan` needs the same files as the diff. */
function syncCommand(report: Report, mark: InlineStyle): string {
  const { planFile, consented, namesFiles, consent, oneOfEnvironments } = report;
  if (planFile === undefined && oneOfEnvironments !== undefined)
    return `${mark.command(`adc sync --env ${oneOfEnvironments.name}`)} with the same other options`;
  if (planFile === undefined) return `${mark.command('adc sync')} with the same options`;
  const environment = consent?.environment === undefined ? '' : ` --env ${consent.environment}`;
  const options = [
    ...(namesFiles === true ? ['the same -f'] : []),
    ...(consented === true ? ['the options that allow it'] : []),
  ];
  const command = mark.code(`adc sync --plan ${shellWord(planFile)}${environment}`);
  return options.length === 0 ? command : `${command} with ${options.join(' and ')}`;
}

/**
 * The notes about a plan, one line each.
 * @param all text about the place of the complete list; undefined for no limit.
 */
export function noteLines(
  { notes, kept, outOfScope, part, held, planned }: Plan,
  mark: InlineStyle,
  all: string | undefined,
): readonly string[] {
  const isPartOfFiles = notes.some(({ code }) => code === 'part-of-files');
  const option = part.length > 0 ? '--product' : isPartOfFiles ? '-f' : '--no-delete';
  return [
    ...planned.map((one) => `Planned service ${plannedWords(one, mark)}.`),
    ...notes.map((note) => noteWords(note, mark)),
    ...(kept.length === 0
      ? []
      : [`Undeclared, kept because of ${mark.command(option)}: ${listed(kept.map(mark.name), all)}`]),
    ...(part.length === 0
      ? []
      : [
          `Partial run (${mark.command('--product')}): ${listed(part.map(mark.name), all)}. adc changes nothing else and deletes no undeclared product.`,
        ]),
    ...held.map(
      ({ product, until, reason }) =>
        `On hold until ${until}${reason === undefined ? '' : ` (${mark.command(reason)})`}: adc does not change ${mark.name(product)}.`,
    ),
    ...(outOfScope.length === 0
      ? []
      : [`Outside the label selector: ${plural(outOfScope.length, 'declared product')}`]),
  ];
}

/** `default/invoices: declared in gateway/adc.yaml:12, not on the gateway yet; linked in products.yaml:9` */
export function plannedWords(
  { service, declared, linked }: PlannedService,
  { command }: InlineStyle,
): string {
  const at = ({ file, line }: Place): string => command(`${file}:${line}`);
  return `${command(service)}: declared in ${at(declared)}, not on the gateway yet; linked in ${at(linked)}`;
}

function noteWords(note: Note, mark: InlineStyle): string {
  if (note.code === 'external-labels-not-kept') {
    return 'This server keeps no labels on external products: adc cannot tell its own from others, so it deletes no undeclared one.';
  }
  if (note.code === 'part-of-files') {
    return `Partial run (${mark.command('-f')}): adc deletes no undeclared product. Without ${mark.command('-f')}, it reads all files of the config.`;
  }
  const name = mark.name(note.product);
  return `${name} has no service for a moment while it is published. If the server refuses that, nothing changes: link one more service for the time being, or make the product a draft first.`;
}
