import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/model/product.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';
import { arbitraryProducts, seedWith } from './support/arbitrary-seed.ts';

/** Values that the Admin API does not accept in writes, but that rows of older or newer servers can have. */
const UNUSUAL: Readonly<Record<string, readonly unknown[]>> = {
  name: ['', ' ', 'x'.repeat(101), 'a\nb', '\u0000', 'a\ufffd', 'Twin', 'Twin\u200b', '${X}'],
  desc: ['x'.repeat(65_537), '${X}\r\n\u0085'],
  labels: [{ a: '' }, { a: 'two\nlines' }, { '': 'x' }, { __proto__: null, 'managed-by': 'other' }],
  logo: ['<svg/>', 'AAAA', 'x'],
  visibility: ['friends'],
  auth: [{ dcr: { dcr_provider_id: 'gone' } }],
  linked_gateway_services: [
    [],
    [{ gateway_group_id: 'gone', service_id: 'gone' }],
    [{ gateway_group_id: 'default', service_id: 'unpublished' }],
  ],
  notifications: [[], ['gone']].map((contact_point_ids) => [
    { event: 'subscription_approval_created', type: 'email', contact_point_ids },
  ]),
  raw_openapi: [
    '',
    '<html></html>',
    'openapi: 3.0.3\n',
    'a:\n\tb',
    'openapi: 3.0.3\ninfo: {title: x, version: 1}\n',
  ],
  server_urls: [[], ['not a url'], ['']],
};
const oddity = fc
  .constantFrom(...Object.keys(UNUSUAL))
  .chain((field) => fc.constantFrom(...(UNUSUAL[field] ?? [])).map((value) => [field, value] as const));
const oddName = fc.constantFrom(...(UNUSUAL['name'] ?? [])).map((value) => ['name', value] as const);
const oddProduct = fc.tuple(fc.oneof(oddName, oddity), oddity, oddity);
const oddities = fc.array(oddProduct, { minLength: 7, maxLength: 7 });
const products = arbitraryProducts.filter(
  ({ gateways, externals }) => gateways.length > 1 && externals.length > 0,
);

/** Sets unusual values in the rows of the portal, including values that the server would refuse. */
function setUnusualValues(
  { emulator }: Workplace,
  drawn: readonly (readonly (readonly [string, unknown])[])[],
): void {
  for (const [index, { fields }] of emulator.store.products.entries())
    for (const [field, value] of drawn[index] ?? [])
      if (Object.hasOwn(fields, field)) Object.assign(fields, { [field]: value });
}

const form = fc.record({
  output: fc.constantFrom('out/', 'out/all.yaml'),
  options: fc.subarray(['--with-id', '--skip-defaults', '--portable']),
  update: fc.boolean(),
});

async function productsIn(folder: string): Promise<readonly JsonObject[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map(async (file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => (parse(text) as { api_products?: JsonObject[] } | null)?.api_products ?? []);
}

test('the dump of any portal lints, has every product, and a diff of it plans only adoptions', async () => {
  await fc.assert(
    fc.asyncProperty(products, oddities, form, async (drawn, odd, { output, options, update }) => {
      const env = { ADC_PORTAL: 'default', X: 'wrong' };
      const files = { 'none.yaml': 'portal: default\n' };
      await atWorkplace({ seed: seedWith(drawn), files }, async (place) => {
        setUnusualValues(place, odd);
        const { url, token, store } = place.emulator;
        const adc = async (...words: readonly string[]) =>
          place.adc(words, { env: { ...env, ADC_SERVER: url, ADC_TOKEN: token } });
        const how = update ? ['--update', '-f', 'none.yaml'] : [];
        expect(await adc('dump', '-o', output, ...how, ...options)).toMatchObject({ exitCode: 0 });
        const written = await productsIn(join(place.folder, 'out'));
        const unescaped = written.map(({ name }) => (name as string).replaceAll('\\${', '${'));
        expect(unescaped.toSorted()).toEqual(store.products.map(({ fields }) => fields.name).toSorted());
        const lint = await adc('lint', '-f', 'out');
        expect({ ...lint, err: lint.exitCode === 0 ? '' : lint.err }).toMatchObject({ exitCode: 0, err: '' });
        const diff = await adc('diff', '-f', 'out', '--exit-code', '--no-managed-by-label');
        expect(diff).toMatchObject({ exitCode: 0 });
      });
    }),
    runs(12),
  );
});
