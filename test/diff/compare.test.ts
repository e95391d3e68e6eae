import { describe, expect, it } from 'vitest';
import { compareStrings } from '../../src/lib/lists.ts';
import type { PartialFields } from '../../src/model/desired.ts';
import { FIELD_NAMES, fieldsOf } from '../../src/fields/field-table.ts';
import { serviceKey, type ProductFields, type ProductType } from '../../src/model/product.ts';
import { BASIC_AUTH, DCR_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { link, links } from '../support/links.ts';
import { liveProduct, type LiveParts } from '../support/live-product.ts';
import { OPENAPI, OPENAPI_AS_JSON, OTHER_OPENAPI } from '../support/openapi.ts';
import { differenceOf, type Situation } from '../support/plan-of.ts';

const KEPT: Partial<Situation> = { scope: { managedByLabel: false } };

/** The changes if the file declares these fields of a live product: path, before, after. */
function changes(live: LiveParts, declared: PartialFields, more: Partial<Situation> = {}) {
  const type = live.type ?? 'gateway';
  const desired = [desiredProduct({ ...(live.id !== undefined && { id: live.id }), ...declared, type })];
  const [change] = differenceOf({ live: [liveProduct(live)], desired, ...KEPT, ...more }).changes;
  const shown = (change?.changes ?? []).toSorted((a, b) => compareStrings(a.path, b.path));
  return shown.map(({ path, before, after }) => [path, before, after]);
}

interface Row {
  readonly type?: ProductType;
  readonly before: Partial<ProductFields>;
  readonly after: PartialFields;
  readonly shown: readonly (readonly unknown[])[];
}

const NOTICE = { event: 'subscription_approval_created', type: 'email', contact_point_ids: ['c1'] };

const ONE_FIELD: { readonly [Name in keyof ProductFields]: Row } = {
  name: { before: { name: 'A' }, after: { name: 'B' }, shown: [['name', 'A', 'B']] },
  desc: { before: {}, after: { desc: 'x' }, shown: [['desc', '', 'x']] },
  labels: {
    before: { labels: { 'managed-by': 'adc', a: '1', b: '2' } },
    after: { labels: { b: '3', c: '4' } },
    shown: [
      ['labels.a', '1', undefined],
      ['labels.b', '2', '3'],
      ['labels.c', undefined, '4'],
    ],
  },
  logo: { before: {}, after: { logo: 'aGk=' }, shown: [['logo', '', expect.stringMatching(/^2 bytes/)]] },
  status: {
    before: { status: 'published', linked_gateway_services: links('s') },
    after: { status: 'draft' },
    shown: [['status', 'published', 'draft']],
  },
  visibility: {
    before: {},
    after: { visibility: 'logged_in' },
    shown: [['visibility', 'public', 'logged_in']],
  },
  subscription_auto_approval: {
    before: {},
    after: { subscription_auto_approval: true },
    shown: [['subscription_auto_approval', false, true]],
  },
  can_view_unsubscribed: {
    before: {},
    after: { can_view_unsubscribed: false },
    shown: [['can_view_unsubscribed', true, false]],
  },
  auth: {
    before: { auth: KEY_AUTH },
    after: { auth: { key_auth: { header: 'X-Key', query: 'apikey', hide_credentials: false } } },
    shown: [['auth.key_auth.header', 'apikey', 'X-Key']],
  },
  linked_gateway_services: {
    before: { linked_gateway_services: links('s', 't') },
    after: { linked_gateway_services: [link('t', { linked_hosts: ['h'] }), link('u')] },
    shown: [
      ['linked_gateway_services[default/s]', { linked_hosts: [] }, undefined],
      ['linked_gateway_services[default/t].linked_hosts', [], ['h']],
      ['linked_gateway_services[default/u]', undefined, { linked_hosts: [] }],
    ],
  },
  notifications: {
    before: { notifications: [NOTICE] },
    after: { notifications: [{ ...NOTICE, contact_point_ids: ['c2'] }] },
    shown: [['notifications[subscription_approval_created/email].contact_points', ['c1'], ['c2']]],
  },
  raw_openapi: {
    type: 'external',
    before: { raw_openapi: OPENAPI },
    after: { raw_openapi: OTHER_OPENAPI },
    shown: [['raw_openapi', expect.anything(), expect.anything()]],
  },
  server_urls: {
    type: 'external',
    before: { server_urls: ['https://a'] },
    after: { server_urls: ['https://b'] },
    shown: [['server_urls', ['https://a'], ['https://b']]],
  },
};

describe('comparing one product', () => {
  it.each(FIELD_NAMES)('shows exactly the change of %s', (name) => {
    const { type = 'gateway', before, after, shown } = ONE_FIELD[name];
    expect(changes({ id: '1', type, ...before }, after)).toEqual(shown);
  });

  it.each(FIELD_NAMES)('does not compare undeclared %s', (name) => {
    const { type = 'gateway', before } = ONE_FIELD[name];
    expect(changes({ id: '1', ...before, type }, {}).filter(([path]) => path !== 'name')).toEqual([]);
  });

  it.each(['gateway', 'external'] as const)('a %s product does not differ from itself', (type) => {
    const live = liveProduct({ type });
    const all = Object.fromEntries(fieldsOf(type).map((name) => [name, live.fields[name]])) as PartialFields;
    expect(changes({ type }, all)).toEqual([]);
  });

  it('ignores the order of links, hosts, labels and contact points', () => {
    const before = {
      linked_gateway_services: [link('s', { linked_hosts: ['a', 'b'] }), link('t')],
      labels: { 'managed-by': 'adc', a: '1', b: '2' },
      notifications: [
        { ...NOTICE, contact_point_ids: ['c1', 'c2'] },
        { ...NOTICE, type: 'webhook' },
      ],
    };
    const after = {
      linked_gateway_services: [link('t'), link('s', { linked_hosts: ['b', 'a', 'b'] })],
      labels: { b: '2', a: '1' },
      notifications: [
        { ...NOTICE, type: 'webhook' },
        { ...NOTICE, contact_point_ids: ['c2', 'c1'] },
      ],
    };
    expect(changes(before, after)).toEqual([]);
  });

  it('the order of server addresses is a change, because readers see the first one first', () => {
    const before = { type: 'external', server_urls: ['b', 'a'] } as const;
    expect(changes(before, { server_urls: ['a', 'b'] })).toEqual([['server_urls', ['b', 'a'], ['a', 'b']]]);
    expect(changes(before, { server_urls: ['b', 'a'] })).toEqual([]);
  });

  it('OpenAPI documents with the same meaning are equal', () => {
    expect(changes({ type: 'external', raw_openapi: OPENAPI }, { raw_openapi: OPENAPI_AS_JSON })).toEqual([]);
  });

  it('auth with another key order is equal', () => {
    const spelled = {
      basic_auth: { hide_credentials: false },
      key_auth: { hide_credentials: false, query: 'apikey', header: 'apikey' },
    };
    expect(changes({ auth: spelled }, { auth: { ...KEY_AUTH, ...BASIC_AUTH } })).toEqual([]);
  });

  it('an added and a removed auth type', () => {
    expect(changes({ auth: KEY_AUTH }, { auth: BASIC_AUTH })).toEqual([
      ['auth.basic_auth', undefined, BASIC_AUTH.basic_auth],
      ['auth.key_auth', KEY_AUTH.key_auth, undefined],
    ]);
  });

  it('shows names instead of ids if they are known', () => {
    const names = {
      gatewayGroups: new Map([['default', 'Default']]),
      services: new Map([[serviceKey(link('s')), 'Payments']]),
      dcrProviders: new Map([['dcr-1', 'keycloak']]),
      contactPoints: new Map([['c1', 'api-team']]),
    };
    const declared = { auth: DCR_AUTH, linked_gateway_services: links('s'), notifications: [NOTICE] };
    expect(changes({}, declared, { names })).toEqual([
      ['auth.dcr', undefined, { dcr_provider: 'keycloak' }],
      ['auth.key_auth', KEY_AUTH.key_auth, undefined],
      ['linked_gateway_services[Default/Payments]', undefined, { linked_hosts: [] }],
      ['notifications[subscription_approval_created/email]', undefined, { contact_points: ['api-team'] }],
    ]);
  });

  it('compares two notifications of one event and type separately', () => {
    const notifications = [NOTICE, { ...NOTICE, contact_point_ids: ['c2'] }];
    expect(changes({ notifications }, { notifications: [NOTICE] })).toHaveLength(1);
    expect(changes({ notifications: [NOTICE] }, { notifications })).toHaveLength(1);
  });

  it('supports labels with names of inherited keys', () => {
    const labels = JSON.parse('{ "__proto__": "1", "constructor": "2", "a.b": "3" }') as Record<
      string,
      string
    >;
    expect(changes({}, { labels })).toEqual([
      ['labels.__proto__', undefined, '1'],
      ['labels.constructor', undefined, '2'],
      ['labels["a.b"]', undefined, '3'],
    ]);
    expect(changes({ labels: { 'managed-by': 'adc', ...labels } }, { labels })).toEqual([]);
  });
});

describe('resources with the same name and different ids', () => {
  const one = (id: string) =>
    new Map([
      ['1', 'same'],
      ['2', 'same'],
      [id, 'same'],
    ]);

  it('a link moves between two services of one name', () => {
    const names = { services: new Map(['1', '2'].map((id) => [serviceKey(link(id)), 'payments'])) };
    const shown = changes(
      { linked_gateway_services: links('1') },
      { linked_gateway_services: links('2') },
      { names },
    );
    expect(shown.length).toBeGreaterThan(0);
  });

  it('a link moves between a group and a service whose names read the same together', () => {
    const before = [link('c', { gateway_group_id: 'a/b' })];
    const after = [link('b/c', { gateway_group_id: 'a' })];
    const shown = changes({ linked_gateway_services: before }, { linked_gateway_services: after });
    expect(shown.length).toBeGreaterThan(0);
  });

  it('another DCR provider of the same name', () => {
    const [before, after] = ['1', '2'].map((id) => ({ auth: { dcr: { dcr_provider_id: id } } }));
    expect(changes(before!, after!, { names: { dcrProviders: one('1') } }).length).toBeGreaterThan(0);
  });

  it('another DCR provider of the same name is seen beside another change', () => {
    const [before, after] = ['1', '2'].map((id) => ({ dcr: { dcr_provider_id: id } }));
    const shown = changes(
      { auth: before! },
      { auth: { ...after, ...BASIC_AUTH } },
      { names: { dcrProviders: one('1') } },
    );
    expect(shown.map(([path]) => path)).toEqual(['auth.basic_auth', expect.stringMatching(/^auth\.dcr/)]);
  });

  it('a move between services of one name is seen beside another change', () => {
    const names = { services: new Map(['1', '2'].map((id) => [serviceKey(link(id)), 'payments'])) };
    const after = { linked_gateway_services: links('2', 'x') };
    const shown = changes({ linked_gateway_services: links('1') }, after, { names });
    expect(shown.length).toBeGreaterThan(1);
  });

  it('another contact point of the same name', () => {
    const [before, after] = ['1', '2'].map((id) => ({
      notifications: [{ ...NOTICE, contact_point_ids: [id] }],
    }));
    expect(changes(before!, after!, { names: { contactPoints: one('1') } }).length).toBeGreaterThan(0);
  });
});

describe('resources whose name is the id of another one', () => {
  const services = new Map([[serviceKey(link('1')), '2']]);

  it('shows another DCR provider, by id if the names are equal', () => {
    const [before, after] = ['1', '2'].map((id) => ({ auth: { dcr: { dcr_provider_id: id } } }));
    const shown = changes(before!, after!, { names: { dcrProviders: new Map([['1', '2']]) } });
    expect(shown).toEqual([['auth', before!.auth, after!.auth]]);
  });

  it('a link to one becomes a link to the other', () => {
    const [before, after] = [links('1'), links('2')].map((one) => ({ linked_gateway_services: one }));
    expect(changes(before!, after!, { names: { services } })).toHaveLength(1);
  });

  it('each lost link shows', () => {
    const before = { linked_gateway_services: links('1', '2') };
    expect(changes(before, { linked_gateway_services: [] }, { names: { services } })).toHaveLength(2);
  });

  it('each lost notification of one event shows', () => {
    const twice = ['c1', 'c2'].map((id) => ({ ...NOTICE, contact_point_ids: [id] }));
    expect(changes({ notifications: twice }, { notifications: [] })).toHaveLength(2);
  });
});
