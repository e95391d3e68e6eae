import { describe, expect, test } from 'vitest';
import type { Switches } from '../../src/emulator/switches.ts';
import { backend, DORA, MOBILE, SHOP } from './support/backend.ts';
import { external, OPENAPI, published } from './support/bodies.ts';
import { expectDocumented } from './support/documented.ts';

/** Switches for the dashboard with the most visible effects. */
const SWITCHED: Partial<Switches> = {
  listRows: 'partial',
  getReturnsOpenapi: 'none',
  authKeys: 'underscore',
  timestamps: 'unix',
  rowOrder: 'hostile',
  paging: 'ignored',
  maxPageSize: 1,
  defaultPageSize: 10,
  extraFields: true,
  externalLabels: 'keep',
};

const FIELDS = {
  desc: 'Pays',
  labels: { team: 'payments' },
  logo: 'iVBORw==',
  notifications: [],
  status: 'published',
};

describe.each([
  ['default switches', {}],
  ['switches for the dashboard', SWITCHED],
])('API products with %s', (_, switches) => {
  test('a list has whole rows with the number of operations, and no gateway fields', async () => {
    const { emulator, list } = await backend(FIELDS, { switches });
    emulator.store.addProduct('default', external({ status: 'published', server_urls: ['https://b.test'] }));
    const [newest, oldest] = await list('/api/api_products');
    expectDocumented('gatewayProduct', oldest);
    expectDocumented('externalProduct', newest);
    expect(oldest).toMatchObject({
      name: 'Payments API',
      desc: 'Pays',
      labels: { team: 'payments' },
      logo: 'iVBORw==',
      auth: { 'key-auth': { header: 'apikey', query: 'apikey', hide_credentials: false } },
      subscription_auto_approval: false,
      can_view_unsubscribed: true,
      api_count: 1,
      subscription_status: 'unsubscribed',
    });
    expect(newest).toMatchObject({ name: 'Billing API', server_urls: ['https://b.test'], api_count: 0 });
    expect([newest, oldest].filter((row) => 'raw_openapis' in row)).toEqual([]);
  });

  test('a gateway product has the documents of its services, an external product its own', async () => {
    const { emulator, id, call } = await backend(FIELDS, { switches });
    const other = emulator.store.addProduct('default', external({ status: 'published' }));
    const { json } = await call('GET', `/api/api_products/${id}`);
    expectDocumented('gatewayProduct', json);
    expect(json.raw_openapis).toEqual([emulator.store.service('payments').openapi]);
    const { json: document } = await call('GET', `/api/api_products/${other.id}`);
    expectDocumented('externalProduct', document);
    expect(document.raw_openapis).toEqual([OPENAPI]);
  });

  test('pages have the requested size, and the total counts all rows', async () => {
    const { emulator, call } = await backend({}, { switches });
    for (const name of ['A', 'B'])
      emulator.store.addProduct('default', external({ name, status: 'published' }));
    const page = '/api/api_products?page=2&page_size=2&order_by=created_at&direction=asc';
    expect((await call('GET', page)).json).toMatchObject({ total: 3, list: [{ name: 'B' }] });
    expect((await call('GET', '/api/api_products')).json.list).toHaveLength(3);
  });
});

test('lists begin with the row that changed last, unless the request has another order', async () => {
  const { emulator, id, list } = await backend();
  emulator.store.addProduct('default', external({ status: 'published' }));
  emulator.store.alterProduct(id, { desc: 'new' });
  const names = async (query: string) => (await list(`/api/api_products?${query}`)).map(({ name }) => name);
  expect(await names('')).toEqual(['Payments API', 'Billing API']);
  expect(await names('order_by=created_at')).toEqual(['Billing API', 'Payments API']);
  expect(await names('search=bill')).toEqual(['Billing API']);
});

test('a product with only the older server_url has no empty list beside it, on either server', async () => {
  const { emulator, call } = await backend();
  const { id } = emulator.store.addProduct(
    'default',
    external({ status: 'published', server_url: 'https://old.test' }),
  );
  const { json } = await call('GET', `/api/api_products/${id}`);
  expect(json.server_url).toBe('https://old.test');
  expect(json).not.toHaveProperty('server_urls');
  const headers = { 'x-api-key': emulator.token };
  const portal = '90000000-0000-4000-8000-000000000001';
  const answer = await fetch(`${emulator.url}/api/api_products/${id}?portal_id=${portal}`, { headers });
  expect(((await answer.json()) as { value: object }).value).not.toHaveProperty('server_urls');
});

test('can_view_unsubscribed=false shows the product, and its documents only to subscribers', async () => {
  const { id, call, list, subscribe, emulator } = await backend({ can_view_unsubscribed: false });
  const documents = async (developer?: string): Promise<number> =>
    (await call('GET', `/api/api_products/${id}`, undefined, developer)).json.raw_openapis.length;
  expect(await list('/api/api_products', '')).toMatchObject([{ id, can_view_unsubscribed: false }]);
  expect(await documents('')).toBe(0);
  expect(await documents()).toBe(0);
  await subscribe(SHOP);
  expect(await documents()).toBe(0);
  emulator.store.decideApproval(emulator.store.approvals[0]!.id, 'accepted');
  expect(await documents()).toBe(1);
  expect(await documents('')).toBe(0);
});

test('rows have the subscription status of an application, and subscription_status filters by it', async () => {
  const { emulator, list, call } = await backend();
  const free = published('query', emulator, { name: 'Free API', subscription_auto_approval: true }, 'orders');
  const { id } = emulator.store.addProduct('default', free);
  emulator.store.subscribe('shop', id);
  const names = async (query: string, developer = DORA) =>
    (await list(`/api/api_products?${query}`, developer)).map(({ name }) => name);
  expect(await names(`application_id=${SHOP}&subscription_status=subscribed`)).toEqual(['Free API']);
  expect(await names(`application_id=${MOBILE}&subscription_status=subscribed`)).toEqual([]);
  expect(await names(`application_id=${MOBILE}&subscription_status=unsubscribed`)).toHaveLength(2);
  expect(await names('subscription_status=subscribed')).toEqual(['Free API']);
  expect(await list(`/api/api_products?application_id=${SHOP}&search=Free`)).toMatchObject([
    { subscription_status: 'subscribed' },
  ]);
  expect(await names('subscription_status=subscribed', '')).toEqual([]);
  expect((await call('GET', '/api/api_products?subscription_status=maybe')).status).toBe(400);
  expect((await call('GET', '/api/api_products?application_id=none')).status).toBe(404);
});

test.each([
  '/api/api_products?status=draft',
  '/api/api_products?labels[team]=payments',
  '/api/api_products?order_by=name',
  '/api/developers?portal_id=x',
  '/api/developers?order_by=updated_at',
  '/api/applications?developer_id=x',
  '/api/subscriptions?developer_id=x',
  '/api/subscriptions?order_by=updated_at',
  '/api/subscriptions?status=active',
  '/api/approvals?portal_id=x',
  '/api/approvals?event=sign_up',
  '/api/approvals?order_by=created_at',
  '/api/credentials?auth_method=jwt',
  '/api/dcr_providers?issuer=x',
])('a parameter or value that is not documented is refused: %s', async (path) => {
  const { call } = await backend();
  const { status, json } = await call('GET', path);
  expect({ status, json }).toEqual({ status: 400, json: { status: 400, message: expect.any(String) } });
});

test('GET /api/labels/{type} returns the labels in use with their values', async () => {
  const { emulator, call } = await backend({ labels: { team: 'payments', env: 'prod' } });
  emulator.store.addProduct(
    'default',
    published('query', emulator, { name: 'B', labels: { team: 'orders' } }, 'orders'),
  );
  emulator.store.addProduct('default', external({ name: 'Draft', labels: { team: 'hidden' } }));
  expect((await call('GET', '/api/labels/api_product', undefined, '')).json).toEqual({
    team: ['payments', 'orders'],
    env: ['prod'],
  });
  await call('POST', '/api/applications', { name: 'kiosk', labels: { place: 'mall' } });
  expect((await call('GET', '/api/labels/developer_application')).json).toEqual({ place: ['mall'] });
  expect((await call('GET', '/api/labels/developer_credential')).json).toEqual({});
  expect((await call('GET', '/api/labels/service')).status).toBe(400);
});

test('GET /api/dcr_providers shows only the fields that a site needs', async () => {
  const { list } = await backend();
  const [provider, ...others] = await list('/api/dcr_providers', '');
  expectDocumented('dcrProvider', provider);
  expect(provider).toMatchObject({ name: 'keycloak', provider_type: 'oidc' });
  expect(others).toEqual([]);
});

test('GET /api/system_settings/public_access follows the dashboard, and every page of a site needs it', async () => {
  const { emulator, call } = await backend();
  const settings = async () => (await call('GET', '/api/system_settings/public_access', undefined, '')).json;
  expect(await settings()).toEqual({ portal_public_access: true });
  const portal = '90000000-0000-4000-8000-000000000001';
  await fetch(`${emulator.url}/api/portal/system_settings/public_access?portal_id=${portal}`, {
    method: 'PUT',
    headers: { 'x-api-key': emulator.token },
    body: '{"portal_public_access":false}',
  });
  expect(await settings()).toEqual({ portal_public_access: false });
});

test('GET /api/system_settings/smtp_server_status: no mail is sent', async () => {
  const { call } = await backend();
  const { json } = await call('GET', '/api/system_settings/smtp_server_status', undefined, '');
  expect(json).toEqual({ enable: false });
});

test('GET /api/applications/api_calls needs a period, and has no calls', async () => {
  const { call } = await backend();
  const period = '/api/applications/api_calls?start_at=1&end_at=2';
  expect((await call('GET', period)).json).toEqual({ list: [], total: 0 });
  expect((await call('GET', '/api/applications/api_calls?start_at=1')).status).toBe(400);
});

test('developerHeader=required: requests about no developer need one', async () => {
  const { call } = await backend({}, { switches: { developerHeader: 'required' } });
  for (const path of ['/api/api_products', '/api/developers', '/api/approvals']) {
    expect((await call('GET', path, undefined, '')).status).toBe(401);
    expect((await call('GET', path)).status).toBe(200);
  }
});

test('backend=off: a server from before 3.9 serves none of it', async () => {
  const { call } = await backend({}, { switches: { backend: 'off' } });
  expect((await call('GET', '/api/developers')).status).toBe(404);
});
