import type { PageData, ProductView } from '../../model/portal-view.ts';

/** A value as the page shows it: a list of texts, so that each can be marked as added or removed. */
interface Field {
  readonly key: string;
  readonly heading: string;
  readonly texts: (product: ProductView) => readonly string[];
}

const AUDIENCE_ACCESS = {
  hidden: 'not shown',
  locked: 'shown, documentation locked',
  open: 'shown with documentation',
} as const;

export const AUDIENCE_NAMES = {
  guest: 'Guests',
  developer: 'Logged-in developers',
  subscriber: 'Subscribers',
} as const;

const some = (text: string): readonly string[] => (text === '' ? [] : [text]);

/** What a visitor of the portal sees. */
export const PAGE_FIELDS = [
  { key: 'desc', heading: 'Description', texts: ({ desc }) => some(desc) },
  { key: 'auth', heading: 'Authentication', texts: ({ auth }) => auth },
  { key: 'server_urls', heading: 'Servers', texts: ({ server_urls }) => server_urls },
  {
    key: 'labels',
    heading: 'Labels',
    texts: ({ labels }) => Object.entries(labels).map(([name, value]) => `${name}: ${value}`),
  },
] as const satisfies readonly Field[];

/** What the administrator of the portal sees. */
export const SETTINGS = [
  { key: 'status', heading: 'Status', texts: ({ status }) => [status] },
  {
    key: 'visibility',
    heading: 'Visibility',
    texts: ({ visibility }) => [visibility === 'public' ? 'public' : 'logged-in developers'],
  },
  {
    key: 'access',
    heading: 'Who sees it',
    texts: ({ access }) =>
      (['guest', 'developer', 'subscriber'] as const).map(
        (audience) => `${AUDIENCE_NAMES[audience]}: ${AUDIENCE_ACCESS[access[audience]]}`,
      ),
  },
  {
    key: 'can_view_unsubscribed',
    heading: 'Documentation without a subscription',
    texts: ({ can_view_unsubscribed }) => [can_view_unsubscribed ? 'can be read' : 'locked'],
  },
  {
    key: 'subscription_auto_approval',
    heading: 'Approval of subscriptions',
    texts: ({ subscription_auto_approval }) => [
      subscription_auto_approval ? 'automatic' : 'by an administrator',
    ],
  },
  {
    key: 'subscriptions',
    heading: 'Subscriptions',
    texts: ({ subscriptions: { subscribed, pending } }) => [
      `${subscribed} subscribed${pending > 0 ? `, ${pending} waiting for approval` : ''}`,
    ],
  },
  { key: 'type', heading: 'Type', texts: ({ type }) => [type] },
] as const satisfies readonly Field[];

const OTHERS: readonly Field[] = [
  { key: 'name', heading: 'Name', texts: ({ name }) => [name] },
  { key: 'logo', heading: 'Logo', texts: ({ logo }) => some(logo ?? '') },
  {
    key: 'documents',
    heading: 'Documentation',
    texts: ({ documents }) => documents.map(({ id, title }) => `${id} ${title}`),
  },
];

export type Change = 'added' | 'removed' | 'changed' | 'same';

/** A product before and after; at least one of the two is there. */
export interface Pair {
  readonly id: string;
  readonly before: ProductView | undefined;
  readonly after: ProductView | undefined;
  readonly change: Change;
  /** Headings of the fields that differ. */
  readonly fields: readonly string[];
}

/** The products of both states, in the order of the new state, then those that it no longer has. */
export function pairs({ before, after }: PageData): readonly Pair[] {
  const old = new Map((before ?? after).products.map((product) => [product.id, product]));
  const kept = new Set(after.products.map(({ id }) => id));
  const gone = [...old.values()].filter(({ id }) => !kept.has(id));
  return [
    ...after.products.map((product) => pair(product.id, old.get(product.id), product)),
    ...gone.map((product) => pair(product.id, product, undefined)),
  ];
}

function pair(id: string, before: ProductView | undefined, after: ProductView | undefined): Pair {
  if (before === undefined || after === undefined)
    return { id, before, after, change: before ? 'removed' : 'added', fields: [] };
  const fields = [...OTHERS, ...PAGE_FIELDS, ...SETTINGS]
    .filter(({ texts }) => !equal(texts(before), texts(after)))
    .map(({ heading }) => heading);
  return { id, before, after, change: fields.length > 0 ? 'changed' : 'same', fields };
}

const equal = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, place) => text === other[place]);
