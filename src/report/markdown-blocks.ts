import type { Plan } from '../model/plan.ts';
import { changeDiff } from './change-diff.ts';
import { fitted } from './fitted.ts';
import { endsSubscriptions } from './impacts.ts';
import { codeBlock, codeSpan, folded, htmlCode, MARKDOWN } from './markdown.ts';
import { productBlocks, type ProductBlock } from './product-blocks.ts';
import { countsText } from './summary-text.ts';
import { countDeeds, deedsWords, plural, reasonClauses } from './words.ts';

/** The share of the room that goes to products with all their changes; the others get a line each. */
const WHOLE = 0.6;

/**
 * The products of a plan, those that end subscriptions first: folded with their changes while there is room, then with
 * their reasons alone, then counted.
 * @param room in UTF-16 units.
 */
export function blocksMarkdown(plan: Plan, room: number): string {
  const blocks = productBlocks(plan).toSorted((a, b) => cost(b) - cost(a));
  const everything = fitted(blocks, room, whole);
  if (everything.left.length === 0) return everything.text;
  const first = fitted(blocks, room * WHOLE, whole);
  const second = fitted(first.left, room - first.text.length, line);
  const parts = [
    first.text,
    folded(`and ${plural(first.left.length - second.left.length, 'more product')}`, second.text),
    leftOut(second.left),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Ended subscriptions weigh most, then services that lose their auth, then OpenAPI changes that break callers. */
function cost(block: ProductBlock): number {
  if (endsAny(block)) return 3;
  if (block.steps.some(({ impact }) => impact.services_without_auth.length > 0)) return 2;
  return breakingChanges(block) > 0 ? 1 : 0;
}

const endsAny = ({ steps }: ProductBlock): boolean => steps.some(endsSubscriptions);

function breakingChanges({ changes }: ProductBlock): number {
  return changes.flatMap(({ openapi }) => openapi ?? []).filter(({ breaking }) => breaking).length;
}

function whole(block: ProductBlock): string {
  const { sign, name, steps, changes } = block;
  const breaking = breakingChanges(block);
  const warning = breaking === 0 ? '' : ` (${plural(breaking, 'OpenAPI change')} that may break callers)`;
  const title = `${sign} ${htmlCode(name)}: ${deedsWords(steps)}${warning}`;
  const reason = `Reason: ${reasonClauses(steps, MARKDOWN).join('; ')}`;
  const lines = changeDiff(changes, sign === '+');
  return folded(title, lines.length === 0 ? reason : `${reason}\n\n${codeBlock('diff', lines)}`);
}

function line({ sign, name, steps }: ProductBlock): string {
  return `- \`${sign}\` ${codeSpan(name)}: ${deedsWords(steps)} (${reasonClauses(steps, MARKDOWN).join('; ')})`;
}

function leftOut(blocks: readonly ProductBlock[]): string {
  if (blocks.length === 0) return '';
  const steps = blocks.flatMap((block) => block.steps);
  const ending = blocks.filter(endsAny).length;
  const losses = ending === 0 ? 'none of them ends a subscription' : `${ending} of them end subscriptions`;
  const counts = countsText(countDeeds(steps), 'would');
  return `Left out here for want of room: ${plural(blocks.length, 'product')} (${counts}); ${losses}. \`--format json\` has all of them.`;
}
