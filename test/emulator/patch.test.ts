import { describe, expect, test } from 'vitest';
import type { Switches } from '../../src/emulator/switches.ts';
import type { JsonObject } from '../../src/model/product.ts';
import { external, gateway, published } from './support/bodies.ts';
import { BOTH, client, type Client } from './support/emulated.ts';

const ON: Partial<Switches> = { patch: 'rfc6902' };

describe.each(BOTH)('PATCH in the %s dialect', (dialect) => {
  const patching = (switches: Partial<Switches> = ON): Promise<Client> => client(dialect, { switches });
  const hyphen = dialect === 'path' ? '_' : '-';

  test('patch=off: it is refused as on any path that does not know it, and nothing happens', async () => {
    const { create, products, emulator } = await patching({});
    const id = await create(external());
    emulator.journal.clear();
    const refused = await products('PATCH', `/${id}`, [replace('/name', 'Other API')]);
    expect(refused.status).toBe(405);
    expect((await products('PATCH', '', [])).status).toBe(refused.status);
    expect(emulator.store.product(id).fields.name).toBe('Billing API');
    expect(emulator.journal.effects()).toEqual([]);
  });

  test('patch=rfc6902: each operation, and nothing else of the product moves', async () => {
    const { create, products, get } = await patching();
    const id = await create(
      external({ desc: 'old', labels: { 'a/b': '1', 'c~d': '2' }, x_color: { deep: [1] } }),
    );
    const before = await get(id);
    const { status, json } = await products('PATCH', `/${id}`, [
      { op: 'test', path: '/desc', value: 'old' },
      { op: 'remove', path: '/desc' },
      { op: 'replace', path: '/labels/a~1b', value: '3' },
      { op: 'move', from: '/labels/c~0d', path: '/labels/e' },
      { op: 'add', path: '/server_urls/-', value: 'https://billing.example.com' },
      { op: 'copy', from: '/x_color/deep/0', path: '/x_color/deep/-' },
    ]);
    expect(status).toBe(200);
    expect(json.value).toEqual({
      ...before,
      desc: '',
      labels: { 'a/b': '3', e: '2' },
      server_urls: ['https://billing.example.com'],
      x_color: { deep: [1, 1] },
      updated_at: expect.any(String),
    });
    expect(await get(id)).toEqual(json.value);
  });

  test.each<[string, JsonObject]>([
    ['a test that fails', { op: 'test', path: '/name', value: 'Other API' }],
    ['a place that is not there', { op: 'remove', path: '/auth/dcr' }],
    [
      'the spelling of the other dialect',
      { op: 'add', path: `/auth/basic${dialect === 'path' ? '-' : '_'}auth`, value: {} },
    ],
    ['a name taken away', { op: 'remove', path: '/name' }],
    ['auth taken away', { op: 'remove', path: '/auth' }],
    ['another type', { op: 'replace', path: '/type', value: 'external' }],
    ['a status that there is not', { op: 'replace', path: '/status', value: 'live' }],
    ['publishing without a service', { op: 'replace', path: '/status', value: 'published' }],
    ['the product turned into a text', { op: 'replace', path: '', value: 'gone' }],
  ])('%s is refused, with the operations before it', async (_, operation) => {
    const { create, products, get } = await patching();
    const id = await create(gateway(dialect));
    const before = await get(id);
    const { status, json } = await products('PATCH', `/${id}`, [replace('/desc', 'new'), operation]);
    expect([status, json]).toEqual([400, { error_msg: expect.any(String) }]);
    expect(await get(id)).toEqual(before);
  });

  test('a body that is no patch, a product of nobody', async () => {
    const { create, products } = await patching();
    const id = await create(gateway(dialect));
    expect((await products('PATCH', `/${id}`, { desc: 'new' })).status).toBe(400);
    expect((await products('PATCH', `/${id}`)).status).toBe(400);
    expect((await products('PATCH', '/none', [])).status).toBe(404);
  });

  test('a service of another product is refused as in a PUT', async () => {
    const { create, products, emulator } = await patching();
    await create(published(dialect, emulator));
    const id = await create(gateway(dialect));
    const link = { op: 'add', path: '/linked_gateway_services/-', value: emulator.store.linkTo('payments') };
    expect((await products('PATCH', `/${id}`, [link])).status).toBe(409);
  });

  test.each([true, false])(
    'auth is locked while published; left alone it is no echo (authEchoLocks=%s)',
    async (authEchoLocks) => {
      const { create, products, get, emulator } = await patching({
        ...ON,
        authEchoLocks,
        authEcho: 'defaulted',
      });
      const id = await create(published(dialect, emulator));
      const patch = async (operation: JsonObject) => (await products('PATCH', `/${id}`, [operation])).status;
      const header = `/auth/key${hyphen}auth/header`;
      expect(await patch(replace(header, 'x-key'))).toBe(400);
      expect(await patch({ op: 'remove', path: '/auth' })).toBe(400);
      expect(await patch(replace('/desc', 'new'))).toBe(200);
      expect(await get(id)).toMatchObject({ desc: 'new', status: 'published' });
      expect(await patch(replace('/status', 'draft'))).toBe(200);
      expect(await patch(replace(header, 'x-key'))).toBe(200);
      expect(await get(id)).toMatchObject({ auth: { [`key${hyphen}auth`]: { header: 'x-key' } } });
    },
  );

  test('what a GET does not show is kept', async () => {
    const { create, products, emulator } = await patching({ ...ON, getReturnsOpenapi: 'none' });
    const id = await create(external());
    const { raw_openapi: text } = emulator.store.product(id).fields;
    expect((await products('PATCH', `/${id}`, [replace('/desc', 'new')])).status).toBe(200);
    expect(emulator.store.product(id).fields).toMatchObject({ desc: 'new', raw_openapi: text });
  });

  test('requests and effects are journalled as those of a PUT', async () => {
    const { create, products, emulator } = await patching();
    const [kept, moved] = [emulator.store.linkTo('payments'), emulator.store.linkTo('orders')];
    const id = await create(published(dialect, emulator, { linked_gateway_services: [kept, moved] }));
    emulator.store.subscribeActively('shop', id);
    const body = [{ op: 'remove', path: '/linked_gateway_services/1' }];
    emulator.journal.clear();
    await products('PATCH', `/${id}`, body);
    await products('PATCH', `/${id}`, [replace('/status', 'draft')]);
    const { journal } = emulator;
    const product = { id, name: 'Payments API' };
    expect(journal.requests).toMatchObject([
      { n: 2, method: 'PATCH', status: 200, write: true, handled: true, product, body },
      { n: 3, method: 'PATCH', status: 200, write: true, handled: true, product },
    ]);
    expect(journal.effects()).toEqual([
      { kind: 'updated', product, request: 2 },
      { kind: 'auth-removed', product, service: moved, because: 'unlinked', request: 2 },
      { kind: 'updated', product, request: 3 },
      { kind: 'unpublished', product, request: 3 },
      { kind: 'auth-removed', product, service: kept, because: 'unpublished', request: 3 },
      { kind: 'subscriptions-ended', product, active: 1, pending: 0, request: 3 },
    ]);
    expect(journal.servicesWithoutAuth()).toMatchObject([{ service: kept, because: 'unpublished', from: 3 }]);
  });
});

function replace(path: string, value: string): JsonObject {
  return { op: 'replace', path, value };
}
