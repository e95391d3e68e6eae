import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fieldsOf } from '../../src/fields/field-table.ts';

interface Definition {
  readonly properties: Readonly<Record<string, unknown>>;
}
interface Schema {
  readonly definitions: Readonly<Record<string, Definition>>;
}

const file = new URL('../../schemas/api-products.schema.json', import.meta.url);
// The file is checked by the tests of the validator that is made of it.
const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as Schema;
const keysOf = (name: string) => Object.keys(definitions[name]?.properties ?? {});

/** What a product has beside the fields that are compared. */
const IDENTITY = ['environments', 'hold', 'id', 'previous_name', 'type'];

test.each([
  ['gateway', 'gatewayProduct', ['logo_file']],
  ['external', 'externalProduct', ['logo_file', 'openapi_file']],
] as const)(
  'the schema has the fields that the field table gives to %s products',
  (type, definition, files) => {
    expect(keysOf(definition).toSorted()).toEqual([...fieldsOf(type), ...IDENTITY, ...files].toSorted());
  },
);

test('an exception can have every field of a product, except its type', () => {
  const all = new Set([...keysOf('gatewayProduct'), ...keysOf('externalProduct')]);
  for (const key of ['type', 'environments']) all.delete(key);
  expect(keysOf('exception').toSorted()).toEqual([...all].toSorted());
});

test('every key of a product has a description', () => {
  for (const name of ['gatewayProduct', 'externalProduct']) {
    for (const property of Object.values(definitions[name]?.properties ?? {})) {
      expect(JSON.stringify(property)).toMatch(/"(description|\$ref)":/);
    }
  }
});
