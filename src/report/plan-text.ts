import type { ChalkInstance } from 'chalk';
import { printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { Hazard, Plan, Step } from '../model/plan.ts';
import { productBlocks, type ProductBlock, type Sign } from './product-blocks.ts';
import { summaryText } from './summary-text.ts';
import { targetLine } from './target-line.ts';
import { valueText } from './value-text.ts';
import { ACTION_WORDS, hazardWords, lossWords, reasonWords } from './words.ts';

/** A plan for people: the target first, then what ends subscriptions, then a block a product, then the counts. */
export function planText(plan: Plan, refused: readonly Hazard[], style: ChalkInstance): string {
  const sections = [
    style.bold(targetLine(plan.target)),
    lossSection(plan, style),
    productBlocks(plan)
      .map((block) => blockText(block, style))
      .join('\n'),
    refusedSection(refused, style),
    [...noteLines(plan), summaryText(plan, 'would')].join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** What cuts somebody off comes before everything else. */
function lossSection(plan: Plan, style: ChalkInstance): string {
  const lines = plan.steps.flatMap(({ product, action, impact }) => {
    const { active, pending, known } = impact.subscriptions;
    const loss = !known || active + pending > 0;
    const services = impact.services_without_auth.map(printable).join(', ');
    if (!loss && services === '') return [];
    const what = loss
      ? `ends ${lossWords({ active, pending, unknown: known ? 0 : 1 })}`
      : 'ends no subscriptions';
    const gap = services === '' ? [] : [`    without product auth from then on: ${services}`];
    return [`  ${printable(product.name)}: ${ACTION_WORDS[action].would} ${what}`, ...gap];
  });
  return lines.length === 0 ? '' : [style.yellow.bold('Impact on subscribers'), ...lines].join('\n');
}

function blockText({ name, sign, steps }: ProductBlock, style: ChalkInstance): string {
  const actions = steps.map(({ action }) => ACTION_WORDS[action].would).join(', ');
  const title = `${paint(sign, style)(sign)} ${style.bold(printable(name))}: ${actions}`;
  const reasons = [...new Set(steps.map(({ reason }) => reasonWords(reason)).filter(Boolean))];
  const changes = steps.flatMap((step) => step.changes);
  const width = Math.min(48, Math.max(0, ...changes.map(({ path }) => printable(path).length)));
  return [
    title,
    ...reasons.map((reason) => style.dim(`    # ${printable(reason)}`)),
    ...netChanges(steps).flatMap((change) => changeLines(change, width, style)),
  ].join('\n');
}

/** Off and on again is no change of the status in the end. */
function netChanges(steps: readonly Step[]): readonly Change[] {
  const statuses = steps.flatMap(({ changes }) => changes.filter(({ path }) => path === 'status'));
  const back = statuses.length > 1 && statuses[0]?.before === statuses.at(-1)?.after;
  return steps.flatMap(({ changes }) => changes.filter(({ path }) => !back || path !== 'status'));
}

function changeLines(
  { path, before, after, openapi }: Change,
  width: number,
  style: ChalkInstance,
): readonly string[] {
  const name = printable(path).padEnd(width);
  const old = before === undefined ? '' : style.red(valueText(before));
  const now = after === undefined ? style.red('(removed)') : style.green(valueText(after));
  const line = `    ${name}  ${old}${old && ' -> '}${now}`;
  const parts = (openapi ?? []).slice(0, MOST_OPENAPI_LINES).map((one) => {
    const detail = one.detail === '' ? '' : `: ${printable(one.detail)}`;
    const breaking = one.breaking ? style.red(' (breaks callers)') : '';
    return `      ${one.change} ${printable(one.name)}${detail}${breaking}`;
  });
  const more = (openapi?.length ?? 0) - parts.length;
  return [line, ...parts, ...(more > 0 ? [`      and ${more} more; --format json has them all`] : [])];
}

const MOST_OPENAPI_LINES = 20;

function refusedSection(refused: readonly Hazard[], style: ChalkInstance): string {
  if (refused.length === 0) return '';
  const lines = refused.flatMap((hazard) => {
    const { text, way } = hazardWords(hazard);
    return [`  ${printable(text)}`, `    ${printable(way)}`];
  });
  return [style.red.bold('sync refuses this plan'), ...lines].join('\n');
}

function noteLines(plan: Plan): readonly string[] {
  return [
    ...plan.notes.map(
      () => 'This server keeps no labels on external products: they are never deleted for being absent.',
    ),
    ...(plan.kept.length === 0
      ? []
      : [`Kept because of --no-delete: ${plan.kept.map(printable).join(', ')}`]),
    ...(plan.outOfScope.length === 0
      ? []
      : [`Out of scope of the label selector: ${plan.outOfScope.length}`]),
  ];
}

function paint(sign: Sign, style: ChalkInstance): (text: string) => string {
  return { '+': style.green, '-': style.red, '~': style.yellow, '±': style.magenta }[sign];
}
