import { describe, expect, it } from 'vitest';
import { NO_CONSENT, type Consent } from '../../src/model/consent.ts';
import { UNKNOWN_SUBSCRIPTIONS, type SubscriptionCount } from '../../src/model/live.ts';
import type { Hazard } from '../../src/model/plan.ts';
import { refusals } from '../../src/plan/consent.ts';
import { losingSubscriptions } from '../../src/plan/chains.ts';
import { plan } from '../../src/plan/plan.ts';
import { BASIC_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { GROUP, links } from '../support/links.ts';
import { liveProduct, ownedBy, published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { differenceOf, planInput, planOf, type Situation } from '../support/plan-of.ts';

const some = (active: number, pending = 0): SubscriptionCount => ({ active, pending, known: true });
const s = { linked_gateway_services: links('s') };
const republish: Situation = {
  live: [published(s)],
  desired: [desiredProduct({ auth: BASIC_AUTH, status: 'published' })],
};

/** The codes of the hazards that `sync` refuses with this consent. */
function refused(situation: Situation, consent: Partial<Consent> = {}): readonly Hazard['code'][] {
  return refusals(planOf(situation).hazards, { ...NO_CONSENT, ...consent }).map(({ code }) => code);
}

describe('lost subscriptions', () => {
  it('are reported for each product, with its name and its id', () => {
    const situation = {
      live: [published(s), liveProduct({ name: 'B' }), liveProduct({ name: 'C' })],
      desired: republish.desired ?? [],
      subscriptions: { 'id-A': some(2, 1), 'id-B': some(0, 4), 'id-C': UNKNOWN_SUBSCRIPTIONS },
    };
    const losses = planOf(situation).hazards.filter(({ code }) => code === 'subscription-loss');
    const loss = (name: string, count: SubscriptionCount) => ({
      code: 'subscription-loss',
      product: { id: `id-${name}`, name, names: [name] },
      ...count,
    });
    expect(losses).toEqual([loss('A', some(2, 1)), loss('B', some(0, 4)), loss('C', UNKNOWN_SUBSCRIPTIONS)]);
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
  ] as const)('%s', (_, count, subscriptionLoss, isRefused) => {
    const situation = { ...republish, subscriptions: { 'id-A': count } };
    expect(refused(situation, { subscriptionLoss })).toEqual(isRefused ? ['subscription-loss'] : []);
  });

  it('a count that was not read is unknown', () => {
    const { hazards } = plan({ ...planInput(republish), subscriptions: new Map() });
    expect(hazards).toMatchObject([{ code: 'subscription-loss', known: false }]);
  });

  it('reads only the counts of products that are deleted or unpublished', () => {
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
    const ids = losingSubscriptions(differenceOf({ live, desired })).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['id-A', 'id-draft now', 'id-gone', 'id-replaced']);
  });
});

describe('deletions', () => {
  const owned = (count: number) =>
    Array.from({ length: count }, (_, place) => liveProduct({ name: `P${place}`, labels: ownedBy('acme') }));
  const keeping = (count: number) =>
    Array.from({ length: count }, (_, place) => desiredProduct({ name: `P${place}`, owner: 'acme' }));
  const owners = ['acme'];

  it.each([
    ['one of two', 2, 1, undefined, false],
    ['two of six', 6, 4, undefined, true],
    ['two of seven', 7, 5, undefined, false],
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
  ] as const)('%s', (_, live, kept, maxDeletes, isRefused) => {
    const situation = { live: owned(live), desired: keeping(kept), owners };
    expect(refused(situation, { maxDeletes })).toEqual(isRefused ? ['deletes'] : []);
  });

  it('refuses an explicit empty list, since another repository may use the owner', () => {
    const all = ['deletes', 'owner-elsewhere'];
    expect(refused({ live: owned(10), desired: [], owners })).toEqual(all);
    expect(refused({ live: owned(1), desired: [], owners })).toEqual(['owner-elsewhere']);
    expect(refused({ live: owned(10), desired: [], owners }, { maxDeletes: { count: 9 } })).toEqual(all);
    expect(refused({ live: owned(10), desired: [], owners }, { maxDeletes: { count: 10 } })).toEqual([]);
    expect(refused({ live: owned(10), desired: [], owners }, { maxDeletes: { percent: 100 } })).toEqual([]);
  });

  it('without an owner, none may be deleted for being undeclared', () => {
    const live = Array.from({ length: 20 }, (_, place) => liveProduct({ name: `P${place}` }));
    const desired = live.slice(1).map(({ fields: { name } }) => desiredProduct({ name }));
    expect(refused({ live, desired })).toEqual(['deletes']);
    expect(refused({ live, desired }, { maxDeletes: { count: 1 } })).toEqual([]);
  });

  it('products outside the label selector do not raise the limit', () => {
    const inside = ['a', 'b', 'c'].map((name) =>
      liveProduct({ name, labels: { ...ownedBy('acme'), team: 'a' } }),
    );
    const outside = Array.from({ length: 20 }, (_, place) =>
      liveProduct({ name: `o${place}`, labels: { ...ownedBy('acme'), team: 'b' } }),
    );
    const desired = [desiredProduct({ name: 'a', owner: 'acme', labels: { team: 'a' } })];
    const situation = { live: [...inside, ...outside], desired, scope: { selector: { team: 'a' } } };
    expect(planOf(situation).hazards).toMatchObject([{ code: 'deletes', owner: 'acme', live: 3 }]);
    expect(refused(situation)).toEqual(['deletes']);
  });

  it('each owner has its own limit', () => {
    const theirs = Array.from({ length: 30 }, (_, place) =>
      liveProduct({ name: `T${place}`, labels: ownedBy('other') }),
    );
    const named = theirs.map(({ fields: { name } }) => desiredProduct({ name, owner: 'other' }));
    const situation = { live: [...owned(10), ...theirs], desired: [...keeping(6), ...named] };
    expect(planOf(situation).hazards).toMatchObject([{ code: 'deletes', owner: 'acme', live: 10 }]);
    expect(refused(situation)).toEqual(['deletes']);
    const both = { ...situation, desired: [...keeping(7), ...named.slice(9)] };
    expect(refused(both)).toEqual([]);
    expect(refused(both, { maxDeletes: { count: 11 } })).toEqual(['deletes', 'deletes']);
    expect(refused(both, { maxDeletes: { count: 12 } })).toEqual([]);
  });

  it('a replaced product does not count as deleted', () => {
    const desired = owned(10).map(({ fields: { name } }) =>
      desiredProduct({ name, owner: 'acme', type: 'external', raw_openapi: OPENAPI }),
    );
    expect(refused({ live: owned(10), desired })).toEqual([]);
  });

  it('products of other owners do not raise the limit', () => {
    const theirs = Array.from({ length: 20 }, (_, place) => liveProduct({ name: `T${place}`, labels: {} }));
    expect(refused({ live: [...owned(10), ...theirs], desired: keeping(6) })).toEqual(['deletes']);
  });

  it('unmanaged products do not raise the limit, even if they may be deleted', () => {
    const theirs = Array.from({ length: 30 }, (_, place) => liveProduct({ name: `T${place}`, labels: {} }));
    const scope = { deleteUnmanaged: true };
    const named = theirs.map(({ fields: { name } }) => desiredProduct({ name, owner: 'acme' }));
    const situation = { live: [...owned(10), ...theirs], desired: [...keeping(1), ...named], scope };
    expect(refused(situation)).toEqual(['deletes']);
    expect(refused({ ...situation, desired: [...keeping(8), ...named] })).toEqual([]);
  });

  it('products of --delete-unmanaged count only against --max-deletes', () => {
    const theirs = Array.from({ length: 30 }, (_, place) => liveProduct({ name: `T${place}`, labels: {} }));
    const scope = { deleteUnmanaged: true };
    const situation = { live: [...owned(10), ...theirs], desired: keeping(10), scope };
    expect(refused(situation)).toEqual([]);
    expect(refused(situation, { maxDeletes: { count: 29 } })).toEqual(['deletes-unmanaged']);
    expect(refused(situation, { maxDeletes: { count: 30 } })).toEqual([]);
    expect(refused(situation, { maxDeletes: { percent: 99 } })).toEqual(['deletes-unmanaged']);
  });
});

describe('refusals that no consent allows', () => {
  const ALL: Consent = {
    ...NO_CONSENT,
    subscriptionLoss: 'any',
    unauthenticated: 'all',
    maxDeletes: { percent: 100 },
    renameCheck: false,
  };

  it('files without a list of products, if the portal has products of the owner', () => {
    const situation = { live: [liveProduct()], managesProducts: false };
    expect(refused(situation, ALL)).toEqual(['empty-input']);
    expect(planOf(situation).steps).toEqual([]);
  });

  it('files without a list of products, if it has none', () => {
    expect(refused({ live: [liveProduct({ labels: {} })], managesProducts: false }, ALL)).toEqual([]);
  });

  it('a republish of a product without a declared status', () => {
    const situation = { live: [published(s)], desired: [desiredProduct({ auth: BASIC_AUTH })] };
    expect(refused(situation, ALL)).toEqual(['status-not-declared']);
    expect(refused(republish, ALL)).toEqual([]);
  });

  it('a replacement of a product without a declared status', () => {
    const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI })];
    expect(refused({ live: [published(s)], desired }, ALL)).toEqual(['status-not-declared']);
    expect(refused({ live: [liveProduct(s)], desired }, ALL)).toEqual([]);
  });

  it('a replacement with --no-delete', () => {
    const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI })];
    const situation = { live: [liveProduct()], desired };
    expect(refused({ ...situation, scope: { noDelete: true } }, ALL)).toEqual(['replacement-needs-delete']);
    expect(refused(situation, ALL)).toEqual([]);
  });
});

describe('a service of a deleted product', () => {
  const service = { id: 's', name: 's', hosts: [], plugins: [], gateway_group_id: GROUP };
  const desired = [
    desiredProduct({ name: 'B', linked_gateway_services: links('s', 't'), can_view_unsubscribed: false }),
  ];
  const t = { linked_gateway_services: links('t') };

  it('is left open unless a product takes it that stays published', () => {
    const taking = (b: ReturnType<typeof published>) =>
      planOf({ live: [published(s), b], desired, services: [service] }).hazards.map(({ code }) => code);
    expect(taking(published({ name: 'B', ...t }))).not.toContain('services-left-open');
    expect(taking(liveProduct({ name: 'B', ...t }))).toContain('services-left-open');
  });
});

describe('a product of another owner with another type', () => {
  const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI })];

  it('is not deleted because of its declaration', () => {
    expect(refused({ live: [liveProduct({ labels: {} })], desired })).toEqual(['replaces-unmanaged']);
  });

  it('is replaced if it is ours, or with --delete-unmanaged', () => {
    expect(refused({ live: [liveProduct()], desired })).toEqual([]);
    const scope = { deleteUnmanaged: true };
    expect(refused({ live: [liveProduct({ labels: {} })], desired, scope })).toEqual([]);
  });
});

describe('deletions that look like a rename', () => {
  const situation = {
    live: [
      liveProduct({ name: 'Old', labels: ownedBy('acme'), ...s }),
      liveProduct({ name: 'Kept', labels: ownedBy('acme') }),
    ],
    desired: [
      desiredProduct({ name: 'New', owner: 'acme', auth: KEY_AUTH, ...s }),
      desiredProduct({ name: 'Kept', owner: 'acme' }),
    ],
  };

  it('is refused, with both names', () => {
    expect(refused(situation)).toEqual(['looks-like-rename']);
    expect(planOf(situation).hazards).toContainEqual({
      code: 'looks-like-rename',
      product: { id: 'id-Old', name: 'Old', names: ['Old'] },
      to: 'New',
      because: 'services',
    });
  });

  it('is accepted without the check', () => {
    expect(refused(situation, { renameCheck: false })).toEqual([]);
  });

  it('is not reported if the file declares the rename', () => {
    const desired = [desiredProduct({ name: 'New', owner: 'acme', previous_name: 'Old', ...s })];
    expect(refused({ ...situation, desired })).toEqual([]);
  });
});
