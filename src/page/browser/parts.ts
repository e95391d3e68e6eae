import type { Access, Audience, PageData, PageWarning, ProductView } from '../../model/portal-view.ts';
import { AUDIENCE_NAMES, type Pair } from './compare.ts';
import { element, icon } from './dom.ts';
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
export function changeSummary({ change, fields }: Pair): HTMLElement | undefined {
  if (change === 'same') return undefined;
  const names = fields.map(({ heading }) => heading.toLowerCase()).join(', ');
  return element(
    'p',
    { class: 'summary' },
    element('span', { class: `mark ${change}` }, CHANGES[change]),
    names === '' ? undefined : ` ${names}`,
  );
}

export const productLink = (id: string, audience: Audience, name: string, anchor?: string): HTMLElement =>
  element('a', { href: fragmentOf({ audience, product: id }), id: anchor }, name);

/** Whether a logo is an image in itself; one of another host is never requested. */
export const isImage = (logo = ''): boolean => /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/.test(logo);

export function logoOf({ logo, name }: ProductView): HTMLElement {
  if (isImage(logo)) return element('img', { class: 'logo', src: logo, alt: '' });
  return element(
    'span',
    { class: 'logo', 'aria-hidden': 'true' },
    Array.from(name.trim())[0]?.toUpperCase() ?? '',
  );
}

export const lockNote = (): HTMLElement =>
  element('p', { class: 'lock' }, icon('lock'), 'Subscribe to read the documentation');

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

/** Warnings that a page shows at once; the others are folded. */
const AT_ONCE = 5;

/**
 * The losses and refusals of the plan, with links to their products.
 * @param of only those of the product of this name, without a link to it.
 */
export function warningList(view: View, of?: string): HTMLElement | undefined {
  const items = view.data.warnings
    .filter(({ products }) => of === undefined || products.includes(of))
    .map((warning) => warningItem(view, warning, of));
  if (items.length === 0) return undefined;
  const more = items.splice(AT_ONCE);
  return element(
    'section',
    { class: 'warnings', 'aria-label': 'Warnings' },
    element('ul', {}, ...items),
    more.length > 0
      ? element('details', {}, element('summary', {}, `${more.length} more`), element('ul', {}, ...more))
      : undefined,
  );
}

function warningItem(
  { pairs, audience }: View,
  { kind, text, products }: PageWarning,
  of: string | undefined,
): HTMLElement {
  const links = products.flatMap((name) => {
    if (name === of) return [];
    const found = pairs.find(({ before, after }) => (after ?? before)?.name === name);
    return found ? [' ', productLink(found.id, audience, name)] : [];
  });
  return element(
    'li',
    { class: kind },
    icon('warning'),
    element('p', {}, element('strong', {}, `${KINDS[kind]}:`), ' ', text, ...links),
  );
}
