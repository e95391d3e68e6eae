import { describe, expect, it } from 'vitest';
import { openapiChanges } from '../../../src/diff/openapi/openapi-changes.ts';
import {
  answering,
  apiDocument,
  getting,
  json,
  limited,
  operation,
  schemas,
  sending,
  told,
} from './api-document.ts';

type Case = readonly [about: string, before: unknown, after: unknown, rows: readonly string[]];

const string = { type: 'string' };
const integer = { type: 'integer' };
const bill = { $ref: '#/components/schemas/Bill' };
const object = (properties: unknown, more = {}) => ({ type: 'object', properties, ...more });

const OPERATIONS: readonly Case[] = [
  ['an operation added', apiDocument({ paths: {} }), apiDocument(), ['added operation GET /bills']],
  ['an operation removed', apiDocument(), apiDocument({ paths: {} }), ['! removed operation GET /bills']],
  [
    'the summary of an operation',
    getting({}),
    getting({ summary: 'All' }),
    ['changed operation GET /bills [summary: none -> All]'],
  ],
  [
    'the name of a path parameter',
    apiDocument({
      paths: { '/b/{id}': { get: operation({ parameters: [{ name: 'id', in: 'path', schema: string }] }) } },
    }),
    apiDocument({
      paths: { '/b/{no}': { get: operation({ parameters: [{ name: 'no', in: 'path', schema: string }] }) } },
    }),
    ['changed operation GET /b/{no} [path: /b/{id} -> /b/{no}]'],
  ],
  [
    'a webhook with a new property in its body',
    apiDocument({ webhooks: { paid: { post: operation({ requestBody: json(object({ a: string })) }) } } }),
    apiDocument({ webhooks: { paid: { post: operation({ requestBody: json(object({})) }) } } }),
    ['! removed request-body webhook POST paid: body.a'],
  ],
  [
    'the summary of a path',
    apiDocument(),
    apiDocument({ paths: { '/bills': { summary: 'x', get: operation() } } }),
    ['changed other /bills [summary: none -> x]'],
  ],
];

const PARAMETERS: readonly Case[] = [
  ['added', getting({}), limited({ schema: integer }), ['added parameter GET /bills: query limit']],
  [
    'added as required',
    getting({}),
    limited({ required: true }),
    ['! added parameter GET /bills: query limit [required]'],
  ],
  ['removed', limited({ required: true }), getting({}), ['! removed parameter GET /bills: query limit']],
  [
    'now required',
    limited({}),
    limited({ required: true }),
    ['! changed parameter GET /bills: query limit [now required]'],
  ],
  [
    'no longer required',
    limited({ required: true }),
    limited({}),
    ['changed parameter GET /bills: query limit [no longer required]'],
  ],
  [
    'of another type',
    limited({ schema: string }),
    limited({ schema: integer }),
    ['! changed parameter GET /bills: query limit [type: string -> integer]'],
  ],
  [
    'of a wider type',
    limited({ schema: integer }),
    limited({ schema: { type: 'number' } }),
    ['changed parameter GET /bills: query limit [type: integer -> number]'],
  ],
  [
    'with fewer values',
    limited({ schema: { enum: [1, 2] } }),
    limited({ schema: { enum: [2] } }),
    ['! changed parameter GET /bills: query limit [enum: removed 1]'],
  ],
  [
    'with more values',
    limited({ schema: { enum: [1] } }),
    limited({ schema: { enum: [1, 2] } }),
    ['changed parameter GET /bills: query limit [enum: added 2]'],
  ],
  [
    'with a lower maximum',
    limited({ schema: { maximum: 9 } }),
    limited({ schema: { maximum: 5 } }),
    ['! changed parameter GET /bills: query limit [maximum: 9 -> 5]'],
  ],
  [
    'with a higher maximum',
    limited({ schema: { maximum: 5 } }),
    limited({ schema: { maximum: 9 } }),
    ['changed parameter GET /bills: query limit [maximum: 5 -> 9]'],
  ],
  [
    'with another description',
    limited({}),
    limited({ description: 'x' }),
    ['changed parameter GET /bills: query limit [description: none -> x]'],
  ],
  [
    'of 2.0',
    limited({ type: 'string' }),
    limited({ type: 'integer' }),
    ['! changed parameter GET /bills: query limit [type: string -> integer]'],
  ],
  [
    'of the whole path',
    apiDocument({ paths: { '/bills': { get: operation() } } }),
    apiDocument({
      paths: { '/bills': { parameters: [{ name: 'X-A', in: 'header', required: true }], get: operation() } },
    }),
    ['! added parameter GET /bills: header X-A [required]'],
  ],
  [
    'that moved to the components unchanged',
    limited({ schema: integer }),
    {
      ...getting({ parameters: [{ $ref: '#/components/parameters/Limit' }] }),
      components: { parameters: { Limit: { name: 'limit', in: 'query', schema: integer } } },
    },
    ['changed operation GET /bills [parameters]', 'added parameter parameters.Limit'],
  ],
];

const BODIES: readonly Case[] = [
  [
    'a body added',
    apiDocument(),
    getting({ requestBody: json({}) }),
    ['added request-body GET /bills: body'],
  ],
  [
    'a body added as required',
    apiDocument(),
    getting({ requestBody: { ...json({}), required: true } }),
    ['! added request-body GET /bills: body [required]'],
  ],
  [
    'a body now required',
    getting({ requestBody: json({}) }),
    getting({ requestBody: { ...json({}), required: true } }),
    ['! changed request-body GET /bills: body [now required]'],
  ],
  [
    'a body removed',
    getting({ requestBody: json({}) }),
    apiDocument(),
    ['! removed request-body GET /bills: body'],
  ],
  [
    'a media type removed',
    sending({}),
    apiDocument({ paths: { '/bills': { post: operation({ requestBody: { content: {} } }) } } }),
    ['! removed request-body POST /bills: body application/json'],
  ],
  [
    'a new property of a request',
    sending(object({})),
    sending(object({ a: string })),
    ['added request-body POST /bills: body.a'],
  ],
  [
    'a new required property of a request',
    sending(object({})),
    sending(object({ a: string }, { required: ['a'] })),
    ['! added request-body POST /bills: body.a [required]'],
  ],
  [
    'a removed property of a request',
    sending(object({ a: string })),
    sending(object({})),
    ['! removed request-body POST /bills: body.a'],
  ],
  [
    'a property that requests may no longer have',
    sending(object({ a: string }, { additionalProperties: false })),
    sending(object({}, { additionalProperties: false })),
    ['! removed request-body POST /bills: body.a'],
  ],
  [
    'a response added',
    apiDocument(),
    getting({ responses: { 200: { description: 'ok' }, 404: {} } }),
    ['added response GET /bills: 404'],
  ],
  [
    'a response for success removed',
    apiDocument(),
    getting({ responses: {} }),
    ['! removed response GET /bills: 200'],
  ],
  [
    'a response for failure removed',
    getting({ responses: { 200: { description: 'ok' }, 404: {} } }),
    apiDocument(),
    ['removed response GET /bills: 404'],
  ],
  [
    'a new property of a response',
    answering(object({})),
    answering(object({ a: string }, { required: ['a'] })),
    ['added response GET /bills: 200 body.a [required]'],
  ],
  [
    'a removed property of a response',
    answering(object({ a: string })),
    answering(object({})),
    ['! removed response GET /bills: 200 body.a'],
  ],
  [
    'a property of a response that is no longer required',
    answering(object({ a: string }, { required: ['a'] })),
    answering(object({ a: string })),
    ['! changed response GET /bills: 200 body.a [no longer required]'],
  ],
  [
    'another type of a response',
    answering({ items: integer }),
    answering({ items: string }),
    ['! changed response GET /bills: 200 body[] [type: integer -> string]'],
  ],
  [
    'a removed header of a response',
    getting({ responses: { 200: { description: 'ok', headers: { 'X-A': { schema: string } } } } }),
    apiDocument(),
    ['! removed response GET /bills: 200 header X-A'],
  ],
];

const SCHEMAS: readonly Case[] = [
  [
    'a schema that many use is reported once',
    apiDocument({
      paths: { '/a': { get: withBill() }, '/b': { get: withBill() } },
      ...schemas({ Bill: object({ a: integer }) }),
    }),
    apiDocument({
      paths: { '/a': { get: withBill() }, '/b': { get: withBill() } },
      ...schemas({ Bill: object({ a: string }) }),
    }),
    ['! changed schema Bill.a [type: integer -> string]'],
  ],
  [
    'a new required part of a response breaks no caller',
    answering(bill, schemas({ Bill: object({ a: string }) })),
    answering(bill, schemas({ Bill: object({ a: string }, { required: ['a'] }) })),
    ['changed schema Bill.a [now required]'],
  ],
  [
    'a new required part of a request breaks callers',
    sending(bill, schemas({ Bill: object({ a: string }) })),
    sending(bill, schemas({ Bill: object({ a: string }, { required: ['a'] }) })),
    ['! changed schema Bill.a [now required]'],
  ],
  [
    'a new required part of a webhook breaks no caller',
    apiDocument({
      webhooks: { paid: { post: withSentBill() } },
      ...schemas({ Bill: object({ a: string }) }),
    }),
    apiDocument({
      webhooks: { paid: { post: withSentBill() } },
      ...schemas({ Bill: object({ a: string }, { required: ['a'] }) }),
    }),
    ['changed schema Bill.a [now required]'],
  ],
  [
    'a renamed schema',
    answering(bill, schemas({ Bill: object({ a: string }) })),
    answering({ $ref: '#/components/schemas/Note' }, schemas({ Note: object({ a: string }) })),
    [
      'changed response GET /bills: 200 body [schema: Bill -> Note]',
      'removed schema Bill',
      'added schema Note',
    ],
  ],
  [
    'a reference to a schema that lacks a property',
    answering(bill, schemas({ Bill: object({ a: string }), Note: object({}) })),
    answering(
      { $ref: '#/components/schemas/Note' },
      schemas({ Bill: object({ a: string }), Note: object({}) }),
    ),
    ['! changed response GET /bills: 200 body [schema: Bill -> Note]'],
  ],
  [
    'a schema removed',
    apiDocument(schemas({ Bill: string })),
    apiDocument(schemas({})),
    ['removed schema Bill'],
  ],
  [
    'null as of 3.1',
    answering({ type: 'string', nullable: true }),
    answering({ type: ['string', 'null'] }),
    ['changed operation GET /bills [responses]'],
  ],
  [
    'a removed alternative of a request',
    sending({ oneOf: [bill, { title: 'Note' }] }),
    sending({ oneOf: [bill] }),
    ['! changed request-body POST /bills: body [oneOf: removed Note]'],
  ],
  [
    'a removed alternative of a response',
    answering({ oneOf: [bill, { title: 'Note' }] }),
    answering({ oneOf: [bill] }),
    ['changed response GET /bills: 200 body [oneOf: removed Note]'],
  ],
  [
    'a closed schema',
    sending(object({})),
    sending(object({}, { additionalProperties: false })),
    ['! changed request-body POST /bills: body [additionalProperties: true -> false]'],
  ],
  [
    'an unknown keyword',
    sending({}),
    sending({ contentEncoding: 'base64' }),
    ['! changed request-body POST /bills: body [contentEncoding: none -> base64]'],
  ],
];

const KEY = { type: 'apiKey', in: 'header', name: 'k' };
const REST: readonly Case[] = [
  [
    'security added',
    apiDocument(),
    apiDocument({ security: [{ key: [] }] }),
    ['! changed security security [removed none, added key]'],
  ],
  [
    'security removed',
    apiDocument({ security: [{ key: [] }] }),
    apiDocument({ security: [] }),
    ['changed security security [removed key, added none]'],
  ],
  [
    'another security scheme',
    apiDocument({ security: [{ key: [] }] }),
    apiDocument({ security: [{ key: [] }, { oauth: ['a'] }] }),
    ['changed security security [added oauth (a)]'],
  ],
  [
    'a further scope',
    getting({ security: [{ oauth: ['a'] }] }),
    getting({ security: [{ oauth: ['a', 'b'] }] }),
    ['! changed security GET /bills: security [removed oauth (a), added oauth (a b)]'],
  ],
  [
    'inherited security, declared explicitly',
    apiDocument({ security: [{ key: [] }] }),
    { ...getting({ security: [{ key: [] }] }), security: [{ key: [] }] },
    ['changed operation GET /bills [security]'],
  ],
  [
    'a scheme changed',
    apiDocument({ security: [{ key: [] }], components: { securitySchemes: { key: KEY } } }),
    apiDocument({
      security: [{ key: [] }],
      components: { securitySchemes: { key: { ...KEY, in: 'query' } } },
    }),
    ['! changed security securitySchemes.key [in: header -> query]'],
  ],
  [
    'a server moved',
    apiDocument({ servers: [{ url: '/a' }] }),
    apiDocument({ servers: [{ url: '/b' }] }),
    ['! removed server /a', 'added server /b'],
  ],
  [
    'servers in another order',
    apiDocument({ servers: [{ url: '/a' }, { url: '/b' }] }),
    apiDocument({ servers: [{ url: '/b' }, { url: '/a' }] }),
    ['changed server servers'],
  ],
  [
    'a host of 2.0',
    { host: 'a.example', schemes: ['https'] },
    { host: 'b.example', schemes: ['https'] },
    ['! removed server https://a.example', 'added server https://b.example'],
  ],
  [
    'the version',
    apiDocument(),
    apiDocument({ info: { title: 'Billing', version: '1.1.0' } }),
    ['changed info info.version [1.0.0 -> 1.1.0]'],
  ],
  ['tags', apiDocument(), apiDocument({ tags: [] }), ['added other tags']],
];

function withSentBill() {
  return operation({ requestBody: json(bill) });
}

function withBill() {
  return operation({ responses: { 200: { description: 'ok', ...json(bill) } } });
}

describe('openapiChanges', () => {
  it.each([...OPERATIONS, ...BODIES, ...SCHEMAS, ...REST])('%s', (_, before, after, rows) => {
    expect(told(before, after)).toEqual(rows);
  });

  it.each(PARAMETERS)('a parameter %s', (_, before, after, rows) => {
    expect(told(before, after)).toEqual(rows);
  });

  it('a document of 2.0 written as 3.0 keeps its operations, parameters, bodies and schemas', () => {
    const before = {
      swagger: '2.0',
      consumes: ['application/json'],
      produces: ['application/json'],
      paths: {
        '/bills': {
          post: {
            parameters: [
              { name: 'limit', in: 'query', type: 'integer' },
              { name: 'b', in: 'body', required: true, schema: { $ref: '#/definitions/Bill' } },
            ],
            responses: { 200: { description: 'ok', schema: { $ref: '#/definitions/Bill' } } },
          },
        },
      },
      definitions: { Bill: object({ a: string }) },
    };
    const after = {
      openapi: '3.0.3',
      paths: {
        '/bills': {
          post: {
            parameters: [{ name: 'limit', in: 'query', schema: integer }],
            requestBody: { required: true, ...json(bill) },
            responses: { 200: { description: 'ok', ...json(bill) } },
          },
        },
      },
      ...schemas({ Bill: object({ a: string }) }),
    };
    const rows = openapiChanges(JSON.stringify(before), JSON.stringify(after));
    expect(rows.filter((row) => row.breaking)).toEqual([]);
    expect(rows.filter((row) => !['other', 'operation'].includes(row.kind))).toEqual([]);
  });

  it('a document of 2.0 without media types equals one of 3.0 with some', () => {
    const before = (schema: unknown, file: unknown) => ({
      swagger: '2.0',
      paths: {
        '/a': {
          post: {
            parameters: [{ name: 'b', in: 'body', schema }],
            responses: { 200: { description: 'ok', schema } },
          },
          put: { parameters: [file], responses: { 200: { description: 'ok', schema: { type: 'file' } } } },
        },
      },
    });
    const binary = { type: 'string', format: 'binary' };
    const after = {
      openapi: '3.0.3',
      paths: {
        '/a': {
          post: { requestBody: json(integer), responses: { 200: { description: 'ok', ...json(integer) } } },
          put: {
            requestBody: { content: { 'multipart/form-data': { schema: object({ f: binary }) } } },
            responses: { 200: { description: 'ok', content: { 'image/png': { schema: binary } } } },
          },
        },
      },
    };
    const file = { name: 'f', in: 'formData', type: 'file' };
    expect(told(before(integer, file), after).filter((row) => row.startsWith('!'))).toEqual([]);
    expect(
      told(before(string, { ...file, type: 'integer' }), after).filter((row) => row.startsWith('!')),
    ).toEqual([
      '! changed request-body POST /a: body [type: string -> integer]',
      '! changed request-body PUT /a: body.f [type: integer -> string; format: none -> binary]',
      '! changed response POST /a: 200 body [type: string -> integer]',
    ]);
  });

  it('a change inside a cycle of schemas breaks each operation that refers to the cycle', () => {
    const ring = (end: string, first: unknown) => ({
      paths: {
        '/a': { get: operation({ responses: { 200: json({ $ref: `#/components/schemas/A${end}` }) } }) },
        '/b': { get: operation({ responses: { 200: json({ $ref: `#/components/schemas/B${end}` }) } }) },
      },
      ...schemas({
        [`A${end}`]: object({ b: { $ref: `#/components/schemas/B${end}` }, ...(first as object) }),
        [`B${end}`]: object({ a: { $ref: `#/components/schemas/A${end}` } }),
      }),
    });
    expect(told(ring('', { x: string }), ring('2', {})).slice(0, 2)).toEqual([
      '! changed response GET /a: 200 body [schema: A -> A2]',
      '! changed response GET /b: 200 body [schema: B -> B2]',
    ]);
    expect(told(ring('', {}), ring('2', { x: string })).slice(0, 2)).toEqual([
      'changed response GET /a: 200 body [schema: A -> A2]',
      'changed response GET /b: 200 body [schema: B -> B2]',
    ]);
  });

  it('an unreadable document breaks everything that depends on it', () => {
    expect(openapiChanges('openapi: 3.0.3', 'openapi: [')).toMatchObject([
      { name: 'document', breaking: true },
    ]);
    expect(openapiChanges('openapi: [', 'openapi: 3.0.3')).toMatchObject([
      { name: 'document', breaking: true },
    ]);
  });

  it('breaking rows come first, then by kind and name', () => {
    const before = apiDocument({
      paths: { '/b': { get: operation() }, '/a': { get: operation() } },
      ...schemas({ X: string }),
    });
    const after = apiDocument({ paths: { '/c': { get: operation() } }, info: {} });
    expect(told(before, after)).toEqual([
      '! removed operation GET /a',
      '! removed operation GET /b',
      'added operation GET /c',
      'removed schema X',
      'removed info info.title',
      'removed info info.version',
    ]);
  });
});
