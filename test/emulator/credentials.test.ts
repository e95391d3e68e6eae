import { expect, test } from 'vitest';
import { BOTH, emulated, PORTAL, send } from './support/emulated.ts';

const QUERY = `/api/api_products?portal_id=${PORTAL}`;
const PATH = `/api/portals/${PORTAL}/api_products`;
const SHARED = '/api/gateway_groups';
const KEY = { 'x-api-key': 'a7ee-dev' };
const BEARER = { authorization: 'Bearer a7ee-dev' };
const BASIC = { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` };

test.each([
  ['X-API-KEY', KEY, [401, 200, 200]],
  ['Bearer', BEARER, [200, 401, 200]],
  ['Basic', BASIC, [200, 200, 200]],
  ['none', {}, [401, 401, 401]],
  ['a wrong key', { 'x-api-key': 'a7ee-' }, [401, 401, 401]],
  ['a wrong bearer', { authorization: 'Bearer x' }, [401, 401, 401]],
  ['a bare token', { authorization: 'a7ee-dev' }, [401, 401, 401]],
  [
    'a wrong password',
    { authorization: `Basic ${Buffer.from('admin:x').toString('base64')}` },
    [401, 401, 401],
  ],
])('%s: path, query and shared paths', async (_, headers, statuses) => {
  const { url } = await emulated();
  for (const [index, path] of [PATH, QUERY, SHARED].entries()) {
    expect((await send(url + path, 'GET', undefined, headers)).status).toBe(statuses[index]);
  }
});

test('two credential headers are refused and journalled', async () => {
  const { url, journal } = await emulated();
  const { status, json } = await send(url + SHARED, 'GET', undefined, { ...KEY, ...BEARER });
  expect(status).toBe(400);
  expect(json.error_msg).toContain('two credentials');
  expect(journal.requests).toMatchObject([{ credential: 'X-API-KEY+Authorization', status: 400 }]);
});

test('a server with only the query dialect has no Bearer scheme and no paths of the path dialect', async () => {
  const { url } = await emulated({ dialects: ['query'] });
  expect((await send(url + SHARED, 'GET', undefined, BEARER)).status).toBe(401);
  expect((await send(url + PATH, 'GET', undefined, KEY)).status).toBe(404);
  expect((await send(url + QUERY, 'GET', undefined, KEY)).status).toBe(200);
});

test('a server with only the path dialect has no paths of the query dialect', async () => {
  const { url } = await emulated({ dialects: ['path'] });
  expect((await send(url + QUERY, 'GET', undefined, BEARER)).status).toBe(404);
  expect((await send(url + PATH, 'GET', undefined, BEARER)).status).toBe(200);
  expect((await send(url + SHARED, 'GET', undefined, KEY)).status).toBe(200);
});

test('credentials=any takes everything everywhere', async () => {
  const { url } = await emulated({ dialects: ['query'], switches: { credentials: 'any' } });
  expect((await send(url + QUERY, 'GET', undefined, BEARER)).status).toBe(200);
  const both = await emulated({ switches: { credentials: 'any' } });
  expect((await send(both.url + PATH, 'GET', undefined, KEY)).status).toBe(200);
});

test('token and password can be chosen', async () => {
  const { url, token } = await emulated({ token: 'mine', basic: 'ann:pass:word' });
  expect(token).toBe('mine');
  const basic = { authorization: `Basic ${Buffer.from('ann:pass:word').toString('base64')}` };
  expect((await send(url + SHARED, 'GET', undefined, basic)).status).toBe(200);
  expect((await send(url + SHARED, 'GET', undefined, { 'x-api-key': 'mine' })).status).toBe(200);
  expect((await send(url + SHARED, 'GET', undefined, KEY)).status).toBe(401);
});

test('a request without a credential does not reveal what exists', async () => {
  const { url } = await emulated({ dialects: [...BOTH] });
  expect((await send(`${url}/no/such/path`, 'GET')).status).toBe(401);
  expect((await send(`${url}/no/such/path`, 'GET', undefined, KEY)).status).toBe(404);
  expect((await send(url + SHARED, 'PUT', {}, KEY)).status).toBe(405);
});
