import { expect, test } from 'vitest';
import { defaultSeed, parseSeed, type Seed } from '../../src/emulator/seed.ts';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { external, gateway } from './support/bodies.ts';
import { emulated } from './support/emulated.ts';

test('the default seed has no products, and names to go astray by', async () => {
  const { store } = await emulated();
  expect(store.products).toEqual([]);
  expect(store.tables.portals.all().map((row) => row.name)).toEqual(['default', 'default-partners']);
  expect(store.service('payments').id).not.toBe(store.service('payments', 'default-2').id);
  expect(store.service('users').template_id).toBe(store.service('users', 'default-2').template_id);
  expect(store.service('undocumented')).not.toHaveProperty('openapi');
  expect(store.service('protected').plugins).toEqual({ 'key-auth': {} });
});

test('it is the same each time, and plain JSON', () => {
  const text = JSON.stringify(defaultSeed());
  expect(JSON.stringify(defaultSeed())).toBe(text);
  expect(parseSeed(text)).toEqual(defaultSeed());
});

test('a seed may hold products and subscriptions, referred to by name', async () => {
  const { store } = await emulated({
    seed: {
      ...defaultSeed(),
      api_products: [
        {
          portal: 'default',
          id: 'pinned',
          ...gateway('query', {
            status: 'published',
            linked_gateway_services: [
              { gateway_group_id: 'default', service_id: '5e000000-0000-4000-8000-000000000001' },
            ],
          }),
        },
        { portal: 'default-partners', ...external() },
      ],
      subscriptions: [
        { application: 'shop', api_product: 'Payments API', status: 'subscribed' },
        { application: 'mobile', api_product: 'pinned' },
      ],
    },
  });
  expect(store.product('Payments API').id).toBe('pinned');
  expect(store.subscriptionsOf('pinned')).toEqual({ active: 1, pending: 1 });
});

test('planting is not journalled', async () => {
  const { journal } = await emulated({
    seed: { portals: [{ name: 'p' }], api_products: [{ portal: 'p', ...external() }] },
  });
  expect(journal.effects()).toEqual([]);
});

test('items without an id get one, the same each time', async () => {
  const seed: Seed = {
    portals: [
      { name: 'one' },
      { name: 'two', id: '90000000-0000-4000-8000-000000000002' },
      { name: 'three' },
    ],
  };
  const { store, portalToken } = await emulated({ seed });
  const ids = store.tables.portals.all().map((row) => row.id.slice(-1));
  expect(ids).toEqual(['1', '2', '3']);
  expect(portalToken).toBe('a7prt-one');
});

test.each<[string, Seed, string]>([
  ['a product of no portal', { api_products: [{ portal: 'none', ...external() }] }, 'api_products[0]'],
  [
    'a product that the rules refuse',
    { portals: [{ name: 'p' }], api_products: [{ portal: 'p', ...external(), name: '' }] },
    'api_products[0]',
  ],
  ['a service of no gateway group', { services: [{ name: 's', gateway_group: 'none' }] }, 'services[0]'],
  [
    'a subscription to nothing',
    { subscriptions: [{ application: 'a', api_product: 'b' }] },
    'subscriptions[0]',
  ],
  [
    'two items of one id',
    {
      portals: [
        { name: 'a', id: 'x' },
        { name: 'b', id: 'x' },
      ],
    },
    'portals[1]',
  ],
])('%s is an error that names it', async (_, seed, place) => {
  await expect(startEmulator({ seed })).rejects.toThrow(place);
});

test.each(['', '[]', '{"users":[]}', '{"portals":{}}', '{"portals":["default"]}'])(
  'the file %j is refused',
  (text) => {
    expect(() => parseSeed(text)).toThrow(Error);
  },
);
