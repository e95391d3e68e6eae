import { request } from 'node:https';
import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { client, emulated, send } from './support/emulated.ts';
import { TEST_CERT, TEST_KEY } from './support/test-certificate.ts';

function statusOf(url: string, options: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}/api/me`,
      { headers: { 'x-api-key': 'a7ee-dev' }, ...options },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    asked.on('error', reject).end();
  });
}

test('it listens only on this machine, on a free port', async () => {
  const [one, two] = [await emulated(), await emulated()];
  expect(one.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(one.url).not.toBe(two.url);
});

test('a port that is taken is an error', async () => {
  const { url } = await emulated();
  await expect(startEmulator({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
});

test('HTTPS, with its own CA', async () => {
  const { url } = await emulated({ tls: { key: TEST_KEY, cert: TEST_CERT } });
  expect(url).toMatch(/^https:/);
  expect(await statusOf(url, { ca: TEST_CERT })).toBe(200);
  await expect(statusOf(url, {})).rejects.toThrow();
});

test('HTTPS with a required client certificate', async () => {
  const { url } = await emulated({
    tls: { key: TEST_KEY, cert: TEST_CERT, ca: TEST_CERT, requestCert: true },
  });
  expect(await statusOf(url, { ca: TEST_CERT, key: TEST_KEY, cert: TEST_CERT })).toBe(200);
  await expect(statusOf(url, { ca: TEST_CERT })).rejects.toThrow();
});

test('listeners see each request before the server processes it, until they are removed', async () => {
  const seen: string[] = [];
  const { emulator, call } = await client('query', {
    onRequest: ({ n, method }) => void seen.push(`a${n} ${method}`),
  });
  const stop = emulator.onRequest(async ({ n, path }) => {
    await Promise.resolve();
    expect(emulator.journal.requests).toHaveLength(n);
    seen.push(`b${n} ${path}`);
  });
  await call('GET', '/api/me?x=y');
  stop();
  await call('HEAD', '/api/me');
  expect(seen).toEqual(['a1 GET', 'b1 /api/me?x=y', 'a2 HEAD']);
});

test('the store may change while a request waits for a listener', async () => {
  const { emulator, products } = await client('path');
  emulator.onRequest(
    () => void emulator.store.addProduct('default', { name: 'New', type: 'external', raw_openapi: 'x' }),
  );
  expect((await products('GET')).json.total).toBe(1);
});

test('a latency applies to every response', async () => {
  const { call } = await client('query', { latencyMs: 1 });
  expect((await call('GET', '/api/me')).status).toBe(200);
});

test('an internal error of the emulator is reported as a bug', async () => {
  const { url, token } = await emulated({
    onRequest: () => {
      throw new Error('planted');
    },
  });
  const { status, json } = await send(`${url}/api/me`, 'GET', undefined, { 'x-api-key': token });
  expect(status).toBe(500);
  expect(json.error_msg).toContain('bug in the embedded Admin API');
});
