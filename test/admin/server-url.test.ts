import { describe, expect, it } from 'vitest';
import { segment } from '../../src/admin/segment.ts';
import { serverUrl } from '../../src/admin/server-url.ts';

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

describe('segment', () => {
  it('S3 an id stays one segment of a path', () => {
    expect(segment('8f6f1a52')).toBe('8f6f1a52');
    expect(segment('a/../b?c#d')).toBe('a%2F..%2Fb%3Fc%23d');
  });

  it.each(['', '.', '..', 'x'.repeat(257)])('S3 refuses %j', (id) => {
    expect(() => segment(id)).toThrow(expect.objectContaining({ name: 'AdminError' }));
  });
});
