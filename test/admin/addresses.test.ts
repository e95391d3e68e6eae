import { describe, expect, it } from 'vitest';
import { isWithoutProxy, serverUrl } from '../../src/admin/connections.ts';

describe('serverUrl', () => {
  it.each([
    ['https://dashboard:7443', 'https://dashboard:7443', ''],
    ['http://127.0.0.1:7080/', 'http://127.0.0.1:7080', ''],
    ['https://example.com:443/api7//', 'https://example.com', '/api7'],
    ['https://[::1]:7443', 'https://[::1]:7443', ''],
  ])('takes %s', (text, origin, basePath) => {
    expect(serverUrl(text)).toEqual({ origin, basePath, shown: origin + basePath });
  });

  it.each([
    '',
    'dashboard',
    'dashboard:7443',
    'ftp://dashboard',
    'https://a?b=c',
    'https://a#b',
    'https://u@a',
  ])('refuses %j', (text) => {
    expect(() => serverUrl(text)).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});

it.each([
  ['http://10.1.2.3', '10.0.0.0/8', true],
  ['http://11.1.2.3', '10.0.0.0/8', false],
  ['http://10.1.2.3', '10.0.0.0/33', false],
  ['http://10.1.2.3', 'example.com/8', false],
  ['http://[fd00::1]:7443', 'fd00::/8', true],
  ['http://[fd00::1]', '10.0.0.0/8', false],
  ['http://[::1]:80', '::1', true],
  ['http://[::1]:81', '[::1]:80', false],
  ['http://[::1]', '0:0:0:0:0:0:0:1', true],
  ['http://[fd00::1]:7443', '[fd00::]/8', true],
  ['http://[::1]', '::2', false],
  ['https://a.example.com', 'example.com', true],
  ['https://a.example.com', '.example.com', true],
  ['https://a.example.com', '*.example.com', true],
  ['https://A.EXAMPLE.com.', 'Example.COM', true],
  ['https://badexample.com', 'example.com', false],
  ['https://example.com', 'example.com:443', true],
  ['https://example.com:7443', 'example.com:443', false],
  ['http://10.1.2.3', '10.1.*', true],
  ['http://x', 'y  x', true],
  ['http://x', '*', true],
  ['http://x', '', false],
  ['http://x', ' , ', false],
])('%s with NO_PROXY=%s: %s', (origin, noProxy, expected) => {
  expect(isWithoutProxy(origin, noProxy)).toBe(expected);
});
