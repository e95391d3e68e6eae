import { expect, test } from 'vitest';
import { withVariables } from '../../src/dump/product-entry.ts';
import { liveProduct } from '../support/live-product.ts';
import { textOf } from './support/dumped.ts';

const variables = new Map(
  Object.entries({
    GROUP: 'stg',
    DOMAIN: 'stg.example.com',
    EXAMPLE: 'example.com',
    DOT: '.internal',
    NONE: '',
  }),
);

test.each([
  ['a complete text', 'gateway_group', 'stg', '${GROUP}'],
  ['not a part of a text', 'desc', 'stg.', 'stg.'],
  ['not an empty text', 'desc', '', ''],
  ['a whole host', 'linked_hosts', 'stg.example.com', '${DOMAIN}'],
  ['the end of a host, the longest', 'linked_hosts', 'pay.stg.example.com', 'pay.${DOMAIN}'],
  ['a wildcard host', 'linked_hosts', '*.example.com', '*.${EXAMPLE}'],
  ['only complete labels of a host', 'linked_hosts', 'badexample.com', 'badexample.com'],
  ['a value that begins with a dot', 'linked_hosts', 'pay.internal', 'pay${DOT}'],
  [
    'the host of a URL',
    'server_urls',
    'https://a.example.com:8443/v1?x=y',
    'https://a.${EXAMPLE}:8443/v1?x=y',
  ],
  ['not the path of a URL', 'server_urls', 'https://a.test/x.example.com', 'https://a.test/x.example.com'],
  ['not a host in another field', 'desc', 'pay.example.com', 'pay.example.com'],
  ['no keyword', 'type', 'stg', 'stg'],
  ['other texts keep what looks like a variable', 'desc', '${X} stg', '\\${X} stg'],
  [
    'the rest of a URL keeps what looks like a variable',
    'server_urls',
    'https://a.example.com/${X}',
    'https://a.${EXAMPLE}/\\${X}',
  ],
])('%s', (_, key, text, written) => {
  expect(withVariables({ [key]: [text] }, variables)).toEqual({ [key]: [written] });
});

test('uses the first of several variables with the same value', () => {
  expect(
    withVariables(
      'x',
      new Map([
        ['B', 'x'],
        ['A', 'x'],
      ]),
    ),
  ).toBe('${B}');
});

test('label values are plain text even if the key is a field name, and keys stay', () => {
  const labels = { type: 'stg', linked_hosts: 'a.example.com', stg: 'x' };
  expect(withVariables(labels, variables, 'labels')).toEqual({ ...labels, type: '${GROUP}' });
});

test('a portable dump names no portal, and has variables in all products', () => {
  const desc = 'stg';
  const products = [
    liveProduct({ name: 'stg', desc }),
    liveProduct({ id: '2', name: 'B', type: 'external', desc, server_urls: ['https://stg.example.com'] }),
  ];
  expect(textOf(products, { portable: true, variables, withDefaults: false })).toMatchInlineSnapshot(`
    "api_products:
      - name: B
        type: external
        desc: \${GROUP}
        status: draft
        raw_openapi: |
          openapi: 3.0.3
          info: { title: Billing, version: "1" }
          paths:
            /bills:
              get: { responses: { "200": { description: ok } } }
        server_urls:
          - https://\${DOMAIN}

      - name: \${GROUP}
        type: gateway
        desc: \${GROUP}
        status: draft
        auth:
          key_auth: {}
    "
  `);
});
