import { diffWordsWithSpace } from 'diff';
import type { ProductView } from '../../model/portal-view.ts';
import { FIELDS, type Field, type Pair } from './compare.ts';
import { element, spoken, type Child } from './dom.ts';

export type Side = 'before' | 'after';

export const otherOf = ({ before, after }: Pair, side: Side): ProductView | undefined =>
  side === 'before' ? after : before;

/** A text that only this side has, marked by its element, by a sign and for screen readers. */
export function changedText(side: Side, ...children: readonly Child[]): HTMLElement {
  return side === 'before'
    ? element('del', {}, spoken('removed: '), ...children)
    : element('ins', {}, spoken('added: '), ...children);
}

/** The value of a field on one side; what the other side lacks is marked. */
export function marked(pair: Pair, side: Side, field: Field): readonly HTMLElement[] {
  const own = pair[side];
  const other = otherOf(pair, side);
  const texts = own ? field.texts(own) : [];
  if (texts.length === 0) return [element('p', { class: 'none' }, 'None')];
  if (other === undefined) return texts.map((text) => element('p', {}, text));
  const others = field.texts(other);
  if (field === FIELDS.desc && others[0] !== undefined && texts[0] !== others[0])
    return [element('p', { class: 'words' }, ...changedWords(side, texts[0] ?? '', others[0]))];
  return texts.map((text) => element('p', {}, others.includes(text) ? text : changedText(side, text)));
}

/** How long a comparison of words may take, in milliseconds; texts that take longer are marked as a whole. */
const TIMEOUT = 200;

function changedWords(side: Side, own: string, other: string): readonly Child[] {
  const changes = diffWordsWithSpace(other, own, { timeout: TIMEOUT });
  if (changes === undefined) return [changedText(side, own)];
  return changes
    .filter(({ removed }) => !removed)
    .flatMap(({ added, value }) => (added ? changedPart(side, value) : [value]));
}

/** Spaces around changed words stay unmarked. */
function changedPart(side: Side, text: string): readonly Child[] {
  const words = text.trim();
  if (words === '') return [text];
  const start = text.indexOf(words);
  return [text.slice(0, start), changedText(side, words), text.slice(start + words.length)];
}
