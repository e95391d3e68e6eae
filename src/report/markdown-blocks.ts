import { groupBy } from '../lib/lists.ts';
import type { Attribution, Verdict } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';
import {
  adoptionLines,
  isAdoption,
  productBlocks,
  widensAccess,
  type ProductBlock,
} from './product-blocks.ts';
import { attributedOf, verdictLines, verdictText } from './attribution-text.ts';
import { changeDiff } from './change-text.ts';
import { fitted, codeBlock, codeSpan, folded, htmlCode, MARKDOWN } from './markdown.ts';
import { endsSubscriptions } from './impacts.ts';
import { countsText } from './summary-text.ts';
import { countActions, actionsWords, plural, reasonClauses } from './words.ts';

/** The share of the room for products with all their changes; the others get one line each. */
const WHOLE = 0.6;

/**
 * The products of a plan, those that widen access or end subscriptions first: folded with their changes while there
 * is room, then with their reasons, then counted; last the adopted ones by name.
 * @param room in UTF-16 units.
 * @param all where the complete list of names is, if a line is too short.
 */
export function blocksMarkdown(plan: Plan, room: number, all: string, attribution?: Attribution): string {
  const every = productBlocks(plan);
  const adopted = adoptionLines(every, MARKDOWN, all)
    .map((text) => `- \`*\` ${text}`)
    .join('\n');
  const blocks = every.filter((block) => !isAdoption(block)).toSorted((a, b) => cost(b) - cost(a));
  const changed =
    attribution === undefined
      ? changedMarkdown(blocks, room - adopted.length)
      : groupedMarkdown(blocks, room - adopted.length, attribution);
  return [changed, adopted].filter((part) => part !== '').join('\n\n');
}

/** Changes of the pull request come first. */
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
  const written = (block: ProductBlock): string => whole(block, attribution);
  const everything = fitted(blocks, room, written);
  if (everything.left.length === 0) return everything.text;
  const first = fitted(blocks, room * WHOLE, written);
  const second = fitted(first.left, room - first.text.length, line);
  const parts = [
    first.text,
    folded(`and ${plural(first.left.length - second.left.length, 'more product')}`, second.text),
    leftOut(second.left),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/**
 * The weight of a product: wider access first, then ended subscriptions, then services without auth, then OpenAPI
 * changes that break callers.
 */
function cost(block: ProductBlock): number {
  if (widensAccess(block)) return 4;
  if (endsAny(block)) return 3;
  if (block.steps.some(({ impact }) => impact.services_without_auth.length > 0)) return 2;
  return breakingChanges(block) > 0 ? 1 : 0;
}

const endsAny = ({ steps }: ProductBlock): boolean => steps.some(endsSubscriptions);

function breakingChanges({ changes }: ProductBlock): number {
  return changes.flatMap(({ openapi }) => openapi ?? []).filter(({ breaking }) => breaking).length;
}

function whole(block: ProductBlock, attribution: Attribution | undefined): string {
  const { sign, name, steps, changes } = block;
  const breaking = breakingChanges(block);
  const warning = breaking === 0 ? '' : ` (${plural(breaking, 'OpenAPI change')} that may break callers)`;
  const title = `${sign} ${htmlCode(name)}: ${actionsWords(steps)}${warning}`;
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

function line({ sign, name, steps }: ProductBlock): string {
  const reasons = reasonClauses(steps, MARKDOWN).join('; ');
  return `- \`${sign}\` ${codeSpan(name)}: ${actionsWords(steps)}${reasons === '' ? '' : ` (${reasons})`}`;
}

function leftOut(blocks: readonly ProductBlock[]): string {
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
