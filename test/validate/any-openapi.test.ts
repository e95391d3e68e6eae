import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Json } from '../../src/model/product.ts';
import { load } from '../../src/load/load.ts';
import { hasErrors } from '../../src/model/diagnostic.ts';
import { openapiVersion } from '../../src/validate/openapi/openapi-version.ts';
import { checkerOf, validatorOf } from '../../src/validate/openapi/validators.ts';
import { checkOpenapi } from '../../src/validate/openapi/check-openapi.ts';
import { validate } from '../../src/validate/validate.ts';
import { isObject } from '../../src/validate/written-product.ts';
import { runs } from '../support/runs.ts';

const cwd = new URL('../corpus/good', import.meta.url).pathname;

interface ProductFile {
  readonly api_products: readonly { readonly raw_openapi?: string }[];
}

/** The OpenAPI documents of the good files of the corpus: of every version, with every part. */
const DOCUMENTS = readdirSync(cwd)
  .filter((name) => name.startsWith('openapi-'))
  .flatMap((name) => (parse(readFileSync(`${cwd}/${name}`, 'utf8')) as ProductFile).api_products)
  .map(({ raw_openapi = '' }) => parse(raw_openapi) as Json);

const KEYS =
  'openapi swagger info paths $ref properties parameters examples example schema in name type allOf oneOf not items required responses components schemas __proto__ constructor 200 x-a'.split(
    ' ',
  );
const ODD: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json),
  fc.constantFrom<Json>(null, [], {}, '', 0, true, { $ref: '#' }, { $ref: '#/%zz' }, { $ref: '#/paths/~1a' }),
  fc.constantFrom<Json>([null], { in: 'path', name: 5 }, { $ref: 5 }, { type: ['string'] }, '#/components'),
);

/** A document with another value, or another key, at one of its places. */
function changed(value: Json, at: number, key: string, odd: Json): Json {
  let left = at;
  const walk = (part: Json): Json => {
    if (left-- === 0) return odd;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    const entries = Object.entries(part).map(([name, one]): [string, Json] => [name, walk(one)]);
    return Object.fromEntries(left-- === 0 ? [...entries, [key, odd]] : entries);
  };
  return walk(value);
}

const sizeOf = (value: Json): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 2)
    : 1;

const mutated = fc
  .tuple(
    fc.constantFrom(...DOCUMENTS),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...KEYS), ODD), { minLength: 1, maxLength: 4 }),
  )
  .map(([document, changes]) =>
    changes.reduce<Json>((part, [at, key, odd]) => changed(part, at % sizeOf(part), key, odd), document),
  );

/** No exception, sentences without holes, and places inside of the file. */
async function isHandled(raw: string): Promise<void> {
  const file = { api_products: [{ name: 'A', type: 'external', status: 'draft', raw_openapi: raw }] };
  const bytes = Buffer.from(stringify(file, { blockQuote: 'literal' }));
  const loaded = await load({ patterns: ['-'], cwd, env: {}, readStdin: async () => bytes }, checkOpenapi);
  const { value, diagnostics } = validate(loaded.readable);
  expect(value === undefined).toBe(hasErrors(diagnostics));
  expect(diagnostics.length).toBeLessThanOrEqual(60);
  for (const { message, hint = '', location } of diagnostics) {
    expect(`${message} ${hint}`).not.toMatch(/undefined|\[object|NaN/);
    expect(location?.column).toBeLessThanOrEqual((location?.text?.length ?? 0) + 1);
  }
}

test('documents that are changed at any place are handled, in YAML and in JSON', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, fc.boolean(), (document, asJson) =>
      isHandled(asJson ? JSON.stringify(document, null, 1) : stringify(document)),
    ),
    { numRuns: 400 },
  );
});

test('the documents that are changed are good ones of every version', () => {
  const versions = DOCUMENTS.map((document) => /"(2\.0|3\.0|3\.1)/.exec(JSON.stringify(document))?.[1]);
  expect(new Set(versions)).toEqual(new Set(['2.0', '3.0', '3.1']));
});

test('the validator that ends with the first error and the one that finds every error agree', async () => {
  const verdicts = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, fc.constantFrom(...DOCUMENTS)), async (document) => {
      const version = isObject(document) ? openapiVersion(document) : undefined;
      fc.pre(version !== undefined);
      const verdict = (await validatorOf(version))(document);
      verdicts.add(verdict);
      expect((await checkerOf(version))(document)).toBe(verdict);
    }),
    runs(400),
  );
  expect(verdicts).toEqual(new Set([true, false]));
});
