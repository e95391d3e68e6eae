import { describe, expect, test } from 'vitest';
import type { GatewayProduct, ExternalProduct } from '../../src/generated/product-file.ts';
import type { Declared, Path } from '../../src/model/declared.ts';
import type { Directory } from '../../src/model/directory.ts';
import { linkLocation } from '../../src/model/desired.ts';
import { resolve } from '../../src/resolve/resolve.ts';

const service = (gateway_group_id: string, id: string, name: string) => ({
  gateway_group_id,
  id,
  name,
  hosts: [],
  plugins: [],
});

const DIRECTORY: Directory = {
  gatewayGroups: [
    { id: 'g1', name: 'default' },
    { id: 'g2', name: 'default-2' },
    { id: 'g3', name: 'twin' },
    { id: 'g4', name: 'twin' },
  ],
  services: new Map([
    ['g1', [service('g1', 's1', 'payments'), service('g1', 's2', 'orders')]],
    ['g2', [service('g2', 's1', 'payments'), service('g2', 's3', 'twin'), service('g2', 's4', 'twin')]],
  ]),
  dcrProviders: [{ id: 'd1', name: 'keycloak' }],
  contactPoints: [
    { id: 'c1', name: 'api-team', type: 'email' },
    { id: 'c2', name: 'ops', type: 'webhook' },
  ],
};

/** A place whose file is the path, so that a test sees the marked key. */
const at = (path: Path) => ({ file: path.join('.'), line: 1, column: 1 });

function declared(...bodies: readonly (GatewayProduct | ExternalProduct)[]): Declared {
  return {
    products: bodies.map((body) => ({ body, owner: undefined, at })),
    owners: [undefined],
    allowances: [],
    managesProducts: true,
  };
}

const gateway = (fields: Partial<GatewayProduct>): GatewayProduct => ({
  name: 'P',
  type: 'gateway',
  ...fields,
});

function fieldsOf(body: GatewayProduct | ExternalProduct, directory = DIRECTORY) {
  return resolve(declared(body), directory).value?.products[0]?.fields;
}

function problems(body: GatewayProduct, directory = DIRECTORY) {
  const { value, diagnostics } = resolve(declared(body), directory);
  expect(value === undefined).toBe(diagnostics.length > 0);
  return diagnostics.map(({ code, location, hint }) => ({ code, at: location?.file, hint }));
}

const link = (gateway_group: string, name: string) => ({
  linked_gateway_services: [{ gateway_group, service: name }],
});

describe('names become ids', () => {
  test('of gateway groups and of services within their group', () => {
    expect(fieldsOf(gateway(link('default-2', 'payments')))).toEqual({
      name: 'P',
      linked_gateway_services: [{ gateway_group_id: 'g2', service_id: 's1', linked_hosts: [] }],
    });
  });

  test('keeps ids that exist', () => {
    const links = [{ gateway_group_id: 'g1', service_id: 's2', linked_hosts: ['b', 'a', 'b'] }];
    expect(fieldsOf(gateway({ linked_gateway_services: links }))?.linked_gateway_services).toEqual([
      { gateway_group_id: 'g1', service_id: 's2', linked_hosts: ['a', 'b'] },
    ]);
  });

  test('of DCR providers, with the defaults of the other ways of authentication', () => {
    const auth = { key_auth: {}, basic_auth: null, dcr: { dcr_provider: 'keycloak' } };
    expect(fieldsOf(gateway({ auth }))?.auth).toEqual({
      key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false },
      basic_auth: { hide_credentials: false },
      dcr: { dcr_provider_id: 'd1' },
    });
  });

  test('of contact points, as a set', () => {
    const one = { event: 'subscription_approval_created', type: 'email' } as const;
    const notifications = [
      { ...one, contact_points: ['api-team'] },
      { ...one, contact_point_ids: ['c2', 'c1'] },
    ];
    expect(fieldsOf(gateway({ notifications }))?.notifications).toEqual([
      { ...one, contact_point_ids: ['c1', 'c2'] },
      { ...one, contact_point_ids: ['c1'] },
    ]);
  });

  test('keeps the place of each link, although links are sorted', () => {
    const links = [
      { gateway_group: 'default', service: 'payments' },
      { gateway_group: 'default', service: 'orders' },
    ];
    const { value } = resolve(declared(gateway({ linked_gateway_services: links })), DIRECTORY);
    const places = value?.products.map((product) =>
      linkLocation(product, { gateway_group_id: 'g1', service_id: 's2' }),
    );
    expect(places?.map(({ file }) => file)).toEqual(['linked_gateway_services.1']);
  });
});

describe('no match and several matches are diagnostics', () => {
  test('a name that is near another one', () => {
    expect(problems(gateway(link('defalt', 'payments')))).toEqual([
      {
        code: 'unknown-name',
        at: 'linked_gateway_services.0.gateway_group',
        hint: 'Did you mean "default"?',
      },
    ]);
  });

  test('a name that differs only in case', () => {
    expect(problems(gateway(link('default', 'Payments')))).toMatchObject([{ code: 'unknown-name' }]);
  });

  test('a service of another group', () => {
    expect(problems(gateway(link('default', 'twin')))).toMatchObject([
      { code: 'unknown-name', at: 'linked_gateway_services.0.service' },
    ]);
  });

  test.each([
    [
      'gateway groups',
      link('twin', 'payments'),
      'Use `gateway_group_id:` instead, with one of these ids: g3, g4.',
    ],
    ['services', link('default-2', 'twin'), 'Use `service_id:` instead, with one of these ids: s3, s4.'],
  ])('%s of one name', (_, fields, hint) => {
    expect(problems(gateway(fields))).toMatchObject([{ code: 'ambiguous-name', hint }]);
  });

  test.each([
    ['linked_gateway_services.0.gateway_group_id', { gateway_group_id: 'g9', service_id: 's1' }],
    ['linked_gateway_services.0.service_id', { gateway_group_id: 'g1', service_id: 's9' }],
  ])('an id that does not exist: %s', (place, one) => {
    expect(problems(gateway({ linked_gateway_services: [one] }))).toMatchObject([
      { code: 'unknown-id', at: place },
    ]);
  });

  test('finds every error in one run', () => {
    const fields = { ...link('nope', 'payments'), auth: { dcr: { dcr_provider: 'nope' } } };
    expect(problems(gateway(fields)).map(({ code }) => code)).toEqual(['unknown-name', 'unknown-name']);
  });
});

describe('contact points of a server that has no list of them', () => {
  const { contactPoints: _, ...others } = DIRECTORY;
  const without: Directory = { ...others, contactPoints: undefined };
  const one = { event: 'subscription_approval_created', type: 'email' } as const;

  test('ids stay unchanged', () => {
    const notifications = [{ ...one, contact_point_ids: ['c9'] }];
    expect(fieldsOf(gateway({ notifications }), without)?.notifications).toEqual(notifications);
  });

  test('names are a diagnostic', () => {
    const notifications = [{ ...one, contact_points: ['api-team'] }];
    expect(problems(gateway({ notifications }), without)).toMatchObject([{ code: 'names-unsupported' }]);
  });
});

describe('omitted, null and empty fields', () => {
  test('an omitted field is not declared', () => {
    expect(fieldsOf(gateway({}))).toEqual({ name: 'P' });
  });

  test('null is the default of the server', () => {
    const fields = { desc: null, labels: null, visibility: null, can_view_unsubscribed: null } as const;
    expect(fieldsOf(gateway({ ...fields, linked_gateway_services: null, notifications: null }))).toEqual({
      name: 'P',
      desc: '',
      labels: {},
      visibility: 'public',
      can_view_unsubscribed: true,
      linked_gateway_services: [],
      notifications: [],
    });
  });

  test('an external product has its own fields', () => {
    const body: ExternalProduct = {
      name: 'E',
      type: 'external',
      raw_openapi: 'openapi: 3.0.3',
      server_urls: ['b', 'a'],
    };
    expect(fieldsOf(body)).toEqual({ name: 'E', raw_openapi: 'openapi: 3.0.3', server_urls: ['b', 'a'] });
  });
});
