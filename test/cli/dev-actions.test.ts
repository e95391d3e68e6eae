import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { gateway } from '../emulator/support/bodies.ts';
import { atWorkplace, runAdc, type Workplace } from '../support/run-adc.ts';

const SHOP = ['dev', 'subscribe', 'shop', 'Payments API'];

/** A workplace whose portal has the published products `Payments API` and `Orders API`; the latter needs no approval. */
function atPortal(use: (place: Workplace) => Promise<void>): Promise<void> {
  return atWorkplace({}, async (place) => {
    const { store } = place.emulator;
    for (const [name, service] of [['Payments API', 'payments'] as const, ['Orders API', 'orders'] as const])
      store.addProduct('default', {
        ...gateway('query', { name, status: 'published', subscription_auto_approval: service === 'orders' }),
        linked_gateway_services: [store.linkTo(service)],
      });
    await use(place);
  });
}

test('adc dev subscribe shows whether the subscription waits for approval, and adc dev approve approves it', async () => {
  await atPortal(async ({ adc, emulator }) => {
    expect(await adc(SHOP)).toEqual({
      exitCode: 0,
      out: 'waiting for approval: shop for Payments API\nNext: adc dev approve\n',
      err: '',
    });
    expect((await adc(['dev', 'subscribe', 'mobile', 'Orders API'])).out).toBe(
      'subscribed: mobile for Orders API\n',
    );
    expect(await adc('dev approve')).toEqual({
      exitCode: 0,
      out: 'approved: shop for Payments API\n',
      err: '',
    });
    expect(emulator.store.subscriptions.map(({ status }) => status)).toEqual(['subscribed', 'subscribed']);
    expect((await adc('dev approve')).out).toBe('no approval is pending\n');
    expect(emulator.journal.requests).toEqual([]);
  });
});

test('of several pending approvals, adc dev approve accepts none without --all', async () => {
  await atPortal(async ({ adc, emulator }) => {
    await adc(SHOP);
    await adc(['dev', 'subscribe', 'mobile', 'Payments API']);
    expect(await adc('dev approve')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining(
        'several approvals are pending: shop for Payments API; mobile for Payments API',
      ),
    });
    expect(emulator.store.subscriptionsOf('Payments API')).toEqual({ active: 0, pending: 2 });
    expect((await adc('dev approve --all')).exitCode).toBe(0);
    expect(emulator.store.subscriptionsOf('Payments API')).toEqual({ active: 2, pending: 0 });
  });
});

test.each([
  [['shop', 'Refunds API'], 'no API product is called "Refunds API"; there are: Payments API, Orders API'],
  [['nobody', 'Orders API'], 'no application is called "nobody"; there are: shop, mobile'],
  [['shop'], 'takes an application and a product'],
])('adc dev subscribe %j is an error, and changes nothing', async (words, message) => {
  await atPortal(async ({ adc, emulator }) => {
    const ran = await adc(['dev', 'subscribe', ...words]);
    expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining(message) });
    expect(emulator.store.subscriptions).toEqual([]);
  });
});

test('a second subscription of the same application is refused with the reason', async () => {
  await atPortal(async ({ adc }) => {
    await adc(SHOP);
    expect(await adc(SHOP)).toMatchObject({ exitCode: 1, err: expect.stringContaining('already') });
  });
});

test('an ambiguous product name is an error that asks for an id', async () => {
  await atPortal(async ({ adc, emulator }) => {
    const { store } = emulator;
    const { id } = store.addProduct('default', {
      ...gateway('query', { name: 'Orders API', status: 'published' }),
      linked_gateway_services: [store.linkTo('users')],
    });
    const ran = await adc(['dev', 'subscribe', 'shop', 'Orders API']);
    expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining(id) });
    expect((await adc(['dev', 'subscribe', 'shop', id])).exitCode).toBe(0);
  });
});

/** A server that is not `adc dev`, with its received requests. */
async function otherServer(status: number, body: string) {
  const asked: string[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    const credential = headers.authorization ?? headers['x-api-key'] ?? 'no credential';
    asked.push([method, url, credential].join(' '));
    response.writeHead(status, { location: '/elsewhere' }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each([
  [404, '{"error_msg":"404 Route Not Found"}'],
  [200, '<!doctype html><html></html>'],
  [200, '{"value":"dashboard"}'],
  [302, ''],
])(
  'a server that answers %i %s gets one request without the token, and nothing else',
  async (status, body) => {
    const { asked, url } = await otherServer(status, body);
    for (const words of [SHOP, ['dev', 'approve', '--all']]) {
      const env = { ADC_SERVER: url, ADC_TOKEN: 'a7ee-secret-token' };
      const ran = await runAdc(words, { cwd: '.', env });
      expect(ran).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('ADC_SERVER does not point to a running adc dev'),
      });
      expect(asked.splice(0)).toEqual(['GET /adc-dev no credential']);
    }
  },
);

test.each([
  ['dev approve', 'ADC_SERVER and ADC_TOKEN are not both set'],
  ['dev approve shop', 'adc dev approve takes no "shop"'],
  ['dev --all', '--all belongs to adc dev approve'],
  ['dev subscribe shop x --all', '--all belongs to adc dev approve'],
  ['dev aprove', 'Did you mean approve?'],
])('adc %s is an error', async (line, message) => {
  const ran = await runAdc(line.split(' '), { cwd: '.', env: {} });
  expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining(message) });
});
