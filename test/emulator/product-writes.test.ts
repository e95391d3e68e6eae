import { describe, expect, test } from 'vitest';
import { API_TEAM, external, gateway, keyAuth, KEYCLOAK, OPENAPI, published } from './support/bodies.ts';
import { BOTH, client, PARTNERS } from './support/emulated.ts';

describe.each(BOTH)('products in the %s dialect', (dialect) => {
  test('the response has a gateway product with its defaults', async () => {
    const { create, get } = await client(dialect);
    const product = await get(await create(gateway(dialect)));
    expect(product).toMatchObject({
      name: 'Payments API',
      type: 'gateway',
      status: 'draft',
      visibility: 'public',
      desc: '',
      labels: {},
      subscription_auto_approval: false,
      can_view_unsubscribed: true,
      auth: keyAuth(dialect),
      linked_gateway_services: [],
      notifications: [],
    });
    expect(product).not.toHaveProperty('server_urls');
  });

  test('the response has an external product without the fields of gateway products', async () => {
    const { create, get } = await client(dialect);
    const product = await get(await create(external({ server_urls: ['https://billing.example.com'] })));
    expect(product).toMatchObject({
      type: 'external',
      raw_openapi: OPENAPI,
      server_urls: ['https://billing.example.com'],
    });
    expect(product).not.toHaveProperty('auth');
    expect(product).not.toHaveProperty('linked_gateway_services');
  });

  test.each([
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a name of 101 characters', { name: 'n'.repeat(101) }],
    ['an unknown type', { type: 'grpc' }],
    ['an unknown status', { status: 'live' }],
    ['an unknown visibility', { visibility: 'secret' }],
    ['a label that is a number', { labels: { team: 1 } }],
    ['an empty label', { labels: { team: '' } }],
    ['a label of two lines', { labels: { team: 'a\nb' } }],
    ['a flag that is a text', { can_view_unsubscribed: 'yes' }],
    ['no auth', { auth: undefined }],
    ['empty auth', { auth: {} }],
    ['an unknown kind of auth', { auth: { jwt: {} } }],
    ['an unknown option of auth', { auth: keyAuth(dialect, { cookie: 'k' }) }],
    ['the spelling of the other dialect', { auth: keyAuth(dialect === 'path' ? 'query' : 'path') }],
    ['a DCR provider that is not there', { auth: { dcr: { dcr_provider_id: 'nobody' } } }],
    ['dcr without a provider', { auth: { dcr: {} } }],
    ['links that are no list', { linked_gateway_services: {} }],
    [
      'an unknown gateway group',
      { linked_gateway_services: [{ gateway_group_id: 'none', service_id: '5e' }] },
    ],
    [
      'an unknown service',
      { linked_gateway_services: [{ gateway_group_id: 'default', service_id: 'none' }] },
    ],
    [
      'an unknown event',
      { notifications: [{ event: 'paid', type: 'email', contact_point_ids: [API_TEAM] }] },
    ],
    [
      'an unknown kind of notification',
      {
        notifications: [
          { event: 'subscription_approval_created', type: 'sms', contact_point_ids: [API_TEAM] },
        ],
      },
    ],
    [
      'an unknown contact point',
      {
        notifications: [
          { event: 'subscription_approval_created', type: 'email', contact_point_ids: ['nobody'] },
        ],
      },
    ],
    ['fields of external products', { raw_openapi: OPENAPI }],
  ])('a gateway product with %s is refused', async (_, fields) => {
    const { products, emulator } = await client(dialect);
    const { status, json } = await products('POST', '', gateway(dialect, fields));
    expect(status).toBe(400);
    expect(json).toEqual({ error_msg: expect.any(String) });
    expect(emulator.store.products).toEqual([]);
    expect(emulator.journal.effects()).toEqual([]);
  });

  test.each([
    ['auth', { auth: keyAuth(dialect) }],
    ['links', { linked_gateway_services: [] }],
    ['notifications', { notifications: [] }],
    ['subscription_auto_approval', { subscription_auto_approval: false }],
    ['can_view_unsubscribed', { can_view_unsubscribed: true }],
    ['server_urls that are empty texts', { server_urls: [''] }],
    ['no OpenAPI document', { raw_openapi: undefined }],
  ])('an external product with %s is refused', async (_, fields) => {
    const { products } = await client(dialect);
    expect((await products('POST', '', external(fields))).status).toBe(400);
  });

  test('several auth types, notifications and names of 100 characters are accepted', async () => {
    const { create, get } = await client(dialect);
    const name = '💳'.repeat(100);
    const notifications = [
      { event: 'subscription_approval_created', type: 'email', contact_point_ids: [API_TEAM] },
    ];
    const auth = { ...keyAuth(dialect, { header: 'x-key' }), dcr: { dcr_provider_id: KEYCLOAK } };
    const product = await get(await create(gateway(dialect, { name, auth, notifications })));
    expect(product).toMatchObject({ name, auth, notifications });
  });

  test('names are not unique', async () => {
    const { create } = await client(dialect);
    expect(await create(external())).not.toBe(await create(external()));
  });

  test('the type never changes', async () => {
    const { create, products, emulator } = await client(dialect);
    const id = await create(external());
    expect((await products('PUT', `/${id}`, gateway(dialect))).status).toBe(400);
    expect(emulator.store.product(id).type).toBe('external');
  });

  test('a service belongs to one product, also across portals and while draft', async () => {
    const { create, products, emulator } = await client(dialect);
    const linked_gateway_services = [emulator.store.linkTo('payments')];
    await create(gateway(dialect, { linked_gateway_services }));
    const second = gateway(dialect, { name: 'Other API', linked_gateway_services });
    expect((await products('POST', '', second)).status).toBe(409);
    expect((await products('POST', '', second, '', PARTNERS)).status).toBe(409);
    expect(emulator.store.products).toHaveLength(1);
  });

  test('a service linked twice, and foreign hosts, are refused; hosts of its own are kept', async () => {
    const { create, get, products, emulator } = await client(dialect);
    const link = emulator.store.linkTo('payments');
    const post = (...links: object[]) =>
      products('POST', '', gateway(dialect, { linked_gateway_services: links }));
    expect((await post(link, link)).status).toBe(400);
    expect((await post({ ...link, linked_hosts: ['orders.example.com'] })).status).toBe(400);
    const own = { ...link, linked_hosts: ['pay.example.com'] };
    const id = await create(gateway(dialect, { linked_gateway_services: [own] }));
    expect((await get(id)).linked_gateway_services).toMatchObject([own]);
  });

  test('one template in two gateway groups is refused; services of two groups are taken', async () => {
    const { products, emulator } = await client(dialect);
    const post = (...names: string[]) => {
      const links = names.map((name, index) =>
        emulator.store.linkTo(name, index === 0 ? 'default' : 'default-2'),
      );
      return products('POST', '', gateway(dialect, { linked_gateway_services: links }));
    };
    expect((await post('users', 'users')).status).toBe(400);
    expect((await post('payments', 'payments')).status).toBe(200);
  });

  test('products of another portal, and of none, are not found', async () => {
    const { create, products } = await client(dialect);
    const id = await create(external());
    expect((await products('GET', `/${id}`, undefined, '', PARTNERS)).status).toBe(404);
    expect((await products('PUT', `/${id}`, external(), '', PARTNERS)).status).toBe(404);
    expect((await products('DELETE', `/${id}`, undefined, '', PARTNERS)).status).toBe(404);
    expect((await products('GET', '', undefined, '', 'nowhere')).status).toBe(404);
    expect((await products('DELETE', '/none')).status).toBe(404);
  });

  test('a body that is no JSON, or no object, is refused', async () => {
    const { products } = await client(dialect);
    for (const body of ['{', '[]', '"text"', '']) {
      expect((await products('POST', '', body)).status).toBe(400);
    }
  });

  test('publishing needs a service, in POST and PUT', async () => {
    const { create, products } = await client(dialect);
    const body = gateway(dialect, { status: 'published' });
    expect((await products('POST', '', body)).status).toBe(400);
    const id = await create(gateway(dialect));
    expect((await products('PUT', `/${id}`, body)).status).toBe(400);
  });

  test('auth is locked while published, by the state before the write', async () => {
    const { create, products, emulator } = await client(dialect);
    const body = published(dialect, emulator);
    const changed = { ...body, auth: keyAuth(dialect, { header: 'x-key' }) };
    const id = await create(body);
    expect((await products('PUT', `/${id}`, changed)).status).toBe(400);
    expect((await products('PUT', `/${id}`, { ...changed, status: 'draft' })).status).toBe(400);
    expect((await products('PUT', `/${id}`, { ...body, auth: undefined })).status).toBe(400);
    expect((await products('PUT', `/${id}`, { ...body, desc: 'new' })).status).toBe(200);
    expect((await products('PUT', `/${id}`, { ...body, status: 'draft' })).status).toBe(200);
    expect((await products('PUT', `/${id}`, changed)).status).toBe(200);
    expect(emulator.store.product(id).fields).toMatchObject({
      status: 'published',
      auth: { key_auth: { header: 'x-key' } },
    });
  });

  test('everything except auth can change while published, including the name', async () => {
    const { create, products, emulator } = await client(dialect);
    const id = await create(published(dialect, emulator));
    const changed = published(
      dialect,
      emulator,
      {
        name: 'Pay API',
        visibility: 'logged_in',
        labels: { a: 'b' },
        logo: 'data:',
        can_view_unsubscribed: false,
        subscription_auto_approval: true,
      },
      'orders',
    );
    expect((await products('PUT', `/${id}`, changed)).status).toBe(200);
    const { auth, type, ...fields } = changed;
    expect(emulator.store.product(id)).toMatchObject({ type, fields });
    expect(emulator.journal.effects('unpublished')).toEqual([]);
    expect(auth).toBeDefined();
  });

  test('server-owned keys in a body change nothing', async () => {
    const { create, get } = await client(dialect);
    const id = await create(external({ id: 'mine', created_at: 1, updated_at: 2, portal_id: PARTNERS }));
    expect(id).toBe('a0000000-0000-4000-8000-000000000001');
    expect(await get(id)).toMatchObject({ created_at: expect.stringMatching(/^2026-/) });
  });

  test('a PATCH is refused like any unknown method, and nothing changes', async () => {
    const { create, products, emulator } = await client(dialect);
    const id = await create(external());
    emulator.journal.clear();
    const refused = await products('PATCH', `/${id}`, [{ op: 'replace', path: '/name', value: 'Other API' }]);
    expect(refused.status).toBe(405);
    expect((await products('PATCH', '', [])).status).toBe(refused.status);
    expect(emulator.store.product(id).fields.name).toBe('Billing API');
    expect(emulator.journal.effects()).toEqual([]);
  });

  test('each write changes updated_at, and ids are never reused', async () => {
    const { create, get, products } = await client(dialect);
    const id = await create(external());
    const before = await get(id);
    await products('PUT', `/${id}`, external({ desc: 'new' }));
    const after = await get(id);
    expect(after.created_at).toBe(before.created_at);
    expect(after.updated_at > before.updated_at).toBe(true);
    await products('DELETE', `/${id}`);
    expect(await create(external())).not.toBe(id);
  });
});
