import { expect, test } from 'vitest';
import { mountDevPages } from '../../src/cli/dev-portal.ts';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import type { PageData } from '../../src/model/portal-view.ts';
import { emulated, send, sendWith } from '../emulator/support/emulated.ts';
import { gateway } from '../emulator/support/bodies.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function withPages(options: EmulatorOptions = {}) {
  const emulator = await emulated({ ...options, backend: true });
  mountDevPages(emulator);
  const { url, backendUrl = '' } = emulator;
  return { ...emulator, backendUrl, both: [url, backendUrl] };
}

test('browsers get a page on / of both ports, other clients a text', async () => {
  const { both, pageKey } = await withPages();
  for (const address of both) {
    const page = await send(`${address}/`, 'GET', undefined, BROWSER);
    expect(page.text).toContain('<!doctype html>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    for (const headers of [{}, { accept: '*/*' }]) {
      const { text } = await send(`${address}/`, 'GET', undefined, headers);
      expect(text).toMatch(/^adc dev: /);
      expect(text).not.toContain(pageKey);
    }
  }
});

test('serves the pages only for host names of this machine, and leaves other paths to the APIs', async () => {
  const { both, url, backendUrl, token, portalToken } = await withPages();
  for (const address of both) {
    for (const path of ['/', '/page.css', address === url ? '/dashboard.js' : '/data.json']) {
      expect((await sendWith(address + path, 'GET', BROWSER)).status).toBe(200);
      expect((await sendWith(address + path, 'GET', { ...BROWSER, host: 'evil.test' })).status).toBe(403);
      expect((await sendWith(address + path, 'POST', BROWSER)).status).toBe(405);
    }
  }
  expect(
    (await send(`${url}/api/portals`, 'GET', undefined, { ...BROWSER, 'x-api-key': token })).status,
  ).toBe(200);
  const bearer = { ...BROWSER, authorization: `Bearer ${portalToken}` };
  expect((await send(`${backendUrl}/api/api_products`, 'GET', undefined, bearer)).status).toBe(200);
});

test('the portal page shows the first developer with its applications, and has the key to subscribe', async () => {
  const { backendUrl, store, pageKey, url } = await withPages();
  const { id } = store.addProduct('default', {
    ...gateway('query', { status: 'published' }),
    linked_gateway_services: [store.linkTo('payments')],
  });
  store.addProduct('default-partners', gateway('query', { name: 'Partners API' }));
  store.subscribe('shop', id);
  const { developer, ...page }: PageData = (await send(`${backendUrl}/data.json`, 'GET')).json;
  expect(developer).toEqual({
    name: 'dora',
    applications: [
      { id: store.application('shop').id, name: 'shop', subscriptions: { [id]: 'wait_for_approval' } },
      { id: store.application('mobile').id, name: 'mobile', subscriptions: {} },
    ],
  });
  expect(page).toMatchObject({
    portal: 'default',
    warnings: [],
    subscribe: { url: 'adc-dev/subscriptions', key: pageKey },
    dashboardPort: new URL(url).port,
  });
  expect(page.after.products.map(({ name }) => name)).toEqual(['Payments API']);
  expect(page).not.toHaveProperty('before');
});

test('without a developer, the page shows the first portal without subscribing; without a portal, it says so', async () => {
  const { backendUrl } = await withPages({ seed: { portals: [{ name: 'mine' }] } });
  const { json } = await send(`${backendUrl}/data.json`, 'GET');
  expect(json).toMatchObject({ portal: 'mine' });
  expect(json).not.toHaveProperty('developer');
  const empty = await withPages({ seed: {} });
  expect(await send(`${empty.backendUrl}/data.json`, 'GET')).toMatchObject({
    status: 500,
    text: 'there is no portal: the seed has none',
  });
});
