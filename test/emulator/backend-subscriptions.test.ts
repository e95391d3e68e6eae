import { describe, expect, test } from 'vitest';
import { backend, DORA, MOBILE, SHOP } from './support/backend.ts';
import { published } from './support/bodies.ts';
import { PARTNERS } from './support/emulated.ts';
import { expectDocumented } from './support/documented.ts';

describe('subscriptions', () => {
  test('GET /api/subscriptions filters by each documented parameter', async () => {
    const { emulator, id, list, subscribe } = await backend();
    const free = published(
      'query',
      emulator,
      { name: 'Free API', subscription_auto_approval: true },
      'orders',
    );
    const other = emulator.store.addProduct('default', free);
    await subscribe(SHOP);
    await subscribe(MOBILE, other.id);
    const of = async (query: string) =>
      (await list(`/api/subscriptions?${query}`)).map((row) => `${row.application_name} ${row.status}`);
    for (const row of await list('/api/subscriptions')) expectDocumented('subscription', row);
    expect(await of('order_by=subscribed_at&direction=asc')).toEqual([
      'shop wait_for_approval',
      'mobile subscribed',
    ]);
    expect(await of('order_by=developer_name')).toHaveLength(2);
    expect(await of(`application_id=${SHOP}`)).toEqual(['shop wait_for_approval']);
    expect(await of(`api_product_id=${other.id}`)).toEqual(['mobile subscribed']);
    expect(await of('status=subscribed')).toEqual(['mobile subscribed']);
    expect(await of('status=subscribed&status=wait_for_approval')).toHaveLength(2);
    expect(await of('search=free')).toEqual(['mobile subscribed']);
    expect(await of(`application_id=${SHOP}&api_product_id=${other.id}`)).toEqual([]);
    expect((await list(`/api/subscriptions?api_product_id=${id}`))[0]).not.toHaveProperty('subscribed_at');
  });

  test('POST /api/subscriptions: all pairs or none', async () => {
    const { emulator, id, call, subscribe } = await backend();
    const other = emulator.store.addProduct(
      'default',
      published('query', emulator, { name: 'Other API' }, 'orders'),
    ).id;
    await subscribe(MOBILE, other);
    const effects = emulator.journal.effects().length;
    const body = { applications: [SHOP, MOBILE], api_products: [id, other] };
    expect((await call('POST', '/api/subscriptions', body)).status).toBe(400);
    expect(emulator.store.subscriptions).toHaveLength(1);
    expect(emulator.store.approvals).toHaveLength(1);
    expect(emulator.journal.effects()).toHaveLength(effects);
  });

  test('an application or product that is named twice is subscribed once', async () => {
    const { emulator, id, call } = await backend();
    const body = { applications: [SHOP, SHOP], api_products: [id, id] };
    expect(await call('POST', '/api/subscriptions', body)).toMatchObject({ status: 201, text: '' });
    expect(emulator.store.subscriptions).toHaveLength(1);
  });

  test('an application of another developer, or an unknown product, subscribes nothing', async () => {
    const { emulator, id, call } = await backend();
    for (const body of [
      { applications: [SHOP, 'none'], api_products: [id] },
      { applications: [SHOP], api_products: [id, 'none'] },
    ])
      expect((await call('POST', '/api/subscriptions', body)).status).toBe(404);
    expect(emulator.store.subscriptions).toEqual([]);
  });
});

describe('approvals', () => {
  test('GET /api/approvals filters by each documented parameter, without a developer', async () => {
    const { emulator, list, call, subscribe } = await backend();
    const other = published('query', emulator, { name: 'Orders API' }, 'orders');
    const { id } = emulator.store.addProduct('default', other);
    for (const [application, product] of [[SHOP], [MOBILE], [SHOP, id]] as const)
      await subscribe(application, product);
    const [first, second] = emulator.store.approvals;
    await call('POST', `/api/approvals/${first!.id}/reject`, undefined, '');
    const of = async (query: string) =>
      (await list(`/api/approvals?${query}`, '')).map((row) => `${row.resource_name} ${row.status}`);
    for (const row of await list('/api/approvals', '')) expectDocumented('approval', row);
    expect(await of('status=pending')).toEqual(['Orders API pending', 'Payments API pending']);
    expect(await of('status=finished&order_by=operated_at')).toEqual(['Payments API finished']);
    expect(await of('result=rejected')).toEqual(['Payments API finished']);
    expect(await of('result=accepted')).toEqual([]);
    expect(await of('event=developer_registration')).toEqual([]);
    expect(await of('event=api_product_subscription')).toHaveLength(3);
    expect(await of('resource_type=developer')).toEqual([]);
    expect(await of('resource_name=Orders API')).toEqual(['Orders API pending']);
    expect(await of('applicant_name=nobody')).toEqual([]);
    expect(await of('operator_name=portal')).toEqual(['Payments API finished']);
    expect(await of('search=orders')).toEqual(['Orders API pending']);
    expect(await of('order_by=resource_name&direction=asc&page=1&page_size=1')).toEqual([
      'Orders API pending',
    ]);
    expect(await list(`/api/approvals?status=pending&search=dora&direction=asc`, '')).toMatchObject([
      { id: second!.id, applicant_id: DORA, resource_type: 'api_product' },
      { resource_id: id },
    ]);
  });

  test('accept and reject store the person and the time of the decision', async () => {
    const { emulator, list, call, subscribe } = await backend();
    for (const application of [SHOP, MOBILE]) await subscribe(application);
    const [first, second] = emulator.store.approvals;
    const metadata = '{"operator_id":"7","operator_name":"Ann"}';
    const accepted = await call('POST', `/api/approvals/${first!.id}/accept`, { metadata }, '');
    expect(accepted).toMatchObject({ status: 200 });
    expect((await call('POST', `/api/approvals/${second!.id}/reject`, undefined, '')).status).toBe(200);
    expect(await list('/api/approvals?order_by=applied_at&direction=asc', '')).toMatchObject([
      {
        result: 'accepted',
        operator_id: 'developer_portal_admin',
        metadata,
        operated_at: expect.any(String),
      },
      { result: 'rejected', operator_id: 'developer_portal_admin', operated_at: expect.any(String) },
    ]);
    expect((await call('POST', `/api/approvals/${first!.id}/accept`, undefined, '')).status).toBe(400);
    expect(emulator.store.subscriptions).toMatchObject([{ application_id: SHOP, status: 'subscribed' }]);
  });

  test('metadata that is no text is refused, and nothing is decided', async () => {
    const { emulator, call, subscribe } = await backend();
    await subscribe(SHOP);
    const path = `/api/approvals/${emulator.store.approvals[0]!.id}/accept`;
    expect((await call('POST', path, { metadata: {} }, '')).status).toBe(400);
    expect(emulator.store.approvals).toMatchObject([{ status: 'pending' }]);
  });

  test('subscriptions of another portal are not found', async () => {
    const { emulator, list, call } = await backend();
    const { store } = emulator;
    const { id } = store.addProduct(PARTNERS, published('query', emulator, { name: 'P' }, 'orders'));
    store.subscribe('shop', id);
    expect(await list('/api/approvals', '')).toEqual([]);
    const path = `/api/approvals/${store.approvals[0]!.id}/accept`;
    expect((await call('POST', path, undefined, '')).status).toBe(404);
  });

  test.each([
    ['on', 200, 200],
    ['dashboard', 200, 404],
    ['backend', 404, 200],
    ['off', 404, 404],
  ] as const)('approvals=%s: %i on the dashboard, %i on the backend', async (approvals, admin, portal) => {
    const { emulator, call, subscribe } = await backend({}, { switches: { approvals } });
    await subscribe(SHOP);
    const { id } = emulator.store.approvals[0]!;
    const headers = { 'x-api-key': emulator.token };
    expect((await fetch(`${emulator.url}/api/approvals`, { headers })).status).toBe(admin);
    expect((await call('GET', '/api/approvals')).status).toBe(portal);
    const accept = `/api/approvals/${id}/accept`;
    if (portal === 404) expect((await call('POST', accept)).status).toBe(404);
    if (admin === 404)
      expect((await fetch(emulator.url + accept, { method: 'POST', headers })).status).toBe(404);
    expect(emulator.store.approvals).toMatchObject([{ status: 'pending' }]);
  });
});
