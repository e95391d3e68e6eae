import { groupBy } from '../lib/lists.ts';
import type { Attribution, Verdict } from '../model/change.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Plan } from '../model/plan.ts';
import { attributedOf, verdictLines, verdictText, countsLine } from './attribution-text.ts';
import { changeDiff } from './change-text.ts';
import { permitText, PERMITS_TITLE, remediesTitle } from './consent-text.ts';
import { diagnosticsText, MAX_IN_JSON, shownDiagnostics } from './diagnostics-text.ts';
import {
  fitted,
  codeBlock,
  codeSpan,
  folded,
  htmlCode,
  MARKDOWN,
  proposalMarkdown,
  MAX_CHARACTERS,
  textBlock,
} from './markdown.ts';
import { checkMarkdown } from './openapi-check.ts';
import {
  headlines,
  failureText,
  gapWords,
  hintsOf,
  outcomeSummary,
  skippedWords,
  stepName,
  withStatus,
} from './outcome-words.ts';
import { NO_COLOURS } from './page.ts';
import {
  adoptionLines,
  blockTags,
  isAdoption,
  productBlocks,
  breakingChanges,
  widensAccess,
  type ProductBlock,
  endsSubscriptions,
  impacts,
  type ImpactWords,
} from './product-blocks.ts';
import type { Report } from './report.ts';
import { countsText, BREAKING_TITLE, failLines, summaryText, nextText, noteLines } from './summary-text.ts';
import { countActions, actionsWords, plural, reasonClauses, hazardWords, remedyWords } from './words.ts';

/** Characters reserved for the lines that count omitted entries. */
const RESERVE = 1_000;
const ALL = '`--format json` has all of them';

/**
 * A report as the comment of a pull request (docs/design/contract.md §3): steps that end subscriptions first, long
 * parts folded. A bot finds its earlier comment by an invisible marker. Entries that do not fit are counted.
 */
export function markdownReport(report: Report): string {
  const { check, consent } = report;
  const fixed = [
    marker(report),
    heading(report),
    headlineSection(report),
    ...summaries(report),
    ...(check ? checkMarkdown(check, consent) : []),
  ];
  const tail = [...notes(report), nextText(report, MARKDOWN)];
  const { maxCharacters = MAX_CHARACTERS } = report.oneOfEnvironments ?? {};
  const room = maxCharacters - RESERVE - size(fixed) - size(tail);
  const losses = [
    breakingSection(report, room / 8),
    refusedSection(report, room / 8),
    outcomeSection(report, room / 4),
    impactSection(report, room / 4),
    listed(
      PERMITS_TITLE,
      (report.permits ?? []).map((permit) => `- ${permitText(permit, MARKDOWN)}`),
      room / 8,
    ),
    diagnosticsSection(report, room / 4),
  ];
  const graph = graphSection(report, room / 8);
  const blocks = report.plan
    ? blocksMarkdown(report.plan, room - size([...losses, graph]), ALL, report.attribution)
    : '';
  const sections = [...fixed, ...losses, blocks, graph, ...tail].filter((section) => section !== '');
  return `${sections.join('\n\n')}\n`;
}

const size = (sections: readonly string[]): number =>
  sections.reduce((sum, section) => sum + section.length + 2, 0);

function marker({ command }: Report): string {
  return `<!-- adc-report:${command.replaceAll(/[^a-z]/g, '')} -->`;
}

function heading({ command, exitCode, plan, check }: Report): string {
  const target = plan?.target ?? check?.target;
  if (target === undefined) return `### adc ${command}${exitCode === 0 ? '' : ' failed'}`;
  const { server, portal, dialect } = target;
  return `### Portal ${codeSpan(portal.name)} at ${codeSpan(server)} (${dialect} dialect)`;
}

/** The urgent results of a failed run. */
function headlineSection({ plan, outcomes = [], planFile }: Report): string {
  const all = plan ? headlines(plan, outcomes, planFile, MARKDOWN) : [];
  const { text, left } = fitted(all, MAX_CHARACTERS / 8, ({ title, open, next }) =>
    [`> **FAILED**: ${title}`, ...(open === '' ? [] : [`> ${open}`]), `> Next: ${next}.\n>`].join('\n>\n'),
  );
  return all.length === 0 ? '' : ['> [!CAUTION]', text, ...more('> ', left.length)].join('\n');
}

function summaries(report: Report): readonly string[] {
  const { plan, outcomes, text = '' } = report;
  if (plan === undefined) return text === '' ? [] : [textBlock(text, MAX_CHARACTERS / 2)];
  const planned = summaryText(plan);
  return outcomes === undefined
    ? [`**${planned}**`, ...countsLine(report.attribution, MARKDOWN), ...failLines(report)]
    : [`**${outcomeSummary(plan, outcomes)}**`, planned];
}

function diagnosticsSection({ diagnostics = [], plan }: Report, room: number): string {
  const { all, shown } = shownDiagnostics(diagnostics);
  const { text, left } = fitted(shown, room, oneDiagnostic);
  if (text === '' && left.length === 0) return '';
  const block = codeBlock('text', text.split('\n'));
  const omitted = left.length + all.length - shown.length;
  const where = all.length > MAX_IN_JSON ? '' : `; ${ALL}`;
  const body = omitted === 0 ? block : `${block}\n\n${omitted} more${where}.`;
  return plan === undefined ? body : folded(plural(diagnostics.length, 'diagnostic'), body);
}

const PLAIN_LAYOUT = { paints: NO_COLOURS, wrapAt: Infinity };

function oneDiagnostic(diagnostic: Diagnostic): string {
  return diagnosticsText([diagnostic], PLAIN_LAYOUT).split('\n\n')[0] ?? '';
}

/** The changes that break callers; the entries that allow them are below the refusals, if any. */
function breakingSection(report: Report, room: number): string {
  const { refused = [], breaking = [] } = report;
  if (breaking.length === 0) return '';
  const names = breaking.map(({ name }) => codeSpan(name));
  const entries = refused.length === 0 ? proposalMarkdown(report, room) : [];
  return [caution(BREAKING_TITLE, names, room / 2), ...entries].join('\n\n');
}

/** The refusals, then the entries to paste, then the flags that allow them (docs/design/contract.md §11). */
function refusedSection(report: Report, room: number): string {
  const { refused = [], plan } = report;
  if (refused.length === 0) return '';
  const texts = refused.map((hazard) => hazardWords(hazard, MARKDOWN).text);
  const remedies = fitted(remedyWords(refused, plan, MARKDOWN), room / 2, (remedy) => `- ${remedy}`);
  return [
    caution('sync refuses this plan', texts, room / 2),
    ...proposalMarkdown(report, room),
    remediesTitle(report),
    [remedies.text, ...more('- ', remedies.left.length)].join('\n'),
  ].join('\n\n');
}

function caution(title: string, lines: readonly string[], room: number): string {
  const { text, left } = fitted(lines, room, (line) => `> - ${line}`);
  return ['> [!CAUTION]', `> **${title}**`, '>', text, ...more('> - ', left.length)].join('\n');
}

function outcomeSection({ outcomes = [], authGaps = [] }: Report, room: number): string {
  const lines = [
    ...withStatus(outcomes, 'failed').map(
      (outcome) => `- failed: ${stepName(outcome.step, MARKDOWN)}: ${codeSpan(failureText(outcome))}`,
    ),
    ...withStatus(outcomes, 'skipped').map(
      (outcome) => `- skipped: ${skippedWords(outcome, outcomes, MARKDOWN)}`,
    ),
    ...hintsOf(outcomes).map((hint) => `- hint: ${codeSpan(hint)}`),
    ...authGaps.map((gap) => `- ${gapWords(gap, MARKDOWN)}`),
  ];
  return listed('Outcome', lines, room);
}

function impactSection({ plan, hidesImpact = false }: Report, room: number): string {
  return plan === undefined || hidesImpact
    ? ''
    : listed('Impact on subscribers', impacts(plan, MARKDOWN).map(impactLine), room);
}

function impactLine({ product, loss, subscribers, gap, services }: ImpactWords): string {
  const named = subscribers === '' ? '' : `\n  - subscribers: ${subscribers}`;
  const lost = services.length === 0 ? '' : `; ${services.map(codeSpan).join(', ')} ${gap}`;
  return `- ${codeSpan(product)}: ${loss}${lost}${named}`;
}

/** The graph, if it fits completely. */
function graphSection({ graph }: Report, room: number): string {
  if (graph === undefined) return '';
  const block = codeBlock('mermaid', graph.trimEnd().split('\n'));
  return block.length > room ? 'The graph is too large for a comment.' : folded('Graph', block);
}

function listed(title: string, lines: readonly string[], room: number): string {
  if (lines.length === 0) return '';
  const { text, left } = fitted(lines, room, (line) => line);
  return [`**${title}**`, '', text, ...more('- ', left.length)].join('\n');
}

function more(bullet: string, count: number): readonly string[] {
  return count === 0 ? [] : [`${bullet}and ${count} more; ${ALL}`];
}

function notes({ plan }: Report): readonly string[] {
  return plan === undefined ? [] : noteLines(plan, MARKDOWN, ALL);
}

/** The share of the room for products with their changes. Other products get one line each. */
const DETAILED_SHARE = 0.6;

/**
 * The products of a plan, those that widen access or end subscriptions first, then the adopted products by name. The
 * first products have their changes, the next ones only their reasons, and the others are counted.
 * @param room in UTF-16 units.
 * @param all text about the place of the complete list, for a shortened list of names.
 */
function blocksMarkdown(plan: Plan, room: number, all: string, attribution?: Attribution): string {
  const every = productBlocks(plan);
  const adopted = adoptionLines(every, MARKDOWN, all)
    .map((text) => `- \`*\` ${text}`)
    .join('\n');
  const blocks = every
    .filter((block) => !isAdoption(block))
    .toSorted((a, b) => severityOf(b) - severityOf(a));
  const changed =
    attribution === undefined
      ? changedMarkdown(blocks, room - adopted.length)
      : groupedMarkdown(blocks, room - adopted.length, attribution);
  return [changed, adopted].filter((part) => part !== '').join('\n\n');
}

/** The order of the groups: changes of the pull request first. */
const ORDER: readonly Verdict[] = ['this-change', 'drift', 'conflict', 'unknown'];

/** Products grouped by their most serious verdict, each group with a heading and its share of the room. */
function groupedMarkdown(blocks: readonly ProductBlock[], room: number, attribution: Attribution): string {
  const groups = groupBy(blocks, ({ steps }) => steps[0] && attributedOf(steps[0], attribution)?.verdict);
  return ORDER.flatMap((verdict) => {
    const group = groups.get(verdict) ?? [];
    if (group.length === 0) return [];
    const title = `**${plural(group.length, 'product')}: ${verdictText(verdict, codeSpan(attribution.base))}**`;
    const share = (room * group.length) / blocks.length - title.length;
    return [title, changedMarkdown(group, share, attribution)];
  }).join('\n\n');
}

function changedMarkdown(blocks: readonly ProductBlock[], room: number, attribution?: Attribution): string {
  const render = (block: ProductBlock): string => blockMarkdown(block, attribution);
  const everything = fitted(blocks, room, render);
  if (everything.left.length === 0) return everything.text;
  const first = fitted(blocks, room * DETAILED_SHARE, render);
  const second = fitted(first.left, room - first.text.length, blockLine);
  const parts = [
    first.text,
    folded(`and ${plural(first.left.length - second.left.length, 'more product')}`, second.text),
    omittedText(second.left),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Highest first: wider access, ended subscriptions, services without auth, breaking OpenAPI changes. */
function severityOf(block: ProductBlock): number {
  if (widensAccess(block)) return 4;
  if (endsAny(block)) return 3;
  if (block.steps.some(({ impact }) => impact.services_without_auth.length > 0)) return 2;
  return breakingChanges(block) > 0 ? 1 : 0;
}

const endsAny = ({ steps }: ProductBlock): boolean => steps.some(endsSubscriptions);

function blockMarkdown(block: ProductBlock, attribution: Attribution | undefined): string {
  const { sign, name, steps, changes } = block;
  const tags = blockTags(block);
  const title = `${sign} ${htmlCode(name)}: ${actionsWords(steps)}${tags.length === 0 ? '' : ` (${tags.join('; ')})`}`;
  const reasons = reasonClauses(steps, MARKDOWN).join('; ');
  const verdicts = verdictLines(steps, attribution, MARKDOWN);
  const lines = changeDiff(changes, sign === '+');
  const parts = [
    ...(reasons === '' ? [] : [`Reason: ${reasons}`]),
    ...(verdicts.length < 2 ? [] : [verdicts.map((one) => `- ${one}`).join('\n')]),
    ...(lines.length === 0 ? [] : [codeBlock('diff', lines)]),
  ];
  return folded(title, parts.join('\n\n'));
}

function blockLine({ sign, name, steps }: ProductBlock): string {
  const reasons = reasonClauses(steps, MARKDOWN).join('; ');
  return `- \`${sign}\` ${codeSpan(name)}: ${actionsWords(steps)}${reasons === '' ? '' : ` (${reasons})`}`;
}

function omittedText(blocks: readonly ProductBlock[]): string {
  if (blocks.length === 0) return '';
  const steps = blocks.flatMap((block) => block.steps);
  const ending = blocks.filter(endsAny).length;
  const losses =
    ending === 0
      ? 'none of them ends a subscription'
      : `${ending} of them ${ending === 1 ? 'ends' : 'end'} subscriptions`;
  const counts = countsText(countActions(steps), 'would');
  return `Not shown here: ${plural(blocks.length, 'product')} (${counts}); ${losses}. \`--format json\` has all of them.`;
}
