import { describe, expect, test } from 'vitest';
import { completeSwitches, parseSwitch, SWITCH_TABLE } from '../../src/emulator/switches.ts';
import { external, gateway, keyAuth, OPENAPI, published } from './support/bodies.ts';
import { BOTH, client, emulated, PORTAL, send } from './support/emulated.ts';

describe('parseSwitch', () => {
  test.each([
    ['putSemantics=merge', { putSemantics: 'merge' }],
    ['maxPageSize=5', { maxPageSize: 5 }],
    ['linkConflictStatus=400', { linkConflictStatus: 400 }],
    ['defaultPageSize=10', { defaultPageSize: 10 }],
    ['requireOpenapi=true', { requireOpenapi: true }],
    ['warningMsg=a=b', { warningMsg: 'a=b' }],
    ['warningMsg=', { warningMsg: '' }],
  ])('%s', (text, expected) => {
    expect(parseSwitch(text)).toEqual(expected);
  });

  test.each([
    '',
    'putSemantics',
    'putSemantics=patch',
    'maxPageSize=0',
    'maxPageSize=1e2',
    'toString=1',
    'nope=1',
  ])('"%s" is refused', (text) => {
    expect(() => parseSwitch(text)).toThrow(`"${text}"`);
  });

  test('every default is an allowed value of its switch', () => {
    for (const [name, row] of Object.entries(SWITCH_TABLE)) {
      expect(parseSwitch(`${name}=${row.fallback}`)).toEqual({ [name]: row.fallback });
      expect(row.about).not.toBe('');
    }
  });

  test('given values override the defaults', () => {
    expect(completeSwitches({ version: '4' })).toMatchObject({ version: '4', putSemantics: 'replace' });
  });
});

describe.each(BOTH)('switches in the %s dialect', (dialect) => {
  test('putSemantics=replace: omitted fields are lost, and a missing status unpublishes', async () => {
    const { create, products, get, emulator } = await client(dialect);
    const body = published(dialect, emulator, {
      desc: 'old',
      visibility: 'logged_in',
      can_view_unsubscribed: false,
    });
    const id = await create(body);
    const { name, auth } = body;
    expect((await products('PUT', `/${id}`, { name, auth })).status).toBe(200);
    expect(await get(id)).toMatchObject({
      status: 'draft',
      desc: '',
      visibility: 'public',
      can_view_unsubscribed: true,
      linked_gateway_services: [],
    });
    expect((await products('PUT', `/${id}`, { name })).status).toBe(400);
    expect((await products('PUT', `/${id}`, { auth })).status).toBe(400);
  });

  test('putSemantics=replace: an OpenAPI document that is left out is lost', async () => {
    const { create, products, get } = await client(dialect);
    const id = await create(external());
    await products('PUT', `/${id}`, { name: 'Billing API' });
    expect((await get(id)).raw_openapi).toBe('');
  });

  test('putSemantics=merge: omitted fields are kept', async () => {
    const { create, products, get, emulator } = await client(dialect, {
      switches: { putSemantics: 'merge' },
    });
    const id = await create(published(dialect, emulator, { desc: 'old' }));
    const before = await get(id);
    expect((await products('PUT', `/${id}`, { visibility: 'logged_in' })).status).toBe(200);
    expect(await get(id)).toEqual({ ...before, visibility: 'logged_in', updated_at: expect.any(String) });
    expect((await products('PUT', `/${id}`, { linked_gateway_services: [], status: 'draft' })).status).toBe(
      200,
    );
    expect((await get(id)).linked_gateway_services).toEqual([]);
  });

  test('authEcho: bare as written, defaulted with the defaults filled in', async () => {
    const bare = await client(dialect);
    const id = await bare.create(gateway(dialect, { auth: keyAuth(dialect, { query: 'k' }) }));
    expect((await bare.get(id)).auth).toEqual(keyAuth(dialect, { query: 'k' }));
    const filled = await client(dialect, { switches: { authEcho: 'defaulted' } });
    const other = await filled.create(gateway(dialect, { auth: keyAuth(dialect, { query: 'k' }) }));
    expect((await filled.get(other)).auth).toEqual(
      keyAuth(dialect, { header: 'apikey', query: 'k', hide_credentials: false }),
    );
  });

  test('authEcho: unchanged auth is no change; an equal auth in another form is accepted only if defaults are returned', async () => {
    const full = keyAuth(dialect, { header: 'apikey', query: 'apikey', hide_credentials: false });
    for (const [authEcho, status] of [
      ['bare', 400],
      ['defaulted', 200],
    ] as const) {
      const { create, get, products, emulator } = await client(dialect, { switches: { authEcho } });
      const body = published(dialect, emulator);
      const id = await create(body);
      const { auth } = await get(id);
      expect((await products('PUT', `/${id}`, { ...body, auth })).status).toBe(200);
      expect((await products('PUT', `/${id}`, { ...body, auth: full })).status).toBe(status);
    }
  });

  test.each([
    ['hyphen', 'key-auth'],
    ['underscore', 'key_auth'],
    ['dialect', dialect === 'path' ? 'key_auth' : 'key-auth'],
  ] as const)('authKeys=%s answers %s', async (authKeys, key) => {
    const { create, get } = await client(dialect, { switches: { authKeys } });
    const id = await create(gateway(dialect));
    expect((await get(id)).auth).toEqual({ [key]: {} });
  });

  test('authKeys: a server that shows one spelling takes both, but never both at once', async () => {
    const { create, products } = await client(dialect, { switches: { authKeys: 'hyphen' } });
    await create(gateway(dialect, { auth: { basic_auth: {} } }));
    await create(gateway(dialect, { auth: { 'basic-auth': {} } }));
    const twice = gateway(dialect, { auth: { 'key-auth': {}, key_auth: {} } });
    expect((await products('POST', '', twice)).status).toBe(400);
  });

  test('authEchoLocks: the unchanged auth is refused while published, left out it is kept', async () => {
    const { create, get, products, emulator } = await client(dialect, { switches: { authEchoLocks: true } });
    const body = published(dialect, emulator);
    const { auth, ...rest } = body;
    const id = await create(body);
    expect((await products('PUT', `/${id}`, body)).status).toBe(400);
    expect((await products('PUT', `/${id}`, { ...rest, desc: 'new' })).status).toBe(200);
    expect(await get(id)).toMatchObject({ auth, desc: 'new', status: 'published' });
    expect((await products('PUT', `/${id}`, { ...rest, status: 'draft' })).status).toBe(200);
    expect((await products('PUT', `/${id}`, body)).status).toBe(200);
  });

  test('timestamps=unix', async () => {
    const { create, get } = await client(dialect, { switches: { timestamps: 'unix' } });
    expect(await get(await create(external()))).toMatchObject({ created_at: expect.any(Number) });
  });

  test('getReturnsOpenapi: under either key, or not at all', async () => {
    const shown = async (getReturnsOpenapi: 'raw_openapi' | 'raw_openapis' | 'none') => {
      const { create, get } = await client(dialect, { switches: { getReturnsOpenapi } });
      const { raw_openapi, raw_openapis } = await get(await create(external()));
      return { raw_openapi, raw_openapis };
    };
    expect(await shown('raw_openapi')).toEqual({ raw_openapi: OPENAPI });
    expect(await shown('raw_openapis')).toEqual({ raw_openapis: [OPENAPI] });
    expect(await shown('none')).toEqual({});
  });

  test('getReturnsOpenapi=raw_openapis: gateway products show the documents of their services', async () => {
    const { create, get, emulator } = await client(dialect, {
      switches: { getReturnsOpenapi: 'raw_openapis' },
    });
    const id = await create(published(dialect, emulator));
    expect((await get(id)).raw_openapis).toEqual([expect.stringContaining('title: payments')]);
  });

  test('linkConflictStatus and lockedAuthStatus', async () => {
    const switches = { linkConflictStatus: 400, lockedAuthStatus: 409 } as const;
    const { create, products, emulator } = await client(dialect, { switches });
    const body = published(dialect, emulator);
    const id = await create(body);
    expect((await products('POST', '', body)).status).toBe(400);
    expect((await products('PUT', `/${id}`, { ...body, auth: { dcr: {} } })).status).toBe(400);
    expect(
      (await products('PUT', `/${id}`, { ...body, auth: keyAuth(dialect, { query: 'k' }) })).status,
    ).toBe(409);
    expect((await products('PUT', `/${id}`, { ...body, auth: undefined })).status).toBe(409);
  });

  test.each([
    ['empty', ''],
    ['object', '{}'],
  ] as const)('deleteBody=%s', async (deleteBody, text) => {
    const { create, products } = await client(dialect, { switches: { deleteBody } });
    expect(await products('DELETE', `/${await create(external())}`)).toMatchObject({ status: 200, text });
  });

  test('deleteBody=value', async () => {
    const { create, products } = await client(dialect, { switches: { deleteBody: 'value' } });
    const id = await create(external());
    expect((await products('DELETE', `/${id}`)).json.value).toMatchObject({ id });
  });

  test('writeAnswer: the product, its id or nothing', async () => {
    const answers = async (writeAnswer: 'value' | 'id-only' | 'empty') => {
      const { products, emulator } = await client(dialect, { switches: { writeAnswer } });
      const created = await products('POST', '', external());
      const { id } = emulator.store.products[0]!;
      const updated = await products('PUT', `/${id}`, external());
      expect([created.status, updated.status]).toEqual([200, 200]);
      return [created.json, updated.json];
    };
    const id = 'a0000000-0000-4000-8000-000000000001';
    expect(await answers('value')).toMatchObject([{ value: { id, name: 'Billing API' } }, { value: { id } }]);
    expect(await answers('id-only')).toEqual([{ value: { id } }, { value: { id } }]);
    expect(await answers('empty')).toEqual([undefined, undefined]);
  });

  test('responses to writes have warningMsg', async () => {
    const { products } = await client(dialect, { switches: { warningMsg: 'license ends soon' } });
    expect((await products('POST', '', external())).json).toMatchObject({ warning_msg: 'license ends soon' });
    expect((await products('GET')).json).not.toHaveProperty('warning_msg');
  });

  test('requireOpenapi: publishing needs documents, linking does not', async () => {
    const { create, products, emulator } = await client(dialect, { switches: { requireOpenapi: true } });
    const body = published(dialect, emulator, {}, 'undocumented');
    expect((await products('POST', '', body)).status).toBe(400);
    await create({ ...body, status: 'draft' });
    await create(published(dialect, emulator));
  });

  test('requireLinkOnPublish=false: a product without services can be published', async () => {
    const { create } = await client(dialect, { switches: { requireLinkOnPublish: false } });
    await create(gateway(dialect, { status: 'published' }));
  });

  test('unpublishEndsPending=false: subscriptions that wait stay, deleting ends them anyway', async () => {
    const { create, products, emulator } = await client(dialect, {
      switches: { unpublishEndsPending: false },
    });
    const body = published(dialect, emulator);
    const id = await create(body);
    emulator.store.subscribeActively('shop', id);
    emulator.store.subscribe('mobile', id);
    await products('PUT', `/${id}`, { ...body, status: 'draft' });
    expect(emulator.store.subscriptionsOf(id)).toEqual({ active: 0, pending: 1 });
    await products('DELETE', `/${id}`);
    expect(emulator.journal.effects('subscriptions-ended')).toMatchObject([
      { active: 1, pending: 0 },
      { active: 0, pending: 1 },
    ]);
  });

  test('externalLabels=drop: external products come back without any', async () => {
    const { create, get } = await client(dialect, { switches: { externalLabels: 'drop' } });
    const labels = { team: 'a' };
    expect(await get(await create(external({ labels })))).not.toHaveProperty('labels');
    expect(await get(await create(gateway(dialect, { labels })))).toMatchObject({ labels });
    const keeping = await client(dialect);
    expect(await keeping.get(await keeping.create(external({ labels })))).toMatchObject({ labels });
  });

  test('externalLogo=refuse', async () => {
    const { products, create } = await client(dialect, { switches: { externalLogo: 'refuse' } });
    expect((await products('POST', '', external({ logo: 'data:' }))).status).toBe(400);
    await create(external({ logo: '' }));
    const accepting = await client(dialect);
    expect(await accepting.get(await accepting.create(external({ logo: 'data:' })))).toMatchObject({
      logo: 'data:',
    });
  });

  test('readOnlyKeys=refuse', async () => {
    const { products } = await client(dialect, { switches: { readOnlyKeys: 'refuse' } });
    expect((await products('POST', '', external({ created_at: 1 }))).status).toBe(400);
    expect((await products('POST', '', external({ operator_id: 'me', x_new: 1 }))).status).toBe(200);
  });

  test('extraFields: unknown fields are in answers; the writable one is lost if it is not echoed', async () => {
    const { create, get, products, emulator } = await client(dialect);
    const body = published(dialect, emulator);
    const id = await create({ ...body, x_color: { deep: [1] } });
    const product = await get(id);
    expect(product).toMatchObject({ x_tier: 'standard', x_color: { deep: [1] }, operator_id: 'admin' });
    expect(product.linked_gateway_services[0]).toMatchObject({ service_name: 'payments' });
    await products('PUT', `/${id}`, { ...body, x_tier: 'gold' });
    expect(await get(id)).toMatchObject({ x_tier: 'gold' });
    await products('PUT', `/${id}`, body);
    expect(await get(id)).not.toHaveProperty('x_tier');
  });

  test('extraFields=false: responses have no unknown fields', async () => {
    const { create, get, emulator } = await client(dialect, { switches: { extraFields: false } });
    const product = await get(await create(published(dialect, emulator, { x_color: 1 })));
    const { gateway_group_id, service_id } = emulator.store.linkTo('payments');
    expect(product.linked_gateway_services).toEqual([{ gateway_group_id, service_id }]);
    expect(Object.keys(product)).not.toEqual(expect.arrayContaining(['x_tier']));
    expect(product).not.toHaveProperty('x_color');
  });

  test('subscriptionsFilter=ignored: lists hold everybody’s rows', async () => {
    const { create, products, call, emulator } = await client(dialect, {
      switches: { subscriptionsFilter: 'ignored' },
    });
    const id = await create(published(dialect, emulator));
    const other = await create(published(dialect, emulator, { name: 'Other API' }, 'orders'));
    emulator.store.subscribe('shop', other);
    const nested = await products('GET', `/${id}/subscriptions`);
    const flat = await call('GET', `/api/subscriptions?api_product_id=${id}`);
    for (const { json } of [nested, flat]) expect(json.list).toMatchObject([{ api_product_id: other }]);
  });

  test.each([
    ['on', 200, 200],
    ['nested', 200, 404],
    ['flat', 404, 200],
    ['off', 404, 404],
  ] as const)('subscriptionsEndpoint=%s', async (subscriptionsEndpoint, nested, flat) => {
    const { create, products, call } = await client(dialect, { switches: { subscriptionsEndpoint } });
    const id = await create(gateway(dialect));
    expect((await products('GET', `/${id}/subscriptions`)).status).toBe(nested);
    expect((await call('GET', `/api/subscriptions?api_product_id=${id}`)).status).toBe(flat);
  });

  test.each([
    ['contactPoints', '/api/contact_points'],
    ['meEndpoint', '/api/me'],
    ['portals', '/api/portals'],
  ] as const)('%s=off: %s is not there', async (name, path) => {
    const { call } = await client(dialect, { switches: { [name]: 'off' } });
    expect((await call('GET', path)).status).toBe(404);
  });
});

test('version', async () => {
  const { url, token } = await emulated({ switches: { version: '3.8.10' } });
  expect((await send(`${url}/api/version`, 'GET', undefined, { 'x-api-key': token })).json).toEqual({
    value: '3.8.10',
  });
});

test('portals=off: a server without portals has no products of portals either', async () => {
  const { url, token } = await emulated({ switches: { portals: 'off' } });
  const path = `/api/portals/${PORTAL}/api_products`;
  expect((await send(url + path, 'GET', undefined, { authorization: `Bearer ${token}` })).status).toBe(404);
});
