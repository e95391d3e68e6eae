import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { KEY_AUTH } from '../support/auth.ts';
import { link, links } from '../support/links.ts';
import { livePortal, liveProduct, OWNED } from '../support/live-product.ts';
import { OPENAPI, OPENAPI_AS_JSON } from '../support/openapi.ts';
import { directoryOf } from './support/directory.ts';
import { dumpOf, filesOf, productsIn, textOf } from './support/dumped.ts';

const external = (parts: Parameters<typeof liveProduct>[0] = {}) =>
  liveProduct({ type: 'external', ...parts });

describe('one file', () => {
  const directory = directoryOf({
    groups: [['g1', 'default']],
    services: { g1: [['s1', 'payments']] },
    providers: [['d1', 'keycloak']],
    contacts: [
      ['c1', 'zebra'],
      ['c2', 'api-team'],
    ],
  });
  const payments = liveProduct({
    id: 'p1',
    name: 'Payments API',
    desc: 'First line\nSecond line',
    labels: { ...OWNED, team: 'payments' },
    status: 'published',
    subscription_auto_approval: true,
    auth: {
      key_auth: { header: 'X-Key', query: 'apikey', hide_credentials: false },
      basic_auth: { hide_credentials: false },
      dcr: { dcr_provider_id: 'd1' },
    },
    linked_gateway_services: [
      { gateway_group_id: 'g1', service_id: 's1', linked_hosts: ['a.example.com', 'b.example.com'] },
    ],
    notifications: [
      { event: 'subscription_approval_created', type: 'email', contact_point_ids: ['c1', 'c2'] },
    ],
  });

  test('has names, no ids, no defaults, and keys in the order of the field table', () => {
    const billing = external({
      name: 'Billing',
      labels: {},
      raw_openapi: OPENAPI,
      server_urls: ['https://b.example.com'],
    });
    expect(textOf([payments, billing], { directory, schema: './api-products.schema.json' }))
      .toBe(`# yaml-language-server: $schema=./api-products.schema.json
portal: default
api_products:
  - name: Billing
    type: external
    status: draft
    raw_openapi: |
      openapi: 3.0.3
      info: { title: Billing, version: "1" }
      paths:
        /bills:
          get: { responses: { "200": { description: ok } } }
    server_urls:
      - https://b.example.com

  - name: Payments API
    type: gateway
    desc: |-
      First line
      Second line
    labels:
      team: payments
    status: published
    subscription_auto_approval: true
    auth:
      key_auth:
        header: X-Key
      basic_auth: {}
      dcr:
        dcr_provider: keycloak
    linked_gateway_services:
      - gateway_group: default
        service: payments
        linked_hosts:
          - a.example.com
          - b.example.com
    notifications:
      - event: subscription_approval_created
        type: email
        contact_points:
          - api-team
          - zebra
`);
  });

  test('with ids, each product begins with its own', () => {
    expect(textOf([payments], { directory, withId: true })).toContain(
      '\n  - id: p1\n    name: Payments API\n',
    );
  });

  test('with defaults, has every field of the type', () => {
    const [product] = productsIn(textOf([liveProduct({ auth: KEY_AUTH })], { withDefaults: true })) ?? [];
    expect(product).toEqual({
      name: 'A',
      type: 'gateway',
      desc: '',
      labels: {},
      logo: '',
      status: 'draft',
      visibility: 'public',
      subscription_auto_approval: false,
      can_view_unsubscribed: true,
      auth: { key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false } },
      linked_gateway_services: [],
      notifications: [],
    });
  });

  test('declares an empty list for an empty portal', () => {
    expect(textOf([])).toBe('portal: default\napi_products: []\n');
  });

  test('a selection without a match manages no products, so that no sync deletes any', () => {
    expect(textOf([payments], { include: () => false })).toBe('portal: default\n');
  });

  test('writes only selected products', () => {
    const dump = dumpOf([payments, external({ name: 'B' })], { include: ({ type }) => type === 'external' });
    expect(dump.products).toBe(1);
    expect(productsIn(filesOf(dump)['api-products.yaml'] ?? '')).toMatchObject([{ name: 'B' }]);
  });

  test('another managed-by label is kept', () => {
    const labels = { 'managed-by': 'terraform' };
    expect(productsIn(textOf([liveProduct({ labels })]))).toMatchObject([{ labels }]);
  });

  test('omits auth that a file cannot declare', () => {
    expect(productsIn(textOf([liveProduct({ auth: {} })], { withDefaults: true }))?.[0]).not.toHaveProperty(
      'auth',
    );
  });

  test('the schema line and the portal stay on their lines', () => {
    const text = textOf([], { schema: 'x\nportal: evil', portal: 'a\nb: ${C}' });
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=x\\x0aportal: evil');
    expect(parse(text)).toEqual({ portal: 'a\nb: \\${C}', api_products: [] });
  });

  test('variables are escaped in every text but OpenAPI, and not in keys', () => {
    const portal = [
      liveProduct({ name: '${A}', desc: '\\${B} $${C}', labels: { '${K}': '${V}' } }),
      external({ name: 'e', raw_openapi: 'openapi: ${X}' }),
    ];
    expect(productsIn(textOf(portal))).toMatchObject([
      { name: '\\${A}', desc: '\\\\${B} $\\${C}', labels: { '${K}': '\\${V}' } },
      { name: 'e', raw_openapi: 'openapi: ${X}' },
    ]);
  });
});

describe('names if they are unambiguous, else ids', () => {
  const product = (service: string, group = 'g1') =>
    liveProduct({ linked_gateway_services: [link(service, { gateway_group_id: group })] });
  const directory = directoryOf({
    groups: [
      ['g1', 'prod'],
      ['g2', 'same'],
      ['g3', 'same'],
    ],
    services: {
      g1: [
        ['s1', 'one'],
        ['s2', 'two'],
        ['s3', 'two'],
      ],
      g2: [['s1', 'two']],
    },
  });
  const linkOf = (live: ReturnType<typeof product>) =>
    productsIn(textOf([live], { directory }))?.[0]?.['linked_gateway_services'];

  test('service names must be unambiguous only within their gateway group', () => {
    expect(linkOf(product('s1'))).toEqual([{ gateway_group: 'prod', service: 'one' }]);
    expect(linkOf(product('s2'))).toEqual([{ gateway_group: 'prod', service_id: 's2' }]);
    expect(linkOf(product('s1', 'g2'))).toEqual([{ gateway_group_id: 'g2', service: 'two' }]);
  });

  test('uses the id of a resource that the control plane does not return', () => {
    expect(linkOf(product('s9', 'g9'))).toEqual([{ gateway_group_id: 'g9', service_id: 's9' }]);
  });

  test('DCR providers', () => {
    const dcr = liveProduct({ auth: { dcr: { dcr_provider_id: 'd1' } } });
    const auth = (...names: readonly string[]) => {
      const providers = names.map((name, index) => [`d${index + 1}`, name] as const);
      return productsIn(textOf([dcr], { directory: directoryOf({ providers }) }))?.[0]?.['auth'];
    };
    expect(auth('kc', 'other')).toEqual({ dcr: { dcr_provider: 'kc' } });
    expect(auth('kc', 'kc')).toEqual({ dcr: { dcr_provider_id: 'd1' } });
  });

  test('contact points of one notification are all names or all ids', () => {
    const notifications = [{ event: 'e', type: 'email', contact_point_ids: ['c1', 'c2'] }];
    const written = (contacts: readonly (readonly [string, string])[] | undefined) =>
      productsIn(textOf([liveProduct({ notifications })], { directory: directoryOf({ contacts }) }))?.[0]?.[
        'notifications'
      ];
    const first = ['c1', 'b'] as const;
    const [event, type] = ['e', 'email'];
    expect(written([first, ['c2', 'a']])).toEqual([{ event, type, contact_points: ['a', 'b'] }]);
    const ids = [{ event, type, contact_point_ids: ['c1', 'c2'] }];
    expect(written([first, ['c2', 'a'], ['c3', 'a']])).toEqual(ids);
    expect(written([first])).toEqual(ids);
    expect(written(undefined)).toEqual(ids);
  });

  test('sorts links by their text, not by their ids', () => {
    const services = { default: [['x', 'b'] as const, ['y', 'a'] as const] };
    const live = liveProduct({ linked_gateway_services: links('x', 'y') });
    const text = textOf([live], { directory: directoryOf({ groups: [['default', 'g']], services }) });
    expect(productsIn(text)?.[0]?.['linked_gateway_services']).toEqual([
      { gateway_group: 'g', service: 'a' },
      { gateway_group: 'g', service: 'b' },
    ]);
  });
});

describe('a folder', () => {
  const PNG = Buffer.from('\x89PNG\r\n\x1a\n...', 'latin1').toString('base64');

  test('has a file a product, with OpenAPI documents and logos beside them', () => {
    const portal = [
      external({ name: 'Billing', raw_openapi: OPENAPI, logo: PNG }),
      external({ name: 'Accounts', raw_openapi: OPENAPI_AS_JSON }),
      liveProduct({ name: 'Payments' }),
    ];
    const files = filesOf(dumpOf(portal, { layout: 'folder' }));
    expect(Object.keys(files)).toEqual([
      'accounts.yaml',
      'openapi/accounts.json',
      'billing.yaml',
      'logos/billing.png',
      'openapi/billing.yaml',
      'payments.yaml',
    ]);
    expect(files['openapi/accounts.json']).toBe(OPENAPI_AS_JSON);
    expect(files['openapi/billing.yaml']).toBe(OPENAPI);
    expect(files['logos/billing.png']).toBe(PNG);
    expect(productsIn(files['billing.yaml'] ?? '')).toMatchObject([
      { logo_file: 'logos/billing.png', openapi_file: 'openapi/billing.yaml' },
    ]);
  });

  test('of an empty portal contains a file with an explanation', () => {
    expect(filesOf(dumpOf([], { layout: 'folder' }))).toEqual({
      'api-products.yaml': 'portal: default\napi_products: []\n',
    });
  });

  test.each([
    ['a data URL', `data:image/png;base64,${PNG}`],
    ['base64 of another alphabet', '-_-_'],
    ['base64 without padding', 'iVBORw0KGg'],
    ['no image', Buffer.from('anything').toString('base64')],
    ['a page', Buffer.from('<?xml version="1.0"?>\n<html/>').toString('base64')],
  ])('a logo that is %s stays inline', (_, logo) => {
    const files = filesOf(dumpOf([liveProduct({ logo })], { layout: 'folder' }));
    expect(Object.keys(files)).toEqual(['a.yaml']);
    expect(productsIn(files['a.yaml'] ?? '')).toMatchObject([{ logo }]);
  });

  test.each([
    ['\xff\xd8\xff\xe0', 'jpg'],
    ['GIF89a', 'gif'],
    ['RIFF\x00\x00\n\x00WEBPVP8 ', 'webp'],
    ['<svg xmlns="x"/>', 'svg'],
    ['<?xml version="1.0"?>\n<svg/>', 'svg'],
  ])('a logo that begins with %j is a .%s file', (start, extension) => {
    const logo = Buffer.from(start, 'latin1').toString('base64');
    expect(filesOf(dumpOf([liveProduct({ logo })], { layout: 'folder' }))).toHaveProperty(
      [`logos/a.${extension}`],
      logo,
    );
  });

  test.each([
    ['a control character', 'openapi: 3.0.0\n\x07'],
    ['half a surrogate pair', 'openapi: 3.0.0 # \ud800'],
    ['a byte order mark', '\ufeffopenapi: 3.0.0'],
  ])('a document with %s stays inline, since no file could hold it', (_, raw_openapi) => {
    const files = filesOf(dumpOf([external({ raw_openapi })], { layout: 'folder' }));
    expect(Object.keys(files)).toEqual(['a.yaml']);
    expect(productsIn(files['a.yaml'] ?? '')).toMatchObject([{ raw_openapi }]);
  });

  test.each([
    ['is no OpenAPI document', 'api_products: []\n'],
    ['hides products in a second document', 'openapi: 3.0.0\n---\napi_products: []\n'],
    ['is not well-formed', '{"openapi": "3.0.0"'],
  ])(
    'a document that %s does not become a .yaml file, which a directory scan would read',
    (_, raw_openapi) => {
      const files = filesOf(dumpOf([external({ raw_openapi })], { layout: 'folder' }));
      expect(files).toHaveProperty(['openapi/a.txt'], raw_openapi);
    },
  );
});

describe('several products with one name', () => {
  const twin = (id: string, owned: boolean) => liveProduct({ id, name: 'Twin', labels: owned ? OWNED : {} });

  test('declares all, each with its id', () => {
    const text = textOf([twin('a', false), twin('b', true), liveProduct({ name: 'Z' })]);
    expect(productsIn(text)).toMatchObject([
      { id: 'a', name: 'Twin' },
      { id: 'b', name: 'Twin' },
      { name: 'Z' },
    ]);
    expect(productsIn(text)?.[2]).not.toHaveProperty('id');
  });

  test('pins a product even if it is the only selected one', () => {
    const include = ({ id }: { readonly id: string }) => id === 'b';
    expect(productsIn(textOf([twin('a', false), twin('b', false)], { include }))).toMatchObject([
      { id: 'b' },
    ]);
  });
});

test.each(['Pay\n', 'P\u001bay', 'Pay\ufffd'])('a product called %j is pinned by its id', (name) => {
  expect(productsIn(textOf([liveProduct({ id: 'a', name })]))).toMatchObject([{ id: 'a', name }]);
});

describe('a field that the server does not return', () => {
  const blind = external({ name: 'Blind', raw_openapi: '', unreadable: ['raw_openapi'] });

  test.each(['one-file', 'folder'] as const)('is omitted and reported at the product (%s)', (layout) => {
    const dump = dumpOf([blind], { layout, withDefaults: true });
    const [text = ''] = Object.values(filesOf(dump));
    expect(dump.unreadable).toEqual(['Blind']);
    expect(text).toMatch(/# .*OpenAPI document(.|\n)*openapi_file(.|\n)*- name: Blind/);
    expect(productsIn(text)?.[0]).not.toHaveProperty('raw_openapi');
    expect(productsIn(text)?.[0]).not.toHaveProperty('openapi_file');
  });

  test('is omitted for any other field', () => {
    const text = textOf([liveProduct({ unreadable: ['auth'] })], { withDefaults: true });
    expect(text).toMatch(/# .*auth/);
    expect(productsIn(text)?.[0]).not.toHaveProperty('auth');
  });
});

test('dumps no labels of external products that the server does not keep', () => {
  const portal = livePortal([external({ labels: {} })], { keepsExternalLabels: false });
  expect(productsIn(textOf(portal))?.[0]).not.toHaveProperty('labels');
});
