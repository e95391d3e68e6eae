import { expect, test } from 'vitest';
import { OPENAPI } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

test('the dump reports a document that the server does not return, and lint repeats it', async () => {
  await atWorkplace({ switches: { getReturnsOpenapi: 'none' } }, async ({ adc, emulator }) => {
    emulator.store.addProduct('default', { name: 'Billing', type: 'external', raw_openapi: OPENAPI });
    await adc('dump --portal default -o live.yaml');
    const { exitCode, out } = await adc('lint -f live.yaml --format json');
    const { diagnostics } = JSON.parse(out) as { diagnostics: readonly { code: string }[] };
    expect({ exitCode, codes: diagnostics.map(({ code }) => code) }).toEqual({
      exitCode: 0,
      codes: ['openapi-left-out'],
    });
  });
});
