import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as changes from '../../../src/diff/openapi/openapi-changes.ts';
import type * as facts from '../../../src/diff/openapi/schema-facts.ts';
import { answering, schemas, sending } from './api-document.ts';

const calls = { count: 0 };
const FACTS = '../../../src/diff/openapi/schema-facts.ts';
let openapiChanges: typeof changes.openapiChanges;

// Counts the calls of the two functions that read schemas, alone or in pairs. Imports new copies of the modules, because other
// test files of the worker may have loaded them.
beforeAll(async () => {
  vi.resetModules();
  vi.doMock(FACTS, async (original) => {
    const real = await original<typeof facts>();
    const counted =
      <Args extends unknown[], Result>(look: (...args: Args) => Result) =>
      (...args: Args): Result => {
        calls.count += 1;
        return look(...args);
      };
    return { ...real, schemaFacts: counted(real.schemaFacts), listedValues: counted(real.listedValues) };
  });
  ({ openapiChanges } = await import('../../../src/diff/openapi/openapi-changes.ts'));
});

afterAll(() => {
  vi.doUnmock(FACTS);
  vi.resetModules();
});

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const entries = (count: number, make: (index: number) => readonly [string, unknown]) =>
  Object.fromEntries(times(count, make));
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const TEXT = { type: 'string' };
const COUNT = { type: 'integer' };

/** A schema and the components to which it refers. */
type Side = readonly [schema: unknown, components?: Readonly<Record<string, unknown>>];
/** Creates a pair of documents of a size. */
type Family = (size: number) => readonly [before: Side, after: Side];

const level = (letter: string, index: number, size: number) => ref(`${letter}${index % size}`);
/** Schemas in levels whose alternatives refer to schemas of the next level. */
const ladder = (letter: string, keyword: string, size: number, end: unknown) =>
  entries(size, (i) => [
    `${letter}${i}`,
    {
      [keyword]: times(2, (j) => ({
        type: 'object',
        properties: {
          [`p${j}`]: i + 1 < size ? level(letter, i + 1 + j, size) : end,
          up: level(letter, i * 7 + j, size),
        },
      })),
    },
  ]);
const ladders =
  (keyword: string): Family =>
  (size) => [
    [ref('A0'), ladder('A', keyword, size, TEXT)],
    [ref('B0'), ladder('B', keyword, size, COUNT)],
  ];
const ladderOfReferences = (keyword: string, size: number) =>
  entries(size, (i) => [`A${i}`, { [keyword]: [level('A', i + 1, size), level('A', i + 2, size), COUNT] }]);
const againstLadder =
  (keyword: string): Family =>
  (size) => [[{ additionalProperties: false }], [ref('A0'), ladderOfReferences(keyword, size)]];
const nested = (keyword: string, size: number, end: unknown): unknown =>
  size === 0
    ? end
    : { [keyword]: [nested(keyword, size - 1, end), { type: 'object', required: [`r${size}`] }] };
const nestings =
  (keyword: string): Family =>
  (size) => [[nested(keyword, size, TEXT)], [nested(keyword, size, COUNT)]];
const inMaps = (size: number, end: unknown): unknown =>
  size === 0 ? end : { additionalProperties: { oneOf: [inMaps(size - 1, end), { type: 'null' }] } };
const sharingMaps = (letter: string, size: number, end: unknown) =>
  entries(size, (i) => [
    `${letter}${i}`,
    {
      patternProperties: { '^a': { anyOf: [level(letter, i + 1, size), end, { type: 'null' }] } },
      additionalProperties: { oneOf: [level(letter, i * 5 + 1, size), end] },
    },
  ]);
const discriminated = (size: number, shift: number) =>
  entries(size, (i) => [
    `A${i}`,
    {
      type: 'object',
      oneOf: times(2, (j) => level('A', i * 3 + j + 1, size)),
      discriminator: {
        propertyName: 't',
        mapping: entries(2, (j) => [`m${j}`, level('A', i * 3 + j + shift, size).$ref]),
      },
    },
  ]);
const dynamic = (size: number, end: unknown) => ({
  Node: {
    $dynamicAnchor: 'node',
    oneOf: times(size, (j) => ({
      properties: { [`c${j}`]: { $dynamicRef: '#node' }, next: ref('Node'), end },
    })),
  },
});
const alike = (size: number, end: unknown) => ({
  oneOf: times(size, (i) => ({ required: ['a', `r${i}`], properties: { a: TEXT }, title: `T${i}`, ...end! })),
});

const FAMILIES: readonly (readonly [string, Family])[] = [
  ['anyOf over rings of schemas', ladders('anyOf')],
  ['oneOf over rings of schemas', ladders('oneOf')],
  ['allOf over rings of schemas', ladders('allOf')],
  ['one schema against a recursive anyOf', againstLadder('anyOf')],
  ['one schema against a recursive oneOf', againstLadder('oneOf')],
  ['one schema against a recursive allOf', againstLadder('allOf')],
  ['nested anyOf', nestings('anyOf')],
  ['nested oneOf', nestings('oneOf')],
  ['nested allOf', nestings('allOf')],
  ['maps of maps', (size) => [[inMaps(size, TEXT)], [inMaps(size, COUNT)]]],
  [
    'patterns over rings of schemas',
    (size) => [
      [ref('A0'), sharingMaps('A', size, TEXT)],
      [ref('B0'), sharingMaps('B', size, COUNT)],
    ],
  ],
  [
    'changed discriminators',
    (size) => [
      [ref('A0'), discriminated(size, 1)],
      [ref('A0'), discriminated(size, 2)],
    ],
  ],
  [
    '$dynamicRef',
    (size) => [
      [ref('Node'), dynamic(size, TEXT)],
      [ref('Node'), dynamic(size, COUNT)],
    ],
  ],
  ['similar alternatives', (size) => [[alike(size, {})], [alike(size, { maxProperties: 9 })]]],
];

const PLACES = [
  ['sent', sending],
  ['got', answering],
] as const;

describe('compositions that refer to each other', () => {
  beforeEach(() => {
    calls.count = 0;
  });

  const callsFor = (place: typeof sending, [before, after]: ReturnType<Family>): number => {
    calls.count = 0;
    const [was, is] = [before, after].map(([schema, parts = {}]) =>
      JSON.stringify({ ...place(schema, schemas(parts)), openapi: '3.1.0' }),
    );
    expect(openapiChanges(was!, is!).length).toBeGreaterThan(0);
    return calls.count;
  };
  const cases = FAMILIES.flatMap(([about, family]) =>
    PLACES.map(([way, place]) => [`${about}, ${way}`, family, place] as const),
  );

  it.each(cases)('%s: twice the size takes at most nine times the comparisons', (_, family, place) => {
    const [small, large] = [5, 10].map((size) => callsFor(place, family(size)));
    expect(large! / small!).toBeLessThan(9);
    expect(large).toBeLessThan(30_000);
  });

  it('reports an incomplete comparison, and counts the rest as breaking', () => {
    const [before, after] = ladders('oneOf')(80).map(([schema, parts = {}]) =>
      JSON.stringify(sending(schema, schemas(parts))),
    );
    expect(openapiChanges(before!, after!)).toContainEqual({
      change: 'changed',
      kind: 'other',
      name: 'document',
      breaking: true,
      detail: 'too many combinations of schemas to compare all',
    });
  });
});
