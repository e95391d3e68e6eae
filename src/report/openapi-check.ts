import { listed } from '../lib/printable.ts';
import type { Location } from '../model/diagnostic.ts';
import {
  breakingIn,
  brokenUses,
  refusedUses,
  type OpenapiCheck,
  type OpenapiUse,
} from '../model/openapi-check.ts';
import { openapiDiff, openapiLines } from './change-text.ts';
import { proposalParagraphs } from './consent-text.ts';
import { codeBlock, MARKDOWN, proposalMarkdown } from './markdown.ts';
import { type Page, NO_COLOURS, wrapped } from './page.ts';
import { subscriberWords } from './product-blocks.ts';
import type { Report, ReportParts } from './report.ts';
import { targetLine, lossWords, PLAIN, plural, type InlineStyle } from './words.ts';

type Consent = Report['consent'];

/** The result of `check-openapi` as text (docs/design/contract.md §18). */
export function checkText(check: OpenapiCheck, consent: Consent, page: Page): string {
  return `${page.paints.bold(targetLine(check.target))}\n\n${detailsText(check, consent, page)}\n`;
}

function detailsText(check: OpenapiCheck, consent: Consent, page: Page): string {
  const { paints, wrapAt } = page;
  const lines = (texts: readonly string[]): string =>
    texts.flatMap((text) => wrapped(text, wrapAt, '  ')).join('\n');
  const isRefused = refusedUses(check).length > 0;
  const sections = [
    [lines([comparisonWords(check, PLAIN)]), ...openapiLines(check.changes, page, '    ')].join('\n'),
    lines(useLines(check, PLAIN)),
    isRefused ? paints.severe(resultWords(check, PLAIN)) : resultWords(check, PLAIN),
    ...proposalParagraphs({ breaking: refusedProducts(check), consent }, wrapAt),
    isRefused ? flagWords(PLAIN) : '',
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** The result as sections of Markdown. */
export function checkMarkdown(check: OpenapiCheck, consent: Consent): readonly string[] {
  const isRefused = refusedUses(check).length > 0;
  return [
    isRefused ? `> [!CAUTION]\n> ${resultWords(check, MARKDOWN)}` : resultWords(check, MARKDOWN),
    comparisonWords(check, MARKDOWN),
    check.changes.length === 0 ? '' : codeBlock('diff', openapiDiff(check.changes)),
    useLines(check, MARKDOWN)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...proposalMarkdown({ breaking: refusedProducts(check), consent }),
    isRefused ? flagWords(MARKDOWN) : '',
  ];
}

/** The result as one annotation of the file. */
export function checkAnnotation(check: OpenapiCheck, consent: Consent) {
  const page = { paints: NO_COLOURS, width: 120, wrapAt: Infinity, namesAll: false };
  const isBreaking = breakingIn(check) > 0;
  const level = refusedUses(check).length > 0 ? 'error' : isBreaking ? 'warning' : 'notice';
  const at: Location = { file: check.file, line: 1, column: 1 };
  return { level, text: detailsText(check, consent, page), at } as const;
}

export function checkJson(check: OpenapiCheck): ReportParts<'check-openapi'> {
  const { target, file, of, name, base, changes, uses } = check;
  return {
    target,
    file,
    [of]: name,
    compared_with: base === undefined ? 'live' : 'base',
    ...(base !== undefined && { base }),
    summary: { changes: changes.length, breaking: breakingIn(check) },
    changes,
    products: uses.map(({ product, type, status, subscriptions, subscribers, allowed }) => ({
      id: product.id,
      name: product.name,
      type,
      status,
      subscriptions: subscriptions ?? null,
      ...(subscribers !== undefined && { subscribers }),
      allowed,
    })),
  };
}

const refusedProducts = (check: OpenapiCheck) => refusedUses(check).map(({ product }) => product);

const flagWords = ({ command }: InlineStyle): string => `Or: pass ${command('--allow-breaking')}.`;

function comparisonWords(check: OpenapiCheck, mark: InlineStyle): string {
  const { file, of, name, base, changes } = check;
  const [all, breaking] = [changes.length, breakingIn(check)];
  const other =
    base === undefined ? 'the live document' : `its revision ${mark.name(base)}, for the document`;
  const breaks = breaking === 0 ? 'none breaks' : breaking === 1 ? '1 breaks' : `${breaking} break`;
  const count = all === 0 ? 'no changes' : `${plural(all, 'change')}, ${breaks} callers`;
  return `${mark.name(file)} compared with ${other} of the ${of} ${mark.name(name)}: ${count}`;
}

function useLines({ uses, name, target }: OpenapiCheck, mark: InlineStyle): readonly string[] {
  if (uses.length > 0) return uses.map((use) => useWords(use, mark));
  return [`No product of the portal ${mark.name(target.portal.name)} links the service ${mark.name(name)}.`];
}

/** The status of one product that uses the document, and its subscriptions. */
function useWords({ product, status, subscriptions, subscribers }: OpenapiUse, mark: InlineStyle): string {
  const name = mark.name(product.name);
  if (status === 'draft') return `${name} is a draft, without subscriptions.`;
  if (subscriptions === undefined) return `${name} is published, and everyone can use it.`;
  const { known, ...counts } = subscriptions;
  const count = known ? lossWords({ ...counts, unknown: 0 }) : 'an unknown number of subscriptions';
  const named = subscriberWords(subscribers, mark);
  return `${name} is published and has ${count}${named === '' ? '' : `: ${named}`}.`;
}

function resultWords(check: OpenapiCheck, mark: InlineStyle): string {
  const [broken, refused] = [brokenUses(check), refusedUses(check)];
  const names = (uses: readonly OpenapiUse[]): string =>
    listed(
      uses.map(({ product }) => mark.name(product.name)),
      '',
    );
  if (refused.length > 0) return `Refused: the document breaks callers of ${names(refused)}.`;
  if (broken.length > 0) return `Allowed: the document breaks callers of ${names(broken)}.`;
  return breakingIn(check) > 0
    ? 'Nothing depends on what breaks: there are no subscriptions.'
    : 'Nothing breaks callers.';
}
