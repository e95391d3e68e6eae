import { describe, expect, test } from 'vitest';
import { product, productFile } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

const BEFORE = productFile(product('A', 'payments'), product('B', 'orders'));
const AFTER = productFile(product('A', 'orders'), product('B', 'payments'));

describe('two published products with one service each exchange them', () => {
  test('the exchange works if the server accepts a published product without services for a moment', async () => {
    const switches = { requireLinkOnPublish: false };
    await atWorkplace({ files: { 'api-products.yaml': BEFORE }, switches }, async (place) => {
      await place.adc('sync');
      await place.write({ 'api-products.yaml': AFTER });
      expect((await place.adc('sync')).exitCode).toBe(0);
      expect((await place.adc('diff --exit-code')).exitCode).toBe(0);
    });
  });

  test('the plan has a warning, and a server that refuses the exchange changes nothing', async () => {
    await atWorkplace({ files: { 'api-products.yaml': BEFORE } }, async (place) => {
      await place.adc('sync');
      await place.write({ 'api-products.yaml': AFTER });
      const before = JSON.stringify(place.emulator.store.products);
      const { out } = await place.adc('diff');
      expect(out).toContain('"A" has no service for a moment while it is published.');
      expect((await place.adc('sync')).exitCode).toBe(1);
      expect(JSON.stringify(place.emulator.store.products)).toBe(before);
    });
  });

  test('the plan has no warning if the products keep a service', async () => {
    const more = ['', ''];
    const two = (name: string, service: string, kept: string): string =>
      product(name, `${service} }, { gateway_group: default, service: ${kept}`, more).trimEnd() + '\n';
    const [first, then] = [
      productFile(two('A', 'payments', 'users'), two('B', 'orders', 'refunds')),
      productFile(two('A', 'orders', 'users'), two('B', 'payments', 'refunds')),
    ];
    await atWorkplace({ files: { 'api-products.yaml': first } }, async (place) => {
      await place.adc('sync');
      await place.write({ 'api-products.yaml': then });
      expect((await place.adc('diff')).out).not.toContain('has no service for a moment');
      expect((await place.adc('sync')).exitCode).toBe(0);
    });
  });
});
