import { describe, expect, it } from 'vitest';
import type { SubscriptionCount } from '../../src/model/live.ts';
import { UNKNOWN_SUBSCRIPTIONS } from '../../src/model/live.ts';
import { staleReasons } from '../../src/plan/saved-plan.ts';
import { BASIC_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct, published, type LiveParts } from '../support/live-product.ts';
import { planOf } from '../support/plan-of.ts';

const parts: LiveParts = { name: 'A', linked_gateway_services: links('s') };
const had: SubscriptionCount = { active: 2, pending: 1, known: true };
const counts = (count: SubscriptionCount) => new Map([['id-A', count]]);

/** Republishes A with new auth, creates N with the service t, and does not change B. */
const plan = planOf({
  live: [published(parts), liveProduct({ name: 'B' })],
  desired: [
    desiredProduct({ auth: BASIC_AUTH, status: 'published' }),
    desiredProduct({ name: 'B' }),
    desiredProduct({ name: 'N', auth: KEY_AUTH, linked_gateway_services: links('t') }),
  ],
  subscriptions: { 'id-A': had },
});

describe('the reasons why a plan is stale', () => {
  it('has no reasons without changes', () => {
    expect(staleReasons(plan, [liveProduct({ name: 'B' }), published(parts)], counts(had))).toEqual([]);
  });

  it('ignores changes of products that the plan does not contain', () => {
    expect(
      staleReasons(plan, [published(parts), liveProduct({ name: 'B', desc: 'x' })], counts(had)),
    ).toEqual([]);
    expect(staleReasons(plan, [published(parts), liveProduct({ name: 'C' })], counts(had))).toEqual([]);
  });

  it.each([
    ['a product is gone', [], had],
    ['a product changed', [published({ ...parts, desc: 'x' })], had],
    ['a product left the portal', [liveProduct(parts)], had],
    ['a subscription came', [published(parts)], { ...had, active: 3 }],
    ['a subscription was decided on', [published(parts)], { active: 3, pending: 0, known: true }],
    ['a count is unknown now', [published(parts)], UNKNOWN_SUBSCRIPTIONS],
    ['a product that it creates is there', [published(parts), liveProduct({ name: 'N' })], had],
    [
      'another product holds a service',
      [published(parts), liveProduct({ name: 'C', linked_gateway_services: links('t') })],
      had,
    ],
  ])('%s', (_, live, count) => {
    expect(staleReasons(plan, live, counts(count))).toHaveLength(1);
  });

  it('reports a new name that another product has now', () => {
    const renaming = planOf({
      live: [liveProduct()],
      desired: [desiredProduct({ name: 'New', previous_name: 'A' })],
    });
    expect(staleReasons(renaming, [liveProduct()], new Map())).toEqual([]);
    expect(staleReasons(renaming, [liveProduct(), liveProduct({ name: 'New' })], new Map())).toEqual([
      '"New" exists now, and the plan gives this name to "A"',
    ]);
  });

  it('ignores a new name that already existed when the plan was made', () => {
    const live = [liveProduct({ id: '1' }), liveProduct({ id: '2', name: 'New', labels: {} })];
    const renaming = planOf({ live, desired: [desiredProduct({ id: '1', name: 'New' })] });
    expect(staleReasons(renaming, live, new Map())).toEqual([]);
  });

  it('reports a product that is already in the planned state', () => {
    const wanted: LiveParts = { desc: 'new', linked_gateway_services: links('s') };
    const changing = planOf({
      live: [liveProduct({ desc: 'old' }), liveProduct({ name: 'B' })],
      desired: [desiredProduct(wanted), desiredProduct({ name: 'B', desc: 'b' })],
    });
    const now = (parts: LiveParts) =>
      staleReasons(changing, [liveProduct(parts), liveProduct({ name: 'B' })], new Map());
    expect(now(wanted)).toEqual([
      '"A" (id-A) was changed to the planned state: the plan was applied already',
    ]);
    expect(now({ desc: 'new' })).toEqual(['"A" (id-A) was changed']);
    expect(now({ desc: 'b' })).toEqual(['"A" (id-A) was changed']);
  });

  it('refuses a plan that was already applied', () => {
    const after = [
      published({ ...parts, auth: BASIC_AUTH }),
      liveProduct({ name: 'N', linked_gateway_services: links('t') }),
    ];
    expect(staleReasons(plan, after, counts(had)).length).toBeGreaterThan(0);
  });

  it('ignores the order of labels, links and keys', () => {
    const labels = { 'managed-by': 'adc', a: '1', b: '2' };
    const turned = { b: '2', a: '1', 'managed-by': 'adc' };
    const made = planOf({ live: [liveProduct({ labels })] });
    expect(staleReasons(made, [liveProduct({ labels: turned })], new Map())).toEqual([]);
  });
});
