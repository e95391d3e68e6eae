import { describe } from 'vitest';
import type { SchemaVerdict } from './verdicts.ts';
import { judgeSchemas } from './verdicts.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const array = { type: 'array' };
const object = (properties: unknown, more = {}) => ({ type: 'object', properties, ...more });

const VALUES: readonly SchemaVerdict[] = [
  ['one more value', { enum: ['a'] }, { enum: ['a', 'b'] }, 'harmless', 'harmless'],
  ['one value less', { enum: ['a', 'b'] }, { enum: ['a'] }, 'breaks', 'harmless'],
  ['all values replaced', { enum: ['a'] }, { enum: ['b'] }, 'breaks', 'breaks'],
  ['another constant', { const: 'a' }, { const: 'b' }, 'breaks', 'breaks'],
  ['a constant that is one of several now', { const: 'a' }, { enum: ['a', 'b'] }, 'harmless', 'harmless'],
  ['another type', integer, string, 'breaks', 'breaks'],
  ['numbers instead of integers', integer, { type: 'number' }, 'harmless', 'breaks'],
  ['null as well', string, { type: ['string', 'null'] }, 'harmless', 'breaks'],
  ['null as of 3.0 beside no type', { enum: ['a'] }, { enum: ['a'], nullable: true }, 'harmless', 'breaks'],
  ['a default changed', { ...integer, default: 1 }, { ...integer, default: 2 }, 'breaks', 'harmless'],
  ['a default withdrawn', { ...integer, default: 1 }, integer, 'breaks', 'harmless'],
  ['a default told', integer, { ...integer, default: 1 }, 'harmless', 'harmless'],
];

const LIMITS: readonly SchemaVerdict[] = [
  ['a minimum added', integer, { ...integer, minimum: 1 }, 'breaks', 'harmless'],
  ['a minimum lowered', { minimum: 2 }, { minimum: 1 }, 'harmless', 'breaks'],
  ['a limit that bounds, of 3.1', { exclusiveMinimum: 2 }, { exclusiveMinimum: 1 }, 'harmless', 'breaks'],
  [
    'a limit that bounds closer, of 3.1',
    { exclusiveMaximum: 2 },
    { exclusiveMaximum: 1 },
    'breaks',
    'harmless',
  ],
  [
    'a limit that is excluded now',
    { minimum: 1 },
    { minimum: 1, exclusiveMinimum: true },
    'breaks',
    'harmless',
  ],
  [
    'a limit of 3.0 that is not excluded',
    { minimum: 1 },
    { minimum: 1, exclusiveMinimum: false },
    'harmless',
    'harmless',
  ],
  [
    'an excluded limit of 3.0 written as 3.1',
    { minimum: 1, exclusiveMinimum: true },
    { exclusiveMinimum: 1 },
    'harmless',
    'harmless',
  ],
  ['an excluded limit instead of a minimum', { minimum: 1 }, { exclusiveMinimum: 1 }, 'breaks', 'harmless'],
  ['a length of at least none', string, { ...string, minLength: 0 }, 'harmless', 'harmless'],
  ['at least no items', { ...array, minItems: 0 }, array, 'harmless', 'harmless'],
  ['items that need not differ', array, { ...array, uniqueItems: false }, 'harmless', 'harmless'],
  ['items that must differ', array, { ...array, uniqueItems: true }, 'breaks', 'harmless'],
  ['multiples of twice as much', { multipleOf: 2 }, { multipleOf: 4 }, 'breaks', 'harmless'],
  ['multiples of half as much', { multipleOf: 4 }, { multipleOf: 2 }, 'harmless', 'breaks'],
  ['multiples of something else', { multipleOf: 4 }, { multipleOf: 6 }, 'breaks', 'breaks'],
  ['a wider integer', { ...integer, format: 'int32' }, { ...integer, format: 'int64' }, 'harmless', 'breaks'],
  [
    'a narrower number',
    { type: 'number', format: 'double' },
    { type: 'number', format: 'float' },
    'breaks',
    'harmless',
  ],
  ['another format', { ...string, format: 'date' }, { ...string, format: 'date-time' }, 'breaks', 'breaks'],
  ['another pattern', { ...string, pattern: 'a' }, { ...string, pattern: 'b' }, 'breaks', 'breaks'],
  ['a dependency added', object({}), object({}, { dependentRequired: { a: ['b'] } }), 'breaks', 'harmless'],
  ['a dependency dropped', object({}, { dependentRequired: { a: ['b'] } }), object({}), 'harmless', 'breaks'],
  ['names bound', object({}), object({}, { propertyNames: { pattern: 'a' } }), 'breaks', 'harmless'],
  ['nothing unevaluated', object({}), object({}, { unevaluatedProperties: false }), 'breaks', 'harmless'],
  ['anything unevaluated', object({}, { unevaluatedProperties: false }), object({}), 'harmless', 'breaks'],
  ['other XML', { xml: { name: 'a' } }, { xml: { name: 'b' } }, 'breaks', 'breaks'],
  ['any items written out', array, { ...array, items: {} }, 'harmless', 'harmless'],
  [
    'any further properties written out',
    object({}),
    object({}, { additionalProperties: {} }),
    'harmless',
    'harmless',
  ],
  [
    'further properties of a type',
    object({}),
    object({}, { additionalProperties: string }),
    'breaks',
    'harmless',
  ],
  [
    'a discriminator told',
    { oneOf: [string] },
    { oneOf: [string], discriminator: { propertyName: 't' } },
    'harmless',
    'harmless',
  ],
  [
    'a discriminator moved',
    { discriminator: { propertyName: 't' } },
    { discriminator: { propertyName: 'u' } },
    'breaks',
    'breaks',
  ],
  [
    'a further name for a kind',
    { discriminator: { propertyName: 't', mapping: { a: 'A' } } },
    { discriminator: { propertyName: 't', mapping: { a: 'A', b: 'A' } } },
    'harmless',
    'harmless',
  ],
  [
    'a name for a kind that is gone',
    { discriminator: { propertyName: 't', mapping: { a: 'A', b: 'A' } } },
    { discriminator: { propertyName: 't', mapping: { a: 'A' } } },
    'breaks',
    'harmless',
  ],
];

const readOnly = { ...string, readOnly: true };
const writeOnly = { ...string, writeOnly: true };
const closed = { additionalProperties: false };
const must = { required: ['a'] };

const PROPERTIES: readonly SchemaVerdict[] = [
  ['an optional property', object({}), object({ a: string }), 'harmless', 'harmless'],
  ['a required property', object({}), object({ a: string }, must), 'breaks', 'harmless'],
  [
    'a required property that only answers have',
    object({}),
    object({ a: readOnly }, must),
    'harmless',
    'harmless',
  ],
  [
    'a required property that answers alone had',
    object({ a: readOnly }, must),
    object({ a: string }, must),
    'breaks',
    'harmless',
  ],
  ['a property gone', object({ a: string }), object({}), 'breaks', 'breaks'],
  ['a property gone that only requests had', object({ a: writeOnly }), object({}), 'breaks', 'harmless'],
  ['a property gone that only answers had', object({ a: readOnly }), object({}), 'harmless', 'breaks'],
  [
    'a property gone where others are refused',
    object({ a: string }, closed),
    object({}, closed),
    'breaks',
    'breaks',
  ],
  [
    'a property that need not be there',
    object({ a: string }, must),
    object({ a: string }),
    'harmless',
    'breaks',
  ],
  [
    'a property of requests that need not be there',
    object({ a: writeOnly }, must),
    object({ a: writeOnly }),
    'harmless',
    'harmless',
  ],
  [
    'a property that is required now',
    object({ a: string }),
    object({ a: string }, must),
    'breaks',
    'harmless',
  ],
  [
    'a property that answers have no more',
    object({ a: string }),
    object({ a: writeOnly }),
    'harmless',
    'breaks',
  ],
  [
    'a required property that answers have no more',
    object({ a: string }, must),
    object({ a: writeOnly }, must),
    'harmless',
    'breaks',
  ],
  ['no other keys', object({}), object({}, closed), 'breaks', 'harmless'],
];

describe('changes that break callers: values', () => judgeSchemas(VALUES));
describe('changes that break callers: limits', () => judgeSchemas(LIMITS));
describe('changes that break callers: properties', () => judgeSchemas(PROPERTIES));
