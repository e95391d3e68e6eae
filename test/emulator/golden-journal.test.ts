/**
 * The journal of each kind of write, in each dialect: the response of the request and all its effects
 * (`golden-journal/path.txt`, `golden-journal/query.txt`). A write to the Developer Portal backend is not a request of the
 * Admin API; its effects are journalled anyway.
 *
 *     ADC_UPDATE_GOLDENS=1 npx vitest run test/emulator/golden-journal.test.ts      rewrites them
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JournalledEffect } from '../../src/emulator/journal.ts';
import type { Journal } from '../../src/emulator/journal.ts';
import { API_TEAM, external, gateway, keyAuth, OPENAPI } from './support/bodies.ts';
import { BOTH, client, send, type Client, type Dialect, type Loose } from './support/emulated.ts';

const DORA = 'de000000-0000-4000-8000-000000000001';
const SHOP = 'ab000000-0000-4000-8000-000000000001';
const GROUP = '/api/gateway_groups/default/services';

/** The environment of the writes: a client, the created products, and the web site of a portal. */
interface Scene extends Client {
  readonly ids: Record<'payments' | 'billing', string>;
  /** The complete body of the gateway product. */
  readonly body: (fields?: object) => object;
  readonly site: (method: string, path: string, body?: object) => Promise<unknown>;
}

type Act = (scene: Scene) => Promise<unknown>;

/** The writes, in this order. */
const WRITES: Readonly<Record<string, Act>> = {
  'an OpenAPI document is stored': ({ call, emulator }) =>
    call('PUT', `${GROUP}/${emulator.store.service('payments').id}/oas`, { raw_openapi: OPENAPI }),
  'a gateway product is created as a draft': async (scene) => {
    scene.ids.payments = await scene.create(scene.body());
  },
  'it is updated': ({ products, ids, body }) => products('PUT', `/${ids.payments}`, body({ desc: 'new' })),
  'it is published': ({ products, ids, body }) =>
    products('PUT', `/${ids.payments}`, body({ status: 'published' })),
  'an external product is created and published at once': async (scene) => {
    scene.ids.billing = await scene.create(external({ status: 'published' }));
  },
  'an application asks for a subscription': ({ site, ids }) =>
    site('POST', `/api/api_products/${ids.payments}/subscriptions`, { application_id: SHOP }),
  'it is approved': async ({ call, emulator }) =>
    call('POST', `/api/approvals/${last(emulator.store.approvals).id}/accept`),
  'it unsubscribes': ({ site, emulator }) =>
    site('DELETE', `/api/subscriptions/${last(emulator.store.subscriptions).id}`),
  'it asks again': ({ site, ids }) =>
    site('POST', `/api/api_products/${ids.payments}/subscriptions`, { application_id: SHOP }),
  'it is rejected': ({ call, emulator }) =>
    call('POST', `/api/approvals/${last(emulator.store.approvals).id}/reject`),
  'it asks a third time': ({ site, ids }) =>
    site('POST', `/api/api_products/${ids.payments}/subscriptions`, { application_id: SHOP }),
  'it is approved by the portal': ({ site, emulator }) =>
    site('POST', `/api/approvals/${last(emulator.store.approvals).id}/accept`),
  'an administrator cancels it': ({ call, emulator }) =>
    call('DELETE', `/api/subscriptions/${last(emulator.store.subscriptions).id}`),
  'it subscribes to what approves by itself': async ({ products, ids, body, site }) => {
    await products(
      'PUT',
      `/${ids.payments}`,
      body({ status: 'published', subscription_auto_approval: true }),
    );
    return site('POST', `/api/api_products/${ids.payments}/subscriptions`, { application_id: SHOP });
  },
  'a service is linked, another one let go': ({ products, ids, body, emulator }) =>
    products(
      'PUT',
      `/${ids.payments}`,
      body({ status: 'published', linked_gateway_services: [emulator.store.linkTo('orders')] }),
    ),
  'auth is changed while published, which is refused': ({ products, ids, body, dialect }) =>
    products(
      'PUT',
      `/${ids.payments}`,
      body({ status: 'published', auth: keyAuth(dialect, { query: 'k' }) }),
    ),
  'the product is unpublished': ({ products, ids, body }) => products('PUT', `/${ids.payments}`, body()),
  'it is published again': ({ products, ids, body }) =>
    products('PUT', `/${ids.payments}`, body({ status: 'published', subscription_auto_approval: true })),
  'another subscription, and the product is deleted': async ({ products, ids, site }) => {
    await site('POST', '/api/subscriptions', { applications: [SHOP], api_products: [ids.payments] });
    return products('DELETE', `/${ids.payments}`);
  },
  'the external product is deleted': ({ products, ids }) => products('DELETE', `/${ids.billing}`),
  'it is deleted once more': ({ products, ids }) => products('DELETE', `/${ids.billing}`),
};

test.each(BOTH)(
  'the journal of each kind of write in the %s dialect equals the golden file',
  async (dialect) => {
    const scene = await sceneOf(dialect);
    const { journal } = scene.emulator;
    const told: string[] = [];
    const names = new Map<string, string>();
    for (const [title, act] of Object.entries(WRITES)) {
      journal.clear();
      await act(scene);
      for (const [id, name] of namesOf(scene)) names.set(id, name);
      told.push(`# ${title}`, ...lines(journal), '');
    }
    const golden = new URL(`./golden-journal/${dialect}.txt`, import.meta.url);
    const text = [...names].reduce((all, [id, name]) => all.replaceAll(id, name), told.join('\n'));
    if (process.env['ADC_UPDATE_GOLDENS'] === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  },
);

async function sceneOf(dialect: Dialect): Promise<Scene> {
  const given = await client(dialect, { backend: true });
  const { emulator } = given;
  const headers = { authorization: `Bearer ${emulator.portalToken}`, 'x-portal-developer-id': DORA };
  const told = { event: 'subscription_approval_created', type: 'email', contact_point_ids: [API_TEAM] };
  const always = { linked_gateway_services: [emulator.store.linkTo('payments')], notifications: [told] };
  return {
    ...given,
    ids: { payments: '', billing: '' },
    body: (fields = {}) => gateway(dialect, { ...always, ...fields }),
    site: (method, path, body) => send(`${emulator.backendUrl}${path}`, method, body, headers),
  };
}

/** The names of resources, by id. */
function namesOf({ emulator: { store } }: Scene): readonly (readonly [string, string])[] {
  const { portals, services, contact_points: points } = store.tables;
  const named = [...portals.all(), ...services.all(), ...points.all()].map(
    ({ id, name }) => [id, name] as const,
  );
  const products = store.products.map(({ id, fields }) => [id, `<${fields.name}>`] as const);
  return [...named, ...products];
}

function lines(journal: Journal): readonly string[] {
  const requests = journal.writes().map(({ method, path, status }) => `${method} ${path} -> ${status}`);
  return [...requests, ...journal.effects().map((effect) => `  ${effectLine(effect)}`)];
}

/** The kind of an effect, its cause, and its facts by name. */
function effectLine({ kind, request, ...facts }: JournalledEffect): string {
  const by = request === 0 ? 'behind the back' : 'by the request';
  return [kind, by, ...Object.entries(facts).map(([name, fact]) => `${name}=${factText(fact)}`)].join(' ');
}

function factText(fact: Loose): string {
  if (typeof fact !== 'object') return String(fact);
  return fact.name ?? Object.values(fact).join('/');
}

function last<Item>(items: readonly Item[]): Item {
  const item = items.at(-1);
  if (item === undefined) throw new Error('there is none');
  return item;
}
