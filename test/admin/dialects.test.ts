import { describe, expect, it } from 'vitest';
import { segment } from '../../src/admin/dialects.ts';

describe('segment', () => {
  it('an id stays one segment of a path', () => {
    expect(segment('8f6f1a52')).toBe('8f6f1a52');
    expect(segment('a/../b?c#d')).toBe('a%2F..%2Fb%3Fc%23d');
  });

  it.each(['', '.', '..', 'x'.repeat(257)])('refuses %j', (id) => {
    expect(() => segment(id)).toThrow(expect.objectContaining({ name: 'AdminError' }));
  });
});
