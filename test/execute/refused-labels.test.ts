import { expect, test } from 'vitest';
import { OPENAPI } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

const file = (...names: readonly string[]): string =>
  JSON.stringify({
    portal: 'default',
    api_products: names.map((name) => ({
      name,
      type: 'external',
      status: 'published',
      labels: { team: 'a' },
      raw_openapi: OPENAPI,
    })),
  });

test('external products are written without labels if the server refuses labels, and are never deleted as undeclared', async () => {
  const start = {
    files: { 'api-products.yaml': file('A', 'B') },
    switches: { externalLabels: 'refuse' },
  } as const;
  await atWorkplace(start, async (place) => {
    const { adc, emulator } = place;
    const first = await adc('sync');
    expect(first.exitCode).toBe(0);
    expect(first.err.match(/refuses labels on external products/g)?.length).toBe(1);
    expect(emulator.store.products.map(({ fields }) => fields.status)).toEqual(['published', 'published']);
    expect(emulator.journal.writes().filter(({ status }) => status === 400).length).toBeLessThanOrEqual(2);
    expect(await adc('diff --exit-code')).toMatchObject({ exitCode: 0 });
    await place.write({ 'api-products.yaml': file('A').replace('"published"', '"draft"') });
    expect((await adc('sync')).exitCode).toBe(0);
    expect(emulator.store.products.map(({ fields }) => fields.name)).toEqual(['A', 'B']);
    expect(emulator.store.product('A').fields.status).toBe('draft');
  });
});
