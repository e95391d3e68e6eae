import { describe, expect, test } from 'vitest';
import { KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { liveProduct } from '../support/live-product.ts';
import { diffOf, type Situation } from '../support/plan-of.ts';

/** Codes and places of the warnings: `['name-taken B.yaml name']`. */
function warned(situation: Situation): readonly string[] {
  const { value, diagnostics } = diffOf(situation);
  expect(value).toBeDefined();
  return diagnostics.map(({ code, severity, location }) => {
    expect(severity).toBe('warning');
    return `${code} ${location?.file} ${location?.text}`;
  });
}

describe('a pinned product whose name changes', () => {
  const live = [liveProduct({ id: '1', name: 'A' }), liveProduct({ id: '2', name: 'B', labels: {} })];
  const desired = [desiredProduct({ id: '1', name: 'B' })];

  test('gets a warning that another live product has that name and keeps it', () => {
    expect(warned({ live, desired })).toEqual(['name-taken B.yaml name']);
    expect(diffOf({ live, desired }).diagnostics[0]?.message).toBe(
      '"A" gets the name "B", which the live product 2 has and keeps',
    );
  });

  test('gets no warning if the other one is deleted or renamed in the same run', () => {
    expect(warned({ live, desired, scope: { deleteUnmanaged: true } })).toEqual([]);
    expect(warned({ live, desired: [...desired, desiredProduct({ id: '2', name: 'A' })] })).toEqual([]);
  });

  test('gets no warning if it already has the name', () => {
    expect(warned({ live: [liveProduct({ id: '1', name: 'B' }), live[1]!], desired })).toEqual([]);
  });
});

describe('the label managed-by, declared with another value', () => {
  const desired = [desiredProduct({ labels: { 'managed-by': 'terraform' } })];

  test('is written by adc, with a warning', () => {
    expect(warned({ live: [liveProduct()], desired })).toEqual([
      'ownership-declared A.yaml labels.managed-by',
    ]);
    const same = [desiredProduct({ labels: { 'managed-by': 'adc' } })];
    expect(warned({ live: [liveProduct()], desired: same })).toEqual([]);
  });

  test('keeps the declared value with --no-managed-by-label', () => {
    expect(warned({ live: [liveProduct()], desired, scope: { managedByLabel: false } })).toEqual([]);
  });
});

describe('a new name', () => {
  const live = [liveProduct({ name: 'Payments API' })];

  test.each([
    'payments api',
    'Payments API ',
    'PaymentsAPI',
    'Payments\u00a0API',
    'Pay\u200bments API',
    'Ｐayments API',
  ])('%j is reported to look like that of a live product', (name) => {
    const desired = [desiredProduct({ name, auth: KEY_AUTH })];
    expect(warned({ live, desired, scope: { noDelete: true } })).toEqual([
      `name-lookalike ${name}.yaml name`,
    ]);
  });

  test('gets no warning if the difference is visible, or if it renames the product in another case', () => {
    expect(
      warned({
        live,
        desired: [desiredProduct({ name: 'Payments API 2', auth: KEY_AUTH })],
        scope: { noDelete: true },
      }),
    ).toEqual([]);
    const renamed = [desiredProduct({ name: 'payments api', previous_name: 'Payments API' })];
    expect(warned({ live, desired: renamed })).toEqual([]);
  });

  test.each([
    ['Pay\n', 'name-unprintable'],
    ['Pay\u001b[31m', 'name-unprintable'],
    ['Pay\ud800', 'name-unprintable'],
    ['Pay\ufffd', 'name-unprintable'],
    ['Pay\u2028', 'name-unprintable'],
    ['{{ name }}', 'name-unrendered'],
    ['<%= name %>', 'name-unrendered'],
  ])('refuses %j, unless it is live', (name, code) => {
    const desired = [desiredProduct({ id: '1', name })];
    const codes = (before: string) =>
      diffOf({ live: [liveProduct({ id: '1', name: before })], desired }).diagnostics.map(({ code }) => code);
    expect(codes('Pay')).toEqual([code]);
    expect(codes(name)).toEqual([]);
  });
});
