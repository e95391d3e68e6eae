import { describe, expect, test } from 'vitest';
import { NO_CONSENT } from '../../src/model/consent.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import type { Owner } from '../../src/model/ownership.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { refusals } from '../../src/plan/consent.ts';
import { mismatches, rejudged } from '../../src/plan/saved-plan.ts';
import { BASIC_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct, ownedBy, published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { planInput, planOf, type Situation } from '../support/plan-of.ts';

/* Forged or damaged plans: adc reports each as stale, or refuses it because of its effect on the live products. */

const labels = ownedBy('acme');
const LIVE: readonly LiveProduct[] = [
  published({ name: 'A', labels, linked_gateway_services: links('s') }),
  published({ name: 'B', labels, linked_gateway_services: links('t') }),
  published({ name: 'foreign', labels: ownedBy('other'), linked_gateway_services: links('u') }),
  published({ name: 'unmanaged', labels: {}, linked_gateway_services: links('v') }),
  published({ name: 'weather', type: 'external', labels }),
];
const SITUATION: Situation = {
  live: LIVE,
  desired: ['A', 'B', 'weather'].map((name) =>
    desiredProduct({ name, owner: 'acme', ...(name === 'weather' && { type: 'external' }), desc: 'new' }),
  ),
  subscriptions: Object.fromEntries(LIVE.map(({ id }) => [id, { active: 3, pending: 0, known: true }])),
  services: ['s', 't', 'u', 'v'].map((id) => ({
    gateway_group_id: 'default',
    id,
    name: id,
    hosts: [],
    plugins: [],
  })),
};
const PLAN = planOf(SITUATION);

/** The plan with these steps. Lists all live products, and has no hazards. */
function forged(...steps: readonly Partial<Step>[]): Plan {
  const [first] = PLAN.steps;
  if (first === undefined) throw new Error('the plan has no step');
  return {
    ...PLAN,
    steps: steps.map((parts, place) => ({ ...first, id: `${place + 1}`, changes: [], fields: {}, ...parts })),
    products: LIVE.map(({ id, fields: { name } }) => ({ id, name, names: [name], fingerprint: '' })),
    hazards: [],
  };
}

const gateway = (name: string, owner?: string) =>
  ({ name, id: `id-${name}`, type: 'gateway', ...(owner !== undefined && { owner }) }) as const;

function refused(plan: Plan, owners: readonly Owner[] = ['acme']): readonly string[] {
  const { steps: _, ...input } = { steps: [], ...planInput(SITUATION), owners };
  return refusals(rejudged(plan, input).hazards, NO_CONSENT).map(({ code }) => code);
}

describe('a plan as adc made it', () => {
  test('is accepted, with the same verdict', () => {
    expect(mismatches(PLAN, LIVE)).toEqual([]);
    expect(rejudged(PLAN, planInput(SITUATION))).toEqual(PLAN);
  });

  test.each<[string, Situation]>([
    [
      'a republish',
      {
        live: LIVE,
        desired: [desiredProduct({ name: 'A', owner: 'acme', auth: BASIC_AUTH, status: 'published' })],
      },
    ],
    ['a rename', { live: LIVE, desired: [desiredProduct({ name: 'C', previous_name: 'A', owner: 'acme' })] }],
    ['a take-over', { live: LIVE, desired: [desiredProduct({ name: 'foreign', owner: 'acme' })] }],
    [
      'a replacement',
      {
        live: LIVE,
        desired: [
          desiredProduct({
            name: 'A',
            owner: 'acme',
            type: 'external',
            status: 'published',
            raw_openapi: OPENAPI,
          }),
        ],
      },
    ],
    [
      'a creation',
      { live: LIVE, desired: [desiredProduct({ name: 'new', owner: 'acme', auth: BASIC_AUTH })] },
    ],
  ])('is accepted after %s', (_, parts) => {
    const situation = { ...SITUATION, ...parts };
    const made = planOf(situation);
    expect(made.steps.length).toBeGreaterThan(0);
    expect(mismatches(made, LIVE)).toEqual([]);
    expect(rejudged(made, planInput(situation))).toEqual(made);
  });
});

describe('steps that adc never plans are refused', () => {
  test.each<[string, readonly Partial<Step>[]]>([
    [
      'an update that writes a draft',
      [{ action: 'update', product: gateway('A', 'acme'), fields: { status: 'draft' } }],
    ],
    [
      'an update that writes a status',
      [{ action: 'update', product: gateway('A', 'acme'), fields: { status: 'published' } }],
    ],
    [
      'a deletion of an external product that is none',
      [{ action: 'delete', product: { ...gateway('A'), type: 'external' } }],
    ],
    [
      'an unpublish of an external product that is none',
      [{ action: 'unpublish', product: { ...gateway('A'), type: 'external' }, fields: { status: 'draft' } }],
    ],
    [
      'a name of one product and the id of another',
      [{ action: 'delete', product: { ...gateway('A'), id: 'id-B' } }],
    ],
    [
      'a publish of what is published',
      [{ action: 'publish', product: gateway('A', 'acme'), fields: { status: 'published' } }],
    ],
    [
      'a publish that writes a draft',
      [{ action: 'publish', product: gateway('A', 'acme'), fields: { status: 'draft' } }],
    ],
    ['an unpublish that writes no status', [{ action: 'unpublish', product: gateway('A', 'acme') }]],
    [
      'a step after the deletion',
      [
        { action: 'delete', product: gateway('A') },
        { action: 'update', product: gateway('A', 'acme') },
      ],
    ],
    [
      'a creation under an id that is there',
      [{ action: 'create', product: gateway('A', 'acme'), fields: { status: 'draft' } }],
    ],
    [
      'a creation that is published at once',
      [{ action: 'create', product: { name: 'new', type: 'gateway' }, fields: { status: 'published' } }],
    ],
    ['an update of a product without an id', [{ action: 'update', product: { name: 'A', type: 'gateway' } }]],
    [
      'the label of another owner',
      [{ action: 'update', product: gateway('A', 'acme'), fields: { labels: ownedBy('other') } }],
    ],
    [
      'the label of another owner in a creation',
      [
        {
          action: 'create',
          product: { name: 'new', type: 'gateway', owner: 'acme' },
          fields: { status: 'draft', labels: ownedBy('other') },
        },
      ],
    ],
  ])('%s', (_, steps) => {
    expect(mismatches(forged(...steps), LIVE)).not.toEqual([]);
  });

  test('refuses a product that the plan does not list', () => {
    const plan = forged({ action: 'delete', product: gateway('A') });
    expect(mismatches({ ...plan, products: [] }, LIVE)).toEqual([
      'step 1 is for "A" (id-A), which the plan does not list',
    ]);
  });
});

describe('the effect of steps is computed from the live products', () => {
  test('a deletion for which the plan has no hazard', () => {
    const plan = forged({ action: 'delete', product: gateway('A') });
    expect(refused(plan)).toEqual(['subscription-loss', 'services-left-open']);
    expect(
      refused(forged(...['A', 'B'].map((name) => ({ action: 'delete', product: gateway(name) }) as const))),
    ).toContain('deletes');
  });

  test.each(['foreign', 'unmanaged'])('a deletion of a product of another owner: %s', (name) => {
    for (const reason of ['not-declared', 'unmanaged', 'type-is-immutable', 'released'] as const) {
      expect(refused(forged({ action: 'delete', reason, product: gateway(name, 'acme') }))).toContain(
        'not-ours',
      );
    }
  });

  describe('a deletion that claims to be a replacement', () => {
    const deletion = (name: string) =>
      ({ action: 'delete', reason: 'type-is-immutable', product: gateway(name, 'acme') }) as const;
    const creation = (name: string, type: 'external' | 'gateway' = 'external') =>
      ({
        action: 'create',
        reason: 'type-is-immutable',
        product: { name, type, owner: 'acme' },
        fields: { status: 'draft' },
        after: ['1'],
      }) as const;

    test.each([
      ['foreign', 'owned-by-another'],
      ['unmanaged', 'replaces-unmanaged'],
    ])('needs the consent for a replacement: %s', (name, code) => {
      expect(refused(forged(deletion(name), creation(name)))).toContain(code);
    });

    test.each([
      ['a product of another name', creation('new')],
      ['a product of the same type', creation('A', 'gateway')],
      ['a product that does not wait for it', { ...creation('A'), after: [] }],
    ])('counts as a deletion before the creation of %s', (_, made) => {
      expect(refused(forged(deletion('A'), deletion('B'), made))).toContain('deletes');
      expect(refused(forged(deletion('foreign'), made))).toContain('not-ours');
    });

    test('counts as a deletion except for one of several products of that name', () => {
      const namesake = published({ id: 'id-A2', name: 'A', labels });
      const made = { ...creation('A'), after: ['1', '2', '3'] };
      const plan = forged(
        deletion('A'),
        { ...deletion('A'), product: { ...gateway('A', 'acme'), id: 'id-A2' } },
        deletion('B'),
        made,
      );
      const live = [...LIVE, namesake];
      const { hazards } = rejudged(plan, { ...planInput(SITUATION), live, owners: ['acme'] });
      const gone = hazards.flatMap((one) => (one.code === 'deletes' ? one.products.map(({ id }) => id) : []));
      expect(gone).toEqual(['id-A2', 'id-B']);
    });
  });

  test.each([
    ['without an owner', undefined],
    ['of the owner of the run', 'acme'],
    ['of its own owner, which the run does not have', 'other'],
  ])('a write of a product of another owner that claims to be %s', (_, owner) => {
    for (const reason of ['declared', 'adopted', 'released'] as const) {
      const plan = forged({
        action: 'update',
        reason,
        product: gateway('foreign', owner),
        fields: { desc: 'x' },
      });
      expect(refused(plan)).toEqual(['owned-by-another']);
    }
  });

  test('a release of a product of another owner, or that no entry allows', () => {
    const release = { action: 'update', reason: 'declared', fields: { labels: {} } } as const;
    expect(refused(forged({ ...release, product: gateway('foreign', 'acme') }))).toEqual([
      'not-ours',
      'releases',
    ]);
    expect(refused(forged({ ...release, product: gateway('A', 'acme') }))).toEqual(['releases']);
  });

  test('impact, summary and the names for consent are computed again', () => {
    const plan = forged({ action: 'delete', product: gateway('A') });
    const zeroed = {
      ...plan,
      products: plan.products.map((one) => ({ ...one, names: ['B'] })),
      summary: { ...plan.summary, delete: 0, subscriptions_ended: { active: 0, pending: 0, unknown: 0 } },
    };
    const judged = rejudged(zeroed, planInput(SITUATION));
    expect(judged.steps[0]?.impact.subscriptions).toEqual({ active: 3, pending: 0, known: true });
    expect(judged.summary).toMatchObject({ delete: 1, subscriptions_ended: { active: 3 } });
    expect(judged.products.find(({ id }) => id === 'id-A')?.names).toEqual(['A']);
    const consent = { ...NO_CONSENT, subscriptionLossOf: new Map([['B', 99]]) };
    expect(refusals(judged.hazards, consent).map(({ code }) => code)).toContain('subscription-loss');
  });

  test('a missing product counts as unknown', () => {
    const plan = forged({ action: 'unpublish', product: gateway('A', 'acme'), fields: { status: 'draft' } });
    const judged = rejudged(plan, { ...planInput(SITUATION), subscriptions: new Map() });
    expect(judged.hazards[0]).toMatchObject({ code: 'subscription-loss', known: false });
  });
});

test('a draft of ours may be deleted without subscribers', () => {
  const live = [liveProduct({ labels }), liveProduct({ name: 'B', labels })];
  const situation: Situation = { live, desired: [desiredProduct({ name: 'B', owner: 'acme' })] };
  const made = planOf(situation);
  expect(mismatches(made, live)).toEqual([]);
  expect(refusals(rejudged(made, planInput(situation)).hazards, NO_CONSENT)).toEqual([]);
});
