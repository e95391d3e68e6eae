import { describe, expect, it } from 'vitest';
import { describeOpenapi, openapiChanges } from '../../../src/diff/openapi/openapi-changes.ts';
import { answering, apiDocument, operation, schemas } from './api-document.ts';

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const entries = (count: number, make: (index: number) => readonly [string, unknown]) =>
  Object.fromEntries(times(count, make));
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const object = (properties: unknown) => ({ type: 'object', properties });

const aliasBomb = times(
  40,
  (i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}, *a${i - 1}`}]\n`,
).join('');
const mergeBomb = times(
  4000,
  (i) => `m${i}: &m${i}\n  k${i}: 1\n${i === 0 ? '' : `  <<: *m${i - 1}\n`}`,
).join('');
const manyAliases = `x: &x 1\n${times(10_000, (i) => `y${i}: *x\n`).join('')}`;
const deepJson = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

describe('hostile documents', () => {
  it.each([
    ['an alias bomb', aliasBomb],
    ['a merge bomb', mergeBomb],
    ['many aliases', manyAliases],
    ['an alias in its own anchor', 'a: &a { b: *a }\n'],
    ['deep JSON', deepJson],
    ['deep JSON that does not end', `{"a":${'['.repeat(100_000)}`],
    ['deep flow YAML', '['.repeat(50_000)],
    ['deep block YAML', '- '.repeat(20_000)],
    ['a map of many keys', times(15_000, (i) => `k${i}: ${i}\n`).join('')],
    ['a YAML 1.1 document', `%YAML 1.1\n---\n${mergeBomb}`],
  ])('%s is compared and described in limited time', (_, text) => {
    expect(openapiChanges('openapi: 3.0.3\n', text).length).toBeGreaterThan(0);
    expect(openapiChanges(text, `${text}\n# more\n]`).length).toBeGreaterThan(0);
    expect(describeOpenapi(text)).toMatch(/ \d+ bytes$/);
  });

  it('does not merge a base schema into each schema that extends it', () => {
    const base = object(entries(500, (i) => [`b${i}`, { type: 'string' }]));
    const of = (own: unknown) => {
      const made = entries(3_000, (i) => [`S${i}`, { allOf: [ref('Base'), object(own)] }]);
      return JSON.stringify(apiDocument(schemas({ ...made, Base: base })));
    };
    const rows = openapiChanges(of({ a: {} }), of({ a: {}, b: {} }));
    expect(rows).toContainEqual(expect.objectContaining({ name: 'S0.b', change: 'added' }));
    expect(rows.filter(({ breaking }) => breaking)).toEqual([]);
  });

  it('reads a document with the maximum depth of lint', () => {
    const deep = (end: string) =>
      JSON.stringify(apiDocument({ 'x-a': JSON.parse(`${'['.repeat(198)}${end}${']'.repeat(198)}`) }));
    expect(openapiChanges(deep('1'), deep('2'))).toMatchObject([{ name: 'x-a', breaking: false }]);
    const yaml = (end: string) => deep(end).replace('{', '{ ');
    expect(openapiChanges(`# a\n${yaml('1')}`, `# b\n${yaml('2')}`)).toMatchObject([{ name: 'x-a' }]);
  });

  it('resolves cyclic, self-referring and unresolved references without endless loops', () => {
    const ring = {
      A: ref('B'),
      B: ref('C'),
      C: ref('A'),
      D: { properties: { d: ref('D') } },
      E: ref('none'),
    };
    const before = answering({ oneOf: Object.keys(ring).map(ref) }, schemas(ring));
    const after = answering(
      { oneOf: [ref('D'), ref('A')], items: ref('E') },
      schemas({ ...ring, A: ref('D') }),
    );
    expect(openapiChanges(JSON.stringify(before), JSON.stringify(after)).length).toBeGreaterThan(0);
  });

  it('compares a long chain of schemas, each with two references to the next, in limited time and stack', () => {
    const chain = (letter: string) =>
      entries(3000, (i) => [
        `${letter}${i}`,
        { properties: { l: ref(`${letter}${(i + 1) % 3000}`), r: ref(`${letter}${(i + 1) % 3000}`) } },
      ]);
    const both = schemas({ ...chain('A'), ...chain('B') });
    const [before, after] = [answering(ref('A0'), both), answering(ref('B0'), both)];
    const rows = openapiChanges(JSON.stringify(before), JSON.stringify(after));
    expect(rows).toMatchObject([{ detail: 'schema: A0 -> B0', breaking: false }]);
  });

  it('does not resolve a large component for each operation', () => {
    const headers = entries(2000, (i) => [`h${i}`, { description: 'x' }]);
    const of = (name: string) =>
      apiDocument({
        paths: entries(2000, (i) => [
          `/p${i}`,
          { get: { responses: { 200: { $ref: `#/components/responses/${name}` } } } },
        ]),
        components: { responses: { A: { headers }, B: { headers } } },
      });
    const rows = openapiChanges(JSON.stringify(of('A')), JSON.stringify(of('B')));
    expect(rows).toContainEqual(expect.objectContaining({ name: 'document', breaking: true }));
  });

  it('a recursive schema against one written out', () => {
    const before = answering(ref('A'), schemas({ A: { items: ref('A') } }));
    const after = answering({ items: { items: {} } });
    expect(openapiChanges(JSON.stringify(before), JSON.stringify(after)).length).toBeGreaterThan(0);
    expect(openapiChanges(JSON.stringify(after), JSON.stringify(before)).length).toBeGreaterThan(0);
  });

  it('returns all rows, even very many', () => {
    const paths = entries(3000, (i) => [`/p${i}`, { get: operation() }]);
    const rows = openapiChanges(
      JSON.stringify(apiDocument({ paths })),
      JSON.stringify(apiDocument({ paths: {} })),
    );
    expect(rows).toHaveLength(3000);
  });

  it('shortens long names and details', () => {
    const long = 'x'.repeat(100_000);
    const before = apiDocument({
      info: { title: long },
      ...schemas({ [long]: { enum: [long, 'a'], pattern: long } }),
    });
    const after = apiDocument({ [long]: 1, ...schemas({ [long]: { enum: ['a'], type: long } }) });
    const rows = openapiChanges(JSON.stringify(before), JSON.stringify(after));
    expect(JSON.stringify(rows).length).toBeLessThan(2000);
  });

  it('reports values of the wrong type anywhere without an error', () => {
    const wrong = [null, 1, 'x', [1], { a: 1 }, true];
    const keys = [
      'info',
      'paths',
      'components',
      'servers',
      'security',
      'tags',
      'webhooks',
      'definitions',
      'host',
    ];
    const pairs = keys.flatMap((key) => wrong.map((value) => apiDocument({ [key]: value })));
    for (const document of pairs) {
      expect(openapiChanges(JSON.stringify(apiDocument({ 'x-a': 1 })), JSON.stringify(document))).not.toEqual(
        [],
      );
    }
  });
});
