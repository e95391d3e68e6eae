import { expect, test } from 'vitest';
import { emulated, send, sendWith } from './support/emulated.ts';

test('/ describes each address and its use, without a credential', async () => {
  const { url, backendUrl = '', journal } = await emulated({ backend: true });
  const dashboard = await send(`${url}/`, 'GET');
  expect(dashboard.status).toBe(200);
  expect(dashboard.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(dashboard.text).toContain(`export ADC_SERVER=${url}\n`);
  expect(dashboard.text).toContain('export ADC_PORTAL=default\n');
  const portal = await send(`${backendUrl}/`, 'GET');
  expect(portal.text).toContain(`${backendUrl}/api/api_products`);
  expect(portal.text).toContain('dora (de000000-0000-4000-8000-000000000001)');
  for (const secret of ['a7ee-dev', 'a7prt-dev']) expect(dashboard.text + portal.text).not.toContain(secret);
  expect(journal.requests).toEqual([]);
});

test('/ supports only reads', async () => {
  const { url, token } = await emulated();
  expect((await send(`${url}/`, 'POST', {}, { 'x-api-key': token })).status).toBe(405);
  expect(await send(`${url}/?a=b`, 'HEAD')).toMatchObject({ status: 200, text: '' });
});

test('/ is served only for host names of this machine with the port', async () => {
  const { url, backendUrl = '' } = await emulated({ backend: true });
  for (const address of [url, backendUrl]) {
    const { port } = new URL(address);
    for (const host of [`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`])
      expect(await sendWith(address, 'GET', { host })).toMatchObject({
        status: 200,
        text: expect.stringContaining(host),
      });
    for (const host of [
      'evil.test',
      `evil.test:${port}`,
      'localhost',
      '127.0.0.1',
      `localhost:${port}.evil.test`,
    ])
      expect((await sendWith(address, 'GET', { host })).status).toBe(403);
  }
});

test('the routes of adc dev need the token, and faults do not apply to them', async () => {
  const { url, token, faults, store } = await emulated();
  faults.add({ on: {}, do: { kind: 'status', status: 502 } });
  expect((await send(`${url}/adc-dev`, 'GET')).json).toEqual({ value: 'adc dev' });
  expect((await send(`${url}/adc-dev/approvals`, 'POST', { all: true })).status).toBe(401);
  const headers = { 'x-api-key': token };
  expect((await send(`${url}/adc-dev/approvals`, 'POST', { all: true }, headers)).json).toEqual({
    value: { accepted: [], pending: [] },
  });
  expect((await send(`${url}/adc-dev/other`, 'POST', {}, headers)).status).toBe(404);
  expect((await send(`${url}/adc-develop`, 'GET', undefined, headers)).status).toBe(502);
  expect(store.approvals).toEqual([]);
});
