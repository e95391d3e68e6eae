import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { PageData } from '../../src/model/portal-view.ts';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atWorkplace, runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

const OTHER_HEADER = PAYMENTS.replace('key_auth: {}', 'key_auth: { header: x-key }');
const REVIEWED = { 'api-products.yaml': PAYMENTS, 'changed.yaml': OTHER_HEADER };

/** The data of a written page. */
async function dataOf(site: string): Promise<PageData> {
  const html = await readFile(join(site, 'index.html'), 'utf8');
  return JSON.parse(/id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '') as PageData;
}

async function textOf(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const own = files.filter((file) => file.isFile() && !['page.js', 'document.html'].includes(file.name));
  return (await Promise.all(own.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join(
    '\n',
  );
}

test('-o shows the portal before and after, and ends with the exit code of sync', async () => {
  await atWorkplace({ files: REVIEWED }, async ({ adc, emulator, folder }) => {
    await adc('sync');
    const { store, journal } = emulator;
    store.subscribeActively('shop', 'Payments API');
    store.subscribe('mobile', 'Payments API');
    store.alterProduct('Payments API', { desc: `The token is ${emulator.token}` });
    store.storeOpenapi(store.service('payments'), `${OPENAPI}# ${emulator.token}`);
    const site = join(folder, 'site');
    journal.clear();
    expect(await adc('preview -o site')).toMatchObject({ exitCode: 0, err: '' });
    const unchanged = await dataOf(site);
    expect(unchanged.after).toEqual(unchanged.before);
    expect(unchanged.warnings).toEqual([]);

    const refused = await adc('preview -f changed.yaml -o site');
    expect(refused.exitCode).toBe((await adc('sync -f changed.yaml')).exitCode);
    expect(refused.out).toContain('subscription_loss: ');
    const held = await dataOf(site);
    expect(held.warnings).toMatchObject([{ kind: 'refused', products: ['Payments API'] }]);
    expect(held.after).toEqual(held.before);
    expect(held.proposals?.at(-1)).toBe(/^allow:\n(?: .*\n)+(?=\nOr:)/m.exec(refused.out)?.[0].trimEnd());

    const allowed = await adc('preview -f changed.yaml -o site --max-subscription-loss 2');
    expect(allowed.exitCode).toBe(0);
    expect(allowed.out).toMatch(/wrote to the copy: 3 \("Payments API" 3\)/);
    expect(allowed.out).toMatch(/1 active and 1 pending subscriptions \(application \d, application \d\)/);
    expect(allowed.out).toMatch(/A second run changes nothing/);
    const { before, after, warnings } = await dataOf(site);
    expect(warnings.map(({ kind }) => kind)).toEqual(['ends-subscriptions', 'unauthenticated']);
    expect(before?.products[0]).toMatchObject({ subscriptions: { subscribed: 1, pending: 1 } });
    expect(after.products[0]).toMatchObject({
      id: before?.products[0]?.id,
      subscriptions: { subscribed: 0, pending: 0 },
      auth: [expect.stringContaining('x-key')],
    });

    expect(journal.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    const said = refused.out + allowed.out + (await textOf(site));
    for (const name of ['shop', 'mobile', 'dora', emulator.token, emulator.portalToken])
      expect(said).not.toContain(name);
  });
});

test('the page has no number of subscriptions that the server does not list', async () => {
  const switches = { subscriptionsEndpoint: 'off' } as const;
  await atWorkplace({ files: REVIEWED, switches }, async ({ adc, folder }) => {
    await adc('sync');
    await adc('preview -f changed.yaml -o site --allow-subscription-loss');
    const { before, after } = await dataOf(join(folder, 'site'));
    const [live, planned] = [before?.products[0], after.products[0]];
    expect(live).toMatchObject({ name: 'Payments API' });
    expect(planned?.auth).toEqual([expect.stringContaining('x-key')]);
    expect(live).not.toHaveProperty('subscriptions');
    expect(planned).not.toHaveProperty('subscriptions');
  });
});

test('-o ends with 3 if a step fails on the copy, with the reason', async () => {
  const files = { 'api-products.yaml': productFile(product('Bare API', 'undocumented')) };
  await atWorkplace({ files }, async ({ adc, folder }) => {
    const { exitCode, out } = await adc('preview -o site --set requireOpenapi=true');
    expect(exitCode).toBe(3);
    expect(out).toMatch(/Failed on the copy:\n {2}could not publish "Bare API".*no OpenAPI document/);
    const { warnings, after } = await dataOf(join(folder, 'site'));
    expect(warnings).toMatchObject([{ kind: 'other', products: ['Bare API'] }]);
    expect(after.products).toMatchObject([{ name: 'Bare API', status: 'draft' }]);
  });
});

test('contact points that the portal does not list can be named by id', async () => {
  const [email, webhook] = [1, 2].map((last) => `c0000000-0000-4000-8000-00000000000${last}`);
  const point = (type: string, id = '') =>
    `    notifications: [{ event: subscription_approval_created, type: ${type}, contact_point_ids: [${id}] }]\n`;
  const files = {
    'api-products.yaml': PAYMENTS + point('email', email),
    'new.yaml': PAYMENTS + point('webhook', webhook),
  };
  await atWorkplace({ files, switches: { contactPoints: 'off' } }, async ({ adc }) => {
    await adc('sync');
    for (const file of ['api-products.yaml', 'new.yaml']) {
      const { exitCode, out } = await adc(`preview -f ${file} -o site`);
      expect({ exitCode, out }).toMatchObject({ exitCode: 0, out: expect.not.stringContaining('Failed') });
    }
  });
});

test('-o writes nothing for invalid files, nor into a directory with other files', async () => {
  const files = {
    ...REVIEWED,
    'wrong.yaml': 'api_products: 1\n',
    'mine/notes.txt': '',
    'home/index.html': '',
  };
  await atWorkplace({ files }, async ({ adc, emulator, folder }) => {
    expect((await adc('preview -f wrong.yaml -o site')).exitCode).toBe(1);
    for (const other of ['mine', 'home', 'wrong.yaml'])
      expect(await adc(`preview -o ${other}`)).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining(other),
      });
    expect(emulator.journal.requests).toEqual([]);
    expect((await adc('preview -o site', { signal: AbortSignal.abort('SIGINT') })).exitCode).toBe(130);
    expect((await readdir(folder)).includes('site')).toBe(false);
    expect(await adc('preview -o site')).toMatchObject({ exitCode: 0 });
    await writeFile(join(folder, 'site/documents/mine.js'), '');
    expect((await adc('preview -o site')).err).toContain('documents/mine.js');
  });
});

test('without -o, invalid files and a used port end it immediately, without open watchers', async () => {
  const files = { ...REVIEWED, 'wrong.yaml': 'api_products: 1\n' };
  await atWorkplace({ files }, async ({ adc, emulator }) => {
    const open = () => process.getActiveResourcesInfo().filter((kind) => kind === 'FSEventWrap').length;
    const before = open();
    expect((await adc('preview -f wrong.yaml')).exitCode).toBe(1);
    const taken = await adc(`preview --port ${new URL(emulator.url).port}`);
    expect(taken).toMatchObject({ exitCode: 1, out: '', err: expect.stringContaining('is already in use') });
    await vi.waitUntil(() => open() === before);
  });
});

test('without a server, the preview starts from an empty portal', async () => {
  const external = `api_products:
  - { name: Billing API, type: external, status: published, openapi_file: billing.yaml }
  - name: Invoices
    type: gateway
    status: published
    auth: { dcr: { dcr_provider: keycloak } }
    linked_gateway_services:
      - { gateway_group: default, service: invoices, linked_hosts: [i.example.com] }
      - { gateway_group: eu, service: ledger }
    notifications: [{ event: subscription_approval_created, type: webhook, contact_points: [ops] }]
`;
  const gateway =
    'services:\n  - { name: invoices, hosts: [i.example.com], routes: [{ uris: [/a], name: a }] }\n';
  const folder = await tempFiles({ 'p.yaml': external, 'billing.yaml': OPENAPI, 'adc.yaml': gateway });
  const line = 'preview -f p.yaml --gateway default=adc.yaml --portal mine -o site'.split(' ');
  const { exitCode, out, err } = await runAdc(line, { cwd: folder });
  expect(err.match(/^warning.*?:/gm)).toEqual(['warning[servers-unknown]:']);
  expect({ exitCode, out }).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('no server was given'),
  });
  const { portal, before, after } = await dataOf(join(folder, 'site'));
  expect({ portal, before }).toEqual({ portal: 'mine', before: { products: [] } });
  expect(after.products).toMatchObject([
    { name: 'Billing API', documents: [{ title: 'Billing' }] },
    { name: 'Invoices', status: 'published', auth: ['dcr: provider "keycloak"'] },
  ]);
});

test('the copy contains services that only files of API7 ADC declare, and the preview reports them', async () => {
  const files = {
    'api-products.yaml': productFile(product('Invoices', 'invoices')),
    'adc.yaml': 'services:\n  - { name: invoices, routes: [{ uris: [/a], name: a }] }\n',
  };
  await atWorkplace({ files }, async ({ adc, folder }) => {
    const { exitCode, out } = await adc('preview --gateway default=adc.yaml -o site');
    expect({ exitCode, out }).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('default/invoices'),
    });
    expect((await dataOf(join(folder, 'site'))).after.products).toMatchObject([{ status: 'published' }]);
  });
});

test('the page follows the files, keeps the last valid state, and ends with Ctrl-C', async () => {
  await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
    const { adc, emulator } = place;
    await adc('sync');
    emulator.journal.clear();
    const readProducts = () => emulator.journal.requests.filter(({ path }) => /api_products\/./.test(path));
    const interrupt = new AbortController();
    onTestFinished(() => interrupt.abort());
    const output = { out: '', err: '' };
    const keep = (stream: 'out' | 'err') => (text: string) => void (output[stream] += text);
    const signal = interrupt.signal;
    const ended = adc('preview', { signal, out: keep('out'), err: keep('err') });
    const [, url = ''] = await vi.waitUntil(() => /^Page: (\S+)\n/.exec(output.out), { timeout: 20_000 });
    const [, backend = '', token = ''] = /planned state: (\S+)\n.*: (a7prt-\S+)\n/.exec(output.out) ?? [];
    const names = async () => {
      const { after } = (await (await fetch(`${url}data.json`)).json()) as PageData;
      const headers = { authorization: `Bearer ${token}` };
      const { list } = (await (await fetch(`${backend}/api/api_products`, { headers })).json()) as {
        list: { name: string }[];
      };
      return [after.products.map(({ name }) => name), list.map(({ name }) => name)];
    };
    expect(await names()).toEqual([['Payments API'], ['Payments API']]);
    const { length: readAtFirst } = readProducts();
    await place.write({ 'api-products.yaml': `${PAYMENTS}  - 1\n` });
    await vi.waitUntil(() => output.err.includes('last valid files'), { timeout: 20_000 });
    expect(await names()).toEqual([['Payments API'], ['Payments API']]);
    const events = (await fetch(`${url}events`)).body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await events?.read())?.value).toMatch(/^retry/);
    await place.write({
      'api-products.yaml': PAYMENTS.replace('Payments API', 'Pay API\n    previous_name: Payments API'),
    });
    expect((await events?.read())?.value).toBe('data: changed\n\n');
    expect(await names()).toEqual([['Pay API'], ['Pay API']]);
    // The last run used the products that the first one read.
    expect(readAtFirst).toBeGreaterThan(0);
    expect(readProducts()).toHaveLength(readAtFirst);
    interrupt.abort('SIGINT');
    expect((await ended).exitCode).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    expect(emulator.journal.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
