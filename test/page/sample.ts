import type { PageData, PageSource, ProductView } from '../../src/model/portal-view.ts';

/** A product of a page: published, open to all, without documents, unless the caller says otherwise. */
export function product(name: string, more: Partial<ProductView> = {}): ProductView {
  return {
    id: `id-${name.toLowerCase().replaceAll(/\W/g, '-')}`,
    name,
    type: 'gateway',
    desc: '',
    labels: {},
    status: 'published',
    visibility: 'public',
    subscription_auto_approval: true,
    can_view_unsubscribed: true,
    auth: [],
    server_urls: [],
    access: { guest: 'open', developer: 'open', subscriber: 'open' },
    subscriptions: { subscribed: 0, pending: 0 },
    documents: [],
    ...more,
  };
}

export const openapi = (title: string, more: object = {}): string =>
  JSON.stringify({ openapi: '3.1.0', info: { title, version: '1.0.0' }, paths: {}, ...more });

const PAYMENTS = openapi('Payments API', {
  info: { title: 'Payments API', version: '2.1.0', description: 'Accept **card payments** and refunds.' },
  servers: [{ url: 'https://api.example.com/payments' }],
  paths: {
    '/payments': {
      post: {
        summary: 'Create a payment',
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['amount'],
                properties: { amount: { type: 'integer', example: 1250 }, currency: { type: 'string' } },
              },
            },
          },
        },
        responses: { 201: { description: 'The payment' } },
      },
    },
    '/payments/{id}': {
      get: {
        summary: 'Read a payment',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'The payment' } },
      },
    },
  },
});

export const TEXTS: Readonly<Record<string, string>> = {
  payments1: PAYMENTS,
  payments2: PAYMENTS.replace('2.1.0', '2.2.0').replace('and refunds', ', refunds and disputes'),
  orders1: openapi('Orders API'),
};

const payments = product('Payments', {
  desc: 'Accept card payments. Refunds take up to five working days.',
  labels: { team: 'payments', tier: 'gold' },
  auth: ['key_auth: header "apikey" or query "apikey"'],
  server_urls: ['https://api.example.com/payments'],
  subscriptions: { subscribed: 14, pending: 2 },
  documents: [{ id: 'payments1', title: 'Payments API' }],
});

const orders = product('Orders', {
  desc: 'Read and change the orders of a shop.',
  labels: { team: 'shop' },
  auth: ['basic_auth: user name and password'],
  server_urls: ['https://api.example.com/orders'],
  subscriptions: { subscribed: 3, pending: 0 },
  documents: [{ id: 'orders1', title: 'Orders API' }],
});

const unchanged = ['Customers', 'Invoices', 'Shipping', 'Exchange rates'].map((name) =>
  product(name, { desc: `${name} of the shop.`, documents: [{ id: 'orders1', title: `${name} API` }] }),
);

export const SAMPLE: PageData = {
  portal: 'Acme developer portal',
  notes: ['Before: production, read at 13:11. After: the plan applied to a copy of it by adc 0.1.0.'],
  warnings: [
    {
      kind: 'ends-subscriptions',
      text: 'The change of auth ends 14 subscriptions and 2 pending ones.',
      products: ['Payments'],
    },
    { kind: 'unauthenticated', text: 'Orders will accept unauthenticated requests.', products: ['Orders'] },
  ],
  before: {
    products: [
      payments,
      orders,
      product('Legacy reports', {
        desc: 'Monthly reports as CSV.',
        subscriptions: { subscribed: 1, pending: 0 },
      }),
      ...unchanged,
    ],
  },
  after: {
    products: [
      {
        ...payments,
        desc: 'Accept card payments and bank transfers. Refunds take up to two working days.',
        labels: { team: 'payments', tier: 'platinum' },
        auth: ['dcr: provider "Keycloak"'],
        server_urls: ['https://api.example.com/payments', 'https://eu.example.com/payments'],
        can_view_unsubscribed: false,
        access: { guest: 'locked', developer: 'locked', subscriber: 'open' },
        subscriptions: { subscribed: 0, pending: 0 },
        documents: [{ id: 'payments2', title: 'Payments API' }],
      },
      {
        ...orders,
        auth: [],
        visibility: 'logged_in',
        access: { guest: 'hidden', developer: 'open', subscriber: 'open' },
      },
      product('Webhooks', { desc: 'Events of payments and orders, as they happen.' }),
      ...unchanged,
      product('Loyalty', {
        status: 'draft',
        access: { guest: 'hidden', developer: 'hidden', subscriber: 'hidden' },
      }),
    ],
  },
};

export const sourceOf = (data: PageData, texts = TEXTS): PageSource => ({
  data: () => data,
  document: (id) => texts[id],
});
