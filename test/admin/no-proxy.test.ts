import { expect, test } from 'vitest';
import { isWithoutProxy } from '../../src/admin/no-proxy.ts';

test.each([
  ['http://10.1.2.3', '10.0.0.0/8', true],
  ['http://11.1.2.3', '10.0.0.0/8', false],
  ['http://10.1.2.3', '10.0.0.0/33', false],
  ['http://10.1.2.3', 'example.com/8', false],
  ['http://[fd00::1]:7443', 'fd00::/8', true],
  ['http://[fd00::1]', '10.0.0.0/8', false],
  ['http://[::1]:80', '::1', true],
  ['http://[::1]:81', '[::1]:80', false],
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
