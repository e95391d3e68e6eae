import { expect, test } from 'vitest';
import { defaultSeed, parseSeed, type Seed } from '../../src/emulator/seed.ts';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { external, gateway } from './support/bodies.ts';
import { emulated } from './support/emulated.ts';

test('the default seed has no products, and has ambiguous names', async () => {
  const { store } = await emulated();
  expect(store.products).toEqual([]);
  expect(store.tables.portals.all().map((row) => row.name)).toEqual(['default', 'default-partners']);
  expect(store.service('payments').id).not.toBe(store.service('payments', 'default-2').id);
  expect(store.service('users').template_id).toBe(store.service('users', 'default-2').template_id);
  expect(store.service('undocumented')).not.toHaveProperty('openapi');
  expect(store.service('protected').plugins).toEqual({ 'key-auth': {} });
});

test('the default seed is the same each time, and is plain JSON', () => {
  const text = JSON.stringify(defaultSeed());
  expect(JSON.stringify(defaultSeed())).toBe(text);
  expect(parseSeed(text)).toEqual(defaultSeed());
});

test('a seed may contain products and subscriptions, referred to by name', async () => {
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

test('the journal does not contain the seed', async () => {
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

const APPLICATION = { application: 'shop', api_product: 'Payments API' };

test.each<[unknown, string]>([
  [[], 'seed: must be object'],
  [{ users: [] }, 'seed: unknown key "users"'],
  [{ application: [] }, 'seed: unknown key "application"; did you mean applications?'],
  [{ portals: {} }, 'seed: portals: must be array'],
  [{ portals: ['default'] }, 'seed: portals[0]: must be object'],
  [{ portals: [{}] }, "seed: portals[0]: must have required property 'name'"],
  [
    { subscriptions: [APPLICATION, { ...APPLICATION, status: 'active' }] },
    'seed: subscriptions[1].status: must be one of wait_for_approval, subscribed',
  ],
  [
    { services: [{ name: 's', gateway_group: 'g', host: ['a.test'] }] },
    'seed: services[0]: unknown key "host"; did you mean hosts?',
  ],
  [
    { api_products: [{ portal: 'p', name: 'A', type: 'gateway', visiblity: 'public' }] },
    'seed: api_products[0]: unknown key "visiblity"; did you mean visibility?',
  ],
])('the file %j is refused: %s', (seed, message) => {
  expect(() => parseSeed(JSON.stringify(seed))).toThrow(message);
});

test('reports the errors of a file in one line, and counts those after the tenth', () => {
  const seed = { portals: Array.from({ length: 12 }, () => ({})) };
  const message = (at: number) => `portals[${at}]: must have required property 'name'`;
  const first = Array.from({ length: 10 }, (_, at) => message(at)).join('; ');
  expect(() => parseSeed(JSON.stringify(seed))).toThrow(new Error(`seed: ${first}; and 2 more errors`));
});

test('reports every error of a file with its place, and text that is not JSON', () => {
  const seed = { portals: [{}], contact_points: [{ name: 'ops', type: 'pager' }] };
  expect(() => parseSeed(JSON.stringify(seed))).toThrow(
    "seed: portals[0]: must have required property 'name'; contact_points[0].type: must be one of email, webhook",
  );
  for (const text of ['', '{"portals": [}']) expect(() => parseSeed(text)).toThrow('seed: not valid JSON: ');
});

test('ignores $schema', async () => {
  const seed = parseSeed('{"$schema": "seed.schema.json", "portals": [{"name": "mine"}]}');
  expect((await emulated({ seed })).store.portal('mine').token).toBe('a7prt-mine');
});

test('a reference to a missing item names the nearest one', async () => {
  const seed: Seed = { ...defaultSeed(), applications: [{ name: 'shop', developer: 'dara' }] };
  await expect(startEmulator({ seed })).rejects.toThrow(
    'seed: applications[0]: no developer is called "dara"; did you mean dora?',
  );
  const product = { portal: 'default', ...external(), name: 'Billing API' };
  const wrong = { application: 'shop', api_product: 'Bilings API' };
  await expect(
    startEmulator({ seed: { ...defaultSeed(), api_products: [product], subscriptions: [wrong] } }),
  ).rejects.toThrow(
    'seed: subscriptions[0]: no API product is called "Bilings API"; did you mean Billing API?',
  );
});

test('a subscription cannot be pending if the product approves automatically', async () => {
  const link = { gateway_group_id: 'default', service_id: '5e000000-0000-4000-8000-000000000001' };
  const free = { status: 'published', subscription_auto_approval: true, linked_gateway_services: [link] };
  const seed: Seed = {
    ...defaultSeed(),
    api_products: [{ portal: 'default', ...gateway('query', free) }],
    subscriptions: [{ ...APPLICATION, status: 'wait_for_approval' }],
  };
  await expect(startEmulator({ seed })).rejects.toThrow(
    'seed: subscriptions[0]: it cannot wait for approval',
  );
});
