import type { Access, Audience, PageData, PageWarning, ProductView } from '../../model/portal-view.ts';
import { AUDIENCE_NAMES, type Pair } from './compare.ts';
import { element, icon, type Child } from './dom.ts';
import { fragmentOf } from './place.ts';

/** What both views are made from. */
export interface View {
  readonly data: PageData;
  readonly audience: Audience;
  readonly pairs: readonly Pair[];
}

/** What the audience gets of a product; a developer that has subscribed to it is a subscriber. */
export function accessIn({ audience, data }: View, { id, access }: ProductView): Access {
  const applications = (audience === 'developer' && data.developer?.applications) || [];
  const isSubscriber = applications.some(({ subscriptions }) => subscriptions[id] === 'subscribed');
  return access[isSubscriber ? 'subscriber' : audience];
}

const CHANGES = { added: 'New', removed: 'Removed', changed: 'Changed' } as const;

/** What happens to a product, in words; undefined if nothing does. */
export function changeMark({ change, fields }: Pair): HTMLElement | undefined {
  if (change === 'same') return undefined;
  const what = fields.length > 0 ? `: ${fields.join(', ').toLowerCase()}` : '';
  return element('span', { class: `mark ${change}` }, `${CHANGES[change]}${what}`);
}

export const productLink = (id: string, audience: Audience, ...children: readonly Child[]): HTMLElement =>
  element('a', { href: fragmentOf({ audience, product: id }) }, ...children);

/** A logo that is part of the page; one of another host is never requested. */
export function logoOf({ logo, name }: ProductView): HTMLElement {
  if (logo !== undefined && /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/.test(logo))
    return element('img', { class: 'logo', src: logo, alt: '' });
  return element(
    'span',
    { class: 'logo', 'aria-hidden': 'true' },
    Array.from(name.trim())[0]?.toUpperCase() ?? '',
  );
}

export function lockNote(): HTMLElement {
  return element('p', { class: 'lock' }, icon('lock'), 'Subscribe to read the documentation');
}

export const hiddenNote = (audience: Audience): HTMLElement =>
  element('p', { class: 'absent' }, `${AUDIENCE_NAMES[audience]} do not see this product`);

export const absentNote = (side: 'before' | 'after'): HTMLElement =>
  element('p', { class: 'absent' }, side === 'before' ? 'Does not exist yet' : 'No longer exists');

const KINDS = {
  refused: 'Refused',
  'ends-subscriptions': 'Ends subscriptions',
  unauthenticated: 'No authentication',
  other: 'Note',
} as const;

/** The losses and refusals of the plan, with links to the products that the page has. */
export function warningList(view: View, warnings: readonly PageWarning[]): HTMLElement | undefined {
  if (warnings.length === 0) return undefined;
  return element(
    'section',
    { class: 'warnings', 'aria-label': 'Warnings' },
    element('ul', {}, ...warnings.map((warning) => warningItem(view, warning))),
  );
}

function warningItem({ pairs, audience }: View, { kind, text, products }: PageWarning): HTMLElement {
  const links = products.flatMap((name) => {
    const found = pairs.find(({ before, after }) => (after ?? before)?.name === name);
    return found ? [' ', productLink(found.id, audience, name)] : [];
  });
  return element(
    'li',
    { class: kind },
    icon('warning'),
    element('p', {}, element('strong', {}, KINDS[kind]), ' ', text, ...links),
  );
}
