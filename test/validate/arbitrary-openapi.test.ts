import * as fc from 'fast-check';
import { NO_RULES } from '../../src/model/document.ts';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Json } from '../../src/model/product.ts';
import { load } from '../../src/load/load.ts';
import { hasErrors } from '../../src/model/diagnostic.ts';
import { validate } from '../../src/validate/validate.ts';
import { changedJson } from '../support/changed-json.ts';
import { CORPUS_OPENAPI } from '../support/corpus-openapi.ts';

const cwd = new URL('../corpus/good', import.meta.url).pathname;

const KEYS =
  'openapi swagger info paths $ref properties parameters examples example schema in name type allOf oneOf not items required responses components schemas __proto__ constructor 200 x-a'.split(
    ' ',
  );
const ODD: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json),
  fc.constantFrom<Json>(null, [], {}, '', 0, true, { $ref: '#' }, { $ref: '#/%zz' }, { $ref: '#/paths/~1a' }),
  fc.constantFrom<Json>([null], { in: 'path', name: 5 }, { $ref: 5 }, { type: ['string'] }, '#/components'),
);

const mutated = changedJson(CORPUS_OPENAPI, KEYS, ODD);

/** Expects no exception, complete messages, and places inside the file. */
async function expectHandled(raw: string): Promise<void> {
  const file = { api_products: [{ name: 'A', type: 'external', status: 'draft', raw_openapi: raw }] };
  const bytes = Buffer.from(stringify(file, { blockQuote: 'literal' }));
  const loaded = await load({ patterns: ['-'], cwd, env: {}, readStdin: async () => bytes });
  const { value, diagnostics } = await validate(loaded.readable, {
    ...NO_RULES,
    owner: undefined,
    today: '2026-11-30',
  });
  expect(value === undefined).toBe(hasErrors(diagnostics));
  expect(diagnostics.length).toBeLessThanOrEqual(60);
  for (const { message, hint = '', location } of diagnostics) {
    expect(`${message} ${hint}`).not.toMatch(/undefined|\[object|NaN/);
    expect(location?.column).toBeLessThanOrEqual((location?.text?.length ?? 0) + 1);
  }
}

test('handles documents with changes at any place, in YAML and in JSON', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, fc.boolean(), (document, asJson) =>
      expectHandled(asJson ? JSON.stringify(document, null, 1) : stringify(document)),
    ),
    { numRuns: 400 },
  );
});

test('the original documents include every version', () => {
  const versions = CORPUS_OPENAPI.map((document) => /"(2\.0|3\.0|3\.1)/.exec(JSON.stringify(document))?.[1]);
  expect(new Set(versions)).toEqual(new Set(['2.0', '3.0', '3.1']));
});
