import {
  AUDIENCES,
  type Access,
  type Audience,
  type PageData,
  type PageWarning,
  type ProductView,
} from '../../model/portal-view.ts';
import { AUDIENCE_NAMES, type Pair, type Side } from './compare.ts';
import { button, element, icon, say } from './dom.ts';
import { ask } from './server.ts';

/** The input of both views. */
export interface View {
  readonly data: PageData;
  readonly audience: Audience;
  readonly pairs: readonly Pair[];
}

/** The access of the audience to a product. A developer with an active subscription to it is a subscriber. */
export function accessIn({ audience, data }: View, { id, access }: ProductView): Access {
  const applications = (audience === 'developer' && data.developer?.applications) || [];
  const isSubscriber = applications.some(({ subscriptions }) => subscriptions[id] === 'subscribed');
  return access[isSubscriber ? 'subscriber' : audience];
}

const CHANGES = { added: 'New', removed: 'Removed', changed: 'Changed' } as const;

/** A line that names the change of a product; undefined if nothing changes. */
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

/** Whether a logo is a data URL. The page never requests a logo from another host. */
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

export const absentNote = (side: Side): HTMLElement =>
  element('p', { class: 'absent' }, side === 'before' ? 'Does not exist yet' : 'No longer exists');

const KINDS = {
  refused: 'Refused',
  'ends-subscriptions': 'Ends subscriptions',
  unauthenticated: 'No authentication',
  other: 'Note',
} as const;

/** Number of warnings that are visible before the page is expanded. */
const AT_ONCE = 5;

/**
 * The warnings of the plan, with links to their products.
 * @param of name of a product: selects its warnings, and omits the links to it.
 */
export function warningList(view: View, of?: string): HTMLElement | undefined {
  const items = view.data.warnings
    .filter(({ products }) => of === undefined || products.includes(of))
    .map((warning) => warningItem(view, warning, of));
  if (items.length === 0) return undefined;
  const proposals = of === undefined ? (view.data.proposals ?? []) : [];
  const more = items.splice(AT_ONCE);
  return element(
    'section',
    { class: 'warnings', 'aria-label': 'Warnings' },
    element('ul', {}, ...items),
    more.length > 0
      ? element('details', {}, element('summary', {}, `${more.length} more`), element('ul', {}, ...more))
      : undefined,
    ...proposals.flatMap(proposalPart),
  );
}

/** A paragraph of the proposals. `allow:` entries have a button that copies them. */
function proposalPart(text: string): readonly HTMLElement[] {
  if (!text.startsWith('allow:')) return [element('p', { class: 'proposal' }, text)];
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(`${text}\n`).then(
      () => say('Copied'),
      () => say('The browser does not allow copying. Select the text.', 'refused'),
    );
  };
  return [
    element('pre', { tabindex: '0', 'aria-label': 'Entry to paste' }, text),
    button({ id: 'copy' }, () => void copy(), 'Copy the entry'),
  ];
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

/** The view that the fragment of the page's URL selects. */
export interface Place {
  readonly audience: Audience;
  /** Id of a product; undefined: all products. */
  readonly product: string | undefined;
}

export function readPlace(fragment: string): Place {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const audience = AUDIENCES.find((one) => one === parameters.get('as')) ?? 'subscriber';
  return { audience, product: parameters.get('product') ?? undefined };
}

export function fragmentOf({ audience, product }: Place): string {
  return `#${new URLSearchParams({ ...(product !== undefined && { product }), as: audience })}`;
}

const STATES = { wait_for_approval: 'waiting for approval', subscribed: 'subscribed' } as const;

/** The status of each application of the developer, or a button that subscribes it; `adc dev` only. */
export function subscribeButtons(
  { data: { developer, subscribe }, audience }: View,
  product: ProductView,
): HTMLElement | undefined {
  if (developer === undefined || subscribe === undefined || audience !== 'developer') return undefined;
  if (product.type === 'external') return undefined;
  const verb = product.subscription_auto_approval ? 'Subscribed to' : 'An administrator must approve:';
  const done = `${verb} ${product.name}`;
  const items = developer.applications.map(({ id, name, subscriptions }) => {
    const state = subscriptions[product.id];
    if (state !== undefined) return element('li', {}, `${name}: ${STATES[state]}`);
    const body = { application: id, api_product: product.id };
    const attributes = {
      id: `subscribe-${id}-${product.id}`,
      'aria-label': `Subscribe ${name} to ${product.name}`,
    };
    return element(
      'li',
      {},
      button(attributes, () => void ask('POST', subscribe, body, done), `Subscribe ${name}`),
    );
  });
  return element('ul', { class: 'subscribe', 'aria-label': 'Your applications' }, ...items);
}
