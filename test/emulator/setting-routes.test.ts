import { describe, expect, test } from 'vitest';
import { gateway, KEYCLOAK, keyAuth } from './support/bodies.ts';
import { BOTH, client, emulated, PARTNERS, PORTAL, send, type Reply } from './support/emulated.ts';

const DORA = 'de000000-0000-4000-8000-000000000001';

/** A dashboard with a client that logs in with user and password, like API7's own clients. */
async function dashboard() {
  const emulator = await emulated({ backend: true });
  const authorization = `Basic ${btoa('admin:admin')}`;
  const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
    send(emulator.url + path, method, body, { authorization });
  const ok = async (method: string, path: string, body?: unknown) => {
    const { status, text, json } = await call(method, path, body);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return json?.value;
  };
  return { emulator, call, ok };
}

test('POST /api/portals creates a portal, and accepts the older key of its address', async () => {
  const { ok, call } = await dashboard();
  const body = { name: 'extra', labels: { env: 'prod' } };
  const portal = await ok('POST', '/api/portals', { ...body, public_url: 'https://a.test' });
  expect(portal).toMatchObject({ ...body, public_url: 'https://a.test', id: expect.any(String) });
  expect((await ok('POST', '/api/portals', { name: 'b', domain: 'b.test' })).public_url).toBe('b.test');
  expect(await ok('GET', `/api/portals/${portal.id}`)).toEqual(portal);
  expect((await call('POST', '/api/portals', {})).status).toBe(400);
});

test('POST /api/portal/tokens issues a token for the backend, and shows it once', async () => {
  const { emulator, ok, call } = await dashboard();
  const { id } = await ok('POST', '/api/portals', { name: 'extra' });
  const { token } = await ok('POST', `/api/portal/tokens?portal_id=${id}`, { name: 'site', expires_at: 0 });
  expect(token).toMatch(/^a7prt-/);
  const authorization = `Bearer ${token}`;
  const developers = await send(`${emulator.backendUrl}/api/developers`, 'GET', undefined, { authorization });
  expect(developers.json).toEqual({ list: [], total: 0 });
  expect((await call('GET', '/api/portals')).text).not.toContain(token);
  expect((await call('POST', '/api/portal/tokens', { name: 'site' })).status).toBe(400);
  expect((await call('POST', '/api/portal/tokens?portal_id=none', { name: 'site' })).status).toBe(404);
});

test('PUT /api/portal/system_settings/public_access is of one portal', async () => {
  const { emulator, ok, call } = await dashboard();
  const path = `/api/portal/system_settings/public_access?portal_id=${PORTAL}`;
  await ok('PUT', path, { portal_public_access: false });
  expect(emulator.store.portal('default').public_access).toBe(false);
  expect(emulator.store.portal(PARTNERS)).not.toHaveProperty('public_access');
  expect((await call('PUT', path, { portal_public_access: 'no' })).status).toBe(400);
});

test('POST /api/developers/invites and DELETE /api/developers/{id}', async () => {
  const { ok, call } = await dashboard();
  const invited = { username: 'dan', password: 'secret' };
  const { developer_id: id } = await ok('POST', `/api/developers/invites?portal_id=${PORTAL}`, invited);
  const list = (await call('GET', `/api/developers?portal_id=${PORTAL}&search=dan`)).json;
  expect(list).toMatchObject({ total: 1, list: [{ id, developer_id: id, name: 'dan' }] });
  await ok('DELETE', `/api/developers/${id}`);
  expect((await call('DELETE', `/api/developers/${id}`)).status).toBe(404);
});

test('gateway groups, services and DCR providers are created, used and deleted', async () => {
  const { emulator, ok, call } = await dashboard();
  const group = await ok('POST', '/api/gateway_groups', { type: 'api7_gateway', name: 'edge' });
  const services = `/apisix/admin/services`;
  const body = { name: 'edge-api', type: 'http', hosts: ['a.test'], plugins: {}, labels: { a: 'b' } };
  const service = await ok('POST', `${services}?gateway_group_id=${group.id}`, body);
  expect(service).toMatchObject({ ...body, gateway_group_id: group.id });
  await ok('PUT', `/api/gateway_groups/${group.id}/services/${service.id}/oas`, {
    raw_openapi: 'openapi: 3.0.3',
  });
  const provider = await ok('POST', '/api/dcr_providers', {
    name: 'okta',
    provider_type: 'http_bridge',
    issuer: 'https://okta.test',
    headers: { Authorization: 'secret' },
  });
  expect(provider).toMatchObject({ provider_type: 'http_bridge', issuer: 'https://okta.test' });
  expect((await call('GET', '/api/dcr_providers')).text).not.toContain('secret');
  const product = await ok('POST', `/api/api_products?portal_id=${PORTAL}`, {
    ...gateway('query'),
    auth: { dcr: { dcr_provider_id: provider.id } },
    linked_gateway_services: [{ gateway_group_id: group.id, service_id: service.id }],
  });
  const paths = [
    `/api/gateway_groups/${group.id}`,
    `${services}/${service.id}?gateway_group_id=${group.id}`,
    `/api/dcr_providers/${provider.id}`,
  ];
  for (const path of paths) expect((await call('DELETE', path)).status).toBe(400);
  emulator.store.removeProduct(product.id);
  for (const path of [paths[1], paths[0], paths[2]]) await ok('DELETE', path ?? '');
  for (const path of paths) expect((await call('DELETE', path)).status).toBe(404);
});

test.each([
  '/apisix/admin/routes?gateway_group_id=default',
  '/apisix/admin/ssls',
  '/api/portal/login_options',
])('%s: objects without effect are kept, listed and deleted', async (address) => {
  const { ok, call } = await dashboard();
  const body = { name: 'test', paths: ['/get'] };
  const made = await ok('POST', address, body);
  expect(made).toMatchObject({ ...body, id: expect.any(String) });
  expect((await call('GET', address)).json).toEqual({ list: [made], total: 1 });
  const item = `${address.split('?')[0]}/${made.id}`;
  await ok('DELETE', item);
  expect((await call('DELETE', item)).status).toBe(404);
  expect((await call('PATCH', item, [])).status).toBe(405);
});

test.each(['/api/license', '/api/password', '/api/system_settings'])('PUT %s is accepted', async (path) => {
  const { ok, call } = await dashboard();
  expect(await ok('PUT', path, { data: 'x' })).toEqual({});
  expect((await call('PUT', path, '[]')).status).toBe(400);
});

test('POST /api/login returns a session for the right password', async () => {
  const emulator = await emulated();
  const logIn = (password: string) =>
    send(`${emulator.url}/api/login`, 'POST', { username: 'admin', password });
  expect((await logIn('wrong')).status).toBe(401);
  const { status, headers } = await logIn('admin');
  expect(status).toBe(200);
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await send(`${emulator.url}/api/me`, 'GET', undefined, { cookie })).status).toBe(200);
  expect((await send(`${emulator.url}/api/me`, 'GET', undefined, { cookie: 'X-API-KEY=no' })).status).toBe(
    401,
  );
  expect((await send(`${emulator.url}/api/me`, 'GET')).status).toBe(401);
  const authorization = `Basic ${btoa('admin:admin')}`;
  expect((await send(`${emulator.url}/api/me`, 'GET', undefined, { cookie, authorization })).status).toBe(
    200,
  );
  expect(JSON.stringify(emulator.journal.requests)).not.toContain('"password"');
});

describe.each(BOTH)('developers and applications in the %s dialect', (dialect) => {
  const path =
    dialect === 'path' ? `/api/portals/${PORTAL}/developers` : `/api/developers?portal_id=${PORTAL}`;

  test('the developers of a portal have their id under both names', async () => {
    const { call } = await client(dialect);
    const { json } = await call('GET', path);
    expect(json).toMatchObject({ total: 1, list: [{ id: DORA, developer_id: DORA, name: 'dora' }] });
    const other = dialect === 'path' ? BOTH[1] : BOTH[0];
    expect((await (await client(other)).call('GET', path)).status).toBe(401);
    expect((await call('GET', path.replace(PORTAL, 'none'))).status).toBe(404);
  });

  test('applications are on the dashboard in the path dialect only', async () => {
    const { call } = await client(dialect);
    const { status, json } = await call('GET', `/api/applications?developer_id=${DORA}&search=shop`);
    expect(status).toBe(dialect === 'path' ? 200 : 401);
    if (dialect === 'path') expect(json).toMatchObject({ total: 1, list: [{ developer_id: DORA }] });
  });

  test('name= finds gateway groups, services and portals exactly, also beside search=', async () => {
    const { call } = await client(dialect);
    for (const list of [
      '/api/gateway_groups?',
      '/api/portals?',
      '/apisix/admin/services?gateway_group_id=default&',
    ]) {
      const name = list.includes('services') ? 'payments' : 'default';
      const { json } = await call('GET', `${list}search=${name}&name=${name}`);
      expect(json.list.map((row: { name: string }) => row.name)).toEqual([name]);
      expect((await call('GET', `${list}search=${name}`)).json.total).toBe(2);
    }
  });

  test('subscriptions are filtered by application, and ordered as documented', async () => {
    const { call, emulator, create } = await client(dialect);
    const id = await create(
      gateway(dialect, { auth: keyAuth(dialect), status: 'published', ...linked(emulator) }),
    );
    for (const name of ['shop', 'mobile']) emulator.store.subscribe(name, id);
    const shop = emulator.store.application('shop').id;
    const of = async (query: string) => (await call('GET', `/api/subscriptions?${query}`)).json.list;
    expect(await of(`application_id=${shop}`)).toMatchObject([{ application_name: 'shop' }]);
    expect(await of('order_by=developer_name&direction=asc')).toHaveLength(2);
    expect(await of(`portal_id=${PARTNERS}`)).toEqual([]);
    expect(await of(`developer_id=${DORA}&search=mobile`)).toMatchObject([{ application_name: 'mobile' }]);
  });
});

function linked({ store }: Awaited<ReturnType<typeof emulated>>): object {
  return { linked_gateway_services: [store.linkTo('payments')] };
}

test('a refused write leaves nothing behind', async () => {
  const { emulator, call } = await dashboard();
  const before = JSON.stringify(Object.values(emulator.store.tables).map((table) => table.all()));
  for (const [path, body] of [
    ['/api/portals', { name: 'x', labels: { a: 1 } }],
    ['/api/portals', { name: 'x', public_url: 1 }],
    ['/api/gateway_groups', { name: '' }],
    ['/api/dcr_providers', { name: 'x', issuer: 1 }],
    ['/apisix/admin/services?gateway_group_id=default', { name: 'x', hosts: 'a.test' }],
    ['/apisix/admin/services?gateway_group_id=none', { name: 'x' }],
  ] as const)
    expect((await call('POST', path, body)).status).toBeGreaterThanOrEqual(400);
  expect(JSON.stringify(Object.values(emulator.store.tables).map((table) => table.all()))).toBe(before);
  expect(emulator.store.tables.dcr_providers.all().map(({ id }) => id)).toEqual([KEYCLOAK]);
});
