import { readdirSync, readFileSync } from 'node:fs';
import { NO_RULES } from '../../src/model/document.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { load } from '../../src/load/load.ts';
import { hasErrors } from '../../src/model/diagnostic.ts';
import { validate } from '../../src/validate/validate.ts';

const cwd = new URL('../corpus/good', import.meta.url).pathname;
const GOOD = readdirSync(cwd)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(`${cwd}/${name}`, 'utf8'));

/** Expects no exception, a value if and only if there is no error, and all places inside the text. */
async function expectHandled(bytes: Uint8Array): Promise<void> {
  const loaded = await load({ patterns: ['-'], cwd, env: {}, readStdin: async () => bytes });
  const validated = await validate(loaded.readable, { ...NO_RULES, owner: undefined, today: '2026-11-30' });
  expect(loaded.value === undefined).toBe(hasErrors(loaded.diagnostics));
  expect(validated.value === undefined).toBe(hasErrors(validated.diagnostics));
  for (const { location, hint, message } of [...loaded.diagnostics, ...validated.diagnostics]) {
    expect(message).not.toMatch(/undefined|\[object/);
    expect(hint).toBeTruthy();
    expect(location?.column).toBeLessThanOrEqual((location?.text?.length ?? 0) + 1);
  }
}

test('arbitrary bytes are handled', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), expectHandled));
});

const KEYS = 'api_products:|name:|type: gateway|type: external|auth:|labels:|portal: p|raw_openapi:'.split(
  '|',
);
const SIGNS = [
  '- ',
  '  ',
  '\n',
  ': ',
  '? ',
  '|\n',
  '>\n',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\t',
  '\\',
  ...'{ } [ ] , &a  *a <<: !t  " \' ${ } ${A:-b} ~ 1.0 x __proto__:'.split(' '),
];

test('arbitrary text of the characters of YAML is handled', async () => {
  const piece = fc.constantFrom(...KEYS, ...SIGNS);
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join('')));
  await fc.assert(fc.asyncProperty(text, expectHandled), { numRuns: 500 });
});

test('handles good files with a removed, repeated or moved piece', async () => {
  const mutated = fc
    .tuple(fc.constantFrom(...GOOD), fc.nat(), fc.nat({ max: 30 }), fc.nat(), fc.boolean())
    .map(([text, start, length, target, keep]) => {
      const from = start % text.length;
      const piece = text.slice(from, from + length);
      const rest = keep ? text : text.slice(0, from) + text.slice(from + length);
      const to = target % (rest.length + 1);
      return Buffer.from(rest.slice(0, to) + piece + rest.slice(to));
    });
  await fc.assert(fc.asyncProperty(mutated, expectHandled), { numRuns: 500 });
});

const FIELDS =
  'name type id labels auth linked_gateway_services notifications server_urls status openapi_file raw_openapi logo_file constructor __proto__'.split(
    ' ',
  );

test('handles arbitrary values instead of values that fit the schema', async () => {
  const field = fc.constantFrom(...FIELDS);
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('gateway', 'external', 'draft', {}, []),
  );
  const product = fc.dictionary(field, value);
  const file = fc.record(
    { portal: value, api_products: fc.oneof(value, fc.array(product)) },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(file, (one) => expectHandled(Buffer.from(JSON.stringify(one)))),
    { numRuns: 300 },
  );
});
