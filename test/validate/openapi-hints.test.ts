import { describe, expect, test } from 'vitest';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const PRODUCT = 'api_products: [{ name: A, type: external, status: draft, openapi_file: o.yml }]';

/** The diagnostics of a document, except those about its servers. */
async function saidOf(raw: string): Promise<readonly string[]> {
  const cwd = await tempFiles({ 'a.yaml': PRODUCT, 'o.yml': raw });
  const { diagnostics } = await checkedFiles({ cwd, patterns: ['a.yaml'] });
  return diagnostics.map(({ message, hint }) => `${message}. ${hint}`);
}

const document = (version: string, ...lines: readonly string[]) =>
  [version, 'info: { title: T, version: "1" }', ...lines, ''].join('\n');
const old = (...lines: readonly string[]) => document('swagger: "2.0"', 'paths: {}', ...lines);
const three = (...lines: readonly string[]) => document('openapi: 3.0.3', 'paths: {}', ...lines);
const schema = (one: string) => three('components:', '  schemas:', `    A: ${one}`);
const operation = (one: string, version = 'openapi: 3.0.3') =>
  document(version, 'paths:', '  /a:', `    get: { responses: { 200: { description: ok } }, ${one} }`);

describe('the hint for', () => {
  test.each([
    ['a type of another language', schema('{ type: int }'), 'Write integer'],
    ['a format as a type', schema('{ type: date }'), 'Write string with format: date'],
    ['a type that is misspelled', schema('{ type: strng }'), 'Did you mean "string"?'],
    ['null as a type of 3.0', schema('{ type: "null" }'), 'Write nullable: true'],
    ['a list of types in 3.0', schema('{ type: [string, "null"] }'), 'with nullable: true for null'],
    ['a constant in 3.0', schema('{ const: a }'), 'Write enum with that one value'],
    ['patterns of properties in 3.0', schema('{ patternProperties: {} }'), 'Write additionalProperties'],
    ['nothing required', schema('{ required: [] }'), 'has no entries. Add one, or remove the key'],
    ['a length below 0', schema('{ minLength: -1 }'), 'must be at least 0'],
    ['a step of 0', schema('{ multipleOf: 0 }'), 'must be greater than 0'],
    ['a name twice', schema('{ required: [a, a] }'), 'has a duplicate entry. Remove one'],
    ['schemas of 2.0 in 3.0', three('definitions: {}'), 'Since 3.0 it is components.schemas'],
    ['a host of 2.0 in 3.0', three('host: a.example'), 'Since 3.0 it is part of the url in servers'],
    ['components in 2.0', old('components: {}'), 'In 2.0 schemas are in definitions'],
    [
      'a body of 3.0 in 2.0',
      operation('requestBody: {}', 'swagger: "2.0"'),
      'In 2.0 a body is a parameter with in: body',
    ],
    [
      'media types of 2.0 in 3.0',
      operation('consumes: [a/b]'),
      'Since 3.0 media types are the keys of content',
    ],
    ['webhooks in 3.0', three('webhooks: {}'), 'They need openapi: "3.1.0"'],
    [
      'a type beside the name of a parameter of 3.0',
      operation('parameters: [{ name: a, in: query, schema: {}, type: string }]'),
      'Since 3.0 it is in the schema',
    ],
    [
      'a schema without a media type',
      operation('requestBody: { content: {}, schema: {} }'),
      'Since 3.0 it is in content, below a media type',
    ],
    [
      'content without a media type',
      operation('requestBody: { content: { schema: { type: string } } }'),
      'Name a media type such as application/json, and put this below it',
    ],
    [
      'a range of answers in small letters',
      operation('responses: { 2xx: {} }').replace('responses: { 200: { description: ok } }, ', ''),
      'Did you mean "2XX"?',
    ],
    [
      'an operation beside the paths',
      document('openapi: 3.0.3', 'paths:', '  get: {}'),
      'Indent it below a path',
    ],
    ['a base path', old('basePath: v1'), 'Begin it with "/"'],
    ['a host with a path', old('host: a.example/v1'), 'Write a host, with a port if needed'],
    ['a URL with a blank', three('externalDocs: { url: "http://a.example/a b" }'), 'Write " " as "%20"'],
    ['a URL that is none', three('externalDocs: { url: "http://[" }'), 'Correct it, or remove it'],
  ])('%s', async (_, raw, words) => {
    const said = await saidOf(raw);
    expect(said.join('\n')).toContain(words);
  });

  test('a list of types is reported once', async () => {
    expect(await saidOf(schema('{ type: [string, "null"] }'))).toHaveLength(1);
  });
});
