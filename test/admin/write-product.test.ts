import { describe, expect, it } from 'vitest';
import type { PartialFields } from '../../src/model/desired.ts';
import type { FieldName, ProductFields } from '../../src/model/product.ts';
import { BOTH, connected, emulated } from './support/emulated.ts';
import { KEY_AUTH, newExternal, newGateway, OPENAPI, PAYMENTS } from './support/products.ts';
import type { Answer, Received } from './support/serve.ts';
import { PRODUCTS, servePortal } from './support/serve.ts';

const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

const FULL = newGateway({
  desc: 'All about payments',
  labels: { team: 'payments' },
  logo: 'data:image/png;base64,iVBORw0KGgo=',
  status: 'published',
  visibility: 'logged_in',
  subscription_auto_approval: true,
  can_view_unsubscribed: false,
  linked_gateway_services: [PAYMENTS],
  notifications: [
    {
      event: 'subscription_approval_created',
      type: 'email',
      contact_point_ids: ['c0000000-0000-4000-8000-000000000001'],
    },
  ],
});

const CHANGES: readonly PartialFields[] = [
  { name: 'Payments' },
  { desc: '' },
  { labels: {} },
  { labels: { team: 'billing', 'managed-by': 'adc' } },
  { logo: '' },
  { visibility: 'public' },
  { subscription_auto_approval: false },
  { can_view_unsubscribed: true },
  { linked_gateway_services: [{ ...PAYMENTS, linked_hosts: [] }] },
  { notifications: [] },
  { status: 'draft' },
];

describe.each(BOTH)('an update in the %s dialect', (dialect) => {
  describe.each(['merge', 'replace'] as const)('where PUT means %s', (putSemantics) => {
    it.each(CHANGES)('changes only the named fields: %j', async (change) => {
      const emulator = await emulated({ dialects: [dialect], switches: { putSemantics } });
      const admin = await connected(emulator.url);
      const before = await admin.createProduct(FULL);
      await admin.updateProduct(before, change);
      const after = await admin.readProduct(before.id);
      expect(after?.fields).toEqual({ ...before.fields, ...change });
      const ended = emulator.journal.effects().filter(({ kind }) => kind !== 'created');
      expect(ended.map(({ kind }) => kind)).not.toContain(
        change.status === 'draft' ? 'created' : 'unpublished',
      );
    });

    it('sends no PATCH', async () => {
      const emulator = await emulated({ dialects: [dialect], switches: { putSemantics } });
      const admin = await connected(emulator.url);
      const before = await admin.createProduct(FULL);
      for (const change of CHANGES) await admin.updateProduct(before, change).catch(() => undefined);
      const methods = emulator.journal.writes().map(({ method }) => method);
      expect(methods).toEqual(['POST', ...CHANGES.map(() => 'PUT')]);
    });

    it('keeps the document of an external product, for each key of the server', async () => {
      for (const getReturnsOpenapi of ['raw_openapi', 'raw_openapis'] as const) {
        const emulator = await emulated({
          dialects: [dialect],
          switches: { putSemantics, getReturnsOpenapi },
        });
        const admin = await connected(emulator.url);
        const before = await admin.createProduct(newExternal({ server_urls: ['https://a.example.com'] }));
        await admin.updateProduct(before, { desc: 'new' });
        expect((await admin.readProduct(before.id))?.fields).toEqual({ ...before.fields, desc: 'new' });
      }
    });

    it('keeps a field of a newer server', async () => {
      const emulator = await emulated({ dialects: [dialect], switches: { putSemantics, extraFields: true } });
      const admin = await connected(emulator.url);
      const before = await admin.createProduct(FULL);
      expect(before.raw).toHaveProperty('x_tier', 'standard');
      await admin.updateProduct(before, { desc: 'new' });
      expect((await admin.readProduct(before.id))?.raw).toHaveProperty('x_tier', 'standard');
    });

    it('changes auth of a draft, for each spelling of the server', async () => {
      for (const authKeys of ['dialect', 'hyphen', 'underscore'] as const) {
        const emulator = await emulated({ dialects: [dialect], switches: { putSemantics, authKeys } });
        const admin = await connected(emulator.url);
        const before = await admin.createProduct(newGateway());
        const auth = {
          key_auth: { header: 'X-Key', query: 'apikey', hide_credentials: false },
          basic_auth: { hide_credentials: true },
        };
        await admin.updateProduct(before, { auth });
        expect((await admin.readProduct(before.id))?.fields.auth).toEqual(auth);
      }
    });
  });

  it.each(['value', 'id-only', 'empty'] as const)(
    'returns the product for each kind of response: %s',
    async (writeAnswer) => {
      const emulator = await emulated({ dialects: [dialect], switches: { writeAnswer } });
      const admin = await connected(emulator.url);
      const before = await admin.createProduct(FULL);
      const after = await admin.updateProduct(before, { desc: 'new' });
      expect(after?.fields.desc).toBe(writeAnswer === 'value' ? 'new' : undefined);
    },
  );

  it('supports a server that refuses its own read-only keys', async () => {
    const emulator = await emulated({ dialects: [dialect], switches: { readOnlyKeys: 'refuse' } });
    const admin = await connected(emulator.url);
    const before = await admin.createProduct(FULL);
    expect(await admin.updateProduct(before, { desc: 'new' })).toMatchObject({ fields: { desc: 'new' } });
    expect(emulator.journal.writes().map(({ status }) => status)).toEqual([200, 200]);
  });

  it('retries once without auth if the server refuses unchanged auth, and checks that auth did not change', async () => {
    const emulator = await emulated({ dialects: [dialect], switches: { authEchoLocks: true } });
    const admin = await connected(emulator.url);
    const before = await admin.createProduct(FULL);
    const after = await admin.updateProduct(before, { desc: 'new' });
    expect(after?.fields).toEqual({ ...before.fields, desc: 'new' });
    expect(emulator.journal.writes().map(({ status }) => status)).toEqual([200, 400, 200]);
  });

  it('does not retry without auth if auth changes', async () => {
    const emulator = await emulated({ dialects: [dialect] });
    const admin = await connected(emulator.url);
    const before = await admin.createProduct(FULL);
    const auth = { basic_auth: { hide_credentials: false } };
    expect(await errorOf(admin.updateProduct(before, { auth }))).toMatchObject({ status: 400 });
    expect((await admin.readProduct(before.id))?.fields).toEqual(before.fields);
    expect(emulator.journal.writes().map(({ status }) => status)).toEqual([200, 400]);
  });

  it('refuses to lose a document that the server does not return, unless it is declared', async () => {
    const emulator = await emulated({ dialects: [dialect], switches: { getReturnsOpenapi: 'none' } });
    const admin = await connected(emulator.url);
    const before = await admin.createProduct(newExternal());
    emulator.journal.clear();
    expect(await errorOf(admin.updateProduct(before, { desc: 'new' }))).toMatchObject({
      name: 'AdminError',
      hint: expect.stringContaining('openapi_file'),
    });
    expect(emulator.journal.requests).toEqual([]);
    await admin.updateProduct(before, { desc: 'new', raw_openapi: OPENAPI });
    expect(emulator.journal.writes()).toMatchObject([{ status: 200, body: { raw_openapi: OPENAPI } }]);
  });

  it('counts the deletion of a missing product as done', async () => {
    const emulator = await emulated({ dialects: [dialect], switches: { deleteBody: 'value' } });
    const admin = await connected(emulator.url);
    const { id } = await admin.createProduct(newGateway());
    expect(await admin.deleteProduct(id)).toBe(true);
    expect(await admin.deleteProduct(id)).toBe(false);
  });
});

describe('the body of an update', () => {
  const RAW = {
    id: 'x1',
    type: 'gateway',
    name: 'X',
    status: 'published',
    auth: { 'basic-auth': {}, 'key-auth': { realm: 'x' }, mtls: { ca: 'y' } },
    linked_gateway_services: [{ gateway_group_id: 'g', service_id: 's', weight: 3, linked_hosts: ['a'] }],
    notifications: [{ event: 'e', type: 'email', contact_point_ids: ['c'], template: 't' }],
    logo: null,
    tier: { level: 1 },
    created_at: 1,
  };
  type Put = (body: Record<string, unknown>) => Answer;

  /** Updates the raw product on a test server. Returns the bodies of the PUT requests and the result. */
  const update = async (fields: PartialFields, given: { raw?: object; put?: Put } = {}) => {
    const bodies: Record<string, unknown>[] = [];
    const raw = given.raw ?? RAW;
    const answer = ({ method, body }: Received): Answer => {
      if (method === 'GET') return { json: { value: raw } };
      bodies.push(JSON.parse(body) as Record<string, unknown>);
      return given.put?.(bodies.at(-1) ?? {}) ?? { text: '' };
    };
    const { url } = await servePortal((request) =>
      request.path === `${PRODUCTS}/x1` ? answer(request) : undefined,
    );
    const admin = await connected(url);
    const base = await admin.readProduct('x1');
    const result = await errorOf(admin.updateProduct(base!, fields));
    return { bodies, result };
  };

  it('echoes the response of the server, byte by byte and in order, except for fields of the server and null', async () => {
    const { bodies } = await update({ desc: 'new' });
    const { id: _, created_at: _at, logo: _logo, ...echo } = RAW;
    expect(JSON.stringify(bodies[0])).toBe(JSON.stringify({ ...echo, desc: 'new' }));
  });

  it('always includes the status', async () => {
    expect((await update({ desc: 'new' })).bodies[0]).toMatchObject({ status: 'published' });
    expect((await update({ status: 'draft' })).bodies[0]).toMatchObject({ status: 'draft' });
  });

  it('refuses a product with an unknown status', async () => {
    const { status: _, ...raw } = RAW;
    const { bodies, result } = await update({ desc: 'new' }, { raw });
    expect(result).toMatchObject({ name: 'AdminError' });
    expect(bodies).toEqual([]);
    expect((await update({ status: 'draft' }, { raw })).bodies).toHaveLength(1);
  });

  it('keeps unknown keys in changed fields', async () => {
    const { bodies } = await update({
      auth: KEY_AUTH,
      linked_gateway_services: [
        { gateway_group_id: 'g', service_id: 's', linked_hosts: [] },
        { gateway_group_id: 'g', service_id: 't', linked_hosts: ['b'] },
      ],
      notifications: [{ event: 'e', type: 'email', contact_point_ids: ['d'] }],
    });
    expect(bodies[0]).toMatchObject({
      auth: { mtls: { ca: 'y' }, key_auth: { realm: 'x', ...KEY_AUTH.key_auth } },
      linked_gateway_services: [
        { gateway_group_id: 'g', service_id: 's', weight: 3 },
        { gateway_group_id: 'g', service_id: 't', linked_hosts: ['b'] },
      ],
      notifications: [{ event: 'e', type: 'email', contact_point_ids: ['d'], template: 't' }],
    });
    expect(Object.keys(bodies[0]?.auth as object)).toEqual(['mtls', 'key_auth']);
    expect(bodies[0]).not.toHaveProperty('linked_gateway_services.0.linked_hosts');
  });

  it('removes the older key `server_url` when server_urls change', async () => {
    const raw = {
      id: 'x1',
      type: 'external',
      name: 'X',
      status: 'draft',
      raw_openapi: 'o',
      server_url: 'https://a',
    };
    expect((await update({ desc: 'new' }, { raw })).bodies[0]).toMatchObject({ server_url: 'https://a' });
    const changed = (await update({ server_urls: ['https://b'] }, { raw })).bodies[0];
    expect(changed).toMatchObject({ server_urls: ['https://b'] });
    expect(changed).not.toHaveProperty('server_url');
  });

  it('is retried once without unknown keys if the server refuses them, and the result is checked', async () => {
    const put: Put = (body) =>
      'tier' in body || JSON.stringify(body).includes('weight')
        ? { status: 400, json: { error_msg: 'additional property tier' } }
        : { text: '' };
    const { bodies, result } = await update({ visibility: 'public' }, { put });
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).not.toHaveProperty('tier');
    expect(bodies[1]).toMatchObject({ auth: RAW.auth, status: 'published' });
    expect(result).toMatchObject({ id: 'x1' });
  });

  it('is an error if the server lost the refused fields', async () => {
    const lost = { ...RAW, auth: {}, desc: 'new' };
    const put: Put = (body) =>
      'auth' in body ? { status: 409, json: { error_msg: 'auth is locked' } } : { json: { value: lost } };
    const { result } = await update({ desc: 'new' }, { put });
    expect(result).toMatchObject({ name: 'AdminError', message: expect.stringContaining('auth') });
  });

  it('is not retried if the message concerns the token', async () => {
    const put: Put = () => ({ status: 401, json: { error_msg: 'authentication failed: auth' } });
    expect((await update({ desc: 'new' }, { put })).bodies).toHaveLength(1);
  });
});

it('the error of a refused deletion names the product', async () => {
  const emulator = await emulated();
  const admin = await connected(emulator.url);
  const { id } = await admin.createProduct(newGateway());
  emulator.faults.add({ on: { method: 'DELETE' }, do: { kind: 'status', status: 403 } });
  expect(await errorOf(admin.deleteProduct(id))).toMatchObject({
    message: expect.stringContaining('"Payments API"'),
  });
});

describe('the response of an update', () => {
  const fieldsOf = (names: readonly FieldName[], all: ProductFields): object =>
    Object.fromEntries(names.map((name) => [name, all[name]]));

  it('is not used as a product if a part of it is missing', async () => {
    const emulator = await emulated();
    const real = await connected(emulator.url);
    const before = await real.createProduct(FULL);
    const partial = {
      id: before.id,
      type: 'gateway',
      ...fieldsOf(['name', 'desc', 'status', 'auth'], before.fields),
    };
    const { url } = await servePortal(({ method }) =>
      method === 'PUT' ? { json: { value: partial } } : undefined,
    );
    expect(await (await connected(url)).updateProduct(before, { desc: 'new' })).toBeUndefined();
  });
});
