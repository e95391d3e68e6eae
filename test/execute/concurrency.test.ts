import { describe, expect, test } from 'vitest';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const COUNT = 30;
const drafts = (desc: string): string =>
  `portal: default\napi_products:\n${Array.from(
    { length: COUNT },
    (_, at) =>
      `  - { name: Product ${at}, type: gateway, status: draft, desc: ${desc}, auth: { key_auth: {} } }\n`,
  ).join('')}`;

/** Creates many products, then updates them all; gives the largest number of requests that were under way at once. */
async function mostInFlight(place: Workplace, options: string): Promise<number> {
  expect(await place.adc(`sync ${options}`.trim())).toMatchObject({ exitCode: 0 });
  await place.write({ 'api-products.yaml': drafts('other') });
  expect(await place.adc(`sync ${options}`.trim())).toMatchObject({ exitCode: 0 });
  expect(place.emulator.store.products.map(({ fields }) => fields.desc)).toEqual(
    Array.from({ length: COUNT }, () => 'other'),
  );
  return place.emulator.journal.mostInFlight;
}

describe('requests in flight', () => {
  test.each([
    ['--request-concurrent 1', 1],
    ['--request-concurrent 3', 3],
  ])('X7 "%s" never has more than %i', async (options, most) => {
    // Late answers, so that there is something to overlap.
    const start = { files: { 'api-products.yaml': drafts('first') }, latencyMs: 2 };
    await atWorkplace(start, async (place) => {
      expect(await mostInFlight(place, options)).toBe(most);
    });
  });

  test('X7 are at least ten without the option, where there is work for as many, and at most 64', async () => {
    const start = { files: { 'api-products.yaml': drafts('first') }, latencyMs: 5 };
    await atWorkplace(start, async (place) => {
      const most = await mostInFlight(place, '');
      expect(most).toBeGreaterThanOrEqual(10);
      expect(most).toBeLessThanOrEqual(64);
    });
  });
});
