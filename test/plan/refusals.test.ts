import { describe, expect, test } from 'vitest';
import { NO_CONSENT, subjects, type Consent, type Subject } from '../../src/model/consent.ts';
import type { Allowance } from '../../src/model/declared.ts';
import type { Hazard } from '../../src/model/plan.ts';
import { Budget } from '../../src/execute/budget.ts';
import { refusals } from '../../src/plan/consent.ts';
import { placesIn } from '../support/desired-product.ts';
import { liveProduct } from '../support/live-product.ts';

const subject = (name: string): Subject => ({ id: `id-${name}`, name, names: [name] });
const twin: Subject = { id: 'id-twin', name: 'Twin', names: [] };
const entry = (parts: Partial<Allowance>): Allowance => ({
  until: '2026-12-07',
  at: placesIn('allow.yaml'),
  ...parts,
});
const loss = (product: Subject, active: number, pending = 0, known = true): Hazard => ({
  code: 'subscription-loss',
  product,
  active,
  pending,
  known,
});
const codes = (hazards: readonly Hazard[], consent: Partial<Consent>): readonly string[] =>
  refusals(hazards, { ...NO_CONSENT, ...consent }).map(({ code }) => code);
const isRefused = (hazard: Hazard, consent: Partial<Consent>): boolean => codes([hazard], consent).length > 0;

const flags = (numbers: Readonly<Record<string, number>>) => ({
  subscriptionLossOf: new Map(Object.entries(numbers)),
});
const A = subject('A');
const B = subject('B');

describe('which number counts for a product', () => {
  const five = loss(A, 4, 1);

  test.each<[string, Partial<Consent>, boolean]>([
    ['nothing', {}, true],
    ['the shared number', { subscriptionLoss: 5 }, false],
    [
      'its entry before the shared number',
      { subscriptionLoss: 5, allowances: [entry({ product: 'A', subscription_loss: 4 })] },
      true,
    ],
    ['an entry of another product', { allowances: [entry({ product: 'B', subscription_loss: 9 })] }, true],
    ['its entry', { allowances: [entry({ product: 'A', subscription_loss: 5 })] }, false],
    [
      'its flag before its entry',
      { ...flags({ A: 4 }), allowances: [entry({ product: 'A', subscription_loss: 5 })] },
      true,
    ],
    ['its flag', { ...flags({ A: 5 }), allowances: [entry({ product: 'A', subscription_loss: 0 })] }, false],
    ['its flag by id', flags({ 'id-A': 5 }), false],
    ['any number before its flag', { ...flags({ A: 0 }), subscriptionLoss: 'any' }, false],
    [
      'an entry that says nothing of subscriptions',
      { subscriptionLoss: 5, allowances: [entry({ product: 'A', unauthenticated: true })] },
      false,
    ],
  ])('%s', (_, consent, refused) => {
    expect(isRefused(five, consent)).toBe(refused);
  });

  test('the shared number is for the sum of all products that nothing else settles', () => {
    const hazards = [loss(A, 3), loss(B, 3)];
    expect(codes(hazards, { subscriptionLoss: 5 })).toHaveLength(2);
    expect(codes(hazards, { subscriptionLoss: 6 })).toEqual([]);
    expect(codes(hazards, { subscriptionLoss: 3, ...flags({ B: 3 }) })).toEqual([]);
    expect(codes(hazards, { subscriptionLoss: 3, ...flags({ B: 2 }) })).toHaveLength(1);
  });

  test('an unknown number is allowed only by --allow-subscription-loss', () => {
    const unknown = loss(A, 0, 0, false);
    const allowances = [entry({ product: 'A', subscription_loss: 999 })];
    expect(isRefused(unknown, { subscriptionLoss: 999 })).toBe(true);
    expect(isRefused(unknown, { allowances })).toBe(true);
    expect(isRefused(unknown, flags({ A: 999 }))).toBe(true);
    expect(isRefused(unknown, { subscriptionLoss: 'any' })).toBe(false);
  });

  test('several products of one name can be named only by id', () => {
    expect(
      isRefused(loss(twin, 1), {
        ...flags({ Twin: 1 }),
        allowances: [entry({ product: 'Twin', subscription_loss: 1 })],
      }),
    ).toBe(true);
    expect(isRefused(loss(twin, 1), flags({ 'id-twin': 1 }))).toBe(false);
    expect(isRefused(loss(twin, 1), { allowances: [entry({ id: 'id-twin', subscription_loss: 1 })] })).toBe(
      false,
    );
    const live = [
      liveProduct({ id: 'a', name: 'Twin' }),
      liveProduct({ id: 'b', name: 'Twin' }),
      liveProduct(),
    ];
    const of = subjects(live);
    expect(live.map((one) => of(one).names)).toEqual([[], [], ['A']]);
    expect(of(liveProduct(), 'Twin').names).toEqual(['A']);
    expect(of(liveProduct(), 'New').names).toEqual(['A', 'New']);
  });
});

describe('services that would accept unauthenticated requests', () => {
  const open: Hazard = { code: 'services-left-open', product: A, services: ['g/one', 'g/two'] };
  const left = (consent: Partial<Consent>) => refusals([open], { ...NO_CONSENT, ...consent });

  test('are refused as far as neither a flag nor an entry allows them', () => {
    expect(left({ unauthenticated: ['g/one'] })).toEqual([{ ...open, services: ['g/two'] }]);
    expect(
      left({ unauthenticated: ['g/one'], allowances: [entry({ product: 'A', unauthenticated: ['g/two'] })] }),
    ).toEqual([]);
    expect(left({ unauthenticated: 'all' })).toEqual([]);
    expect(left({ allowances: [entry({ product: 'A', unauthenticated: true })] })).toEqual([]);
    expect(left({ allowances: [entry({ product: 'A', unauthenticated: false })] })).toEqual([open]);
    expect(left({ allowances: [entry({ product: 'B', unauthenticated: true })] })).toEqual([open]);
    expect(left({ subscriptionLoss: 'any', maxDeletes: { percent: 100 } })).toEqual([open]);
  });
});

describe('a product of another owner', () => {
  const foreign: Hazard = { code: 'owned-by-another', product: A, owner: 'acme.orders' };

  test('is taken over by flag, or by an entry that names the right owner', () => {
    expect(isRefused(foreign, {})).toBe(true);
    expect(isRefused(foreign, { takeOver: ['B'] })).toBe(true);
    expect(isRefused(foreign, { takeOver: ['A'] })).toBe(false);
    expect(isRefused(foreign, { takeOver: ['id-A'] })).toBe(false);
    expect(isRefused(foreign, { allowances: [entry({ product: 'A', take_over_from: 'acme.orders' })] })).toBe(
      false,
    );
    expect(isRefused(foreign, { allowances: [entry({ product: 'A', take_over_from: 'acme.other' })] })).toBe(
      true,
    );
    expect(isRefused({ ...foreign, product: twin }, { takeOver: ['Twin'] })).toBe(true);
  });

  test.each([
    { managed: false, owner: null },
    { managed: true, owner: 'acme.orders' },
  ])('is never deleted by consent: %o', (whose) => {
    const hazard: Hazard = { code: 'not-ours', product: A, ...whose };
    const allowances = [entry({ product: 'A', delete: true })];
    expect(isRefused(hazard, { allowances, subscriptionLoss: 'any', maxDeletes: { percent: 100 } })).toBe(
      true,
    );
  });

  test('without an owner is deleted or released only with an entry', () => {
    const hazard: Hazard = { code: 'not-ours', product: A, managed: true, owner: null };
    expect(isRefused(hazard, { maxDeletes: { percent: 100 } })).toBe(true);
    expect(isRefused(hazard, { allowances: [entry({ product: 'A', delete: true })] })).toBe(false);
    expect(isRefused(hazard, { allowances: [entry({ product: 'A', release: true })] })).toBe(false);
    expect(isRefused({ code: 'releases', product: A }, { takeOver: ['A'] })).toBe(true);
    expect(
      isRefused({ code: 'releases', product: A }, { allowances: [entry({ product: 'A', release: true })] }),
    ).toBe(false);
  });
});

describe('deletions', () => {
  const deletes = (owner: string | null, live: number, ...names: readonly string[]): Hazard => ({
    code: 'deletes',
    owner,
    live,
    products: names.map(subject),
  });

  test('those that entries allow count against neither the ceiling nor --max-deletes', () => {
    const hazard = deletes('acme', 4, 'A', 'B', 'C');
    const two = { allowances: [entry({ product: 'A', delete: true }), entry({ id: 'id-B', delete: true })] };
    expect(isRefused(hazard, two)).toBe(false);
    expect(isRefused(hazard, { ...two, maxDeletes: { count: 1 } })).toBe(false);
    const [left] = refusals([hazard], { ...NO_CONSENT, ...two, maxDeletes: { count: 0 } });
    expect(left).toEqual(deletes('acme', 4, 'C'));
    expect(isRefused(deletes(null, 50, 'A', 'B'), two)).toBe(false);
  });

  test('an owner whose deletions all have entries is not refused with another owner', () => {
    const hazards = [deletes('acme', 4, 'A'), deletes('beta', 4, 'B')];
    const allowances = [entry({ product: 'A', delete: true })];
    expect(refusals(hazards, { ...NO_CONSENT, allowances, maxDeletes: { count: 0 } })).toEqual([hazards[1]]);
  });

  test('deletions for an owner that may be used elsewhere are refused for any number of products', () => {
    const elsewhere: Hazard = { code: 'owner-elsewhere', owner: 'acme', live: 50, products: [A] };
    expect(isRefused(elsewhere, {})).toBe(true);
    expect(isRefused(elsewhere, { allowances: [entry({ product: 'A', delete: true })] })).toBe(false);
    expect(isRefused(elsewhere, { maxDeletes: { count: 1 } })).toBe(false);
    expect(isRefused(elsewhere, { maxDeletes: { percent: 1 } })).toBe(true);
  });

  test('an entry of the product permits a suspected rename', () => {
    const hazard: Hazard = { code: 'looks-like-rename', product: A, to: 'B', because: 'services' };
    expect(isRefused(hazard, { allowances: [entry({ product: 'A', rename_check: false })] })).toBe(false);
    expect(isRefused(hazard, { allowances: [entry({ product: 'B', rename_check: false })] })).toBe(true);
    expect(isRefused(hazard, { allowances: [entry({ product: 'A', rename_check: true })] })).toBe(true);
  });
});

describe('the budget while the plan is applied', () => {
  const known = (active: number) => ({ active, pending: 0, known: true });

  test('consent for one product is never used for another', () => {
    const budget = new Budget({ ...NO_CONSENT, ...flags({ A: 3 }), subscriptionLoss: 2 });
    expect(budget.take(B, known(3))).toContain('3 of its subscriptions would end now, and 2 are allowed');
    expect(budget.take(A, known(3))).toBeUndefined();
    expect(budget.take(A, known(4))).toContain('and 3 are allowed');
    expect(budget.take(B, known(2))).toBeUndefined();
    expect(budget.take(subject('C'), known(1))).toContain('and 0 are allowed');
  });

  test('a write that is repeated takes the greater of its counts, once', () => {
    const budget = new Budget({ ...NO_CONSENT, subscriptionLoss: 3 });
    expect(budget.take(A, known(2))).toBeUndefined();
    expect(budget.take(A, known(1))).toBeUndefined();
    expect(budget.take(B, known(2))).toContain('and 1 are allowed');
    expect(budget.take(A, known(3))).toBeUndefined();
    expect(budget.take(B, known(1))).toContain('and 0 are allowed');
  });

  test('only --allow-subscription-loss covers an unknown number', () => {
    const unknown = { active: 0, pending: 0, known: false };
    expect(new Budget({ ...NO_CONSENT, ...flags({ A: 9 }) }).take(A, unknown)).toContain('unknown');
    expect(new Budget({ ...NO_CONSENT, subscriptionLoss: 'any' }).take(A, unknown)).toBeUndefined();
  });
});
