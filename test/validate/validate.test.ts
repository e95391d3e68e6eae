import { describe, expect, test } from 'vitest';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const gateway = (...lines: readonly string[]) =>
  [
    'api_products:',
    '  - name: A',
    '    type: gateway',
    '    status: draft',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
const external = (...lines: readonly string[]) =>
  gateway(...lines).replace('type: gateway', 'type: external');

const check = async (text: string, env: Record<string, string> = {}) =>
  checkedFiles({ cwd: await tempFiles({ 'a.yaml': text }), env });
const codesOf = async (text: string, env: Record<string, string> = {}) =>
  (await check(text, env)).codes.map((one) => one.replace('@a.yaml', ''));
const bodyOf = async (text: string, env: Record<string, string> = {}) => {
  const { declared, codes } = await check(text, env);
  return declared?.products[0]?.body ?? codes;
};

describe('an unknown key', () => {
  test.each([
    ['at the top', 'portl: a', 'portl', '"portal"'],
    ['of a product', gateway('visibilty: public'), 'visibilty', '"visibility"'],
    ['of auth', gateway('auth: { keyAuth: {} }'), 'keyAuth', '"key-auth"'],
    ['of key_auth', gateway('auth: { key_auth: { heder: x } }'), 'heder', '"header"'],
    [
      'of a link',
      gateway('linked_gateway_services: [{ gateway_group: a, service: b, host: [] }]'),
      'host',
      '"linked_hosts"',
    ],
    ['of a product without a type', 'api_products: [{ name: A, tpye: gateway }]', 'tpye', '"type"'],
  ])('%s is an error with the nearest known key', async (_, text, key, near) => {
    const { diagnostics } = await check(text);
    const found = diagnostics.find(({ code }) => code === 'unknown-key');
    expect(found?.message).toContain(`"${key}"`);
    expect(found?.hint).toContain(near);
    const { text: line = '', column = 1, length } = found?.location ?? {};
    expect(line.slice(column - 1, column - 1 + (length ?? 0))).toBe(key);
  });
});

test('a duplicate product name shows both places', async () => {
  const files = { 'a.yaml': gateway(), 'b.yaml': external() };
  const { diagnostics } = await checkedFiles({ cwd: await tempFiles(files) });
  expect(diagnostics).toMatchObject([
    {
      code: 'duplicate-product',
      location: { file: 'b.yaml', line: 2, column: 11 },
      related: [{ location: { file: 'a.yaml', line: 2, column: 11 } }],
    },
  ]);
});

describe('a variable', () => {
  test.each([
    ['true', true],
    ['false', false],
  ])('that holds %s fills a boolean field', async (value, expected) => {
    const text = gateway('can_view_unsubscribed: ${B}', 'auth: { key-auth: { hide_credentials: "${B}" } }');
    expect(await bodyOf(text, { B: value })).toMatchObject({
      can_view_unsubscribed: expected,
      auth: { key_auth: { hide_credentials: expected } },
    });
  });

  test.each(['yes', 'True', '1', '', 'null'])('that holds %j does not', async (value) => {
    expect(await codesOf(gateway('can_view_unsubscribed: ${B}'), { B: value })).toEqual(['wrong-type:5:28']);
  });

  test('fills words and names, and text stays text', async () => {
    const text = gateway('desc: ${D}', 'visibility: ${V}', 'labels: { a: "${D}" }');
    expect(await bodyOf(text, { D: 'true', V: 'logged_in' })).toMatchObject({
      desc: 'true',
      visibility: 'logged_in',
      labels: { a: 'true' },
    });
  });

  test('that is not set is the only diagnostic of its field', async () => {
    const text = gateway(
      'visibility: ${A}',
      'can_view_unsubscribed: ${A}',
      'id: ${A}',
      'previous_name: ${A}',
    );
    expect(
      new Set(await codesOf(`${text}\n  - { name: "\${A}", type: gateway, status: draft, id: "\${A}" }`)),
    ).toEqual(new Set(['unset-variable:5:17']));
  });
});

test.each(['1.10', '0o7', '12345678901234567890', '017', '1e3', 'true', '.inf'])(
  '%s as a name is an error with the quoted form',
  async (word) => {
    const { diagnostics } = await check(gateway().replace('name: A', `name: ${word}`));
    expect(diagnostics).toMatchObject([
      { code: 'wrong-type', location: { line: 2, column: 11, length: word.length } },
    ]);
    expect(diagnostics[0]?.hint).toContain(`"${word}"`);
  },
);

describe('an OpenAPI document', () => {
  const document = (head: string, rest = 'info: { title: T, version: "1" }\npaths: {}\n') =>
    `${head}\n${rest}`;
  const codes = async (raw: string) => {
    const cwd = await tempFiles({ 'a.yaml': external('openapi_file: o.yml'), 'o.yml': raw });
    return (await checkedFiles({ cwd, patterns: ['a.yaml'] })).codes;
  };

  test.each([
    ['2.0', document('swagger: "2.0"')],
    ['3.0', document('openapi: 3.0.4')],
    [
      '3.1 with webhooks alone',
      document('openapi: 3.1.0', 'info: { title: T, version: v1 }\nwebhooks: {}\n'),
    ],
    [
      '3.1 with components alone',
      document('openapi: 3.1.0', 'info: { title: T, version: v1 }\ncomponents: {}\n'),
    ],
    ['JSON', '{ "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "paths": {} }'],
    [
      'with codes of responses as keys',
      document('openapi: 3.0.0').replace(
        '{}',
        '{ /: { get: { responses: { 200: { description: a }, default: { description: b } } } } }',
      ),
    ],
    [
      'with an extension in an encoding',
      document('openapi: 3.0.0').replace(
        '{}',
        '{ /: { post: { requestBody: { content: { multipart/form-data: { encoding: { a: { x-a: 1 } } } } }, responses: { default: { description: b } } } } }',
      ),
    ],
  ])('of version %s is one', async (_, raw) => {
    expect(await codes(raw)).toEqual([]);
  });

  test.each([
    ['a number as version', document('openapi: 3.1'), 'not-openapi@o.yml:1:10'],
    ['a version that is not known', document('openapi: 2.0.0'), 'not-openapi@o.yml:1:10'],
    ['no version', document('title: x'), 'not-openapi@o.yml:1:1'],
    [
      'no paths',
      document('openapi: 3.0.0', 'info: { title: T, version: "1" }\n'),
      'incomplete-openapi@o.yml:1:1',
    ],
    ['paths that are a list', document('openapi: 3.0.0').replace('{}', '[]'), 'incomplete-openapi@o.yml:3:8'],
    [
      'no title',
      document('openapi: 3.0.0', 'info: { version: "1" }\npaths: {}'),
      'incomplete-openapi@o.yml:2:1',
    ],
    ['broken YAML', document('openapi: 3.0.0', 'info: { title: a: b }\n'), 'yaml-syntax@o.yml:2:16'],
    ['broken JSON', '{ "openapi": "3.0.0",\n  "info": "a" "b" }', 'yaml-syntax@o.yml:2:15'],
    ['nothing', '', 'not-openapi@o.yml:1:1'],
    ['encrypted values', `${document('openapi: 3.0.0')}\nsops: { mac: x }\n`, 'not-openapi@o.yml:5:7'],
    ['a list', '- a\n', 'not-openapi@o.yml:1:1'],
  ])('with %s is an error at its own place', async (_, raw, expected) => {
    expect(await codes(raw)).toEqual([expected]);
  });

  test('inline is an error at its own place in a literal block, else at its field', async () => {
    expect(await codesOf(external('raw_openapi: |', '  openapi: 3.0.0', '  a: b: c'))).toEqual([
      'yaml-syntax:7:10',
    ]);
    expect(await codesOf(external('raw_openapi: "paths: {}"'))).toEqual(['not-openapi:5:18']);
  });
});

describe('empty, null and missing values', () => {
  test.each([
    ['api_products:', ['wrong-type:1:1']],
    ['api_products: ~', ['wrong-type:1:15']],
    ['portal: null', ['wrong-type:1:9']],
  ])('%j is an error', async (text, codes) => {
    expect(await codesOf(text)).toEqual(codes);
  });

  test.each([
    ['portal: a', { managesProducts: false, portal: { name: 'a' } }],
    ['api_products: []', { managesProducts: true, products: [] }],
    ['portal: a\n---\napi_products: []\n---\nportal: a', { managesProducts: true, portal: { name: 'a' } }],
  ])('%j is a declaration', async (text, declared) => {
    expect((await check(text)).declared).toMatchObject(declared);
  });

  test('keeps an omitted, null or empty field', async () => {
    const fields = { desc: null, labels: {}, linked_gateway_services: [], notifications: null };
    expect(
      await bodyOf(
        gateway(...Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)),
      ),
    ).toEqual({
      name: 'A',
      type: 'gateway',
      status: 'draft',
      ...fields,
    });
  });
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  '%s is an ordinary unknown key, in YAML and in JSON',
  async (key) => {
    expect(await codesOf(gateway(`${key}: {}`))).toEqual(['unknown-key:5:5']);
    expect(await codesOf(`{"api_products":[{"name":"A","type":"gateway","${key}":1}]}`)).toEqual([
      'unknown-key:1:47',
    ]);
    expect(await codesOf(gateway(`labels: { ${key}: x }`))).toEqual([]);
  },
);

describe('a place in a declared product', () => {
  test('is found by the normalized key, for any form in the file', async () => {
    const text = gateway('auth:', '  key-auth:', '    header: x', '  basic_auth: {}');
    const { declared } = await check(text);
    const at = declared?.products[0]?.at;
    expect(at?.(['auth', 'key_auth', 'header'])).toMatchObject({ line: 7, column: 17 });
    expect(at?.(['auth', 'key_auth'], 'key')).toMatchObject({ line: 6, column: 7 });
    expect(at?.(['auth', 'basic_auth'], 'key')).toMatchObject({ line: 8, column: 7 });
    expect(at?.(['auth', 'dcr', 'dcr_provider'])).toMatchObject({ line: 6, column: 7 });
    expect(at?.(['linked_gateway_services', 0, 'service'])).toMatchObject({ line: 2, column: 5 });
    expect(at?.([])).toMatchObject({ line: 2, column: 5 });
  });

  test('follows aliases and merge keys', async () => {
    const { declared } = await check(
      'api_products:\n  - &a\n    name: A\n    type: gateway\n    status: draft\n    auth: &k\n      key_auth: {}\n  - name: B\n    <<: *a\n    auth: *k\n',
    );
    const at = declared?.products[1]?.at;
    expect(at?.(['status'])).toMatchObject({ line: 5, column: 13 });
    expect(at?.(['auth'])).toMatchObject({ line: 10, column: 11 });
    expect(at?.(['auth', 'key_auth'])).toMatchObject({ line: 7, column: 17 });
  });
});

describe('rules accept invalid other products', () => {
  test.each([
    [
      'api_products: [{ name: 1 }, { name: A, type: gateway, status: draft }, { name: A, type: gateway, status: draft }]',
      'duplicate-product:1:80',
    ],
    [
      gateway(
        'linked_gateway_services: [{ gateway_group: a, service: b }, null, { gateway_group: a, service: b, x: 1 }]',
      ),
      'service-linked-twice:5:100',
    ],
  ])('%s', async (text, code) => {
    expect(await codesOf(text)).toContain(code);
  });
});

test('services that differ in group, or in how they are named, are not one', async () => {
  const links =
    '[{ gateway_group: a, service: s }, { gateway_group: b, service: s }, { gateway_group: a, service_id: s }]';
  expect(await codesOf(gateway(`linked_gateway_services: ${links}`))).toEqual([]);
});

test('a logo of more than 1 MiB is a warning', async () => {
  const text = (file: string) => `api_products: [{ name: A, type: external, logo_file: ${file} }]`;
  const size = 1024 * 1024;
  const png = Buffer.from('\x89PNG\r\n', 'latin1');
  const cwd = await tempFiles({
    'a.yaml': text('a.png'),
    'b.yaml': text('b.png').replace('name: A', 'name: B'),
    'a.png': Buffer.concat([png, new Uint8Array(size - png.length + 3)]),
    'b.png': Buffer.concat([png, new Uint8Array(size - png.length)]),
  });
  expect((await checkedFiles({ cwd })).codes).toEqual(['large-logo@a.yaml:1:54']);
});

test.each([
  ['empty', '', 'is empty'],
  ['a text', 'hello', 'is not an image'],
  [
    'a Git LFS pointer',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    'LFS pointer',
  ],
])('a logo file that is %s is an error at its field', async (_, content, words) => {
  const cwd = await tempFiles({ 'a.yaml': gateway('logo_file: l.png'), 'l.png': content });
  const { codes, diagnostics } = await checkedFiles({ cwd });
  expect(codes).toEqual(['not-an-image@a.yaml:5:16']);
  expect(diagnostics[0]?.message).toContain(words);
});

test.each(['# nothing yet\n', '# a\n---\n# b\n'])('accepts a file with only comments: %j', async (text) => {
  const cwd = await tempFiles({ 'a.yaml': text });
  const { codes, declared } = await checkedFiles({ cwd, owner: 'acme.payments' });
  expect(codes).toEqual([]);
  // With this owner, a run refuses files that manage no product if the owner has live ones.
  expect(declared).toMatchObject({ managesProducts: false, owners: ['acme.payments'] });
});
