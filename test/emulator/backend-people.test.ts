import { describe, expect, test } from 'vitest';
import { backend, DORA, MOBILE, SHOP, type Backend } from './support/backend.ts';
import { KEYCLOAK } from './support/bodies.ts';
import { expectDocumented } from './support/documented.ts';

describe('developers', () => {
  test('GET /api/developers lists the developers of the portal, without a developer header', async () => {
    const { list } = await backend();
    const [dora, ...others] = await list('/api/developers?order_by=last_active_at&search=DOR', '');
    expectDocumented('developer', dora);
    expect(dora).toMatchObject({ id: DORA, name: 'dora' });
    expect(others).toEqual([]);
  });

  test('POST and DELETE /api/developers: the caller chooses the id', async () => {
    const { call, list } = await backend();
    const created = await call('POST', '/api/developers', { developer_id: 'org-1' }, '');
    expect(created.status).toBe(201);
    expectDocumented('developer', created.json);
    expect((await list('/api/applications', 'org-1')).length).toBe(0);
    expect((await call('POST', '/api/developers', { developer_id: 'org-1' }, '')).status).toBe(400);
    expect((await call('POST', '/api/developers', { developer_id: 'a/b' }, '')).status).toBe(400);
    expect((await call('POST', '/api/developers', {}, '')).status).toBe(400);
    expect(await call('DELETE', '/api/developers/org-1', undefined, '')).toMatchObject({
      status: 204,
      text: '',
    });
    expect((await call('DELETE', '/api/developers/org-1', undefined, '')).status).toBe(404);
  });

  test('deleting a developer deletes the applications, credentials and subscriptions', async () => {
    const { emulator, call, subscribe } = await backend({ subscription_auto_approval: true });
    await subscribe(SHOP);
    await call('POST', `/api/applications/${SHOP}/credentials`, { type: 'key-auth', name: 'key' });
    expect((await call('DELETE', `/api/developers/${DORA}`, undefined, '')).status).toBe(204);
    const { applications, credentials, subscriptions } = emulator.store.tables;
    expect([applications.all(), credentials.all(), subscriptions.all()]).toEqual([[], [], []]);
    expect(emulator.journal.effects('subscription-cancelled')).toHaveLength(1);
  });
});

describe('applications', () => {
  test('POST echoes name, description and labels; GET, PUT and DELETE take the id', async () => {
    const { call, list } = await backend();
    const body = { name: 'kiosk', desc: 'In malls', labels: { env: 'test' } };
    const created = await call('POST', '/api/applications', body);
    expect(created).toMatchObject({ status: 201, json: body });
    expectDocumented('application', created.json);
    const path = `/api/applications/${created.json.id}`;
    expect((await call('GET', path)).json).toEqual(created.json);
    const changed = await call('PUT', path, { name: 'kiosk 2', desc: '' });
    expect(changed).toMatchObject({
      status: 200,
      json: { name: 'kiosk 2', desc: '', labels: { env: 'test' } },
    });
    expect(await list('/api/applications?labels[env]=test&search=KIOSK')).toEqual([changed.json]);
    expect(await call('DELETE', path)).toMatchObject({ status: 204, text: '' });
    expect((await call('GET', path)).status).toBe(404);
  });

  test('a refused PUT changes nothing', async () => {
    const { call } = await backend();
    const before = (await call('GET', `/api/applications/${SHOP}`)).json;
    const body = { name: 'new', labels: { a: 'two\nlines' } };
    expect((await call('PUT', `/api/applications/${SHOP}`, body)).status).toBe(400);
    expect((await call('GET', `/api/applications/${SHOP}`)).json).toEqual(before);
  });

  test('applications of another developer are not found', async () => {
    const { call } = await backend();
    await call('POST', '/api/developers', { developer_id: 'org-1' });
    for (const [method, body] of [['GET'], ['PUT', { name: 'mine' }], ['DELETE']] as const)
      expect((await call(method, `/api/applications/${SHOP}`, body, 'org-1')).status).toBe(404);
    expect((await call('GET', '/api/applications', undefined, '')).status).toBe(401);
  });

  test('with api_product_id, rows say whether the application has subscribed', async () => {
    const { id, list, subscribe } = await backend();
    await subscribe(SHOP);
    const rows = await list(`/api/applications?api_product_id=${id}&order_by=created_at&direction=asc`);
    expect(rows.map((row) => row.subscription_status)).toEqual(['wait_for_approval', 'unsubscribed']);
    expect((await list('/api/applications'))[0]).not.toHaveProperty('subscription_status');
  });
});

const CREDENTIALS = `/api/applications/${SHOP}/credentials`;
const BASIC = {
  type: 'basic-auth',
  name: 'basic',
  'basic-auth': { username: 'shop', password: 'secret' },
} as const;
const OAUTH = {
  type: 'oauth',
  oauth: { dcr_provider_id: KEYCLOAK, redirect_uris: ['https://shop.test'] },
} as const;

describe('credentials', () => {
  const withAll = (): Promise<Backend> =>
    backend({
      subscription_auto_approval: true,
      auth: { 'key-auth': {}, 'basic-auth': {}, dcr: { dcr_provider_id: KEYCLOAK } },
    });

  test.each([
    ['keyCredential', { type: 'key-auth', name: 'key' }, ['key-auth', 'key']],
    ['basicCredential', BASIC, ['basic-auth', 'password']],
    ['oauthCredential', OAUTH, ['oauth', 'client_secret']],
  ] as const)('%s: the secret is in the response to the POST only', async (shape, body, [type, key]) => {
    const { call, list, subscribe } = await withAll();
    await subscribe(SHOP);
    const created = await call('POST', CREDENTIALS, { ...body, desc: 'd', labels: { env: 'test' } });
    expect(created.status).toBe(201);
    expectDocumented(shape, created.json);
    const secret = created.json[type][key];
    expect(secret).toEqual(expect.any(String));
    const path = `${CREDENTIALS}/${created.json.id}`;
    const read = await call('GET', path);
    expectDocumented(shape, read.json);
    expect(read.text).not.toContain(secret);
    expect(await list(CREDENTIALS)).toEqual([read.json]);
    expect(await list(`/api/credentials?application_id=${SHOP}&auth_method=${type}`)).toEqual([read.json]);
    expect(await list(`/api/credentials?application_id=${MOBILE}`)).toEqual([]);
    expect(read.json).toMatchObject({ application_id: SHOP, application_name: 'shop', type, desc: 'd' });
    expect(await call('DELETE', path)).toMatchObject({ status: 204, text: '' });
    expect((await call('GET', path)).status).toBe(404);
  });

  test('an OAuth credential names its provider, and keeps its client id', async () => {
    const { call, subscribe } = await withAll();
    await subscribe(SHOP);
    const { json } = await call('POST', CREDENTIALS, OAUTH);
    expectDocumented('dcrProvider', json.oauth.dcr_provider);
    expect(json.oauth).toMatchObject({ ...OAUTH.oauth, client_id: expect.any(String) });
    const path = `${CREDENTIALS}/${json.id}`;
    const again = await call('PUT', `${path}/regenerate`, { type: 'oauth' });
    expect(again.json.oauth).toMatchObject({ ...OAUTH.oauth, client_id: json.oauth.client_id });
    expect(again.json.oauth.client_secret).not.toBe(json.oauth.client_secret);
    const changed = await call('PUT', path, { type: 'oauth', oauth: { redirect_uris: ['https://b.test'] } });
    expect(changed.json.oauth.redirect_uris).toEqual(['https://b.test']);
  });

  test('PUT changes name, description and labels; regenerate gives another secret', async () => {
    const { call, subscribe } = await withAll();
    await subscribe(SHOP);
    const { json } = await call('POST', CREDENTIALS, { type: 'key-auth', name: 'key', 'key-auth': null });
    const path = `${CREDENTIALS}/${json.id}`;
    const named = await call('PUT', path, { type: 'key-auth', name: 'other', labels: { env: 'prod' } });
    expect(named).toMatchObject({ status: 200, json: { name: 'other', labels: { env: 'prod' } } });
    const again = await call('PUT', `${path}/regenerate`, { type: 'key-auth' });
    expect(again.status).toBe(200);
    expect(again.json['key-auth'].key).not.toBe(json['key-auth'].key);
    for (const body of [
      { type: 'basic-auth', name: 'x' },
      { type: 'key-auth', name: 'x', 'key-auth': {} },
    ])
      expect((await call('PUT', path, body)).status).toBe(400);
  });

  test('a credential needs an active subscription to a product with its auth type', async () => {
    const { emulator, call, subscribe } = await backend();
    const key = { type: 'key-auth', name: 'key' };
    expect((await call('POST', CREDENTIALS, key)).status).toBe(400);
    await subscribe(SHOP);
    expect((await call('POST', CREDENTIALS, key)).status).toBe(400);
    emulator.store.decideApproval(emulator.store.approvals[0]!.id, 'accepted');
    expect((await call('POST', CREDENTIALS, BASIC)).status).toBe(400);
    expect((await call('POST', CREDENTIALS, OAUTH)).status).toBe(400);
    expect((await call('POST', CREDENTIALS, key)).status).toBe(201);
  });

  test.each([
    [{ type: 'key-auth' }],
    [{ type: 'jwt', name: 'x' }],
    [{ type: 'key-auth', name: 'x', 'key-auth': { key: 'mine' } }],
    [{ type: 'basic-auth', name: 'x', 'basic-auth': { username: 'u' } }],
    [{ type: 'oauth', oauth: { dcr_provider_id: 'none' } }],
  ])('%j is refused', async (body) => {
    const { emulator, call, subscribe } = await withAll();
    await subscribe(SHOP);
    expect((await call('POST', CREDENTIALS, body)).status).toBe(400);
    expect(emulator.store.tables.credentials.all()).toEqual([]);
  });

  test('credentials remain after an unpublish and after the end of the subscription', async () => {
    const { emulator, id, call, list, subscribe } = await withAll();
    await subscribe(SHOP);
    await call('POST', CREDENTIALS, { type: 'key-auth', name: 'key' });
    emulator.store.alterProduct(id, { status: 'draft' });
    expect(await list('/api/credentials?order_by=name')).toMatchObject([{ name: 'key' }]);
  });
});
