import { describe } from 'vitest';
import { answering, apiDocument, getting, json, operation, schemas, sending } from './api-document.ts';
import type { Verdict } from './verdicts.ts';
import { judge } from './verdicts.ts';

const string = { type: 'string' };
const object = (properties: unknown, more = {}) => ({ type: 'object', properties, ...more });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const A = object({ a: string });

const COMPONENTS: readonly Verdict[] = [
  ['a schema that nothing refers to gone', apiDocument(schemas({ A })), apiDocument(schemas({})), 'harmless'],
  ['a schema written out and gone', answering(ref('A'), schemas({ A })), answering(A), 'harmless'],
  ['a schema gone that is referred to', answering(ref('A'), schemas({ A })), answering(ref('A')), 'breaks'],
  [
    'a schema gone that a discriminator names',
    answering(ref('B'), schemas({ A, B: { discriminator: { propertyName: 'b', mapping: { a: 'A' } } } })),
    answering(ref('B'), schemas({ B: { discriminator: { propertyName: 'b', mapping: { a: 'A' } } } })),
    'breaks',
  ],
  [
    'a kind of another schema gone',
    answering(ref('D'), schemas({ D: { discriminator: { propertyName: 't' } }, B: { allOf: [ref('D')] } })),
    answering(ref('D'), schemas({ D: { discriminator: { propertyName: 't' } } })),
    'breaks',
  ],
  [
    'a schema gone where there are no operations',
    apiDocument({ paths: {}, ...schemas({ A }) }),
    apiDocument({ paths: {}, ...schemas({}) }),
    'harmless',
  ],
];

const kinds = (code: unknown) =>
  sending(
    {
      oneOf: [
        ref('Outer'),
        object({ inner: object({ code: { enum: ['x'] } }, { required: ['code'] }) }, { required: ['inner'] }),
      ],
    },
    schemas({
      Outer: object({ inner: ref('Inner') }, { required: ['inner'] }),
      Inner: object({ code: ref('Code') }, { required: ['code'] }),
      Code: code,
    }),
  );
const INDIRECT: readonly Verdict[] = [
  [
    'a kind that overlaps another one through a component of a component',
    kinds({ enum: ['a'] }),
    kinds({ enum: ['a', 'x'] }),
    'breaks',
  ],
  [
    'a kind with another value through a component of a component',
    kinds({ enum: ['a'] }),
    kinds({ enum: ['a', 'b'] }),
    'harmless',
  ],
];

const hooked = (parts: Readonly<Record<string, unknown>>, more = {}) => ({
  ...getting({ callbacks: { paid: { '{$request.body#/url}': { post: operation(parts) } } } }),
  ...more,
});
const sent = (schema: unknown, more = {}) => hooked({ requestBody: json(schema) }, more);
const named = (parts: Readonly<Record<string, unknown>>) => ({
  ...getting({ callbacks: { paid: { $ref: '#/components/callbacks/Paid' } } }),
  components: { callbacks: { Paid: { '{$url}': { post: operation(parts) } } } },
});
const ring = {
  '{$url}': { post: operation({ callbacks: { again: { $ref: '#/components/callbacks/Ring' } } }) },
};

const CALLBACKS: readonly Verdict[] = [
  ['a callback more', getting({}), hooked({}), 'harmless'],
  ['a callback less', hooked({}), getting({}), 'breaks'],
  ['a callback described', hooked({}), hooked({ description: 'x' }), 'harmless'],
  ['a callback that sends more', sent(object({})), sent(A), 'harmless'],
  ['a callback that sends less', sent(A), sent(object({})), 'breaks'],
  [
    'a callback that always sends a property of a component',
    sent(ref('A'), schemas({ A })),
    sent(ref('A'), schemas({ A: object({ a: string }, { required: ['a'] }) })),
    'harmless',
  ],
  [
    'a callback that sends a component with less',
    sent(ref('A'), schemas({ A })),
    sent(ref('A'), schemas({ A: object({}) })),
    'breaks',
  ],
  ['a callback of a component described', named({}), named({ description: 'x' }), 'harmless'],
  ['a callback of a component that sends less', named({ requestBody: json(A) }), named({}), 'breaks'],
  [
    'callbacks in a ring',
    { ...getting({ callbacks: ring }), components: { callbacks: { Ring: ring } } },
    { ...getting({ callbacks: ring, summary: 'x' }), components: { callbacks: { Ring: ring } } },
    'harmless',
  ],
];

const item = (more = {}) => ({
  ...apiDocument({ paths: { '/a': { $ref: '#/components/pathItems/A' } } }),
  components: { pathItems: { A: { get: operation(more), put: operation() } } },
});
const PATH_ITEMS: readonly Verdict[] = [
  ['an operation of a component described', item(), item({ summary: 'x' }), 'harmless'],
  [
    'an operation of a component with a new demand',
    item(),
    item({ parameters: [{ name: 'a', in: 'query', required: true }] }),
    'breaks',
  ],
];

describe('changes that break callers: components', () => judge(COMPONENTS));
describe('changes that break callers: components of components', () => judge(INDIRECT));
describe('changes that break callers: callbacks', () => judge(CALLBACKS));
describe('changes that break callers: path items', () => judge(PATH_ITEMS));
