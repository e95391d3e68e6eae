import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../src/model/product.ts';
import { openapiVersion, checkerOf, validatorOf } from '../../src/validate/openapi/check-openapi.ts';
import { isObject } from '../../src/json/value.ts';
import { changedJson } from '../support/changed-json.ts';
import { CORPUS_OPENAPI } from '../support/corpus-openapi.ts';
import { runs } from '../support/runs.ts';

/*
 * adc runs the validator that finds all errors only if the fast validator refuses a document, so both must agree.
 */

const ODD: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }).map((value) => value as Json),
  fc.constantFrom<Json>(null, [], {}, '', 0, 1.5, true, 'a b', 'gateway', 'x'.repeat(300), [[]]),
);
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

test('the two validators of OpenAPI agree on good and on changed documents', async () => {
  const verdicts = new Set<boolean>();
  const documents = fc.oneof(
    fc.constantFrom(...CORPUS_OPENAPI),
    changedJson(CORPUS_OPENAPI, OPENAPI_KEYS, ODD_OPENAPI),
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

test.each(['3.0.3', '3.1.0', '3.2.0'])(
  'the two validators of OpenAPI %s agree on every address',
  async (openapi) => {
    const verdicts = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(ADDRESS, (address) =>
        openapiAgree({ openapi, info: info(address), paths: {} }, verdicts),
      ),
      runs(1_000),
    );
    expect(verdicts).toEqual(new Set([true, false]));
  },
);
