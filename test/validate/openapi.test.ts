import { describe, expect, test } from 'vitest';
import { follower } from '../../src/openapi/references.ts';
import { referenceFindings } from '../../src/validate/openapi/references.ts';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const PRODUCT = 'api_products: [{ name: A, type: external, status: draft, openapi_file: o.yml }]';

const check = async (raw: string) => {
  const cwd = await tempFiles({ 'a.yaml': PRODUCT, 'o.yml': raw });
  return checkedFiles({ cwd, patterns: ['a.yaml'] });
};
const codesOf = async (raw: string) =>
  (await check(raw)).codes.map((one) => one.replace('openapi-', '').replace('@o.yml', ''));

const document = (version: string, ...lines: readonly string[]) =>
  [version, 'info: { title: T, version: "1" }', ...lines, ''].join('\n');
const three = (...lines: readonly string[]) => document('openapi: 3.0.3', 'paths:', ...lines);
const OK = 'responses: { 200: { description: ok } }';

describe('the official schema finds, at the exact place,', () => {
  test.each([
    ['an unknown field', three('  /a:', '    gett: {}'), ['unknown-key:5:5']],
    ['an unknown field of 3.1', document('openapi: 3.1.0', 'paths: {}', 'path: {}'), ['unknown-key:4:1']],
    ['an unknown field of 2.0', document('swagger: "2.0"', 'paths: {}', 'servers: []'), ['unknown-key:4:1']],
    ['a path without a slash', three('  a: {}'), ['unknown-key:4:3']],
    ['an operation without responses', three('  /a:', '    get:', '      summary: x'), ['missing-key:5:5']],
    [
      'a parameter with a wrong place',
      three('  /a:', '    get:', `      ${OK}`, '      parameters: [{ name: a, in: qeury, schema: {} }]'),
      ['wrong-value:7:35'],
    ],
    [
      'a parameter without a name',
      three('  /a:', '    get:', `      ${OK}`, '      parameters: [{ in: query, schema: {} }]'),
      ['incomplete-openapi:7:20'],
    ],
    [
      'a parameter without schema and content',
      three('  /a:', '    get:', `      ${OK}`, '      parameters: [{ name: a, in: query }]'),
      ['missing-key:7:20'],
    ],
    [
      'a list where a mapping belongs',
      three('  /a:', '    get:', '      responses: []'),
      ['wrong-type:6:18'],
    ],
    [
      'a wrong kind of schema',
      document('openapi: 3.0.3', 'paths: {}', 'components:', '  schemas:', '    A: { type: strng }'),
      ['wrong-value:6:16'],
    ],
    [
      'a wrong kind of schema in 3.1',
      document('openapi: 3.1.0', 'components:', '  schemas:', '    A: { type: [string, nul] }'),
      ['wrong-value:5:25'],
    ],
    [
      'a wrong kind of schema in 2.0',
      document('swagger: "2.0"', 'paths: {}', 'definitions:', '  A: { properties: { a: { type: 5 } } }'),
      ['wrong-value:5:33'],
    ],
    [
      'a security scheme of no kind',
      document('openapi: 3.0.3', 'paths: {}', 'components:', '  securitySchemes: { k: { type: apikey } }'),
      ['wrong-value:5:33'],
    ],
    [
      'fields that exclude each other',
      three(
        '  /a:',
        '    get:',
        `      ${OK}`,
        '      parameters:',
        '        - { name: a, in: query, schema: {}, example: 1, examples: {} }',
      ),
      ['conflicting-keys:8:11'],
    ],
    [
      'an address that is none',
      document('openapi: 3.1.0', 'paths: {}', 'externalDocs: { url: "a b" }'),
      ['wrong-value:4:22'],
    ],
    [
      'a name with a space',
      document('openapi: 3.1.0', 'components: { schemas: { "a b": {} } }'),
      ['wrong-value:3:26'],
    ],
  ])('%s', async (_, raw, expected) => {
    expect(await codesOf(raw)).toEqual(expected);
  });

  test('the nearest field', async () => {
    const { diagnostics } = await check(three('  /a:', '    get:', `      ${OK}`, '      sumary: x'));
    expect(diagnostics).toMatchObject([{ hint: expect.stringContaining('"summary"') }]);
  });
});

describe('a part of the wrong kind', () => {
  const ofSchema = (...lines: readonly string[]) =>
    document('openapi: 3.1.0', 'components:', '  schemas:', '    A:', ...lines.map((one) => `      ${one}`));

  test.each([
    ['a list of tags', three('  /a:', '    get:', '      tags:', `      ${OK}`), ['wrong-value:6:7']],
    ['the components', document('openapi: 3.0.3', 'paths: {}', 'components:'), ['wrong-value:4:1']],
    [
      'the schemas',
      document('openapi: 3.0.3', 'paths: {}', 'components:', '  schemas:'),
      ['wrong-value:5:3'],
    ],
    ['the properties', ofSchema('properties:'), ['wrong-value:6:7']],
  ])('a field for %s without a value is not an error', async (_, raw, expected) => {
    expect(await codesOf(raw)).toEqual(expected);
  });

  test.each([
    ['a path', three('  /a:'), ['wrong-type:4:3']],
    ['an operation', three('  /a:', '    get:'), ['wrong-type:5:5']],
    ['a response', three('  /a:', '    get:', '      responses: { 200: }'), ['wrong-type:6:20']],
    [
      'a schema',
      document('openapi: 3.0.3', 'paths: {}', 'components: { schemas: { A: } }'),
      ['wrong-type:4:26'],
    ],
    ['a property', ofSchema('properties: { a: }'), ['wrong-type:6:21']],
    ['a schema of a list', ofSchema('allOf:', '  -'), ['wrong-type:7:10']],
    ['the paths', document('openapi: 3.0.3', 'paths:'), ['incomplete-openapi:3:1']],
  ])('%s without a value is one', async (_, raw, expected) => {
    expect(await codesOf(raw)).toEqual(expected);
  });

  test('is not an error in an example', async () => {
    expect(await codesOf(ofSchema('examples: { a: { value: 1 } }'))).toEqual(['wrong-value:6:17']);
    const media = (examples: string) =>
      three(
        '  /a:',
        '    get:',
        `      ${OK}`,
        `      requestBody: { content: { a/b: { examples: ${examples} } } }`,
      );
    expect(await codesOf(media('[1]'))).toEqual(['wrong-value:7:50']);
    expect(await codesOf(media('{ a: 1 }'))).toEqual(['wrong-value:7:55']);
    expect(await codesOf(media('{ a: }'))).toEqual(['wrong-type:7:52']);
  });

  test('is a reference that begins a comment', async () => {
    const { codes, diagnostics } = await check(ofSchema('items:', '  $ref: #/components/schemas/A'));
    expect(codes).toEqual(['openapi-unknown-ref@o.yml:7:9']);
    expect(diagnostics[0]?.hint).toContain('in quotes');
  });

  test('is a property with required: true', async () => {
    const { diagnostics } = await check(ofSchema('properties:', '  a: { type: string, required: true }'));
    expect(diagnostics).toMatchObject([
      { hint: expect.stringContaining('"required" list of the schema around') },
    ]);
  });
});

describe('a reference', () => {
  const schema = (reference: string, version = '3.0.3') =>
    document(
      `openapi: ${version}`,
      'paths: {}',
      'components:',
      '  schemas:',
      `    A: { $ref: "${reference}" }`,
      '    B: { type: object, properties: { $ref: { type: string }, x: { $anchor: here } } }',
    ).replace(version.startsWith('3.0') ? ', x: { $anchor: here }' : '', '');

  test.each([
    ['to nothing', '#/components/schemas/C', ['unknown-ref:6:16']],
    ['to itself', '#/components/schemas/A', ['unknown-ref:6:16']],
    ['to a key that objects inherit', '#/components/schemas/toString', ['unknown-ref:6:16']],
    ['with a broken escape', '#/components/%zz', ['unknown-ref:6:16', 'wrong-value:6:16']],
    ['to another file', 'schemas.yaml#/C', ['outside-ref:6:16']],
    ['to a URL', 'https://example.com/c.json', ['remote-ref:6:16']],
    ['to a part that is there', '#/components/schemas/B', []],
    ['with escapes', '#/components/schemas/%42', []],
  ])('%s', async (_, reference, expected) => {
    expect((await codesOf(schema(reference))).toSorted()).toEqual(expected);
  });

  test('to an anchor of 3.1 is fine', async () => {
    expect(await codesOf(schema('#here', '3.1.0'))).toEqual([]);
    expect(await codesOf(schema('#there', '3.1.0'))).toEqual(['unknown-ref:6:16']);
  });

  test('in an example is data', async () => {
    const media = 'example: { $ref: nowhere }';
    const examples = 'examples: { a: { value: { $ref: nowhere } } }';
    const content = (one: string) => `content: { a/b: { schema: { default: { $ref: x } }, ${one} } }`;
    const raw = (one: string) =>
      three('  /a:', '    get:', `      responses: { 200: { description: ok, ${content(one)} } }`);
    expect(await codesOf(raw(media))).toEqual([]);
    expect(await codesOf(raw(examples))).toEqual([]);
  });

  const ofSchemas = (...lines: readonly string[]) =>
    document('openapi: 3.1.0', 'components:', '  schemas:', ...lines.map((line) => `    ${line}`));

  test('in the examples of a schema is data', async () => {
    expect(await codesOf(ofSchemas('A: { examples: [{ $ref: nowhere }] }'))).toEqual([]);
    expect(await codesOf(ofSchemas('A: { properties: { examples: { $ref: "#/x" } } }'))).toEqual([
      'unknown-ref:5:42',
    ]);
  });

  test('within a schema that has an $id is followed from there', async () => {
    const inside = (reference: string) =>
      ofSchemas(`A: { $id: "https://a.example/a", $defs: { b: true }, items: { $ref: "${reference}" } }`);
    expect(await codesOf(inside('#/$defs/b'))).toEqual([]);
    expect(await codesOf(inside('#/$defs/c'))).toEqual(['unknown-ref:5:73']);
    expect(await codesOf(inside('https://a.example/a#/$defs/b'))).toEqual([]);
    expect(await codesOf(`${inside('#/$defs/b')}    B: { $ref: "#/$defs/b" }\n`)).toEqual([
      'unknown-ref:6:16',
    ]);
  });

  test('to a URN is none to a file', async () => {
    expect(await codesOf(schema('urn:example:b'))).toEqual(['remote-ref:6:16']);
    expect(await codesOf(schema('file:///b.yaml'))).toEqual(['outside-ref:6:16']);
  });

  test.each([
    ['#/components/schemas/b', 'Did you mean "#/components/schemas/B"?'],
    ['#/definitions/B', 'Did you mean "#/components/schemas/B"?'],
    ['#components/schemas/B', 'Did you mean "#/components/schemas/B"?'],
    ['#/components/schema/B', 'Correct the reference'],
    ['B', 'Write "#/components/schemas/B" to refer to this document, or bundle'],
    ['./o.yml#/components/schemas/B', 'Write "#/components/schemas/B" to refer to this document, or bundle'],
    ['b.yaml', 'Bundle the document'],
  ])('"%s" suggests the intended reference', async (reference, hint) => {
    const { diagnostics } = await check(schema(reference));
    expect(diagnostics).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });
});

test('resolves chained references in linear time', () => {
  let looks = 0;
  const chain = (count: number) =>
    new Proxy(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `A${index}`,
          { $ref: `#/components/schemas/A${index + 1}` },
        ]),
      ),
      { get: (schemas, key: string) => ((looks += 1), schemas[key]) },
    );
  const findingsIn = (count: number) => {
    const schemas = { components: { schemas: chain(count) } };
    return referenceFindings(schemas, follower(schemas));
  };
  expect(findingsIn(2_000)).toHaveLength(2_000);
  expect(looks).toBeLessThan(20_000);
});

describe('operations', () => {
  test('with one operationId are reported, with both places', async () => {
    const one = (path: string) => [`  ${path}:`, '    get:', '      operationId: same', `      ${OK}`];
    const { codes, diagnostics } = await check(three(...one('/a'), ...one('/b')));
    expect(codes).toEqual(['openapi-duplicate-operation@o.yml:10:20']);
    expect(diagnostics[0]?.related).toMatchObject([{ location: { line: 6, column: 20 } }]);
  });

  const parameter = (name: string) => `{ name: ${name}, in: path, required: true, schema: {} }`;
  test.each([
    ['does not declare', three('  /a/{id}:', `    get: { ${OK} }`), ['path-parameter:5:5']],
    [
      'declares at the path',
      three('  /a/{id}:', `    parameters: [${parameter('id')}]`, `    get: { ${OK} }`),
      [],
    ],
    ['declares itself', three('  /a/{id}:', `    get: { ${OK}, parameters: [${parameter('id')}] }`), []],
    [
      'declares though the path has none',
      three('  /a:', `    get: { ${OK}, parameters: [${parameter('id')}] }`),
      ['path-parameter:5:66'],
    ],
    [
      'declares under the name of a wildcard',
      three('  /{id+}:', `    get: { ${OK}, parameters: [${parameter('id')}] }`),
      [],
    ],
    [
      'declares under the name of a pattern',
      three('  "/{id:[0-9]+}":', `    get: { ${OK}, parameters: [${parameter('id')}] }`),
      [],
    ],
    [
      'declares with a wildcard',
      three('  /{id+}:', `    get: { ${OK}, parameters: [${parameter('id+')}] }`),
      [],
    ],
    [
      'spells in another way',
      three('  /{id}:', `    get: { ${OK}, parameters: [${parameter('Id')}] }`),
      ['path-parameter:5:5', 'path-parameter:5:66'],
    ],
    [
      'declares by a reference',
      document(
        'openapi: 3.0.3',
        'components: { parameters: { id: ' + parameter('id') + ' } }',
        'paths:',
        '  /a/{id}:',
        `    get: { ${OK}, parameters: [{ $ref: "#/components/parameters/id" }] }`,
      ),
      [],
    ],
  ])('a path parameter that an operation %s', async (_, raw, expected) => {
    expect(await codesOf(raw)).toEqual(expected);
  });
});

test.each(['3.1.0', '3.2.0'])('a callback of %s may have extensions', async (version) => {
  const callbacks =
    "callbacks: { done: { x-note: sent once, '{$request.body#/u}': { post: { responses: {} } } } }";
  const codes = await codesOf(
    document(`openapi: ${version}`, 'paths:', '  /a:', '    get:', `      ${OK}`, `      ${callbacks}`),
  );
  expect(codes.filter((code) => code.includes('wrong-type'))).toEqual([]);
});

describe('security', () => {
  const secured = (
    security: string,
    parts = 'components: { securitySchemes: { key: { type: http, scheme: basic } } }',
  ) => document('openapi: 3.0.3', security, parts, 'paths:', '  /a:', `    get: { ${OK} }`);

  test('that is defined is fine', async () => {
    expect(await codesOf(secured('security: [{ key: [] }, {}]'))).toEqual([]);
    const old = 'securityDefinitions: { key: { type: basic } }';
    expect(await codesOf(document('swagger: "2.0"', 'security: [{ key: [] }]', old, 'paths: {}'))).toEqual(
      [],
    );
  });

  test('that nothing defines is reported once for each name', async () => {
    const raw = `${secured('security: [{ kez: [] }]')}    put: { ${OK}, security: [{ kez: [] }, { other: [] }] }\n`;
    const { codes, diagnostics } = await check(raw);
    expect(codes).toEqual(['openapi-unknown-security@o.yml:3:14', 'openapi-unknown-security@o.yml:8:79']);
    expect(diagnostics.map(({ hint }) => hint)).toEqual([
      'Did you mean "key"?',
      'Define it in components.securitySchemes.',
    ]);
  });

  test('of 3.2 may be a reference to another document', async () => {
    expect(await codesOf(secured('security: [{ "./a.yaml#/key": [] }]').replace('3.0.3', '3.2.0'))).toEqual([
      'too-new:1:10',
    ]);
  });
});

test('shows only the first of very many findings, errors before warnings', async () => {
  const paths = Array.from({ length: 200 }, (_, index) => `  /p${index}: { get: { x: 1 } }`);
  const { diagnostics } = await check(three(...paths, '  /last: { get: [] }'));
  expect(diagnostics).toHaveLength(51);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'openapi-more', severity: 'info' }));
});

test('a JSON document has exact places too', async () => {
  const raw =
    '{ "openapi": "3.0.3", "info": { "title": "T", "version": "1" },\n  "paths": { "/a": { "gett": {} } } }';
  expect(await codesOf(raw)).toEqual(['unknown-key:2:22']);
});

test('one document of many products is checked once', async () => {
  const product = (name: string) => `{ name: ${name}, type: external, status: draft, openapi_file: o.yml }`;
  const cwd = await tempFiles({
    'a.yaml': `api_products: [${product('A')}, ${product('B')}]`,
    'o.yml': three('  /a:', '    gett: {}'),
  });
  expect((await checkedFiles({ cwd, patterns: ['a.yaml'] })).codes).toEqual([
    'openapi-unknown-key@o.yml:5:5',
  ]);
});
