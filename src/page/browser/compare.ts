import { AUDIENCES, type PageData, type ProductView } from '../../model/portal-view.ts';

export const AUDIENCE_NAMES = {
  guest: 'Guests',
  developer: 'Logged-in developers',
  subscriber: 'Subscribers',
} as const;

export const AUDIENCE_LABELS = { guest: 'Guest', developer: 'Logged in', subscriber: 'Subscriber' } as const;

const ACCESS = {
  hidden: 'not shown',
  locked: 'documentation locked',
  open: 'documentation open',
} as const;

export interface Field {
  readonly heading: string;
  /** The texts of the value on the page. Each of them can be marked as added or removed. */
  readonly texts: (product: ProductView) => readonly string[];
}

const countsOf = ({ subscribed, pending }: NonNullable<ProductView['subscriptions']>): string =>
  `${subscribed} subscribed${pending > 0 ? `, ${pending} waiting for approval` : ''}`;

const unlessEmpty = (text = ''): readonly string[] => (text === '' ? [] : [text]);

/** The texts of a field that external products lack, since they have no subscriptions. */
const ofGateway =
  (texts: Field['texts']): Field['texts'] =>
  (product) =>
    product.type === 'gateway' ? texts(product) : [];

export const FIELDS = {
  name: { heading: 'Name', texts: ({ name }) => [name] },
  logo: { heading: 'Logo', texts: ({ logo }) => unlessEmpty(logo) },
  desc: { heading: 'Description', texts: ({ desc }) => unlessEmpty(desc) },
  documents: {
    heading: 'Documentation',
    texts: ({ documents }) => documents.map(({ id, title }) => `${id} ${title}`),
  },
  auth: { heading: 'Authentication', texts: ({ auth }) => auth },
  servers: { heading: 'Servers', texts: ({ server_urls }) => server_urls },
  labels: {
    heading: 'Labels',
    texts: ({ labels }) =>
      Object.entries(labels)
        .map(([name, value]) => `${name}: ${value}`)
        .toSorted(),
  },
  status: { heading: 'Status', texts: ({ status }) => [status] },
  visibility: {
    heading: 'Visibility',
    texts: ({ visibility }) => [visibility === 'public' ? 'public' : 'logged-in developers'],
  },
  access: {
    heading: 'Who sees it',
    texts: ({ access, type }) =>
      AUDIENCES.filter((one) => type === 'gateway' || one !== 'subscriber').map(
        (one) => `${AUDIENCE_LABELS[one]}: ${ACCESS[access[one]]}`,
      ),
  },
  unsubscribed: {
    heading: 'Documentation without subscription',
    texts: ofGateway(({ can_view_unsubscribed }) => [can_view_unsubscribed ? 'open' : 'locked']),
  },
  approval: {
    heading: 'Approval',
    texts: ofGateway(({ subscription_auto_approval }) => [
      subscription_auto_approval ? 'automatic' : 'by an administrator',
    ]),
  },
  subscriptions: {
    heading: 'Subscriptions',
    texts: ofGateway(({ subscriptions }) => [
      subscriptions === undefined ? 'unknown' : countsOf(subscriptions),
    ]),
  },
  type: { heading: 'Type', texts: ({ type }) => [type] },
} as const satisfies Readonly<Record<string, Field>>;

export type Side = 'before' | 'after';

export type Change = 'added' | 'removed' | 'changed' | 'same';

/** A product before and after the plan; at least one of the two exists. */
export interface Pair {
  readonly id: string;
  readonly before: ProductView | undefined;
  readonly after: ProductView | undefined;
  readonly change: Change;
  /** The fields that differ. */
  readonly fields: readonly Field[];
}

/** The products of both states: those of the new state in its order, then the removed ones. */
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
  const fields = Object.values<Field>(FIELDS).filter(({ texts }) => !equal(texts(before), texts(after)));
  return { id, before, after, change: fields.length > 0 ? 'changed' : 'same', fields };
}

const equal = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, place) => text === other[place]);
