import { expect, test } from 'vitest';
import type { ProductView } from '../../src/model/portal-view.ts';
import { FIELDS, pairs } from '../../src/page/browser/compare.ts';
import { product, SAMPLE } from './sample.ts';

const viewOf = (labels: ProductView['labels']) => ({ products: [product('Payments API', { labels })] });

const changeOf = (before: ProductView['labels'], after: ProductView['labels']) =>
  pairs({ ...SAMPLE, before: viewOf(before), after: viewOf(after) }).map(({ change, fields }) => [
    change,
    fields.map(({ heading }) => heading),
  ]);

test('an unknown number of subscriptions is not shown as zero', () => {
  const { subscriptions: _, ...uncounted } = product('Payments API');
  expect(FIELDS.subscriptions.texts(uncounted)).toEqual(['unknown']);
  expect(FIELDS.subscriptions.texts(product('Payments API'))).toEqual(['0 subscribed']);
});

test('an external product has no settings of subscriptions', () => {
  const external = product('Legacy API', { type: 'external' });
  const fields = [FIELDS.subscriptions, FIELDS.approval, FIELDS.unsubscribed, FIELDS.access];
  expect(fields.flatMap(({ texts }) => texts(external)).join()).not.toMatch(/subscri|administrator|locked/i);
});

test('labels in another order are no change, and another value is one', () => {
  expect(changeOf({ a: '1', b: '2' }, { b: '2', a: '1' })).toEqual([['same', []]]);
  expect(changeOf({ a: '1', b: '2' }, { b: '3', a: '1' })).toEqual([['changed', ['Labels']]]);
});
