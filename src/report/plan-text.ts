import { displayWidth } from '../lib/display-width.ts';
import { printable } from '../lib/printable.ts';
import type { Hazard, Plan } from '../model/plan.ts';
import { changeLines } from './change-text.ts';
import { impacts } from './impacts.ts';
import { namesText, noteLines } from './notes.ts';
import type { Page } from './page.ts';
import { productBlocks, type ProductBlock, type Sign } from './product-blocks.ts';
import { summaryText } from './summary-text.ts';
import { targetLine } from './target-line.ts';
import { deedOf, DEED_WORDS, hazardWords, PLAIN, reasonClauses } from './words.ts';

/**
 * A plan for people: the target first, then what ends subscriptions, then a block a product, then what `sync` refuses,
 * and the counts last (contract §5, acceptance R7).
 */
export function planText(plan: Plan, refused: readonly Hazard[], page: Page): string {
  const sections = [
    page.style.bold(targetLine(plan.target)),
    lossSection(plan, page),
    productBlocks(plan)
      .map((block) => blockText(block, page))
      .join('\n'),
    refusedSection(refused, page),
    [...unmanagedLines(plan, page), ...noteLines(plan, PLAIN, Infinity), summaryText(plan.summary)].join(
      '\n',
    ),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** What cuts somebody off comes before everything else. No line begins with a name, which CI might take for a command. */
function lossSection(plan: Plan, { style }: Page): string {
  const lines = impacts(plan, PLAIN).flatMap(({ product, loss, gap, services }) => [
    `  ${PLAIN.name(product)}: ${loss}`,
    ...(services.length === 0 ? [] : [`    ${gap}: ${services.map(printable).join(', ')}`]),
  ]);
  return lines.length === 0 ? '' : [style.yellow.bold('Impact on subscribers'), ...lines].join('\n');
}

function blockText(block: ProductBlock, page: Page): string {
  const { name, sign, steps, changes } = block;
  const { style } = page;
  const deeds = steps.map((step) => DEED_WORDS[deedOf(step)].would).join(', ');
  return [
    `${paint(sign, page)(sign)} ${style.bold(printable(name))}: ${deeds}`,
    ...reasonLines(block, page),
    ...changeLines(changes, sign === '+', page),
  ].join('\n');
}

/** One comment, or one for each reason where a line can not hold them. */
function reasonLines({ steps }: ProductBlock, { style, width }: Page): readonly string[] {
  const clauses = reasonClauses(steps, PLAIN);
  const whole = `    # ${clauses.join('; ')}`;
  const lines = displayWidth(whole) <= width ? [whole] : clauses.map((clause) => `    # ${clause}`);
  return lines.map((line) => style.dim(line));
}

function refusedSection(refused: readonly Hazard[], { style }: Page): string {
  if (refused.length === 0) return '';
  const lines = refused.flatMap((hazard) => {
    const { text, way } = hazardWords(hazard, PLAIN);
    return [`  ${text}`, `    ${way}`];
  });
  return [style.red.bold('sync refuses this plan'), ...lines].join('\n');
}

function unmanagedLines({ unmanaged }: Plan, { namesUnmanaged }: Page): readonly string[] {
  if (!namesUnmanaged || unmanaged.length === 0) return [];
  return [`Unmanaged, left as they are: ${namesText(unmanaged, PLAIN, Infinity)}`];
}

function paint(sign: Sign, { style }: Page): (text: string) => string {
  return { '+': style.green, '-': style.red, '~': style.yellow, '±': style.magenta, '*': style.cyan }[sign];
}
