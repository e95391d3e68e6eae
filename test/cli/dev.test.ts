import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { runAdc } from '../support/run-adc.ts';
import { startDev } from '../support/start-dev.ts';
import { tempFiles } from '../support/temp-files.ts';

const ORDERS = productFile(product('Orders API', 'orders'));
const NONE = 'portal: default\napi_products: []\n';

describe('adc dev', () => {
  test('prints the variables to export, serves requests, and ends with Ctrl-C', async () => {
    const folder = await tempFiles({ 'api-products.yaml': PAYMENTS });
    const dev = await startDev(folder);
    expect(Object.keys(dev.env)).toEqual([
      'ADC_SERVER',
      'ADC_TOKEN',
      'ADC_PORTAL',
      'ADC_PORTAL_SERVER',
      'ADC_PORTAL_TOKEN',
    ]);
    expect(await dev.adc('sync')).toMatchObject({ exitCode: 0 });
    expect(await dev.end()).toMatchObject({ exitCode: 0, err: '' });
    expect((await dev.adc('ping')).exitCode).toBe(1);
  });

  test('prints the dashboard first, then the portal, and reports a host without pages', async () => {
    const { said, env } = await startDev(await tempFiles({}));
    expect(said).toMatch(
      /^Dashboard: http:\/\/127\.0\.0\.1:\d+ .*\nPortal: {4}http:.*\nOpen both in a browser\. /,
    );
    expect(said).toContain(`Dashboard: ${env['ADC_SERVER']} `);
    const other = await startDev(await tempFiles({}), '--host', '127.0.0.2');
    expect(other.said).toMatch(/^Dashboard: http:\/\/127\.0\.0\.2:\d+ /);
    expect(other.said).toContain('\nFor their pages, listen on 127.0.0.1. ');
  });

  test('with --state, keeps products and subscriptions after a restart', async () => {
    const folder = await tempFiles({ 'api-products.yaml': PAYMENTS, 'none.yaml': NONE });
    const first = await startDev(folder, '--state', 'portal.json');
    await first.adc('sync');
    const { list } = (await (await first.backend('GET', '/api/api_products')).json()) as {
      list: { id: string }[];
    };
    const path = `/api/api_products/${list[0]?.id}/subscriptions`;
    const subscribed = await first.backend('POST', path, {
      application_id: 'ab000000-0000-4000-8000-000000000001',
    });
    expect(subscribed.status).toBe(201);
    await first.end();

    const second = await startDev(folder, '--state', 'portal.json');
    expect(second.env['ADC_TOKEN']).toBe(first.env['ADC_TOKEN']);
    expect(await second.adc('diff --exit-code')).toMatchObject({ exitCode: 0 });
    expect(await second.adc('sync -f none.yaml')).toMatchObject({
      exitCode: 4,
      out: expect.stringContaining('ends 1 pending subscription'),
    });
    const answer = (await (await second.backend('GET', '/api/subscriptions')).json()) as { total: number };
    expect(answer.total).toBe(1);
  });

  test('without --state, starts empty', async () => {
    const folder = await tempFiles({ 'api-products.yaml': PAYMENTS });
    const first = await startDev(folder);
    await first.adc('sync');
    await first.end();
    const second = await startDev(folder);
    expect((await second.adc('diff --exit-code')).exitCode).toBe(2);
  });

  test('starts with the data of --seed', async () => {
    const external = { portal: 'mine', name: 'Billing API', type: 'external', raw_openapi: OPENAPI };
    const seed = JSON.stringify({ portals: [{ name: 'mine' }], api_products: [external] });
    const dev = await startDev(await tempFiles({ 'seed.json': seed }), '--seed', 'seed.json');
    expect(dev.env['ADC_PORTAL']).toBe('mine');
    expect((await dev.adc('dump')).out).toContain('name: Billing API');
  });

  describe('--example', () => {
    const EXAMPLES = new URL('../../examples/', import.meta.url);
    // The example with environments needs a server for each of them.
    const names = readdirSync(EXAMPLES, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'environments',
    );

    test.each(names.map(({ name }) => name))(
      '%s writes its files, which match the portal, and subscribes to the published products',
      async (name) => {
        const folder = await tempFiles({});
        const dev = await startDev(folder, '--example', name);
        const stored = readdirSync(new URL(name, EXAMPLES), { recursive: true, encoding: 'utf8' });
        expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual(
          stored.toSorted(),
        );
        for (const file of stored.filter((path) => path.includes('.')))
          expect(dev.said).toContain(`wrote ${file}\n`);
        expect(await dev.adc('diff -f . --exit-code')).toMatchObject({ exitCode: 0 });
        const { list } = (await (await dev.backend('GET', '/api/subscriptions')).json()) as {
          list: object[];
        };
        expect(list.length).toBeGreaterThan(1);
      },
    );

    test('overwrites no file, and names the schema from the folder of each file', async () => {
      const folder = await tempFiles({ 'payments/payments.yaml': PAYMENTS });
      const dev = await startDev(folder, '--example', 'teams');
      expect(dev.said).toContain('wrote billing/billing.json\nkept  payments/payments.yaml\n');
      expect(readFileSync(join(folder, 'payments/payments.yaml'), 'utf8')).toBe(PAYMENTS);
      const other = await tempFiles({});
      await startDev(other, '--example', 'teams');
      expect(readFileSync(join(other, 'payments/payments.yaml'), 'utf8')).toContain(
        '$schema=../node_modules/adc-products/schemas/api-products.schema.json\n',
      );
    });

    test('does not change the portal of an existing --state file', async () => {
      const folder = await tempFiles({ 'none.yaml': NONE });
      const first = await startDev(folder, '--example', 'dcr', '--state', 'portal.json');
      const allowed = '--delete-unmanaged --allow-subscription-loss --allow-unauthenticated default/orders';
      expect(
        await first.adc(`sync -f none.yaml --owner acme.orders --max-deletes 1 ${allowed}`),
      ).toMatchObject({
        exitCode: 0,
      });
      await first.end();
      const second = await startDev(folder, '--example', 'dcr', '--state', 'portal.json');
      expect((await second.adc('diff --exit-code')).exitCode).toBe(2);
    });

    test('lets faults count only the requests that follow', async () => {
      const folder = await tempFiles({ 'orders.yaml': ORDERS });
      const dev = await startDev(folder, '--example', 'payments', '--fault', 'write #1: 409');
      expect(await dev.adc('sync -f orders.yaml')).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('409'),
      });
    });

    test('is applied with --set paging=endless, which the product list then reports', async () => {
      const dev = await startDev(await tempFiles({}), '--example', 'teams', '--set', 'paging=endless');
      expect(await dev.adc('list')).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('GET /api/api_products returned endless pages'),
      });
    });

    test('fails with the reason if the seed lacks services of the example, and writes nothing', async () => {
      const cwd = await tempFiles({ 'seed.json': '{"portals": [{"name": "default"}]}' });
      const { exitCode, err } = await runAdc(
        ['dev', '--port', '0', '--example', 'dcr', '--seed', 'seed.json'],
        {
          cwd,
        },
      );
      expect({ exitCode, err }).toMatchObject({ exitCode: 1, err: expect.stringContaining('keycloak') });
      expect(readdirSync(cwd)).toEqual(['seed.json']);
    });
  });

  test('accepts several --set', async () => {
    const dev = await startDev(await tempFiles({}), '--set', 'version=3.10.0', '--set', 'meEndpoint=off');
    const { out } = await dev.adc('ping --format json');
    expect(JSON.parse(out)).toMatchObject({ version: '3.10.0', user: null });
  });

  test('--fault makes requests fail, by number and by path, and later requests succeed', async () => {
    const folder = await tempFiles({ 'api-products.yaml': PAYMENTS });
    const dev = await startDev(folder, '--fault', 'POST #1: 409', '--fault', 'GET /api/me: 500');
    expect(await dev.adc('ping')).toMatchObject({ exitCode: 0, out: expect.not.stringContaining('admin') });
    expect(await dev.adc('sync')).toMatchObject({ exitCode: 1, err: expect.stringContaining('409') });
    expect(await dev.adc('sync')).toMatchObject({ exitCode: 0 });
    expect(await dev.adc('ping')).toMatchObject({ exitCode: 0, out: expect.stringContaining('admin') });
  });

  test('serves several programs at once', async () => {
    const folder = await tempFiles({ 'payments.yaml': PAYMENTS, 'orders.yaml': ORDERS });
    const dev = await startDev(folder, '--latency', '2ms');
    const ran = await Promise.all(
      ['payments', 'orders'].map((name) => dev.adc(`sync --no-delete -f ${name}.yaml`)),
    );
    expect(ran.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect((await dev.adc('diff --exit-code -f payments.yaml -f orders.yaml')).exitCode).toBe(0);
  });

  test.each([
    ['--set', 'putSemantics=patch', 'merge | replace'],
    ['--set', 'putSemantic=merge', 'putSemantics'],
    ['--example', 'payment', 'Did you mean payments?'],
    ['--fault', 'PUT: sometimes', 'sometimes'],
    ['--seed', 'seed.json', 'seed.json'],
    ['--port', '70000', '65535'],
    ['--state', '', '--state is empty'],
    ['--state', '.', 'is a directory'],
  ])('%s %s is refused, with the valid values', async (flag, value, word) => {
    const { exitCode, err } = await runAdc(['dev', flag, value], { cwd: await tempFiles({}) });
    expect(exitCode).toBe(1);
    expect(err).toContain(word);
    expect(err).not.toMatch(/\n +at /);
  });

  test('reports a taken port, and an invalid state file', async () => {
    const cwd = await tempFiles({ 'portal.json': '{}' });
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await runAdc(['dev', '--port', String(port)], { cwd })).toMatchObject({
      exitCode: 1,
      err: `error: the Admin API cannot start: port ${port} is already in use\nhint: Choose another port with --port, or 0 for a free one.\n`,
    });
    expect(await runAdc(['dev', '--port', '0', '--state', 'portal.json'], { cwd })).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('portal.json'),
    });
  });
});
