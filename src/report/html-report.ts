import { groupBy } from '../lib/lists.ts';
import { VERDICTS, type Attribution } from '../model/change.ts';
import { attributedOf, countsLine, verdictLines, verdictText } from './attribution-text.ts';
import { permitText, PERMITS_TITLE, proposalText, remediesTitle } from './consent-text.ts';
import { diagnosticsText } from './diagnostics-text.ts';
import { changesHtml } from './html-changes.ts';
import {
  fittedHtml,
  markup,
  HTML_INLINE,
  htmlBytes,
  htmlList,
  preformatted,
  type Html,
  type Piece,
  contentPolicy,
  STYLE,
} from './html.ts';
import { NO_COLOURS } from './page.ts';
import {
  impacts,
  type ImpactWords,
  adoptionLines,
  isAdoption,
  productBlocks,
  blockTags,
  type ProductBlock,
} from './product-blocks.ts';
import type { Report } from './report.ts';
import { BREAKING_TITLE, failLines, nextText, noteLines, summaryText } from './summary-text.ts';
import { actionsWords, hazardWords, plural, reasonClauses, remedyWords } from './words.ts';

/** Maximum size of the sections in bytes. The page has at most 300 kB with its fixed parts. */
const MAX_BYTES = 280_000;
/** Maximum share of each section before the products. */
const SHARE = 1 / 8;
/** Maximum number of products that are all open at first. Of more products, only those with an impact are open. */
const MAX_OPEN = 20;
const ALL = `${HTML_INLINE.code('--format json')} has all of them`;

/** A part of the page with a heading. */
interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  readonly isSevere?: boolean;
}

/** The report of `diff` as one page, for people who do not read YAML (docs/design/contract.md §14.3). */
export function htmlReport(report: Report): string {
  const { plan, permits = [], hidesImpact = false } = report;
  const impact = plan === undefined || hidesImpact ? [] : impacts(plan, HTML_INLINE);
  const urgent = [
    ...refusedSections(report),
    ...listSection('allowed', PERMITS_TITLE, permits, (permit) => markup`${permitText(permit, HTML_INLINE)}`),
    ...listSection('impact', 'Impact on subscribers', impact, impactHtml),
    ...diagnosticsSections(report),
  ];
  const noted = plan === undefined ? [] : noteLines(plan, HTML_INLINE, ALL);
  const notes = [
    ...listSection('notes', 'Notes', noted, (line) => markup`${line}`),
    ...graphSections(report),
  ];
  const used = [...urgent, ...notes].reduce((sum, { body }) => sum + htmlBytes(body), 0);
  const sections = [...urgent, ...productSections(report, MAX_BYTES - used), ...notes];
  const next = nextText(report, HTML_INLINE);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: contentPolicy() }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(report)}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
${headerHtml(report)}
${sections.length < 2 ? [] : contentsHtml(sections)}
<main>
${sections.map(sectionHtml)}</main>
${next === '' ? [] : markup`<footer><p>${next}</p></footer>\n`}</body>
</html>
`.html;
}

function titleOf({ command, exitCode, plan }: Report): string {
  if (plan !== undefined) return `Changes to the portal ${plan.target.portal.name}`;
  return `adc ${command}${exitCode === 0 ? '' : ' failed'}`;
}

function headerHtml(report: Report): Html {
  const { plan, attribution } = report;
  if (plan === undefined) return markup`<header><h1>${titleOf(report)}</h1></header>`;
  const { server, dialect, portal } = plan.target;
  const lines = [...countsLine(attribution, HTML_INLINE), ...failLines(report)];
  return markup`<header>
<h1>Changes to the portal <bdi>${portal.name}</bdi></h1>
<p class="dim">At ${HTML_INLINE.name(server)} (${dialect} dialect). This page shows a plan: nothing has changed yet.</p>
<p class="summary">${summaryText(plan)}</p>
${lines.map((line) => markup`<p>${line}</p>\n`)}</header>`;
}

function contentsHtml(sections: readonly Section[]): Html {
  const links = sections.map(({ id, title }) => markup`<a href="#${id}">${title}</a>`);
  return markup`<nav aria-label="Contents">${htmlList(links)}</nav>`;
}

function sectionHtml({ id, title, body, isSevere = false }: Section): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title"${isSevere ? markup` class="alarm"` : []}>
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

/** The refusals and breaking changes, then the entries, then the flags (docs/design/contract.md §11). */
function refusedSections(report: Report): readonly Section[] {
  const { refused = [], breaking = [] } = report;
  const room = MAX_BYTES * SHARE;
  const entries = proposalHtml(report);
  const broken = listed(breaking, room, ({ name }) => markup`<bdi>${name}</bdi>`);
  const breakingSection = {
    id: 'breaking',
    title: BREAKING_TITLE,
    isSevere: true,
    body: markup`${broken}${refused.length === 0 ? entries : []}`,
  };
  const texts = listed(refused, room, (hazard) => markup`${hazardWords(hazard, HTML_INLINE).text}`);
  const remedies = listed(remedyWords(refused, report.plan, HTML_INLINE), room, (one) => markup`${one}`);
  const refusedSection = {
    id: 'refused',
    title: 'sync refuses this plan',
    isSevere: true,
    body: markup`${texts}${entries}<p>${remediesTitle(report)}</p>\n${remedies}`,
  };
  return [
    ...(breaking.length === 0 ? [] : [breakingSection]),
    ...(refused.length === 0 ? [] : [refusedSection]),
  ];
}

function proposalHtml(report: Report): Html {
  const { yaml, edits, addTitle, editTitle, more } = proposalText(report, report, HTML_INLINE);
  return markup`${
    edits.length === 0
      ? []
      : markup`<p>${editTitle}:</p>
            ${htmlList(edits.map(HTML_INLINE.code))}`
  }${
    yaml.length === 0
      ? []
      : markup`<p>${addTitle}. One click selects all of it:</p>${preformatted('Entry for a product file', yaml)}`
  }${more === 0 ? [] : markup`<p>${more} more entries are needed.</p>`}`;
}

function impactHtml({ product, loss, subscribers, gap, services }: ImpactWords): Html {
  const details = [
    ...(subscribers === '' ? [] : [`subscribers: ${subscribers}`]),
    ...(services.length === 0 ? [] : [`${services.map(HTML_INLINE.name).join(', ')} ${gap}`]),
  ];
  return markup`<strong><bdi>${product}</bdi></strong>: ${[loss, details.length === 0 ? [] : htmlList(details)]}`;
}

function diagnosticsSections({ diagnostics = [], plan }: Report): readonly Section[] {
  if (diagnostics.length === 0) return [];
  const lines = diagnosticsText(diagnostics, { paints: NO_COLOURS, wrapAt: Infinity }).trimEnd().split('\n');
  const { shown, left } = fittedHtml(lines, MAX_BYTES * SHARE, (line) => markup`${line}`);
  const block = preformatted('Diagnostics', lines.slice(0, shown.length));
  const more = left.length === 0 ? [] : markup`<p>${left.length} more lines; ${ALL}.</p>`;
  const title = plural(diagnostics.length, 'diagnostic');
  const open = plan === undefined ? markup` open` : [];
  const body = markup`<details${open}><summary>${title}</summary>${block}${more}</details>`;
  return [{ id: 'diagnostics', title: 'Problems found in the files and on the portal', body }];
}

/** The changed products, grouped by verdict if there is an attribution, then the adopted products. */
function productSections({ plan, attribution }: Report, room: number): readonly Section[] {
  if (plan === undefined) return [];
  const every = productBlocks(plan);
  const blocks = every.filter((block) => !isAdoption(block));
  const fitted = fittedHtml(blocks, room * (1 - SHARE), (block) =>
    blockHtml(block, attribution, blocks.length <= MAX_OPEN),
  );
  const shown = new Map(fitted.shown.map((one, place) => [blocks[place], one] as const));
  const groups = groupBy(
    shown.keys(),
    (block) => block?.steps[0] && attributedOf(block.steps[0], attribution)?.verdict,
  );
  const sections = [undefined, ...VERDICTS].flatMap((verdict): readonly Section[] => {
    const group = groups.get(verdict);
    if (group === undefined) return [];
    const source =
      verdict && attribution ? `: ${verdictText(verdict, HTML_INLINE.code(attribution.base))}` : '';
    const title = `${plural(group.length, 'changed product')}${source}`;
    const body = markup`${group.map((block) => shown.get(block) ?? [])}`;
    return [{ id: `products-${verdict ?? 'all'}`, title, body }];
  });
  const left = `${plural(fitted.left.length, 'more product')} without details`;
  return [
    ...sections,
    ...listSection('products-more', left, fitted.left, leftHtml, room * SHARE),
    ...adoptionSections(every),
  ];
}

/** A product without its changes, which do not fit. */
function leftHtml(block: ProductBlock): Html {
  return markup`<bdi>${block.name}</bdi>: ${headHtml(block)}`;
}

function adoptionSections(blocks: readonly ProductBlock[]): readonly Section[] {
  const lines = adoptionLines(blocks, HTML_INLINE, ALL);
  return lines.length === 0 ? [] : [{ id: 'adopted', title: 'Adopted products', body: htmlList(lines) }];
}

function blockHtml(block: ProductBlock, attribution: Attribution | undefined, isOpen: boolean): Html {
  const { name, sign, steps, changes } = block;
  const verdicts = verdictLines(steps, attribution, HTML_INLINE);
  const reasons = reasonClauses(steps, HTML_INLINE).join('; ');
  return markup`<details${isOpen || blockTags(block).length > 0 ? markup` open` : []}>
<summary><h3><bdi>${name}</bdi></h3>: ${headHtml(block)}</summary>
${reasons === '' ? [] : markup`<p>Reason: ${reasons}</p>`}${verdicts.length < 2 ? [] : htmlList(verdicts)}${changesHtml(changes, sign === '+')}
</details>
`;
}

/** The actions of a product, and its impact. */
function headHtml(block: ProductBlock): Piece {
  return [
    actionsWords(block.steps),
    ...blockTags(block).map((tag) => markup` <span class="tag">${tag}</span>`),
  ];
}

function graphSections({ graph }: Report): readonly Section[] {
  if (graph === undefined) return [];
  const block = preformatted('Steps as a Mermaid flowchart', graph.trimEnd().split('\n'));
  const fits = htmlBytes(block) < MAX_BYTES * SHARE;
  const body = fits ? block : markup`<p>The graph is too large for this page.</p>`;
  return [{ id: 'graph', title: 'Graph', body }];
}

/** A section with a list; no section for an empty list. */
function listSection<Item>(
  id: string,
  title: string,
  items: readonly Item[],
  render: (item: Item) => Html,
  room = MAX_BYTES * SHARE,
): readonly Section[] {
  return items.length === 0 ? [] : [{ id, title, body: listed(items, room, render) }];
}

function listed<Item>(items: readonly Item[], room: number, render: (item: Item) => Html): Html {
  const { shown, left } = fittedHtml(items, room, render);
  return htmlList([...shown, ...(left.length === 0 ? [] : [`and ${left.length} more; ${ALL}`])]);
}
