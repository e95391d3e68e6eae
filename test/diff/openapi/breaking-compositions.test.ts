import { describe } from 'vitest';
import { schemas } from './api-document.ts';
import type { SchemaVerdict } from './verdicts.ts';
import { judgeSchemas } from './verdicts.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const object = (properties: unknown, more = {}) => ({ type: 'object', properties, ...more });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const COMPONENTS = schemas({
  Text: string,
  Count: integer,
  A: object({ a: string }),
  B: object({ b: string }),
  MustB: object({ b: string }, { required: ['b'] }),
  Ring: { allOf: [ref('Ring')] },
});

const CHOICES: readonly SchemaVerdict[] = [
  ['a choice instead of anything', {}, { oneOf: [string, integer] }, 'breaks', 'harmless'],
  ['anything instead of a choice', { oneOf: [string, integer] }, {}, 'harmless', 'breaks'],
  ['several ways instead of anything', {}, { anyOf: [string, integer] }, 'breaks', 'harmless'],
  ['anything instead of several ways', { anyOf: [string, integer] }, {}, 'harmless', 'breaks'],
  ['a further kind', { oneOf: [string] }, { oneOf: [string, integer] }, 'harmless', 'breaks'],
  ['a further kind before', { oneOf: [integer] }, { oneOf: [string, integer] }, 'harmless', 'breaks'],
  ['a kind less', { oneOf: [string, integer] }, { oneOf: [integer] }, 'breaks', 'harmless'],
  [
    'kinds in another order',
    { oneOf: [string, integer] },
    { oneOf: [integer, string] },
    'harmless',
    'harmless',
  ],
  ['one of two kinds instead of the one', string, { oneOf: [string, integer] }, 'harmless', 'breaks'],
  [
    'one of two named kinds instead of the one',
    ref('A'),
    { oneOf: [ref('A'), ref('B')] },
    'breaks',
    'breaks',
  ],
  ['one kind instead of two', { anyOf: [ref('A'), ref('B')] }, ref('A'), 'breaks', 'harmless'],
  ['null as well', ref('A'), { anyOf: [ref('A'), { type: 'null' }] }, 'harmless', 'breaks'],
  ['a kind written out', { oneOf: [ref('Text')] }, { oneOf: [string] }, 'harmless', 'harmless'],
  [
    'one kind described',
    { oneOf: [string, integer] },
    { oneOf: [{ ...string, description: 'x' }, integer] },
    'harmless',
    'harmless',
  ],
  [
    'two kinds of one title',
    {
      oneOf: [
        { title: 'T', ...string },
        { title: 'T', ...integer },
      ],
    },
    {
      oneOf: [
        { title: 'T', type: 'boolean' },
        { title: 'T', ...integer },
      ],
    },
    'breaks',
    'breaks',
  ],
];

const SHORT = { title: 'short', ...string, maxLength: 10 };
const LONG = { title: 'long', ...string, minLength: 3 };
const among = (...choices: readonly unknown[]) => ({ anyOf: choices });

/** A text that matches both kinds of a `oneOf` is invalid: a new choice without this overlap allows more values. */
const OVERLAPS: readonly SchemaVerdict[] = [
  [
    'a new choice with only one of two overlapping kinds',
    among({ oneOf: [SHORT, LONG] }),
    among({ oneOf: [SHORT, LONG] }, { oneOf: [SHORT] }),
    'harmless',
    'breaks',
  ],
  [
    'a new choice with a narrower one of two overlapping kinds',
    among({ oneOf: [SHORT, LONG] }),
    among({ oneOf: [SHORT, LONG] }, { oneOf: [{ ...SHORT, maxLength: 4 }, LONG] }),
    'harmless',
    'breaks',
  ],
  [
    'a new choice with only one of two distinct kinds',
    among({ oneOf: [string, integer] }),
    among({ oneOf: [string, integer] }, { oneOf: [string] }),
    'harmless',
    'harmless',
  ],
  [
    'one of two overlapping kinds removed',
    { oneOf: [SHORT, LONG] },
    { oneOf: [SHORT] },
    'breaks',
    'harmless',
  ],
];

const WHOLES: readonly SchemaVerdict[] = [
  ['a schema alone in allOf', ref('A'), { allOf: [ref('A')] }, 'harmless', 'harmless'],
  [
    'a schema alone in allOf, described',
    ref('A'),
    { allOf: [ref('A')], description: 'x' },
    'harmless',
    'harmless',
  ],
  [
    'a schema alone in allOf that may be null',
    ref('A'),
    { allOf: [ref('A')], nullable: true },
    'harmless',
    'breaks',
  ],
  ['a schema no longer alone in allOf', { allOf: [ref('A')] }, ref('A'), 'harmless', 'harmless'],
  [
    'a part of optional properties',
    { allOf: [ref('A')] },
    { allOf: [ref('A'), ref('B')] },
    'harmless',
    'harmless',
  ],
  [
    'a part with a required property',
    { allOf: [ref('A')] },
    { allOf: [ref('A'), ref('MustB')] },
    'breaks',
    'harmless',
  ],
  ['a part less', { allOf: [ref('A'), ref('B')] }, { allOf: [ref('A')] }, 'breaks', 'breaks'],
  [
    'parts instead of a whole',
    object({ a: string, b: string }),
    { allOf: [object({ a: string }), object({ b: string })] },
    'harmless',
    'harmless',
  ],
  [
    'a base instead of its properties',
    object({ a: string, c: string }),
    { allOf: [ref('A'), object({ c: string })] },
    'harmless',
    'harmless',
  ],
  [
    'a property in another part',
    { allOf: [object({ a: string, b: string }), object({ c: string })] },
    { allOf: [object({ a: string }), object({ b: string, c: string })] },
    'harmless',
    'harmless',
  ],
  [
    'parts in another order',
    { allOf: [object({ a: string }), object({ b: string })] },
    { allOf: [object({ b: string }), object({ a: string })] },
    'harmless',
    'harmless',
  ],
  [
    'parts of which one is closed',
    { allOf: [ref('A')] },
    { allOf: [ref('A'), object({ a: string }, { additionalProperties: false })] },
    'breaks',
    'harmless',
  ],
  ['a part of another type', { allOf: [ref('A')] }, { allOf: [ref('A'), ref('Text')] }, 'breaks', 'harmless'],
  [
    'a part that holds itself',
    { allOf: [ref('A')] },
    { allOf: [ref('A'), ref('Ring')] },
    'breaks',
    'harmless',
  ],
];

describe('changes that break callers: one or any of several', () => judgeSchemas(CHOICES, COMPONENTS));
describe('changes that break callers: kinds that overlap', () => judgeSchemas(OVERLAPS, COMPONENTS));
describe('changes that break callers: all of several', () => judgeSchemas(WHOLES, COMPONENTS));
