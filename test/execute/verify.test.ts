import { describe, expect, test } from 'vitest';
import { sameField } from '../../src/diff/compare.ts';
import { unexpected } from '../../src/execute/verify.ts';
import { completeFields } from '../../src/fields/field-table.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import type { JsonObject, ProductFields } from '../../src/model/product.ts';

function live(fields: Partial<ProductFields>, raw: JsonObject = {}): LiveProduct {
  return {
    id: '1',
    type: 'gateway',
    fields: completeFields({ name: 'P', ...fields }),
    unreadable: [],
    raw,
  };
}

describe('after a write, the product is the earlier one with the change', () => {
  test('accepts only the change', () => {
    const before = live({ desc: 'a', status: 'published' });
    expect(unexpected(before, { desc: 'b' }, live({ desc: 'b', status: 'published' }), sameField)).toEqual(
      [],
    );
  });

  test('reports a missing change', () => {
    expect(unexpected(live({}), { desc: 'b' }, live({}), sameField)).toEqual(['desc']);
  });

  test('reports another changed field', () => {
    const [before, after] = [live({ status: 'published' }), live({ desc: 'b', status: 'draft' })];
    expect(unexpected(before, { desc: 'b' }, after, sameField)).toEqual(['status']);
  });

  test('reports a lost field that only the server knows', () => {
    const before = live({}, { x_tier: 'gold', x_none: null, tags: [], updated_at: 1 });
    expect(unexpected(before, {}, live({}, {}), sameField)).toEqual(['x_tier']);
    expect(unexpected(before, {}, live({}, { x_tier: 'silver', x_new: 1 }), sameField)).toEqual([]);
  });

  test('does not check fields that the server does not return', () => {
    const after: LiveProduct = { ...live({}), type: 'external', unreadable: ['raw_openapi'] };
    expect(unexpected(undefined, { raw_openapi: 'openapi: 3.0.3' }, after, sameField)).toEqual([]);
  });

  test('checks labels of external products only if the server keeps them', () => {
    const labels = { 'managed-by': 'adc' };
    const after = (raw: JsonObject): LiveProduct => ({ ...live({}, raw), type: 'external' });
    expect(unexpected(undefined, { labels }, after({}), sameField)).toEqual([]);
    expect(unexpected(undefined, { labels }, after({ labels: {} }), sameField)).toEqual(['labels']);
  });
});
