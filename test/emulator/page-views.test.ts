import { describe, expect, test } from 'vitest';
import { documentText, portalView } from '../../src/emulator/page-views.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import type { ProductView } from '../../src/model/portal-view.ts';
import { backend, MOBILE, SHOP } from './support/backend.ts';
import { external, OPENAPI } from './support/bodies.ts';

function views({ store }: Emulator): readonly ProductView[] {
  return portalView(store, store.portal('default')).products;
}

/** Expected by the documentation: status, visibility, can_view_unsubscribed; then access of guest, developer and subscriber. */
const ACCESS = [
  ['draft', 'public', true, 'hidden', 'hidden', 'hidden'],
  ['draft', 'logged_in', false, 'hidden', 'hidden', 'hidden'],
  ['published', 'public', true, 'open', 'open', 'open'],
  ['published', 'public', false, 'locked', 'locked', 'open'],
  ['published', 'logged_in', true, 'hidden', 'open', 'open'],
  ['published', 'logged_in', false, 'hidden', 'locked', 'open'],
] as const;

describe.each(ACCESS)('a product that is %s, %s, can_view_unsubscribed %s', (...row) => {
  const [status, visibility, can_view_unsubscribed, guest, developer, subscriber] = row;

  test(`is ${guest} to guests, ${developer} to developers and ${subscriber} to subscribers`, async () => {
    const { emulator, id, call, subscribe } = await backend({ visibility, can_view_unsubscribed });
    await subscribe(SHOP);
    const [approval] = emulator.store.approvals;
    if (approval) emulator.store.decideApproval(approval.id, 'accepted');
    emulator.store.alterProduct(id, { status });
    expect(views(emulator)[0]?.access).toEqual({ guest, developer, subscriber });
    const seen = async (who?: string): Promise<string> => {
      const { status: code, json } = await call('GET', `/api/api_products/${id}`, undefined, who);
      return code === 404 ? 'hidden' : json.raw_openapis.length === 0 ? 'locked' : 'open';
    };
    expect([await seen(''), await seen()]).toEqual([guest, subscriber]);
    for (const { id: one } of emulator.store.subscriptions) emulator.store.cancelSubscription(one);
    expect(await seen()).toBe(developer);
  });
});

test('a view has the fields of a product, sentences for its auth, and its subscriptions', async () => {
  const fields = {
    desc: 'Pays',
    labels: { team: 'payments' },
    logo: 'iVBORw==',
    auth: {
      'key-auth': { header: 'x-key' },
      'basic-auth': {},
      dcr: { dcr_provider_id: 'dc000000-0000-4000-8000-000000000001' },
    },
  };
  const { emulator, id, subscribe } = await backend(fields);
  await subscribe(SHOP);
  emulator.store.subscribeActively(MOBILE, id);
  const other = external({ status: 'published', server_urls: ['https://b.test'] });
  emulator.store.alterProduct(emulator.store.addProduct('default', other).id, { raw_openapi: '' });
  emulator.store.addProduct('default-partners', external({ name: 'Elsewhere' }));
  const [billing, payments] = views(emulator);
  expect(payments).toMatchObject({
    id,
    name: 'Payments API',
    type: 'gateway',
    desc: 'Pays',
    labels: { team: 'payments' },
    logo: 'iVBORw==',
    auth: [
      'key_auth: header "x-key" or query "apikey"',
      'basic_auth: user name and password',
      'dcr: provider "keycloak"',
    ],
    subscriptions: { subscribed: 1, pending: 1 },
    documents: [{ id: expect.stringMatching(/^[0-9a-f]{64}$/), title: 'payments' }],
  });
  expect(billing).toMatchObject({ name: 'Billing API', server_urls: ['https://b.test'], documents: [] });
  expect(views(emulator)).toHaveLength(2);
});

test('a document is found by the id in the view, in its own portal only', async () => {
  const { emulator } = await backend();
  const { store } = emulator;
  store.addProduct('default-partners', external({ raw_openapi: OPENAPI }));
  const [payments] = views(emulator);
  const id = payments?.documents[0]?.id ?? '';
  const portal = store.portal('default');
  expect(documentText(store, portal, id)).toBe(store.service('payments').openapi);
  expect(documentText(store, portal, 'ff')).toBeUndefined();
  const [partners] = portalView(store, store.portal('default-partners')).products;
  expect(documentText(store, portal, partners?.documents[0]?.id ?? '')).toBeUndefined();
});
