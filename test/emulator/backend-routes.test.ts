import { createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { parseFault } from '../../src/emulator/faults.ts';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { backend, DORA, MOBILE, SHOP } from './support/backend.ts';
import { external, published } from './support/bodies.ts';
import { emulated, PARTNERS, send } from './support/emulated.ts';

test('does not start by default', async () => {
  expect(await emulated()).not.toHaveProperty('backendUrl');
});

test('listens on the port after that of the Admin API, or on another port if that is used', async () => {
  const [port, taken] = await neighbours();
  const portOfBackend = async (): Promise<number> => {
    const emulator = await emulated({ backend: true, port });
    await emulator.close();
    return Number(new URL(emulator.backendUrl ?? '').port);
  };
  expect([0, port, port + 1]).not.toContain(await portOfBackend());
  await new Promise((done) => taken.close(done));
  expect(await portOfBackend()).toBe(port + 1);
});

/** A free port, and a server that uses the next port. */
async function neighbours(): Promise<readonly [number, Server]> {
  const emulator = await startEmulator();
  await emulator.close();
  const port = Number(new URL(emulator.url).port);
  const server = createServer();
  const held = new Promise<boolean>((done) => {
    server.once('error', () => done(false)).listen(port + 1, '127.0.0.1', () => done(true));
  });
  return (await held) ? [port, server] : neighbours();
}

test('requires the token of a portal, and refuses the token of the Admin API', async () => {
  const { emulator } = await backend();
  for (const headers of [
    {},
    { authorization: `Bearer ${emulator.token}` },
    { 'x-api-key': emulator.token },
  ]) {
    const reply = await send(`${emulator.backendUrl}/api/api_products`, 'GET', undefined, headers);
    expect(reply).toMatchObject({ status: 401, json: { status: 401, message: expect.any(String) } });
  }
});

test('returns the published products of its portal, unwrapped, with hyphens in auth types', async () => {
  const { emulator, id, call } = await backend();
  const draft = emulator.store.addProduct('default', external({ name: 'Draft API' }));
  emulator.store.addProduct(PARTNERS, external({ name: 'Foreign API', status: 'published' }));
  expect((await call('GET', '/api/api_products')).json).toMatchObject({ total: 1, list: [{ id }] });
  expect((await call('GET', `/api/api_products/${id}`)).json).toMatchObject({ id, auth: { 'key-auth': {} } });
  expect((await call('GET', `/api/api_products/${draft.id}`)).json).toMatchObject({ status: 404 });
});

test('products for developers who are logged in are hidden from guests and unknown developers', async () => {
  const { call } = await backend({ visibility: 'logged_in' });
  expect((await call('GET', '/api/api_products', undefined, '')).json.total).toBe(0);
  expect((await call('GET', '/api/api_products')).json.total).toBe(1);
  expect((await call('GET', '/api/api_products', undefined, 'nobody')).status).toBe(404);
});

test('an application subscribes, is accepted, and unsubscribes', async () => {
  const { emulator, id, call } = await backend();
  const subscribe = await call('POST', `/api/api_products/${id}/subscriptions`, { application_id: SHOP });
  expect(subscribe).toMatchObject({ status: 201, text: '' });
  const [approval] = (await call('GET', '/api/approvals?status=pending', undefined, '')).json.list;
  expect((await call('POST', `/api/approvals/${approval.id}/accept`, undefined, '')).status).toBe(200);
  const { json } = await call('GET', `/api/subscriptions?api_product_id=${id}&status=subscribed`);
  expect(json).toMatchObject({ total: 1, list: [{ application_id: SHOP, developer_id: DORA }] });
  expect((await call('DELETE', `/api/subscriptions/${json.list[0].id}`)).status).toBe(204);
  expect(emulator.store.subscriptions).toEqual([]);
});

test('several applications subscribe to several products at once', async () => {
  const { emulator, id, call } = await backend();
  const other = published('query', emulator, { name: 'Other API' }, 'orders');
  const products = [id, emulator.store.addProduct('default', other).id];
  const body = { applications: [SHOP, MOBILE], api_products: products };
  expect((await call('POST', '/api/subscriptions', body)).status).toBe(201);
  expect(emulator.store.subscriptions).toHaveLength(4);
});

test('a rejected subscription is deleted, and can be requested again', async () => {
  const { emulator, id, call } = await backend();
  const subscribe = () => call('POST', `/api/api_products/${id}/subscriptions`, { application_id: SHOP });
  await subscribe();
  const [approval] = emulator.store.approvals;
  expect((await call('POST', `/api/approvals/${approval!.id}/reject`)).status).toBe(200);
  expect(emulator.store.subscriptions).toEqual([]);
  expect((await subscribe()).status).toBe(201);
});

test('refuses a subscription without a developer, for the application of another developer, or without a list', async () => {
  const { id, call } = await backend();
  const one = `/api/api_products/${id}/subscriptions`;
  expect((await call('POST', one, { application_id: SHOP }, '')).status).toBe(401);
  expect((await call('POST', one, { application_id: 'other' })).status).toBe(404);
  expect((await call('POST', one, {})).status).toBe(400);
  expect((await call('POST', '/api/subscriptions', { applications: [], api_products: [id] })).status).toBe(
    400,
  );
  expect((await call('GET', '/api/subscriptions')).json.total).toBe(0);
});

test('a developer can create more applications', async () => {
  const { call } = await backend();
  expect(await call('POST', '/api/applications', { name: 'kiosk' })).toMatchObject({
    status: 201,
    json: { name: 'kiosk' },
  });
  expect((await call('POST', '/api/applications', {})).status).toBe(400);
  expect((await call('GET', '/api/applications')).json.total).toBe(3);
});

test('the journal has its requests and their effects, without credentials', async () => {
  const { emulator, id, call } = await backend({ subscription_auto_approval: true });
  const path = `/api/api_products/${id}/subscriptions`;
  await call('POST', path, { application_id: SHOP });
  const { requests } = emulator.journal;
  expect(requests).toMatchObject([{ n: 1, backend: true, method: 'POST', path, status: 201 }]);
  expect(requests).toMatchObject([{ body: { application_id: SHOP }, credential: 'Authorization' }]);
  expect(emulator.journal.effects('subscribed')).toMatchObject([{ request: 1, application: 'shop' }]);
  const login = { type: 'basic-auth', name: 'x', 'basic-auth': { username: 'u', password: 'very-secret' } };
  await call('POST', `/api/applications/${SHOP}/credentials`, login);
  expect(JSON.stringify(emulator.journal.requests)).not.toContain('very-secret');
});

test('faults apply to its requests', async () => {
  const { emulator, subscribe } = await backend();
  emulator.faults.add(parseFault('POST /api/subscriptions: 429 retry-after 2'));
  expect(await subscribe(SHOP)).toMatchObject({ status: 429 });
  expect(emulator.store.subscriptions).toEqual([]);
  expect(await subscribe(SHOP)).toMatchObject({ status: 201 });
});
