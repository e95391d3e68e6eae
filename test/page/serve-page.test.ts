import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servePage, type PageServer } from '../../src/page/serve-page.ts';
import { SAMPLE, sourceOf, TEXTS } from './sample.ts';

let server: PageServer;
beforeAll(async () => (server = await servePage(sourceOf(SAMPLE))));
afterAll(() => server.close());

/** As any client sends it: fetch() does not let the caller choose the Host. */
function ask(path: string, { method = 'GET', host = new URL(server.url).host } = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      request(server.url, { path, method, headers: { host } }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

test.each([
  ['127.0.0.1', 200],
  ['[::1]', 200],
  ['localhost', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
])('responds to the Host %s with %i, for the page and its data', async (name, status) => {
  const host = `${name}:${new URL(server.url).port}`;
  for (const path of ['/', '/data.json', '/events', '/documents/payments1', '/document.html']) {
    if (path === '/events' && status === 200) continue;
    expect((await ask(path, { host })).status).toBe(status);
  }
});

test('refuses a Host without the port, and other methods than GET and HEAD', async () => {
  expect((await ask('/', { host: '127.0.0.1' })).status).toBe(403);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await ask('/data.json', { method })).status).toBe(405);
  expect(await ask('/data.json', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
});

test('serves the unchanged data and documents, and nothing else', async () => {
  expect(JSON.parse((await ask('/data.json')).body)).toEqual(SAMPLE);
  expect((await ask('/documents/payments1')).body).toBe(TEXTS['payments1']);
  for (const path of ['/documents/none', '/documents/', '/documents/..%2fpage.js', '/package.json'])
    expect((await ask(path)).status).toBe(404);
});

test('sends the headers that keep the page to itself with every response', async () => {
  for (const path of [
    '/',
    '/page.js',
    '/page.css',
    '/data.json',
    '/documents/payments1',
    '/documents/none',
  ]) {
    const { headers } = await ask(path);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
  }
});

test('serves the page of documents with a sandbox, which only the page may frame', async () => {
  const { headers, body } = await ask('/document.html');
  expect(headers['content-security-policy']).toBe("frame-ancestors 'self'; sandbox allow-scripts");
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(body) ?? [];
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-\S+' 'sha256-\S+'; style-src 'unsafe-inline'; /,
  );
  expect(policy).not.toContain("'self'");
});
