import { describe, expect, test } from 'vitest';
import type { SandboxView } from '../../src/model/portal-view.ts';
import { external, gateway } from './support/bodies.ts';
import { emulated, send, sendWith, type Reply } from './support/emulated.ts';

/** A sandbox with the published product `Payments API` and the draft `Billing API`, and its page. */
async function sandbox() {
  const emulator = await emulated({ backend: true });
  const { url, pageKey, store, backendUrl = '' } = emulator;
  const payments = store.addProduct('default', {
    ...gateway('query', { status: 'published', labels: { 'managed-by': 'adc/acme' } }),
    linked_gateway_services: [store.linkTo('payments')],
  });
  const billing = store.addProduct('default', external());
  const page = (address: string) => ({ origin: address, 'x-adc-key': pageKey });
  const act = (method: string, path: string, body?: unknown): Promise<Reply> =>
    sendWith(`${url}/adc-dev/${path}`, method, page(url), body);
  const state = async (): Promise<SandboxView> => (await send(`${url}/adc-dev/state`, 'GET')).json.value;
  return { ...emulator, backendUrl, payments, billing, page, act, state };
}

describe('the state', () => {
  test('has products, services, applications and subscriptions, and no secret', async () => {
    const { state, store, token, portalToken, pageKey, payments } = await sandbox();
    store.subscribeActively('shop', 'Payments API');
    store.subscribe('mobile', 'Payments API');
    const view = await state();
    expect(view.portals).toEqual(['default', 'default-partners']);
    expect(view.products).toEqual([
      {
        id: payments.id,
        portal: 'default',
        name: 'Payments API',
        type: 'gateway',
        desc: '',
        labels: { 'managed-by': 'adc/acme' },
        status: 'published',
        visibility: 'public',
        subscription_auto_approval: false,
        can_view_unsubscribed: true,
        auth: ['key_auth'],
      },
      expect.objectContaining({ name: 'Billing API', type: 'external', status: 'draft', auth: [] }),
    ]);
    expect(view.services).toContainEqual({
      name: 'default/payments',
      hosts: ['payments.example.com', 'pay.example.com'],
      product: 'Payments API',
      auth: ['key_auth'],
    });
    expect(view.services).toContainEqual(
      expect.objectContaining({ name: 'default/protected', auth: ['key-auth'] }),
    );
    expect(view.services).toContainEqual(expect.objectContaining({ name: 'default-2/payments', auth: [] }));
    expect(view.applications.map(({ name, developer, portal }) => [name, developer, portal])).toEqual([
      ['shop', 'dora', 'default'],
      ['mobile', 'dora', 'default'],
    ]);
    const pending = store.approvals.find(({ status }) => status === 'pending');
    expect(view.subscriptions).toMatchObject([
      { application: view.applications[0]?.id, product: payments.id, status: 'subscribed' },
      {
        application: view.applications[1]?.id,
        product: payments.id,
        status: 'wait_for_approval',
        approval: pending?.id,
      },
    ]);
    for (const secret of [token, portalToken, pageKey]) expect(JSON.stringify(view)).not.toContain(secret);
  });

  test('has the last hundred requests, newest first, including requests with faults', async () => {
    const { state, url, token, faults } = await sandbox();
    const read = (path: string): Promise<Reply> => send(url + path, 'GET', undefined, { 'x-api-key': token });
    for (let n = 1; n <= 99; n += 1) await read('/api/portals');
    faults.add({ on: {}, do: { kind: 'close-before' } });
    await read('/api/portals?name=a').catch(() => undefined);
    await read('/api/nothing');
    const { requests } = await state();
    expect(requests).toHaveLength(100);
    expect(requests.slice(0, 2)).toEqual([
      { n: 101, method: 'GET', path: '/api/nothing', status: 404, struck: false },
      { n: 100, method: 'GET', path: '/api/portals?name=a', status: 0, struck: true },
    ]);
    expect(requests.at(-1)?.n).toBe(2);
  });
});

describe('an action', () => {
  test('publishes and edits a product', async () => {
    const { act, billing, store } = await sandbox();
    expect(await act('PUT', `products/${billing.id}`, { status: 'published', desc: 'Bills' })).toMatchObject({
      status: 200,
      json: { value: { name: 'Billing API', status: 'published' } },
    });
    expect(store.product(billing.id).fields).toMatchObject({ status: 'published', desc: 'Bills' });
  });

  test('subscribes, and accepts or rejects the approval', async () => {
    const { act, payments, store, state } = await sandbox();
    const statuses = () => store.subscriptions.map(({ status }) => status);
    const pending = async () => (await state()).subscriptions.flatMap(({ approval }) => approval ?? []);
    for (const application of ['shop', 'mobile'])
      await act('POST', 'subscriptions', { application, api_product: payments.id });
    expect(statuses()).toEqual(['wait_for_approval', 'wait_for_approval']);
    const [first, second] = await pending();
    await act('POST', `approvals/${first}/accept`);
    await act('POST', `approvals/${second}/reject`);
    expect(statuses()).toEqual(['subscribed']);
    expect(await pending()).toEqual([]);
  });

  test('makes the next request fail, and cancels that', async () => {
    const { act, state, url, token } = await sandbox();
    await act('POST', 'faults', { fault: 'GET /api/portals: 502' });
    await act('POST', 'faults', { fault: 'write: 429 x2' });
    expect((await state()).faults).toEqual(['GET /api/portals: 502', 'write: 429 x2']);
    expect((await send(`${url}/api/portals`, 'GET', undefined, { 'x-api-key': token })).status).toBe(502);
    expect((await state()).faults).toEqual(['write: 429 x2']);
    await act('DELETE', 'faults');
    expect((await state()).faults).toEqual([]);
  });

  test.each([
    ['auth is locked', { auth: { 'key-auth': { header: 'other' } } }, 'unpublish it first'],
    ['a name is empty', { name: '' }, 'name must have 1 to 100 characters'],
    ['a field is of another type', { server_urls: [] }, 'is not allowed'],
  ])('is refused with the reason where %s, and changes nothing', async (_, body, why) => {
    const { act, payments, store } = await sandbox();
    const { status, json } = await act('PUT', `products/${payments.id}`, body);
    expect({ status, json }).toEqual({ status: 400, json: { error_msg: expect.stringContaining(why) } });
    expect(store.product(payments.id)).toEqual(payments);
  });

  test('is refused for missing resources and invalid values', async () => {
    const { act, billing, store } = await sandbox();
    expect((await act('PUT', 'products/none', {})).status).toBe(404);
    expect((await act('POST', 'approvals/none/accept')).status).toBe(404);
    expect((await act('POST', 'faults', { fault: 'PUT: sometimes' })).json.error_msg).toContain('sometimes');
    const { json } = await act('POST', 'subscriptions', { application: 'shop', api_product: billing.id });
    expect(json.error_msg).toBe('external API products have no subscriptions');
    expect(store.subscriptions).toEqual([]);
  });
});

describe('only the page of this process changes anything', () => {
  const WRONG: readonly [string, (own: { origin: string; 'x-adc-key': string }) => object, number][] = [
    ['another origin', (own) => ({ ...own, origin: 'http://evil.test' }), 403],
    ['the origin of another port', (own) => ({ ...own, origin: 'http://127.0.0.1:1' }), 403],
    [
      'another name of this machine',
      (own) => ({ ...own, origin: own.origin.replace('127.0.0.1', 'localhost') }),
      403,
    ],
    ['no origin', (own) => ({ 'x-adc-key': own['x-adc-key'] }), 403],
    ['the origin null', (own) => ({ ...own, origin: 'null' }), 403],
    ['no key', ({ origin }) => ({ origin }), 403],
    ['the wrong key', (own) => ({ ...own, 'x-adc-key': `${own['x-adc-key'].slice(1)}A` }), 403],
    ['the token in place of the key', ({ origin }) => ({ origin, 'x-api-key': 'a7ee-dev' }), 403],
    ['neither origin nor key nor token', () => ({}), 401],
    // DNS rebinding: the browser treats both as the same origin.
    ['a foreign host', (own) => ({ ...own, host: 'evil.test', origin: 'http://evil.test' }), 403],
    [
      'a foreign host and the token',
      () => ({ host: 'evil.test', origin: 'http://evil.test', 'x-api-key': 'a7ee-dev' }),
      403,
    ],
  ];

  test.each(WRONG)('with %s it is refused', async (_, headers, status) => {
    const { url, backendUrl, page, payments, store, faults } = await sandbox();
    const sends: readonly [string, string, object][] = [
      ['PUT', `${url}/adc-dev/products/${payments.id}`, { status: 'draft' }],
      ['POST', `${url}/adc-dev/faults`, { fault: '*: 502' }],
      ['POST', `${url}/adc-dev/subscriptions`, { application: 'shop', api_product: payments.id }],
      ['POST', `${backendUrl}/adc-dev/subscriptions`, { application: 'shop', api_product: payments.id }],
    ];
    for (const [method, address, body] of sends) {
      const wrong = headers(page(new URL(address).origin)) as Record<string, string>;
      expect((await sendWith(address, method, wrong, body)).status).toBe(status);
    }
    expect(store.products).toContainEqual(payments);
    expect(store.subscriptions).toEqual([]);
    expect(faults.waiting).toEqual([]);
  });

  test('a GET with any query or body changes nothing', async () => {
    const { url, page, store, payments, faults } = await sandbox();
    const paths = [`products/${payments.id}`, 'subscriptions', 'approvals', 'approvals/x/accept', 'faults'];
    for (const path of paths)
      for (const method of ['GET', 'HEAD'])
        expect((await sendWith(`${url}/adc-dev/${path}?status=draft`, method, page(url))).status).toBe(405);
    expect(store.products).toContainEqual(payments);
    expect(faults.waiting).toEqual([]);
  });

  test('serves the state only for host names of this machine', async () => {
    const { url } = await sandbox();
    for (const host of ['evil.test', `evil.test:${new URL(url).port}`, 'localhost'])
      expect((await sendWith(`${url}/adc-dev/state`, 'GET', { host })).status).toBe(403);
    const { port } = new URL(url);
    expect((await sendWith(`${url}/adc-dev/state`, 'GET', { host: `localhost:${port}` })).status).toBe(200);
  });

  test('the portal subscribes, and has no other action', async () => {
    const { backendUrl, page, payments, store } = await sandbox();
    const act = (method: string, path: string, body: object): Promise<Reply> =>
      sendWith(`${backendUrl}/adc-dev/${path}`, method, page(backendUrl), body);
    const body = { application: 'shop', api_product: payments.id };
    expect((await act('POST', 'subscriptions', body)).status).toBe(200);
    expect((await act('POST', 'approvals', { all: true })).status).toBe(404);
    expect(store.subscriptions).toMatchObject([{ status: 'wait_for_approval' }]);
  });

  test('each process has a different key', async () => {
    const [one, other] = await Promise.all([emulated(), emulated()]);
    expect(one.pageKey).not.toBe(other.pageKey);
    expect(one.pageKey.length).toBeGreaterThan(40);
  });
});
