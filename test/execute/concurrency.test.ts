import { describe, expect, test } from 'vitest';
import { OPENAPI } from '../admin/support/products.ts';
import { gatherRequests } from '../support/gather-requests.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const COUNT = 30;
const drafts = (desc: string): string =>
  `portal: default\napi_products:\n${Array.from(
    { length: COUNT },
    (_, at) =>
      `  - { name: Product ${at}, type: gateway, status: draft, desc: ${desc}, auth: { key_auth: {} } }\n`,
  ).join('')}`;

/** Creates many products, then updates all of them. Returns the largest number of concurrent requests. */
async function mostInFlight(place: Workplace, options: string): Promise<number> {
  expect(await place.adc(`sync ${options}`.trim())).toMatchObject({ exitCode: 0 });
  await place.write({ 'api-products.yaml': drafts('other') });
  expect(await place.adc(`sync ${options}`.trim())).toMatchObject({ exitCode: 0 });
  expect(place.emulator.store.products.map(({ fields }) => fields.desc)).toEqual(
    Array.from({ length: COUNT }, () => 'other'),
  );
  return place.emulator.journal.mostInFlight;
}

const published = (count: number): string =>
  `portal: default\napi_products:\n${Array.from(
    { length: count },
    (_, at) =>
      `  - { name: Product ${at}, type: external, status: published, server_urls: [https://a.example.com], openapi_file: openapi.yaml }\n`,
  ).join('')}`;

/** The requests of a first sync after the first creation: the method, or `search`. */
async function firstSync(count: number, options: string): Promise<readonly string[]> {
  const files = { 'api-products.yaml': published(count), 'openapi.yaml': OPENAPI };
  const start = { files, latencyMs: 1, switches: { externalLabels: 'keep' } } as const;
  return atWorkplace(start, async (place) => {
    expect(await place.adc(`sync ${options}`.trim())).toMatchObject({ exitCode: 0 });
    const { requests } = place.emulator.journal;
    const writes = requests.slice(requests.findIndex(({ write }) => write));
    return writes.map(({ method, path }) => (/[?&]search=/.test(path) ? 'search' : method));
  });
}

describe('a first sync', () => {
  test.each(['', '--request-concurrent 3'])(
    'sends two requests per product and few more: "%s"',
    async (options) => {
      const count = 90;
      const requests = await firstSync(count, options);
      expect(requests.filter((method) => method === 'POST' || method === 'PUT')).toHaveLength(2 * count);
      expect(requests.length).toBeLessThanOrEqual(2 * count + count / 10);
    },
  );

  test('finishes one product after the other with "--request-concurrent 1"', async () => {
    const requests = await firstSync(4, '--request-concurrent 1');
    const each = ['POST', 'search', 'PUT'];
    expect(requests.slice(0, 12)).toEqual([...each, ...each, ...each, ...each]);
  });
});

describe('requests in flight', () => {
  test.each([
    ['--request-concurrent 1', 1],
    ['--request-concurrent 3', 3],
  ])('"%s" never has more than %i', async (options, most) => {
    await atWorkplace({ files: { 'api-products.yaml': drafts('first') } }, async (place) => {
      gatherRequests(place.emulator, most, ({ method }) => method === 'POST');
      expect(await mostInFlight(place, options)).toBe(most);
    });
  });

  test('are at least ten by default if there is enough work, and at most 64', async () => {
    await atWorkplace({ files: { 'api-products.yaml': drafts('first') } }, async (place) => {
      gatherRequests(place.emulator, 10, ({ method }) => method === 'POST');
      const most = await mostInFlight(place, '');
      expect(most).toBeGreaterThanOrEqual(10);
      expect(most).toBeLessThanOrEqual(64);
    });
  });
});
