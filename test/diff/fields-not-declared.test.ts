import { expect, test } from 'vitest';
import { fieldsNotDeclared } from '../../src/diff/undeclared.ts';
import type { CompactProduct } from '../../src/model/live.ts';
import { liveProduct, OWNED } from '../support/live-product.ts';

const told = (products: readonly CompactProduct[], keepsExternalLabels = true): readonly string[] => {
  const declared = products.map((live) => ({
    desired: { name: live.fields.name, type: live.type },
    declares: (field: string) => ['auth', 'raw_openapi'].includes(field),
    live,
  }));
  return fieldsNotDeclared(declared, keepsExternalLabels).map(({ message }) => message.split(': ')[1] ?? '');
};

test('defaults and the label of an owner are not worth a line', () => {
  expect(told([liveProduct({ labels: OWNED })])).toEqual([]);
});

test('each field is named once, with its products; the eleventh and later are counted', () => {
  const products = Array.from({ length: 12 }, (_, index) =>
    liveProduct({ name: `P${index + 10}`, visibility: 'logged_in' }),
  );
  const [line = '', ...more] = told([...products, liveProduct({ name: 'A', desc: 'x' })]);
  expect(more).toEqual([]);
  expect(line).toMatch(/^visibility of "P10", .*"P19" and 2 more; desc of "A"$/);
});

test('does not name fields that the server does not return or keep', () => {
  const external = liveProduct({ type: 'external', labels: { a: 'b' } });
  expect(told([external])).toEqual(['labels of "A"']);
  expect(told([external], false)).toEqual([]);
  expect(told([{ ...external, unreadable: ['labels'] }])).toEqual([]);
  expect(told([{ ...external, fromRow: ['desc'] }])).toEqual([]);
});

test('a product that becomes another type is created again, so none of its fields is listed', () => {
  const live = liveProduct({ desc: 'x' });
  const desired = { name: 'A', type: 'external' } as const;
  expect(fieldsNotDeclared([{ desired, declares: () => false, live }], true)).toEqual([]);
});
