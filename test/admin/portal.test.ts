import { describe, expect, it } from 'vitest';
import { portalAdmin } from '../../src/admin/connect.ts';
import { openSession } from '../../src/admin/session.ts';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { NO_SUBSCRIPTIONS, UNKNOWN_SUBSCRIPTIONS } from '../../src/model/live.ts';
import type { References } from '../../src/model/directory.ts';
import { gatherRequests } from '../support/gather-requests.ts';
import { connectionTo } from './support/connection.ts';
import { BOTH, connected, connectedFast, emulated, fastClock } from './support/emulated.ts';
import { KEY_AUTH, newExternal, newGateway, OPENAPI, PAYMENTS } from './support/products.ts';
import { type Answer, listOf, PRODUCTS, servePortal } from './support/serve.ts';

const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe.each(BOTH)('in the %s dialect', (dialect) => {
  const start = async (switches = {}) => {
    const emulator = await emulated({ dialects: [dialect], switches });
    return { emulator, admin: await connected(emulator.url) };
  };

  it('reads every product completely, from any number of pages', async () => {
    const { admin } = await start({ maxPageSize: 3 });
    const names = Array.from({ length: 8 }, (_, index) => `API ${index}`);
    for (const name of names) await admin.createProduct(newGateway({ name, desc: `About ${name}` }));
    const { products } = await admin.readPortal();
    expect(products.map(({ fields }) => fields.desc).toSorted()).toEqual(
      names.map((name) => `About ${name}`),
    );
  });

  it('fills in the defaults of auth in both forms', async () => {
    for (const authKeys of ['hyphen', 'underscore', 'dialect'] as const) {
      for (const authEcho of ['bare', 'defaulted'] as const) {
        const { admin } = await start({ authKeys, authEcho });
        const { id } = await admin.createProduct(newGateway());
        expect((await admin.readProduct(id))?.fields.auth).toEqual(KEY_AUTH);
      }
    }
  });

  it('writes and reads every field of a gateway product', async () => {
    const { admin } = await start();
    const fields = {
      name: 'Payments API',
      desc: 'All about payments',
      labels: { team: 'payments' },
      logo: 'data:image/png;base64,iVBORw0KGgo=',
      status: 'published',
      visibility: 'logged_in',
      subscription_auto_approval: true,
      can_view_unsubscribed: false,
      auth: {
        key_auth: { header: 'X-Key', query: 'key', hide_credentials: true },
        basic_auth: { hide_credentials: true },
        dcr: { dcr_provider_id: 'dc000000-0000-4000-8000-000000000001' },
      },
      linked_gateway_services: [PAYMENTS],
      notifications: [
        {
          event: 'subscription_approval_created',
          type: 'email',
          contact_point_ids: ['c0000000-0000-4000-8000-000000000001'],
        },
      ],
    } as const;
    const { id } = await admin.createProduct({ type: 'gateway', fields });
    expect(await admin.readProduct(id)).toMatchObject({ type: 'gateway', fields, unreadable: [] });
  });

  it('writes and reads every field of an external product', async () => {
    const { admin } = await start({ externalLabels: 'keep' });
    const fields = {
      name: 'Billing API',
      desc: 'Bills',
      labels: { team: 'billing' },
      status: 'published',
      visibility: 'logged_in',
      raw_openapi: OPENAPI,
      server_urls: ['https://billing.example.com'],
    } as const;
    const { id } = await admin.createProduct({ type: 'external', fields });
    expect(await admin.readProduct(id)).toMatchObject({ type: 'external', fields, unreadable: [] });
  });

  it.each([
    ['raw_openapi', OPENAPI, []],
    ['raw_openapis', OPENAPI, []],
    ['none', '', ['raw_openapi']],
  ] as const)(
    'reads the document of an external product if the server returns it: %s',
    async (place, text, unreadable) => {
      const { admin } = await start({ getReturnsOpenapi: place });
      const { id } = await admin.createProduct(newExternal());
      expect(await admin.readProduct(id)).toMatchObject({ fields: { raw_openapi: text }, unreadable });
    },
  );

  it('reports whether the server keeps labels on external products', async () => {
    for (const [externalLabels, keepsExternalLabels] of [
      ['keep', true],
      ['drop', false],
    ] as const) {
      const { admin } = await start({ externalLabels });
      expect((await admin.readPortal()).keepsExternalLabels).toBe(true);
      await admin.createProduct(newExternal({ labels: { 'managed-by': 'adc' } }));
      expect((await admin.readPortal()).keepsExternalLabels).toBe(keepsExternalLabels);
    }
  });

  it('returns undefined for a missing product', async () => {
    const { admin } = await start();
    expect(await admin.readProduct('90000000-0000-4000-8000-00000000dead')).toBeUndefined();
  });

  it('counts active and pending subscriptions', async () => {
    const draft = { type: 'gateway', portal: 'default', auth: { key_auth: {} } };
    const link = { ...PAYMENTS, linked_hosts: [...PAYMENTS.linked_hosts] };
    const emulator = await emulated({
      dialects: [dialect],
      seed: {
        ...defaultSeed(),
        api_products: [
          { ...draft, id: 'a', name: 'A', status: 'published', linked_gateway_services: [link] },
          { ...draft, id: 'b', name: 'B' },
        ],
        subscriptions: [
          { application: 'shop', api_product: 'A', status: 'subscribed' },
          { application: 'mobile', api_product: 'A', status: 'wait_for_approval' },
        ],
      },
    });
    const admin = await connected(emulator.url);
    expect(await admin.countSubscriptions('a')).toEqual({ active: 1, pending: 1, known: true });
    expect(await admin.countSubscriptions('b')).toEqual(NO_SUBSCRIPTIONS);
  });

  it('reads only with GET', async () => {
    const { emulator, admin } = await start();
    await admin.readPortal();
    await admin.readDirectory(references({ gatewayGroups: ['default'], dcrProviders: ['keycloak'] }));
    expect(emulator.journal.writes()).toEqual([]);
  });
});

describe('a portal', () => {
  const ROWS = [
    { id: 'a', name: 'A' },
    { id: 'b', name: 'B' },
  ];
  const value = (id: string): Answer => ({
    json: { value: { id, name: id.toUpperCase(), type: 'gateway', status: 'draft' } },
  });
  const serveRows = async (b: Answer | 'cut') =>
    servePortal((request) => {
      if (request.path === PRODUCTS) return listOf(ROWS, request);
      if (request.path === `${PRODUCTS}/a`) return value('a');
      return request.path === `${PRODUCTS}/b` ? b : undefined;
    });

  it('is read with both products', async () => {
    const { url } = await serveRows(value('b'));
    const { products } = await (await connected(url)).readPortal();
    expect(products.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it.each<[string, Answer | 'cut']>([
    ['is refused', { status: 403, json: { error_msg: 'no' } }],
    ['is missing', { status: 404, json: { error_msg: 'no' } }],
    ['loses the connection', 'cut'],
    ['returns 500', { status: 500 }],
    ['is an HTML page', { text: '<html>' }],
    ['is another product', value('c')],
    ['has an unknown type', { json: { value: { id: 'b', name: 'B', type: 'mcp', status: 'draft' } } }],
    ['has an unknown status', { json: { value: { id: 'b', name: 'B', type: 'gateway', status: 'live' } } }],
    [
      'has labels that are a list',
      { json: { value: { id: 'b', name: 'B', type: 'gateway', status: 'draft', labels: [] } } },
    ],
    ['has no name', { json: { value: { id: 'b', type: 'gateway', status: 'draft' } } }],
  ])('fails as a whole if one product %s', async (_, answer) => {
    const { url } = await serveRows(answer);
    const { admin } = await connectedFast(url);
    expect(await errorOf(admin.readPortal())).toMatchObject({ name: 'AdminError' });
  });

  it('stops the rest of a failed read, even during pauses', async () => {
    const { url } = await servePortal((request) => {
      if (request.path === PRODUCTS) return listOf(ROWS, request);
      if (request.path === `${PRODUCTS}/a`) return { status: 503 };
      return request.path === `${PRODUCTS}/b` ? { status: 500 } : undefined;
    });
    const signals: (AbortSignal | undefined)[] = [];
    const clock = { ...fastClock(), sleep: async (_: number, signal?: AbortSignal) => aborted(signal) };
    const aborted = async (signal?: AbortSignal): Promise<void> => {
      signals.push(signal);
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    };
    const session = await openSession(connectionTo(url, { dialect: 'path' }), clock);
    expect(await errorOf(portalAdmin(session).readPortal())).toMatchObject({ status: 500 });
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
    await session.close();
  });

  it('fails if a page of the list fails', async () => {
    const emulator = await emulated({ switches: { maxPageSize: 2 } });
    const { admin } = await connectedFast(emulator.url);
    for (const name of ['A', 'B', 'C']) await admin.createProduct(newGateway({ name }));
    emulator.faults.add({ on: { path: /api_products\?.*[?&]page=2/ }, do: { kind: 'status', status: 500 } });
    expect(await errorOf(admin.readPortal())).toMatchObject({ status: 500 });
  });

  it('reads no product of an endless list beyond its total', async () => {
    const emulator = await emulated({ switches: { paging: 'endless' } });
    const { admin } = await connectedFast(emulator.url);
    for (const name of ['A', 'B'])
      emulator.store.addProduct('default', { type: 'gateway', name, auth: { key_auth: {} } });
    emulator.journal.clear();
    expect(await errorOf(admin.readPortal())).toMatchObject({
      message: expect.stringContaining('endless pages'),
    });
    const products = emulator.journal.requests.filter(({ path }) => /api_products\/[^?]/.test(path));
    expect(products).toHaveLength(2);
  });

  it('fails after the timeout for an endless body', async () => {
    const emulator = await emulated();
    const { admin } = await connectedFast(emulator.url, { timeoutMs: 300, retryTimeoutMs: 300 });
    emulator.faults.add({ on: { path: /api_products/ }, do: { kind: 'endless' }, times: Infinity });
    expect(await errorOf(admin.readPortal())).toMatchObject({
      name: 'AdminError',
      message: expect.stringContaining('got no response'),
    });
  });

  it.each(['in the list', 'in the answer'])(
    'fails for a product of another portal, %s, since the server ignores the portal',
    async (where) => {
      const row = { id: 'a', name: 'A', ...(where === 'in the list' && { portal_id: 'p2' }) };
      const whole = { ...row, type: 'gateway', status: 'draft', portal_id: 'p2' };
      const { url } = await servePortal((request) => {
        if (request.path === PRODUCTS) return listOf([row], request);
        return request.path === `${PRODUCTS}/a` ? { json: { value: whole } } : undefined;
      });
      const error = await errorOf((await connected(url)).readPortal());
      expect(error).toMatchObject({
        name: 'AdminError',
        message: expect.stringContaining('another portal, "p2"'),
      });
    },
  );

  it('has no more requests in flight than allowed', async () => {
    const emulator = await emulated();
    const many = await connected(emulator.url, { concurrency: 3 });
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) await many.createProduct(newGateway({ name }));
    gatherRequests(emulator, 3, ({ path }) => /\/api_products\/\w/.test(path));
    await many.readPortal();
    expect(emulator.journal.mostInFlight).toBe(3);
    emulator.journal.clear();
    await (await connected(emulator.url, { concurrency: 1 })).readPortal();
    expect(emulator.journal.mostInFlight).toBe(1);
  });
});

describe('subscriptions', () => {
  it.each(['on', 'nested', 'flat'] as const)(
    'are counted from any existing list: %s',
    async (subscriptionsEndpoint) => {
      for (const dialect of BOTH) {
        const emulator = await emulated({ dialects: [dialect], switches: { subscriptionsEndpoint } });
        const admin = await connected(emulator.url);
        const { id } = await admin.createProduct(newGateway());
        expect(await admin.countSubscriptions(id)).toEqual(NO_SUBSCRIPTIONS);
      }
    },
  );

  it('are unknown without a list', async () => {
    const emulator = await emulated({ switches: { subscriptionsEndpoint: 'off' } });
    expect(await (await connected(emulator.url)).countSubscriptions('a')).toEqual(UNKNOWN_SUBSCRIPTIONS);
  });

  const row = (more: object = {}) => ({ id: 's1', api_product_id: 'a', status: 'subscribed', ...more });
  const countOf = async (...rows: readonly object[]) => {
    const { url } = await servePortal((request) =>
      request.path.includes('subscriptions') ? listOf(rows, request) : undefined,
    );
    return (await connected(url)).countSubscriptions('a');
  };

  it('are known if all rows belong to the product', async () => {
    expect(await countOf(row(), row({ id: 's2', status: 'wait_for_approval' }))).toEqual({
      active: 1,
      pending: 1,
      known: true,
    });
  });

  it.each([
    ['rows of another product are among them', row({ id: 's2', api_product_id: 'b' })],
    ['rows have no product', row({ id: 's2', api_product_id: undefined })],
    ['rows are in an unknown state', row({ id: 's2', status: 'constructor' })],
  ])('are unknown if %s', async (_, other) => {
    expect(await countOf(row(), other)).toEqual(UNKNOWN_SUBSCRIPTIONS);
  });

  /** Counts with the given responses of the list below the product, and of the other lists. */
  const countBy = async (nested: object, flat: object) => {
    const { url } = await servePortal(({ path }) => {
      if (path.includes('/a/subscriptions')) return { json: nested };
      return path.includes('subscriptions') ? { json: flat } : undefined;
    });
    return (await connected(url)).countSubscriptions('a');
  };
  const empty = { list: [], total: 0 };
  const one = { list: [row()], total: 1 };

  it('are 0 if every existing list is empty', async () => {
    expect(await countBy(empty, empty)).toEqual(NO_SUBSCRIPTIONS);
    expect(await countBy(empty, { list: null, total: 0 })).toEqual(NO_SUBSCRIPTIONS);
  });

  it('are counted from the list with rows', async () => {
    expect(await countBy(empty, one)).toEqual({ active: 1, pending: 0, known: true });
    expect(await countBy(one, empty)).toEqual({ active: 1, pending: 0, known: true });
  });

  it.each([
    ['its total is wrong', { list: [], total: 3 }],
    ['its total is text', { list: [], total: '3' }],
    ['it has no total', { list: [] }],
    ['the response also has an error', { list: [], total: 0, error_msg: 'a developer is needed' }],
    ['another list has rows of other products', empty, { list: [row({ api_product_id: 'b' })], total: 1 }],
  ])('are unknown if a list is empty, and %s', async (_, nested, flat: object = nested) => {
    expect(await countBy(nested, flat)).toEqual(UNKNOWN_SUBSCRIPTIONS);
  });

  const two = { list: [row(), row({ id: 's2' })], total: 2 };

  it('uses the highest count if lists differ', async () => {
    expect(await countBy(one, two)).toEqual({ active: 2, pending: 0, known: true });
    expect(await countBy(two, one)).toEqual({ active: 2, pending: 0, known: true });
  });

  it('skips a list that ignores the filter if another one has rows', async () => {
    const everybody = { list: [row(), row({ id: 's2', api_product_id: 'b' })], total: 2 };
    expect(await countBy(one, everybody)).toEqual({ active: 1, pending: 0, known: true });
  });

  it.each([
    ['fewer rows than its total', { list: [row()], total: 3 }],
    ['rows and no total', { list: [row()] }],
    ['rows in an unknown state', { list: [row({ status: 'paused' })], total: 1 }],
  ])('are unknown if a list has %s, even if the other one is valid', async (_, broken) => {
    expect(await countBy(broken, one)).toEqual(UNKNOWN_SUBSCRIPTIONS);
    expect(await countBy(one, broken)).toEqual(UNKNOWN_SUBSCRIPTIONS);
  });

  const subscribersOf = async (...rows: readonly object[]) => {
    const { url } = await servePortal((request) =>
      request.path.includes('subscriptions') ? listOf(rows, request) : undefined,
    );
    return (await connected(url)).readSubscriberNames('a');
  };

  it('have names if the rows have any, else ids, always in the same order', async () => {
    const rows = [
      row({ id: 's3', developer_name: 'zoe', application_name: 'app', status: 'pending' }),
      row({ id: 's2', developer_id: 'd1', application_id: 'a1', developer_name: '', application_name: 3 }),
      row({ id: 's1' }),
      row({ id: 's4', developer_name: 'dora', developer_id: 'd2', application_name: 'shop' }),
    ];
    const subscribers = [
      { developer: '', application: 's1', status: 'active' },
      { developer: 'd1', application: 'a1', status: 'active' },
      { developer: 'dora', application: 'shop', status: 'active' },
      { developer: 'zoe', application: 'app', status: 'pending' },
    ];
    expect(await subscribersOf(...rows)).toEqual(subscribers);
    expect(await subscribersOf(...rows.toReversed())).toEqual(subscribers);
  });

  it('have no names if their number is unknown', async () => {
    expect(await subscribersOf(row(), row({ id: 's2', api_product_id: 'b' }))).toBeUndefined();
    expect(await subscribersOf(row(), row({ id: 's2', status: 'paused' }))).toBeUndefined();
  });

  it('an outage is an error, not a number', async () => {
    const { url } = await servePortal(({ path }) =>
      path.includes('subscriptions') ? { status: 500 } : undefined,
    );
    expect(await errorOf((await connected(url)).countSubscriptions('a'))).toMatchObject({ status: 500 });
  });
});

interface Named {
  readonly gatewayGroups?: readonly string[];
  readonly dcrProviders?: readonly string[];
  readonly contactPoints?: readonly string[];
  readonly contactPointIds?: readonly string[];
}

function references({ gatewayGroups, dcrProviders, contactPoints, contactPointIds }: Named): References {
  const names = (given: readonly string[] = [], ids: readonly string[] = []) => ({
    names: new Set(given),
    ids: new Set(ids),
  });
  return {
    gatewayGroups: names(gatewayGroups),
    dcrProviders: names(dcrProviders),
    contactPoints: names(contactPoints, contactPointIds),
  };
}

describe('the directory', () => {
  it('has no disabled plugins of a service', async () => {
    const plugins = { 'key-auth': { _meta: { disable: true } }, 'jwt-auth': {} };
    const service = { name: 'users', gateway_group: 'default', plugins };
    const seed = {
      portals: [{ name: 'default' }],
      gateway_groups: [{ id: 'default', name: 'default' }],
      services: [service],
    };
    const admin = await connected((await emulated({ seed })).url);
    const directory = await admin.readDirectory(references({ gatewayGroups: ['default'] }));
    expect(directory.services.get('default')).toMatchObject([{ name: 'users', plugins: ['jwt-auth'] }]);
  });

  it('has only the requested resources and the services of the named groups', async () => {
    const emulator = await emulated();
    const admin = await connected(emulator.url);
    const directory = await admin.readDirectory(
      references({ gatewayGroups: ['default'], dcrProviders: ['keycloak'], contactPoints: ['api-team'] }),
    );
    expect(directory.gatewayGroups.map(({ name }) => name).toSorted()).toEqual(['default', 'default-2']);
    expect([...directory.services.keys()]).toEqual(['default']);
    expect(directory.services.get('default')).toContainEqual({
      id: PAYMENTS.service_id,
      name: 'payments',
      gateway_group_id: 'default',
      hosts: ['payments.example.com', 'pay.example.com'],
      plugins: [],
    });
    expect(directory.services.get('default')).toContainEqual(
      expect.objectContaining({ name: 'protected', plugins: ['key-auth'] }),
    );
    expect(directory.services.get('default')).toContainEqual(
      expect.objectContaining({ name: 'users', template_id: expect.any(String) }),
    );
    expect(directory.dcrProviders).toEqual([
      { id: 'dc000000-0000-4000-8000-000000000001', name: 'keycloak' },
    ]);
    expect(directory.contactPoints).toContainEqual({
      id: 'c0000000-0000-4000-8000-000000000001',
      name: 'api-team',
      type: 'email',
    });
  });

  it('requests nothing that the files do not name', async () => {
    const emulator = await emulated();
    const admin = await connected(emulator.url);
    emulator.journal.clear();
    expect(await admin.readDirectory(references({}))).toEqual({
      gatewayGroups: [],
      services: new Map(),
      dcrProviders: [],
      contactPoints: [],
    });
    expect(emulator.journal.requests).toEqual([]);
  });

  it('has no contact points if the server has no list of them', async () => {
    const emulator = await emulated({ switches: { contactPoints: 'off' } });
    const admin = await connected(emulator.url);
    expect((await admin.readDirectory(references({ contactPoints: ['a'] }))).contactPoints).toBeUndefined();
  });

  it('needs no permission for a list if the files use only ids', async () => {
    const { url } = await servePortal(({ path }) =>
      path === '/api/contact_points' ? { status: 403 } : undefined,
    );
    const admin = await connected(url);
    expect((await admin.readDirectory(references({ contactPointIds: ['c'] }))).contactPoints).toBeUndefined();
    expect(await errorOf(admin.readDirectory(references({ contactPoints: ['c'] })))).toMatchObject({
      status: 403,
    });
  });
});
