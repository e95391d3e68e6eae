import { expect, test } from 'vitest';
import { checkFiles } from '../../src/api/read-files.ts';
import { defaultSeed } from '../../src/emulator/seed.ts';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import { diff } from '../../src/index.ts';
import type { Declared } from '../../src/model/declared.ts';
import { emptyPortal } from '../../src/preview/read-portal.ts';
import { API_TEAM, external, gateway, KEYCLOAK, published } from '../emulator/support/bodies.ts';
import { OPENAPI } from '../support/openapi.ts';
import { tempFiles } from '../support/temp-files.ts';
import { copied, withCopies } from './support/copied.ts';

async function declaredIn(text: string): Promise<Declared & { readonly folder: string }> {
  const folder = await tempFiles({ 'api-products.yaml': text });
  const readStdin = () => Promise.resolve(new Uint8Array());
  const { value, diagnostics } = await checkFiles({ patterns: [folder], cwd: folder, env: {}, readStdin });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return { ...value, folder };
}

test('the copy holds no secret of the portal and no person', async () => {
  const seed = defaultSeed();
  const services = (seed.services ?? []).map((one) => ({
    ...one,
    plugins: { 'openid-connect': { client_secret: 'SECRET-plugin' } },
  }));
  const portals = (seed.portals ?? []).map((one) => ({ ...one, token: `SECRET-${one.name}` }));
  const people = {
    developers: [{ id: 'SECRET-dora', name: 'SECRET Dora', portal: 'default' }],
    applications: [{ id: 'SECRET-app', name: 'SECRET app', developer: 'SECRET-dora' }],
  };
  const options: EmulatorOptions = { seed: { ...seed, ...people, services, portals }, token: 'SECRET-admin' };
  await withCopies(options, async (portal) => {
    const { store } = portal;
    const auth = { 'key-auth': {}, dcr: { dcr_provider_id: KEYCLOAK } };
    const body = published('query', portal, { auth, x_note: 'SECRET-unknown-field' });
    const { id } = store.addProduct('default', body);
    store.subscribeActively('SECRET-app', id);
    const copy = await copied(portal);
    expect(copy.rows).toMatchObject({
      developers: [{ id: 'developer-1', name: 'developer 1' }],
      applications: [{ id: 'application-1', name: 'application 1', developer_id: 'developer-1' }],
      subscriptions: [{ application_id: 'application-1', api_product_id: id, status: 'subscribed' }],
      dcr_providers: [{ id: KEYCLOAK, name: 'keycloak', issuer: '' }],
    });
    expect(copy.rows.services?.[0]?.plugins).toEqual({ 'openid-connect': {} });
    expect(JSON.stringify(copy)).not.toMatch(/SECRET/);
    expect(copy.rows.portals[0]?.token).not.toBe((await copied(portal)).rows.portals[0]?.token);
  });
});

/** A file that changes each product below. */
const CHANGED = `portal: default
api_products:
  - name: Payments API
    type: gateway
    desc: Pays
    auth: { key_auth: {} }
    notifications:
      - { event: subscription_approval_created, type: email, contact_point_ids: [${API_TEAM}] }
    linked_gateway_services:
      - { gateway_group: default, service: payments }
      - { gateway_group: default, service: orders }
  - name: Billing API
    type: external
    desc: Bills
    server_urls: [https://billing.example.com]
    raw_openapi: ${JSON.stringify(OPENAPI)}
`;

/** The result of `adc diff` of a file on a portal and on its copy. */
async function foundOnBoth(text: string, switches: Partial<Switches>) {
  const { folder, ...declared } = await declaredIn(text);
  return withCopies({ switches }, async (portal, copy) => {
    const { store } = portal;
    const event = 'subscription_approval_created';
    const notifications = [{ event, type: 'email', contact_point_ids: [API_TEAM] }];
    store.addProduct('default', published('query', portal, { notifications }));
    store.addProduct('default', external({ server_urls: ['https://billing.example.com'] }));
    const held = { name: 'Shop', linked_gateway_services: [store.linkTo('orders')] };
    store.addProduct('default-partners', gateway('query', held));
    const found = [];
    for (const { url, token } of [portal, await copy(declared)]) {
      const { plan, diagnostics } = await diff({ files: [folder], cwd: folder, server: url, token });
      const told = diagnostics.map(({ message }) => message).join('\n');
      found.push({ steps: plan?.steps, products: plan?.products, told });
    }
    return found;
  });
}

test.each([{}, { contactPoints: 'off' }, { getReturnsOpenapi: 'none' }] as const)(
  'a portal with notifications, documents and a service of another portal is planned alike: %j',
  async (switches) => {
    const [onPortal, onCopy] = await foundOnBoth(CHANGED, switches);
    expect(onCopy).toEqual(onPortal);
    expect(onPortal?.told).toMatch(/Shop/);
    expect(onPortal?.products).toHaveLength(2);
  },
);

test('a portal without a list of contact points knows no names of them, and neither does the copy', async () => {
  const byName = CHANGED.replace('contact_point_ids: ', 'contact_points: ');
  const [onPortal, onCopy] = await foundOnBoth(byName, { contactPoints: 'off' });
  expect(onCopy).toEqual(onPortal);
  expect(onPortal).toMatchObject({ steps: undefined, told: expect.stringContaining('contact point') });
});

test('a document that cannot be read is unknown on the copy too', async () => {
  const { folder, ...declared } = await declaredIn(CHANGED);
  await withCopies({}, async (portal, copy) => {
    portal.faults.add({ on: { path: '*/oas' }, times: Infinity, do: { kind: 'status', status: 500 } });
    const { url, token } = await copy(declared);
    const { diagnostics } = await diff({ files: [folder], cwd: folder, server: url, token });
    const told = diagnostics.filter(({ code }) => code === 'service-without-openapi');
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('does not report'),
      expect.stringContaining('does not report'),
    ]);
  });
});

test('without a server, the copy has the contents of the files', async () => {
  const declared = await declaredIn(CHANGED.replace('contact_point_ids: ', 'contact_points: '));
  const target = { server: '', portal: { id: 'default', name: 'default' }, dialect: 'query' } as const;
  const { rows } = emptyPortal(declared, target);
  expect(rows).toMatchObject({
    gateway_groups: [{ id: 'default', name: 'default' }],
    services: [
      { id: 'orders', gateway_group_id: 'default', hosts: [] },
      { id: 'payments', gateway_group_id: 'default', hosts: [] },
    ],
    contact_points: [{ id: API_TEAM, type: 'email' }],
    api_products: [],
    subscriptions: [],
  });
});
