import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { productFile } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

const SCHEMA = 'node_modules/adc-products/schemas/api-products.schema.json';
const auth = { key_auth: {} };
const product = {
  portal: 'default',
  name: 'Payments',
  type: 'gateway',
  auth,
  labels: { 'managed-by': 'adc' },
} as const;
const seed = { ...defaultSeed(), api_products: [product] };

/** The schema in the first line of a file. Editors resolve it from the folder of the file. */
async function schemaOf(file: string): Promise<{ readonly address: string; readonly path: string }> {
  const [, address = ''] =
    /^# yaml-language-server: \$schema=(.*)\n/.exec(await readFile(file, 'utf8')) ?? [];
  return { address, path: join(dirname(file), address) };
}

test.each([
  ['dump -o products/', 'products/payments.yaml', '../'],
  ['dump -o live.yaml', 'live.yaml', './'],
  ['dump -o a/b/live.yaml', 'a/b/live.yaml', '../../'],
  ['dump --update -f none.yaml -o a/b/', 'a/b/payments.yaml', '../../'],
  ['dump --update -f none.yaml -o a/b.yaml', 'a/b.yaml', '../'],
  ['init --install x', 'api-products.yaml', './'],
  ['init --install x --from-portal', 'products/payments.yaml', '../'],
])('adc %s: %s has the path of the schema relative to itself', async (command, file, way) => {
  await atWorkplace(
    { seed, files: { 'none.yaml': productFile().replace('api_products:', '') } },
    async (place) => {
      expect(await place.adc(`${command} --portal default`)).toMatchObject({ exitCode: 0 });
      const { address, path } = await schemaOf(join(place.folder, file));
      expect(address).toBe(`${way}${SCHEMA}`);
      expect(path).toBe(join(place.folder, SCHEMA));
    },
  );
});

test('a new repository is a separate project', async () => {
  await atWorkplace({ seed }, async ({ adc, folder }) => {
    await adc('init shop --install x --from-portal --portal default');
    const { path } = await schemaOf(join(folder, 'shop/products/payments.yaml'));
    expect(path).toBe(join(folder, 'shop', SCHEMA));
  });
});

test('a file outside the project has the path to the schema in the project', async () => {
  const outside = await tempFiles({});
  await atWorkplace({ seed }, async ({ adc, folder }) => {
    await adc(['dump', '--portal', 'default', '-o', join(outside, 'live.yaml')]);
    expect(await schemaOf(join(outside, 'live.yaml'))).toMatchObject({ path: join(folder, SCHEMA) });
  });
});
