import { expect, test } from 'vitest';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { product, productFile } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

const MANY = Array.from({ length: 60 }, (_, at) => ({
  portal: 'default',
  id: `product-${at}`,
  name: `Product ${at}`,
  type: 'gateway' as const,
  auth: { key_auth: {} },
}));

test.each(['diff', 'sync --yes', 'validate'])(
  'adc %s reports an unknown name without reading all products first',
  async (line) => {
    const files = { 'a.yaml': productFile(product('Product 0', 'paymints')) };
    await atWorkplace(
      { seed: { ...defaultSeed(), api_products: MANY }, files },
      async ({ adc, emulator }) => {
        const { exitCode, err } = await adc(`${line} -f a.yaml --portal default --request-concurrent 2`);
        expect(exitCode).toBe(1);
        expect(err).toContain('paymints');
        const single = emulator.journal.requests.filter(({ path }) => path.includes('/product-'));
        expect(single.length).toBeLessThan(MANY.length / 2);
        expect(emulator.journal.writes()).toEqual([]);
      },
    );
  },
);
