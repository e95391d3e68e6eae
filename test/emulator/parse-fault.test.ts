import { expect, test } from 'vitest';
import { parseFault } from '../../src/emulator/faults.ts';

test.each([
  [
    'PUT /api/portals/*: 502 x2',
    { on: { method: 'PUT', path: '/api/portals/*' }, do: { kind: 'status', status: 502 }, times: 2 },
  ],
  ['write #3: close-after', { on: { write: true, request: 3 }, do: { kind: 'close-after' } }],
  ['read: close-before', { on: { write: false }, do: { kind: 'close-before' } }],
  ['get: 429 retry-after 2', { on: { method: 'GET' }, do: { kind: 'status', status: 429, retryAfter: 2 } }],
  ['*: delay 500ms x*', { on: {}, do: { kind: 'delay', ms: 500 }, times: Infinity }],
  [': delay 2s', { on: {}, do: { kind: 'delay', ms: 2000 } }],
  [
    'POST: 502-html-after',
    { on: { method: 'POST' }, do: { kind: 'status', status: 502, body: 'html', after: true } },
  ],
  ['*: 500-empty', { on: {}, do: { kind: 'status', status: 500, body: 'empty' } }],
  ['*: garbage', { on: {}, do: { kind: 'garbage', as: 'html' } }],
  ['*: garbage-json', { on: {}, do: { kind: 'garbage', as: 'cut-json' } }],
  ['*: garbage-deep', { on: {}, do: { kind: 'garbage', as: 'deep-json' } }],
  ['*: endless', { on: {}, do: { kind: 'endless' } }],
  ['*: huge', { on: {}, do: { kind: 'huge' } }],
  [
    '*: redirect https://x.example:8443/y x3',
    { on: {}, do: { kind: 'redirect', to: 'https://x.example:8443/y' }, times: 3 },
  ],
])('%s', (text, fault) => {
  expect(parseFault(text)).toEqual({ ...fault, text });
});

test.each([
  '',
  '502',
  'PUT 502',
  'FETCH: 502',
  'PUT: 99',
  'PUT: sometimes',
  'PUT #0: 502',
  '*: delay 1',
  '*: redirect',
  '*: 502 x0',
])('"%s" is refused', (text) => {
  expect(() => parseFault(text)).toThrow(Error);
});
