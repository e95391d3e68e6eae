import { describe, expect, it } from 'vitest';
import type { SubscriptionCount } from '../../src/model/live.ts';
import { BASIC_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { link, links } from '../support/links.ts';
import { liveProduct, OWNED, published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { outline, stepOf, waits } from '../support/plan-outline.ts';
import { planOf, type Situation } from '../support/plan-of.ts';

const some = (active: number, pending = 0): SubscriptionCount => ({ active, pending, known: true });
const s = { linked_gateway_services: links('s') };

describe('the table of fields and states', () => {
  const draft = liveProduct(s);
  const live = published(s);
  const newAuth = { auth: BASIC_AUTH };
  const other = { desc: 'x' };

  it.each([
    ['auth of a draft', draft, newAuth, ['update']],
    [
      'auth of a published one',
      live,
      { ...newAuth, status: 'published' },
      ['unpublish', 'update', 'publish'],
    ],
    ['auth of a published one that says no status', live, newAuth, ['unpublish', 'update', 'publish']],
    ['status of a draft', draft, { status: 'published' }, ['publish']],
    ['status of a published one', live, { status: 'draft' }, ['unpublish']],
    ['status and auth of a published one', live, { status: 'draft', ...newAuth }, ['unpublish', 'update']],
    ['status and auth of a draft', draft, { status: 'published', ...newAuth }, ['update', 'publish']],
    ['another field of a draft', draft, other, ['update']],
    ['another field of a published one', live, other, ['update']],
    [
      'another field and the status of a draft',
      draft,
      { ...other, status: 'published' },
      ['update', 'publish'],
    ],
    ['another field and the status of a published one', live, { ...other, status: 'draft' }, ['unpublish']],
    [
      'another field and auth of a published one',
      live,
      { ...other, ...newAuth },
      ['unpublish', 'update', 'publish'],
    ],
    ['nothing of a published one', live, { auth: KEY_AUTH, status: 'published', ...s }, []],
  ] as const)('%s', (_, before, fields, actions) => {
    const plan = planOf({ live: [before], desired: [desiredProduct(fields)] });
    expect(plan.steps.map(({ action }) => action)).toEqual(actions);
    expect(new Set(plan.steps.map(({ chain }) => chain)).size).toBe(Math.min(1, actions.length));
  });

  it.each([
    ['visibility', { visibility: 'logged_in' }],
    ['subscription_auto_approval', { subscription_auto_approval: true }],
    ['can_view_unsubscribed', { can_view_unsubscribed: false }],
    ['labels', { labels: { a: '1' } }],
    ['logo', { logo: 'aGk=' }],
    ['name', { name: 'B', id: 'id-A' }],
    ['linked_gateway_services', { linked_gateway_services: links('t') }],
    ['notifications', { notifications: [{ event: 'e', type: 'email', contact_point_ids: ['c'] }] }],
  ] as const)('%s is changed in place', (_, fields) => {
    expect(planOf({ live: [live], desired: [desiredProduct(fields)] }).steps).toMatchObject([
      { action: 'update' },
    ]);
  });

  it('the type of a draft is a replacement', () => {
    const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI })];
    const plan = planOf({ live: [draft], desired });
    expect(outline(plan)).toEqual(['delete A', 'create A']);
    expect(waits(plan).get('create A')).toEqual(['delete A']);
    expect(plan.steps.map(({ reason }) => reason)).toEqual(['type-is-immutable', 'type-is-immutable']);
    expect(plan.steps.map(({ product }) => product.type)).toEqual(['gateway', 'external']);
  });

  it('the type of a published one, with its impact shown once', () => {
    const desired = [desiredProduct({ type: 'external', raw_openapi: OPENAPI, status: 'published' })];
    const plan = planOf({ live: [live], desired, subscriptions: { 'id-A': some(2, 1) } });
    expect(outline(plan)).toEqual(['unpublish A', 'delete A', 'create A', 'publish A']);
    expect(plan.summary.subscriptions_ended).toEqual({ active: 2, pending: 1, unknown: 0 });
    expect(stepOf(plan, 'create A').fields).not.toHaveProperty('auth');
  });

  it('an external product becomes a gateway product of the same name', () => {
    const desired = [desiredProduct({ auth: KEY_AUTH, status: 'published', ...s })];
    const plan = planOf({ live: [liveProduct({ type: 'external' })], desired });
    expect(outline(plan)).toEqual(['delete A', 'create A', 'publish A']);
  });

  it('a created product is a draft until it is published', () => {
    const plan = planOf({ desired: [desiredProduct({ auth: KEY_AUTH, status: 'published', ...s })] });
    expect(plan.steps).toMatchObject([
      { action: 'create', fields: { status: 'draft' }, after: [] },
      { action: 'publish', fields: { status: 'published' }, after: ['1'], reason: 'declared-published' },
    ]);
    expect(plan.steps[0]?.changes.map(({ path }) => path)).not.toContain('status');
  });

  it('each step of a republish writes only its own fields', () => {
    const desired = [desiredProduct({ auth: BASIC_AUTH, status: 'published', desc: 'x' })];
    const plan = planOf({ live: [live], desired });
    expect(plan.steps.map(({ fields }) => fields)).toEqual([
      { status: 'draft' },
      { auth: BASIC_AUTH, desc: 'x' },
      { status: 'published' },
    ]);
    expect(plan.steps.map(({ reason }) => reason)).toEqual([
      'auth-locked-while-published',
      'declared',
      'published-again',
    ]);
  });
});

describe('reasons', () => {
  it.each([
    ['adopted', { labels: {} }, {}],
    ['declared', {}, { desc: 'x' }],
    ['declared', { labels: {} }, { desc: 'x' }],
    ['declared-draft', { status: 'published', ...s }, { status: 'draft' }],
    ['declared-published', s, { status: 'published' }],
    ['renamed-from', {}, { name: 'B', previous_name: 'A' }],
  ] as const)('%s', (reason, before, fields) => {
    const plan = planOf({ live: [liveProduct(before)], desired: [desiredProduct(fields)] });
    expect(plan.steps.map((step) => step.reason)).toEqual([reason]);
    expect(plan.steps[0]?.about).toBe(reason === 'renamed-from' ? 'A' : undefined);
  });

  it('not-declared', () => {
    expect(planOf({ live: [liveProduct()] }).steps).toMatchObject([
      { action: 'delete', reason: 'not-declared' },
    ]);
  });

  it('a service that moves is reported at both ends', () => {
    const live = [liveProduct(s), liveProduct({ name: 'B' })];
    const desired = [desiredProduct({ linked_gateway_services: [] }), desiredProduct({ name: 'B', ...s })];
    const plan = planOf({ live, desired });
    expect(plan.steps).toMatchObject([
      { reason: 'service-moves-to', about: 'B' },
      { reason: 'service-moves-from', about: 'A' },
    ]);
  });
});

describe('impact', () => {
  it('an unpublish ends the subscriptions of the product, and leaves its services without auth', () => {
    const desired = [desiredProduct({ auth: BASIC_AUTH, status: 'published' })];
    const plan = planOf({ live: [published(s)], desired, subscriptions: { 'id-A': some(3, 2) } });
    expect(plan.steps.map(({ impact }) => impact)).toEqual([
      { subscriptions: some(3, 2), services_without_auth: ['default/s'] },
      { subscriptions: some(0), services_without_auth: [] },
      { subscriptions: some(0), services_without_auth: [] },
    ]);
  });

  it.each([
    ['a published product', published(s), ['default/s']],
    ['a draft', liveProduct(s), []],
  ])('a delete of %s', (_, live, services) => {
    const plan = planOf({ live: [live], subscriptions: { 'id-A': some(1) } });
    expect(plan.steps.map(({ impact }) => impact)).toEqual([
      { subscriptions: some(1), services_without_auth: services },
    ]);
  });

  it('external products have no subscriptions', () => {
    const live = [published({ type: 'external' })];
    expect(planOf({ live, subscriptions: { 'id-A': some(9) } }).hazards.map(({ code }) => code)).toEqual([
      'deletes',
    ]);
  });

  it('a link that a published product loses takes the auth along', () => {
    const live = [published({ linked_gateway_services: links('s', 't') })];
    const plan = planOf({ live, desired: [desiredProduct({ linked_gateway_services: links('t') })] });
    expect(plan.steps[0]?.impact.services_without_auth).toEqual(['default/s']);
  });

  it('other hosts of a link are not a loss of auth', () => {
    const live = [published(s)];
    const desired = [desiredProduct({ linked_gateway_services: [link('s', { linked_hosts: ['h'] })] })];
    expect(planOf({ live, desired }).steps[0]?.impact.services_without_auth).toEqual([]);
  });
});

describe('the rest of a plan', () => {
  it('counts adoptions apart', () => {
    const live = [
      liveProduct({ labels: {} }),
      liveProduct({ name: 'B' }),
      liveProduct({ name: 'C' }),
      liveProduct({ name: 'U', labels: {} }),
    ];
    const desired = [
      desiredProduct(),
      desiredProduct({ name: 'B', desc: 'x' }),
      desiredProduct({ name: 'C' }),
    ];
    expect(planOf({ live, desired }).summary).toMatchObject({
      update: 1,
      adopt: 1,
      unchanged: 1,
      unmanaged: 1,
      other_owners: 0,
      create: 0,
    });
  });

  it('holds each live product that it touches, with counts where subscriptions end', () => {
    const live = [published(s), liveProduct({ name: 'B' }), liveProduct({ name: 'C' })];
    const desired = [
      desiredProduct({ status: 'draft' }),
      desiredProduct({ name: 'B', desc: 'x' }),
      desiredProduct({ name: 'C' }),
    ];
    const fingerprint: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);
    const { products } = planOf({ live, desired, subscriptions: { 'id-A': some(4) } });
    expect(products).toEqual([
      { id: 'id-A', name: 'A', names: ['A'], fingerprint, subscriptions: some(4) },
      { id: 'id-B', name: 'B', names: ['B'], fingerprint },
    ]);
  });

  it('the fingerprint follows every field', () => {
    const of = (parts: object) =>
      planOf({ live: [liveProduct({ ...parts, name: 'A' })] }).products[0]?.fingerprint;
    const all = [
      {},
      { desc: 'x' },
      { labels: { ...OWNED, a: '1' } },
      s,
      { auth: BASIC_AUTH },
      { status: 'published' },
    ];
    expect(new Set(all.map(of)).size).toBe(all.length);
    expect(of({ labels: { a: '1', 'managed-by': 'adc' } })).toBe(
      of({ labels: { 'managed-by': 'adc', a: '1' } }),
    );
  });

  it('names products that it does not change', () => {
    const live = [liveProduct({ name: 'U', labels: {} }), liveProduct({ name: 'K' })];
    const desired = [
      desiredProduct({ name: 'O', labels: { team: 'b' } }),
      desiredProduct({ name: 'N', auth: KEY_AUTH }),
    ];
    const { kept } = planOf({ live, scope: { noDelete: true } });
    const { unmanaged, outOfScope } = planOf({
      live: live.map((one) => ({ ...one, fields: { ...one.fields, labels: { team: 'a' } } })),
      desired,
      scope: { selector: { team: 'a' } },
    });
    expect([kept, unmanaged.toSorted(), outOfScope]).toEqual([['K'], ['K', 'U'], ['O']]);
  });

  it('warns that the server keeps no labels if an external product is written or undeclared', () => {
    const live = [liveProduct({ type: 'external', labels: {} })];
    const desired = [desiredProduct({ type: 'external' })];
    const notes = (one: Situation) => planOf({ live, keepsExternalLabels: false, ...one }).notes;
    const another = liveProduct({ type: 'external', labels: {}, name: 'Other', id: 'other' });
    const note = { code: 'external-labels-not-kept' };
    expect(notes({ desired: [desiredProduct({ type: 'external', desc: 'new' })] })).toEqual([note]);
    expect(notes({ live: [...live, another], desired })).toEqual([note]);
    expect(notes({ desired })).toEqual([]);
    expect(planOf({ live, desired }).notes).toEqual([]);
  });
});

describe('documents that the server does not return', () => {
  const unreadable = { type: 'external', raw_openapi: '', unreadable: ['raw_openapi'] } as const;
  const declared = { type: 'external', raw_openapi: OPENAPI, status: 'published' } as const;

  it('are in every write, so that none loses them', () => {
    const live = [liveProduct(unreadable)];
    const plan = planOf({ live, desired: [desiredProduct({ ...declared, desc: 'x' })] });
    const written = plan.steps.map(({ action, fields, carried }) => [
      action,
      { ...carried, ...fields }.raw_openapi,
    ]);
    expect(written).toEqual([
      ['update', OPENAPI],
      ['publish', OPENAPI],
    ]);
  });

  it('are not a change on their own', () => {
    const plan = planOf({ live: [liveProduct(unreadable)], desired: [desiredProduct(declared)] });
    expect(plan.steps.map(({ action, changes }) => [action, changes.map(({ path }) => path)])).toEqual([
      ['publish', ['status']],
    ]);
  });
});
