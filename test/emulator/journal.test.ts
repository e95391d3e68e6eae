import { describe, expect, test } from 'vitest';
import { authGaps } from '../support/auth-gaps.ts';
import { gatherRequests } from '../support/gather-requests.ts';
import { external, gateway, keyAuth, published } from './support/bodies.ts';
import { BOTH, client, emulated, send } from './support/emulated.ts';

describe.each(BOTH)('the journal in the %s dialect', (dialect) => {
  test('holds requests in order, with product, credential header and body', async () => {
    const { emulator, create, products } = await client(dialect);
    const id = await create(external());
    await products('GET', `/${id}`);
    await products('DELETE', '/none');
    const credential = dialect === 'path' ? 'Authorization' : 'X-API-KEY';
    const product = { id, name: 'Billing API' };
    expect(emulator.journal.requests).toMatchObject([
      { n: 1, method: 'POST', status: 200, write: true, credential, product, body: external() },
      { n: 2, method: 'GET', status: 200, write: false, credential, product },
      { n: 3, method: 'DELETE', status: 404, write: true, credential },
    ]);
    expect(emulator.journal.requests[1]?.path).toContain(id);
    expect(emulator.journal.writes().map(({ n }) => n)).toEqual([1, 3]);
  });

  test('a republish: effects, the requests between, and the service without auth', async () => {
    const { emulator, create, products } = await client(dialect);
    const body = published(dialect, emulator);
    const id = await create(body);
    await products('PUT', `/${id}`, { ...body, status: 'draft' });
    await products('GET', `/${id}`);
    await products('PUT', `/${id}`, { ...body, status: 'draft', auth: keyAuth(dialect, { query: 'k' }) });
    await products('PUT', `/${id}`, { ...body, auth: keyAuth(dialect, { query: 'k' }) });
    const { journal } = emulator;
    expect(journal.effects().map(({ kind, request }) => `${request} ${kind}`)).toEqual([
      '1 created',
      '1 published',
      '1 auth-pushed',
      '2 updated',
      '2 unpublished',
      '2 auth-removed',
      '4 updated',
      '5 updated',
      '5 published',
      '5 auth-pushed',
    ]);
    const [, second] = journal.effects('published');
    const [unpublished] = journal.effects('unpublished');
    expect(
      journal.requests.filter(({ n }) => n > unpublished!.request && n < second!.request).map(({ n }) => n),
    ).toEqual([3, 4]);
    const service = emulator.store.linkTo('payments');
    expect(authGaps(journal)).toMatchObject([{ service, because: 'unpublished', from: 2, to: 5 }]);
  });

  test('a service that moves is without auth in between; a released one has no product', async () => {
    const { emulator, create, products } = await client(dialect);
    const body = published(dialect, emulator);
    const id = await create(body);
    const both = [emulator.store.linkTo('payments'), emulator.store.linkTo('orders')];
    await products('PUT', `/${id}`, { ...body, linked_gateway_services: both });
    await products('PUT', `/${id}`, { ...body, linked_gateway_services: both.slice(1) });
    await create(published(dialect, emulator, { name: 'Next API' }));
    await products('DELETE', `/${id}`);
    expect(emulator.journal.effects('auth-removed').map(({ because }) => because)).toEqual([
      'unlinked',
      'deleted',
    ]);
    expect(authGaps(emulator.journal)).toMatchObject([{ service: both[0], from: 3, to: 4 }]);
  });

  test('a product that stays unpublished leaves its service without auth to the end', async () => {
    const { emulator, create } = await client(dialect);
    const id = await create(published(dialect, emulator));
    emulator.store.alterProduct(id, { status: 'draft' });
    expect(authGaps(emulator.journal)).toMatchObject([{ from: 0, to: undefined }]);
  });

  test('drafts and external products push and remove nothing', async () => {
    const { emulator, create, products } = await client(dialect);
    const links = { linked_gateway_services: [emulator.store.linkTo('payments')] };
    const id = await create(gateway(dialect, links));
    await products('DELETE', `/${id}`);
    await create(external({ status: 'published' }));
    const kinds = emulator.journal.effects().map(({ kind }) => kind);
    expect(kinds).toEqual(['created', 'deleted', 'created', 'published']);
  });
});

test('effects behind the client’s back belong to no request', async () => {
  const { store, journal } = await emulated();
  store.addProduct('default', external());
  expect(journal.effects('created')).toMatchObject([{ request: 0 }]);
});

test('does not contain the token', async () => {
  const { url, token, journal } = await emulated();
  await send(`${url}/api/me?key=${token}`, 'GET', undefined, { 'x-api-key': token });
  await send(`${url}/api/me`, 'GET', undefined, { authorization: token });
  await send(`${url}/api/me`, 'GET', undefined, { authorization: `Bearer ${token}` });
  expect(journal.requests.map(({ credential, scheme }) => [credential, scheme])).toEqual([
    ['X-API-KEY', undefined],
    ['Authorization', undefined],
    ['Authorization', 'Bearer'],
  ]);
  expect(JSON.stringify(journal.requests)).not.toContain(token);
});

test('clear() removes entries, and numbers continue', async () => {
  const { url, journal } = await emulated();
  await send(`${url}/one`, 'GET');
  journal.clear();
  await send(`${url}/two`, 'GET');
  expect(journal.requests).toMatchObject([{ n: 2, path: '/two' }]);
});

test('keeps the configured number of requests and effects', async () => {
  const { emulator, create } = await client('query', { journalled: 2 });
  for (const name of ['A', 'B', 'C']) await create(external({ name }));
  expect(emulator.journal.requests.map(({ n }) => n)).toEqual([2, 3]);
  expect(emulator.journal.effects().map(({ request }) => request)).toEqual([2, 3]);
});

test('has the highest number of concurrent requests', async () => {
  const emulator = await emulated();
  gatherRequests(emulator, 3, () => true);
  await Promise.all([1, 2, 3].map(() => send(`${emulator.url}/api/me`, 'GET')));
  await send(`${emulator.url}/api/me`, 'GET');
  expect(emulator.journal.mostInFlight).toBe(3);
});
