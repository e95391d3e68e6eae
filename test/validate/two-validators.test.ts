import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { validate as isProductFile } from '../../src/generated/check-product-file.mjs';
import { validate as validateProductFile } from '../../src/generated/validate-product-file.mjs';
import type { Json } from '../../src/model/product.ts';
import { openapiVersion, checkerOf, validatorOf } from '../../src/validate/openapi/check-openapi.ts';
import { isObject } from '../../src/json/value.ts';
import { changedJson } from '../support/changed-json.ts';
import { GOOD_OPENAPI } from '../support/good-openapi.ts';
import { runs } from '../support/runs.ts';

/*
 * Where a validator that only says yes or no says yes, nobody asks the one that finds every error: they must agree.
 */

const corpus = new URL('../corpus/', import.meta.url).pathname;
const PRODUCT_FILES = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(readFileSync(`${corpus}${name}`, 'utf8'), { logLevel: 'silent' }))
  .flatMap((document) => ('toJS' in document ? [valueOf(document)] : []))
  .filter((value) => isObject(value) && ('api_products' in value || 'allow' in value));

/** Of a document that can't be read too, as far as it goes. */
function valueOf(document: { toJS: () => unknown }): Json {
  try {
    return JSON.parse(JSON.stringify(document.toJS() ?? null)) as Json;
  } catch {
    return null;
  }
}

const ODD: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }).map((value) => value as Json),
  fc.constantFrom<Json>(null, [], {}, '', 0, 1.5, true, 'a b', 'gateway', 'x'.repeat(300), [[]]),
);
const KEYS = [
  'name',
  'id',
  'type',
  'auth',
  'key_auth',
  'labels',
  'openapi_file',
  'notifications',
  'x',
  'owner',
  'allow',
  'until',
  'hold',
];

test('those of product files agree on the corpus and on what it is changed to', () => {
  const verdicts = new Set<boolean>();
  const agree = (value: Json) => {
    const verdict = validateProductFile(value);
    verdicts.add(verdict);
    expect(isProductFile(value)).toBe(verdict);
  };
  for (const value of PRODUCT_FILES) agree(value);
  fc.assert(fc.property(changedJson(PRODUCT_FILES, KEYS, ODD), agree), runs(2_000));
  expect(verdicts).toEqual(new Set([true, false]));
});

const OPENAPI_KEYS =
  'openapi paths $ref properties parameters schema in name type allOf not required schemas 200 x-a'.split(
    ' ',
  );
const ODD_OPENAPI: fc.Arbitrary<Json> = fc.oneof(
  ODD,
  fc.constantFrom<Json>({ $ref: '#/%zz' }, { $ref: 5 }, { in: 'path', name: 5 }, { type: ['string'] }),
);

async function openapiAgree(document: Json, verdicts: Set<boolean>): Promise<void> {
  const version = isObject(document) ? openapiVersion(document) : undefined;
  fc.pre(version !== undefined);
  const [validate, check] = [await validatorOf(version), await checkerOf(version)];
  const verdict = validate(document);
  verdicts.add(verdict);
  expect(check(document)).toBe(verdict);
}

test('those of OpenAPI agree on good documents and on what they are changed to', async () => {
  const verdicts = new Set<boolean>();
  const documents = fc.oneof(
    fc.constantFrom(...GOOD_OPENAPI),
    changedJson(GOOD_OPENAPI, OPENAPI_KEYS, ODD_OPENAPI),
  );
  await fc.assert(
    fc.asyncProperty(documents, (document) => openapiAgree(document, verdicts)),
    runs(400),
  );
  expect(verdicts).toEqual(new Set([true, false]));
});

const PARTS = '# / // http: https:// HTTPS:// a Z9 - . _ ~ : :80 ?q=1 @ %41 % é [ ] [::1] {id} \\ ^'
  .split(' ')
  .concat(' ', '\n');
const ADDRESS = fc.array(fc.constantFrom(...PARTS), { maxLength: 6 }).map((parts) => parts.join(''));
const info = (address: string) => ({ title: 'A', version: '1', license: { name: 'L', url: address } });

test.each(['3.0.3', '3.1.0', '3.2.0'])('those of OpenAPI %s agree on every address', async (openapi) => {
  const verdicts = new Set<boolean>();
  await fc.assert(
    fc.asyncProperty(ADDRESS, (address) =>
      openapiAgree({ openapi, info: info(address), paths: {} }, verdicts),
    ),
    runs(1_000),
  );
  expect(verdicts).toEqual(new Set([true, false]));
});
