import { describe, expect, it } from 'vitest';
import { NO_CONSENT, type Consent } from '../../src/model/consent.ts';
import { UNKNOWN_SUBSCRIPTIONS, type SubscriptionCount } from '../../src/model/live.ts';
import type { Hazard } from '../../src/model/plan.ts';
import { mostDeletes, refusals } from '../../src/plan/refusals.ts';
import { endangered } from '../../src/plan/endangered.ts';
import { plan } from '../../src/plan/plan.ts';
import { BASIC_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct, published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { diffInput, differenceOf, planOf, TARGET, type Situation } from '../support/plan-of.ts';

const some = (active: number, pending = 0): SubscriptionCount => ({ active, pending, known: true });
const s = { linked_gateway_services: links('s') };
const republish: Situation = {
  live: [published(s)],
  desired: [desiredProduct({ auth: BASIC_AUTH, status: 'published' })],
};

/** The codes of what `sync` refuses, given what people allow. */
function refused(situation: Situation, consent: Partial<Consent> = {}): readonly Hazard['code'][] {
  return refusals(planOf(situation).hazards, { ...NO_CONSENT, ...consent }).map(({ code }) => code);
}

describe('lost subscriptions', () => {
  it('P8 are summed up over all products, with their names', () => {
    const situation = {
      live: [published(s), liveProduct({ name: 'B' }), liveProduct({ name: 'C' })],
      desired: republish.desired ?? [],
      subscriptions: { 'id-A': some(2, 1), 'id-B': some(0, 4), 'id-C': UNKNOWN_SUBSCRIPTIONS },
    };
    expect(planOf(situation).hazards[0]).toEqual({
      code: 'subscription-loss',
      active: 2,
      pending: 5,
      unknown: 1,
      products: expect.arrayContaining(['A', 'B', 'C']),
    });
  });

  it.each([
    ['none', some(0), 0, false],
    ['one active', some(1), 0, true],
    ['one pending', some(0, 1), 0, true],
    ['as many as allowed', some(2, 1), 3, false],
    ['one more than allowed', some(2, 2), 3, true],
    ['any number', some(999), 'any', false],
    ['an unknown number', UNKNOWN_SUBSCRIPTIONS, 999, true],
    ['an unknown number, where any is allowed', UNKNOWN_SUBSCRIPTIONS, 'any', false],
  ] as const)('P8 %s', (_, count, subscriptionLoss, isRefused) => {
    const situation = { ...republish, subscriptions: { 'id-A': count } };
    expect(refused(situation, { subscriptionLoss })).toEqual(isRefused ? ['subscription-loss'] : []);
  });

  it('P8 a count that nobody read is unknown', () => {
    const { names, scope } = diffInput(republish);
    const difference = differenceOf(republish);
    const { hazards } = plan({ target: TARGET, difference, names, scope, subscriptions: new Map() });
    expect(hazards).toMatchObject([{ code: 'subscription-loss', unknown: 1 }]);
  });

  it('P8 the counts worth reading are those of what goes or leaves the portal', () => {
    const live = [
      published(s),
      published({ name: 'draft now', linked_gateway_services: links('t') }),
      liveProduct({ name: 'gone' }),
      liveProduct({ name: 'replaced' }),
      published({ name: 'desc', linked_gateway_services: links('u') }),
      liveProduct({ name: 'external', type: 'external' }),
    ];
    const desired = [
      ...(republish.desired ?? []),
      desiredProduct({ name: 'draft now', status: 'draft' }),
      desiredProduct({ name: 'replaced', type: 'external', raw_openapi: OPENAPI }),
      desiredProduct({ name: 'desc', desc: 'x' }),
      desiredProduct({ name: 'new', auth: KEY_AUTH }),
    ];
    const ids = endangered(differenceOf({ live, desired })).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['id-A', 'id-draft now', 'id-gone', 'id-replaced']);
  });
});

describe('deletions', () => {
  const owned = (count: number) =>
    Array.from({ length: count }, (_, place) => liveProduct({ name: `P${place}` }));
  const keeping = (count: number) =>
    Array.from({ length: count }, (_, place) => desiredProduct({ name: `P${place}` }));

  it.each([
    ['all of nine', 9, 0, undefined, false],
    ['three of ten', 10, 7, undefined, false],
    ['four of ten', 10, 6, undefined, true],
    ['five of nineteen', 19, 14, undefined, false],
    ['six of nineteen', 19, 13, undefined, true],
    ['four of ten, where four are allowed', 10, 6, { count: 4 }, false],
    ['four of ten, where three are allowed', 10, 6, { count: 3 }, true],
    ['one, where none is allowed', 2, 1, { count: 0 }, true],
    ['half, where half is allowed', 10, 5, { percent: 50 }, false],
    ['six, where half is allowed', 10, 4, { percent: 50 }, true],
    ['one of two, where a third is allowed', 2, 1, { percent: 33 }, true],
  ] as const)('P9 %s', (_, live, kept, maxDeletes, isRefused) => {
    const situation = { live: owned(live), desired: keeping(kept) };
    expect(refused(situation, { maxDeletes })).toEqual(isRefused ? ['deletes'] : []);
  });

  it('P9 an empty list that is written out meets the ceiling', () => {
    expect(refused({ live: owned(10), desired: [] })).toEqual(['deletes']);
    expect(refused({ live: owned(9), desired: [] })).toEqual([]);
  });

  it('P9 a product that is replaced is none that is deleted', () => {
    const desired = owned(10).map(({ fields: { name } }) =>
      desiredProduct({ name, type: 'external', raw_openapi: OPENAPI }),
    );
    expect(refused({ live: owned(10), desired })).toEqual([]);
  });

  it('P9 what is not ours does not make the ceiling higher', () => {
    const theirs = Array.from({ length: 20 }, (_, place) => liveProduct({ name: `T${place}`, labels: {} }));
    expect(refused({ live: [...owned(10), ...theirs], desired: keeping(6) })).toEqual(['deletes']);
  });

  it('P9 what is not ours does not make the ceiling higher where it may be deleted too', () => {
    const theirs = Array.from({ length: 30 }, (_, place) => liveProduct({ name: `T${place}`, labels: {} }));
    const scope = { deleteUnmanaged: true };
    const named = theirs.map(({ fields: { name } }) => desiredProduct({ name }));
    const situation = { live: [...owned(10), ...theirs], desired: [...keeping(0), ...named], scope };
    expect(refused(situation)).toEqual(['deletes']);
    expect(refused({ ...situation, desired: [...keeping(8), ...named] })).toEqual([]);
    expect(refused({ ...situation, desired: keeping(10) })).toEqual(['deletes']);
  });

  it('P9 nothing but consent lifts it, and the share is rounded down', () => {
    expect([mostDeletes(9, undefined), mostDeletes(10, undefined), mostDeletes(13, undefined)]).toEqual([
      Infinity,
      3,
      3,
    ]);
  });
});

describe('what nothing lifts', () => {
  const ALL: Consent = { subscriptionLoss: 'any', maxDeletes: { percent: 100 }, renameCheck: false };

  it('P9 files without any list of products, where the portal has ours', () => {
    const situation = { live: [liveProduct()], managesProducts: false };
    expect(refused(situation, ALL)).toEqual(['empty-input']);
    expect(planOf(situation).steps).toEqual([]);
  });

  it('P9 files without any list of products, where it has none', () => {
    expect(refused({ live: [liveProduct({ labels: {} })], managesProducts: false }, ALL)).toEqual([]);
  });

  it('P1 a republish of what does not say that it is published', () => {
    const situation = { live: [published(s)], desired: [desiredProduct({ auth: BASIC_AUTH })] };
    expect(refused(situation, ALL)).toEqual(['status-not-declared']);
    expect(refused(republish, ALL)).toEqual([]);
  });

  it('P5 a replacement of what does not say that it is published', () => {
    const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI })];
    expect(refused({ live: [published(s)], desired }, ALL)).toEqual(['status-not-declared']);
    expect(refused({ live: [liveProduct(s)], desired }, ALL)).toEqual([]);
  });

  it('P7 a replacement where nothing may be deleted', () => {
    const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI })];
    const situation = { live: [liveProduct()], desired };
    expect(refused({ ...situation, scope: { noDelete: true } }, ALL)).toEqual(['replacement-needs-delete']);
    expect(refused(situation, ALL)).toEqual([]);
  });
});

describe('a product of somebody else with another type', () => {
  const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI })];

  it('P5 is not deleted for being declared', () => {
    expect(refused({ live: [liveProduct({ labels: {} })], desired })).toEqual(['replaces-unmanaged']);
  });

  it('P5 is replaced if it is ours, or if what is not ours may be deleted', () => {
    expect(refused({ live: [liveProduct()], desired })).toEqual([]);
    const scope = { deleteUnmanaged: true };
    expect(refused({ live: [liveProduct({ labels: {} })], desired, scope })).toEqual([]);
  });
});

describe('what looks like a rename', () => {
  const situation = {
    live: [liveProduct({ name: 'Old', ...s })],
    desired: [desiredProduct({ name: 'New', auth: KEY_AUTH, ...s })],
  };

  it('P6 is refused, with both names', () => {
    expect(refused(situation)).toEqual(['looks-like-rename']);
    expect(planOf(situation).hazards).toContainEqual({
      code: 'looks-like-rename',
      from: 'Old',
      to: 'New',
      because: 'services',
    });
  });

  it('P6 is let through where nobody checks', () => {
    expect(refused(situation, { renameCheck: false })).toEqual([]);
  });

  it('P6 is none where it is said', () => {
    const desired = [desiredProduct({ name: 'New', previous_name: 'Old', ...s })];
    expect(refused({ ...situation, desired })).toEqual([]);
  });
});
