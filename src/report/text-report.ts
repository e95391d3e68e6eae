import { displayWidth, printable } from '../lib/printable.ts';
import type { Plan, Step } from '../model/plan.ts';
import { countsLine, verdictLines } from './attribution-text.ts';
import { changeLines } from './change-text.ts';
import { permitText, PERMITS_TITLE, proposalParagraphs, remediesTitle } from './consent-text.ts';
import { checkText } from './openapi-check.ts';
import { outcomesText } from './outcome-words.ts';
import { type Page, wrapped, type Paint } from './page.ts';
import {
  impacts,
  adoptionLines,
  isAdoption,
  productBlocks,
  type ProductBlock,
  type Sign,
} from './product-blocks.ts';
import type { Report } from './report.ts';
import { nextText, BREAKING_TITLE, failLines, summaryText, noteLines } from './summary-text.ts';
import {
  ACTION_WORDS,
  PLAIN,
  targetLine,
  actionsWords,
  hazardWords,
  reasonClauses,
  remedyWords,
} from './words.ts';

/** The result as text, without diagnostics. For `sync`, only the outcomes: it printed the plan before. */
export function textReport(report: Report, page: Page): string {
  if (report.text !== undefined) return report.text;
  if (report.check !== undefined) return checkText(report.check, report.consent, page);
  if (report.graph !== undefined) return report.graph;
  const next = nextText(report, PLAIN);
  const last = next === '' ? [] : [...wrapped(next, page.wrapAt, '  '), ''];
  return `${planned(report, page)}${done(report, page)}${last.join('\n')}`;
}

function planned(report: Report, page: Page): string {
  const { command, plan } = report;
  return plan !== undefined && command === 'diff' ? planText(plan, report, page) : '';
}

function done(report: Report, page: Page): string {
  const { plan, outcomes = [] } = report;
  return plan === undefined || outcomes.length === 0 ? '' : `\n${outcomesText(plan, report, page)}`;
}

type PlanReport = Pick<Report, 'refused' | 'permits' | 'breaking' | 'consent' | 'failedOn' | 'attribution'> &
  Partial<Pick<Report, 'exitCode'>>;

/** A plan as text (docs/design/contract.md §5, §3.2): impact, products, refusals, then the counts. */
export function planText(plan: Plan, report: PlanReport & Pick<Report, 'hidesImpact'>, page: Page): string {
  const sections = [
    page.paints.bold(targetLine(plan.target)),
    report.hidesImpact === true ? '' : lossSection(plan, page),
    blocksText(plan, report, page),
    permitsSection(report, page),
    breakingSection(report, page),
    refusedSection(report, plan, page),
    [
      ...unchangedLines(plan, page),
      ...noteLines(plan, PLAIN, completeListHint(page)),
      summaryText(plan),
      ...countsLine(report.attribution, PLAIN),
      ...failLines(report),
    ]
      .flatMap((line) => wrapped(line, page.wrapAt, '  '))
      .join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** The impact on subscribers. No line begins with a name, because CI might execute such a line as a command. */
function lossSection(plan: Plan, { paints, wrapAt }: Page): string {
  const lines = impacts(plan, PLAIN).flatMap(({ product, loss, subscribers, gap, services }) => [
    ...wrapped(`  ${PLAIN.name(product)}: ${loss}`, wrapAt, '    '),
    ...(subscribers === '' ? [] : wrapped(`    subscribers: ${subscribers}`, wrapAt, '      ')),
    ...(services.length === 0
      ? []
      : wrapped(`    ${services.map(printable).join(', ')} ${gap}`, wrapAt, '      ')),
  ]);
  return lines.length === 0 ? '' : [paints.severe('Impact on subscribers'), ...lines].join('\n');
}

function blocksText(plan: Plan, { attribution }: PlanReport, page: Page): string {
  const blocks = productBlocks(plan);
  const sign = paintOf('*', page)('*');
  const adopted = adoptionLines(blocks, PLAIN, completeListHint(page)).flatMap((text) =>
    wrapped(`* ${text}`, page.wrapAt, '    ').map((line) => line.replace(/^\*/, sign)),
  );
  return [
    ...blocks.filter((block) => !isAdoption(block)).map((block) => blockText(block, attribution, page)),
    ...adopted,
  ].join('\n');
}

function blockText(block: ProductBlock, attribution: PlanReport['attribution'], page: Page): string {
  const { name, sign, steps, changes } = block;
  const { paints } = page;
  return [
    `${paintOf(sign, page)(sign)} ${paints.bold(printable(name))}: ${actionsWords(steps)}`,
    ...reasonLines(block, attribution, page),
    ...changeLines(changes, sign === '+', page),
  ].join('\n');
}

/** Paths and revisions without backquotes. */
const BARE = { ...PLAIN, code: printable };

/** The reasons as one comment line, or on several lines if they do not fit; empty without reasons. */
function reasonLines(
  { steps }: ProductBlock,
  attribution: PlanReport['attribution'],
  { paints, width, wrapAt }: Page,
): readonly string[] {
  const clauses = reasonClauses(steps, PLAIN);
  const joined = clauses.join('; ');
  const reasons = displayWidth(`    # ${joined}`) <= width && joined !== '' ? [joined] : clauses;
  const lines = [...reasons, ...verdictLines(steps, attribution, BARE)].map((line) => `    # ${line}`);
  return lines.flatMap((line) => wrapped(line, wrapAt, '    # ')).map((line) => paints.dim(line));
}

/** The changes that consent allows, each with its entry or flag. */
function permitsSection({ permits = [] }: PlanReport, { paints, wrapAt }: Page): string {
  const lines = permits.flatMap((permit) => wrapped(`  ${permitText(permit, PLAIN)}`, wrapAt, '    '));
  return lines.length === 0 ? '' : [paints.bold(PERMITS_TITLE), ...lines].join('\n');
}

/** The changes that break callers; the entries that allow them are below the refusals, if any. */
function breakingSection(report: PlanReport, { paints, wrapAt }: Page): string {
  const { refused = [], breaking = [] } = report;
  if (breaking.length === 0) return '';
  return [
    paints.severe(BREAKING_TITLE),
    ...breaking.flatMap(({ name }) => wrapped(`  ${PLAIN.name(name)}`, wrapAt, '    ')),
    ...(refused.length === 0 ? proposalParagraphs(report, wrapAt).flatMap((one) => ['', one]) : []),
  ].join('\n');
}

/** The refusals, then the entries to paste, then the flags that allow them (docs/design/contract.md §11). */
function refusedSection(report: PlanReport, plan: Plan, { paints, wrapAt }: Page): string {
  const { refused = [] } = report;
  if (refused.length === 0) return '';
  const lines = refused.flatMap((hazard) => wrapped(`  ${hazardWords(hazard, PLAIN).text}`, wrapAt, '    '));
  const remedies = remedyWords(refused, plan, PLAIN).flatMap((remedy) =>
    wrapped(`  ${remedy}`, wrapAt, '    '),
  );
  return [
    paints.severe('sync refuses this plan'),
    ...lines,
    ...proposalParagraphs(report, wrapAt).flatMap((one) => ['', one]),
    '',
    remediesTitle(report),
    ...remedies,
  ].join('\n');
}

function unchangedLines({ unmanaged, otherOwners }: Plan, { namesAll }: Page): readonly string[] {
  if (!namesAll) return [];
  const line = (label: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${label}, not changed: ${names.map(PLAIN.name).join(', ')}`];
  return [...line('Unmanaged', unmanaged), ...line('Of other owners', otherOwners)];
}

function completeListHint({ namesAll }: Page): string | undefined {
  return namesAll ? undefined : '--verbose 2 names all of them';
}

function paintOf(sign: Sign, { paints }: Page): Paint {
  const { added, removed, changed, severe } = paints;
  return { '+': added, '-': removed, '~': changed, '±': severe, '*': changed }[sign];
}

/**
 * The graph of a plan as a Mermaid flowchart, which GitHub and GitLab can show: a box for each step, and an arrow from
 * each step to the steps that wait for it, with the reason.
 */
export function planGraph({ steps, waits }: Pick<Plan, 'steps' | 'waits'>): string {
  const reasons = new Map<string, string[]>();
  for (const { step, after, service } of waits) {
    const edge = `${after}>${step}`;
    reasons.set(edge, [...(reasons.get(edge) ?? []), waitLabel(service)]);
  }
  const lines = steps.flatMap((step) => [
    nodeLine(step),
    ...step.after.map((after) => edgeLine(after, step, reasons)),
  ]);
  return ['flowchart LR', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function nodeLine({ id, action, product }: Step): string {
  return `${id}["${id}. ${ACTION_WORDS[action].would} ${escaped(product.name)}"]`;
}

function edgeLine(after: string, step: Step, reasons: ReadonlyMap<string, readonly string[]>): string {
  const labels = reasons.get(`${after}>${step.id}`) ?? [deletionLabel(step)];
  return `${after} -->|"${labels.filter(Boolean).join(', ')}"| ${step.id}`.replace('|""| ', '');
}

function waitLabel(service: string | undefined): string {
  return service === undefined ? 'same product' : `frees ${escaped(service)}`;
}

/** The label of an edge without a reason; '' for the order within a chain. */
function deletionLabel({ action, chain, id }: Step): string {
  return action === 'delete' && chain === id ? 'deletes come last' : '';
}

/** Escapes special characters as entities, which Mermaid decodes in quoted labels. */
function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ./_-]/gu, (char) => `#${char.codePointAt(0)};`);
}
