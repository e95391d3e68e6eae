import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openapiChanges } from '../../../src/diff/openapi/openapi-changes.ts';
import { answering, apiDocument, sending } from './api-document.ts';
import { DOCUMENTS, SCHEMAS } from './pairs.ts';

/** A change of a document, and whether existing clients of the API may fail. */
interface Pair {
  readonly about: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly breaks: boolean;
}

const COMPONENTS = parse(`
components:
  schemas:
    Text: {type: string}
    Count: {type: integer}
    Cat: {type: object, required: [meow], properties: {meow: {type: string}}}
    Dog: {type: object, required: [bark], properties: {bark: {type: string}}}
    Car: {type: object, required: [kind], properties: {kind: {const: car}, seats: {type: integer}}}
    Bus: {type: object, required: [kind], properties: {kind: {const: bus}, seats: {type: integer}}}
    MyCar: {type: object, required: [kind], properties: {kind: {const: car}, seats: {type: integer}}}
`) as Readonly<Record<string, unknown>>;

const schemaPairs = rowsOf(SCHEMAS).flatMap(([before, after, verdict]): readonly Pair[] =>
  ([sending, answering] as const).map((place, index) => ({
    about: `${index === 0 ? 'sent' : 'got'}: ${before} => ${after}`,
    before: { ...place(parse(before), COMPONENTS), openapi: '3.1.0' },
    after: { ...place(parse(after), COMPONENTS), openapi: '3.1.0' },
    breaks: verdict[index] === '!',
  })),
);
const documentPairs = rowsOf(DOCUMENTS).map(([before, after, verdict]): Pair => ({
  about: `${before} => ${after}`,
  before: apiDocument(parse(before) as Readonly<Record<string, unknown>>),
  after: apiDocument(parse(after) as Readonly<Record<string, unknown>>),
  breaks: verdict === '!',
}));
const PAIRS = [...schemaPairs, ...documentPairs];

/** `before => after :: verdict`, a line each. */
function rowsOf(table: string): readonly (readonly [string, string, string])[] {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [, before, after, verdict] = /^(.*?) => (.*?) :: ([!.]+)$/.exec(line.trim()) ?? [];
    if (before === undefined || after === undefined || verdict === undefined) throw new Error(line);
    return [before, after, verdict];
  });
}

it('misses no breaking pair, and reports no harmless pair as breaking', () => {
  const judged = PAIRS.map((pair) => {
    const rows = openapiChanges(JSON.stringify(pair.before), JSON.stringify(pair.after));
    return { ...pair, rows, judged: rows.some((row) => row.breaking) };
  });
  const named = (breaks: boolean) =>
    judged.filter((pair) => pair.breaks === breaks && pair.judged !== breaks).map(({ about }) => about);
  expect({ missed: named(true), falseAlarms: named(false) }).toEqual({ missed: [], falseAlarms: [] });
  const count = (breaks: boolean, told: boolean): number =>
    judged.filter((pair) => pair.breaks === breaks && pair.judged === told).length;
  const row = (about: string, breaks: boolean): string =>
    `| ${about} | ${count(breaks, true)} | ${count(breaks, false)} |`;
  const page = readFileSync(new URL('../../../docs/explanation/comparing.md', import.meta.url), 'utf8');
  expect(page).toContain(`${row('breaks callers', true)}\n${row('harmless', false)}\n`);
  expect(judged.filter(({ rows }) => rows.length === 0).map(({ about }) => about)).toEqual([]);
  expect(judged.filter(({ breaks }) => breaks).length).toBeGreaterThan(100);
  expect(judged.filter(({ breaks }) => !breaks).length).toBeGreaterThan(100);
});
