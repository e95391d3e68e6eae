import { describe, expect, test } from 'vitest';
import { API_TEAM, external, published } from './support/bodies.ts';
import { BOTH, client, type Client, type Dialect } from './support/emulated.ts';

/** A published product with one active and one pending subscription. */
async function subscribed(dialect: Dialect, options = {}): Promise<Client & { id: string; body: object }> {
  const one = await client(dialect, options);
  const body = published(dialect, one.emulator);
  const id = await one.create(body);
  one.emulator.store.subscribeActively('shop', id);
  one.emulator.store.subscribe('mobile', id);
  return { ...one, id, body };
}

describe.each(BOTH)('subscriptions in the %s dialect', (dialect) => {
  test('unpublishing ends active and pending subscriptions for good', async () => {
    const { emulator, products, id, body } = await subscribed(dialect);
    await products('PUT', `/${id}`, { ...body, status: 'draft' });
    await products('PUT', `/${id}`, body);
    const { store, journal } = emulator;
    expect(store.subscriptionsOf(id)).toEqual({ active: 0, pending: 0 });
    expect(store.endedSubscriptions.map(({ status, because }) => [status, because])).toEqual([
      ['subscribed', 'unpublished'],
      ['wait_for_approval', 'unpublished'],
    ]);
    expect(journal.effects('subscriptions-ended')).toMatchObject([
      { active: 1, pending: 1, product: { id } },
    ]);
    expect(store.approvals.map((row) => row.result)).toEqual(['accepted', 'cancelled']);
  });

  test('deleting ends them and removes the approvals', async () => {
    const { emulator, products, id } = await subscribed(dialect);
    expect((await products('DELETE', `/${id}`)).status).toBe(200);
    expect(emulator.store.subscriptions).toEqual([]);
    expect(emulator.store.approvals).toEqual([]);
    expect(emulator.journal.effects('subscriptions-ended')).toMatchObject([{ active: 1, pending: 1 }]);
  });

  test('an update in place ends none', async () => {
    const { emulator, products, id, body } = await subscribed(dialect);
    expect((await products('PUT', `/${id}`, { ...body, desc: 'new' })).status).toBe(200);
    expect(emulator.store.subscriptionsOf(id)).toEqual({ active: 1, pending: 1 });
  });

  test('a product lists its subscriptions, with the names of the subscribers', async () => {
    const { products, emulator, create, id } = await subscribed(dialect);
    const other = published(dialect, emulator, { name: 'Other API' }, 'orders');
    emulator.store.subscribe('shop', await create(other));
    const { json } = await products(
      'GET',
      `/${id}/subscriptions`,
      undefined,
      'order_by=created_at&direction=asc',
    );
    expect(json.total).toBe(2);
    expect(json.list).toMatchObject([
      { status: 'subscribed', application_name: 'shop', developer_name: 'dora', api_product_id: id },
      { status: 'wait_for_approval', application_name: 'mobile', api_product_name: 'Payments API' },
    ]);
    expect(json.list[1]).not.toHaveProperty('subscribed_at');
  });

  test('the flat list is filtered by product, status, developer and portal', async () => {
    const { call, emulator, create, id } = await subscribed(dialect);
    emulator.store.subscribe(
      'shop',
      await create(published(dialect, emulator, { name: 'Other API' }, 'orders')),
    );
    const total = async (query: string) => (await call('GET', `/api/subscriptions?${query}`)).json.total;
    expect(await total('')).toBe(3);
    expect(await total(`api_product_id=${id}`)).toBe(2);
    expect(await total(`api_product_id=${id}&status=subscribed`)).toBe(1);
    expect(await total('developer_id=nobody')).toBe(0);
    expect(await total('portal_id=nowhere')).toBe(0);
  });

  test('an approval is accepted or rejected, once', async () => {
    const { call, emulator, create } = await client(dialect);
    const id = await create(published(dialect, emulator));
    emulator.store.subscribe('shop', id);
    emulator.store.subscribe('mobile', id);
    const pending =
      '/api/approvals?event=api_product_subscription&status=pending&order_by=applied_at&direction=asc';
    const [first, second] = (await call('GET', pending)).json.list;
    expect(first).toMatchObject({
      resource_name: 'Payments API',
      applicant_name: 'dora',
      portal_name: 'default',
    });
    expect((await call('POST', `/api/approvals/${first.id}/accept`)).status).toBe(200);
    expect((await call('POST', `/api/approvals/${first.id}/accept`)).status).toBe(400);
    expect((await call('POST', `/api/approvals/${second.id}/reject`)).status).toBe(200);
    expect(emulator.store.subscriptionsOf(id)).toEqual({ active: 1, pending: 0 });
    expect((await call('GET', pending)).json.total).toBe(0);
  });

  test('an administrator cancels one', async () => {
    const { call, emulator, id } = await subscribed(dialect);
    const [subscription] = emulator.store.subscriptions;
    expect((await call('DELETE', `/api/subscriptions/${subscription!.id}`)).status).toBe(200);
    expect((await call('DELETE', `/api/subscriptions/${subscription!.id}`)).status).toBe(404);
    expect(emulator.store.subscriptionsOf(id)).toEqual({ active: 0, pending: 1 });
  });

  test('drafts and external products accept no subscriptions, and a second subscription is refused', async () => {
    const { emulator, create, id } = await subscribed(dialect);
    const foreign = await create(external({ status: 'published' }));
    expect(() => emulator.store.subscribe('shop', foreign)).toThrow();
    expect(() => emulator.store.subscribe('shop', id)).toThrow();
    emulator.store.alterProduct(id, { status: 'draft' });
    expect(() => emulator.store.subscribe('shop', id)).toThrow();
  });

  test('contact points are notified of events', async () => {
    const { emulator, create } = await client(dialect);
    const notifications = ['created', 'accepted', 'cancelled'].map((event) => ({
      event: `subscription_approval_${event}`,
      type: 'email',
      contact_point_ids: [API_TEAM],
    }));
    const id = await create(published(dialect, emulator, { notifications }));
    emulator.store.subscribeActively('shop', id);
    emulator.store.alterProduct(id, { status: 'draft' });
    expect(emulator.journal.effects('notified').map((effect) => effect.event)).toEqual([
      'subscription_approval_created',
      'subscription_approval_accepted',
      'subscription_approval_cancelled',
    ]);
  });

  test('a product with automatic approval needs no approval', async () => {
    const { emulator, create } = await client(dialect);
    const id = await create(published(dialect, emulator, { subscription_auto_approval: true }));
    emulator.store.subscribe('shop', id);
    expect(emulator.store.subscriptionsOf(id)).toEqual({ active: 1, pending: 0 });
    expect(emulator.store.approvals).toEqual([]);
  });
});
