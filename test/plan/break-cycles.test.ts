import { describe, expect, it } from 'vitest';
import { BASIC_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct, published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { outline, stepOf } from '../support/plan-outline.ts';
import { planOf, type Situation } from '../support/plan-of.ts';

describe('products that exchange services in a cycle', () => {
  const names = ['A', 'B', 'C', 'D', 'E'];

  /** Each product has its own service, and declares that of the next product. */
  function ring(size: number, parts: Readonly<Record<string, object>> = {}): Situation {
    const members = names.slice(0, size);
    return {
      live: members.map((name) =>
        liveProduct({ name, linked_gateway_services: links(name), ...parts[name] }),
      ),
      desired: members.map((name, place) => {
        const next = members[(place + 1) % size] ?? '';
        return desiredProduct({ name, linked_gateway_services: links(next) });
      }),
    };
  }

  it.each([2, 3, 4, 5])('%i of them need one detour', (size) => {
    const { steps } = planOf(ring(size));
    expect(steps).toHaveLength(size + 1);
    expect(steps[0]?.fields.linked_gateway_services).toEqual([]);
    expect(steps[0]?.product.id).toBe(steps.at(-1)?.product.id);
  });

  it('the detour shows released services, the later step taken ones', () => {
    const { steps } = planOf(ring(2));
    const [first, , last] = steps.map(({ changes }) => changes.map(({ path }) => path));
    expect([first, last]).toEqual([
      ['linked_gateway_services[default/A]'],
      ['linked_gateway_services[default/B]'],
    ]);
    expect(steps[0]).toMatchObject({ reason: 'service-moves-to', about: 'B' });
  });

  it('a published product that the detour leaves without any service is noted, a draft is not', () => {
    const on = { status: 'published' };
    const { steps, notes } = planOf(ring(3, { A: on, B: on, C: on }));
    expect(notes).toEqual([{ code: 'no-service-meanwhile', product: steps[0]?.product.name }]);
    expect(planOf(ring(3)).notes).toEqual([]);
  });

  it('a draft makes the detour, so that users do not notice', () => {
    const { steps } = planOf(ring(3, { A: { status: 'published' }, B: { status: 'published' } }));
    expect(steps[0]?.product.name).toBe('C');
    expect(steps[0]?.impact.services_without_auth).toEqual([]);
  });

  it('if all are published, one that keeps a service makes the detour', () => {
    const live = [
      published({ linked_gateway_services: links('A') }),
      published({ name: 'B', linked_gateway_services: links('B', 'own') }),
    ];
    const desired = [
      desiredProduct({ linked_gateway_services: links('B') }),
      desiredProduct({ name: 'B', linked_gateway_services: links('A', 'own') }),
    ];
    expect(outline(planOf({ live, desired }))).toEqual(['update B', 'update A', 'update B']);
  });

  it('also if that service is released later', () => {
    const live = [
      published({ linked_gateway_services: links('A') }),
      published({ name: 'B', linked_gateway_services: links('B', 'own') }),
    ];
    const desired = [
      desiredProduct({ linked_gateway_services: links('B') }),
      desiredProduct({ name: 'B', linked_gateway_services: links('A') }),
    ];
    const { steps } = planOf({ live, desired });
    expect(steps[0]?.product.name).toBe('B');
    expect(steps[0]?.fields.linked_gateway_services).toEqual(links('own'));
  });

  it('if all are published, names each service that waits for its new product once', () => {
    const all = Object.fromEntries(['A', 'B'].map((name) => [name, { status: 'published' }]));
    const { steps } = planOf(ring(2, all));
    expect(steps.map(({ impact }) => impact.services_without_auth)).toEqual([
      ['default/A'],
      ['default/B'],
      [],
    ]);
  });

  it('uncontested links stay in the detour', () => {
    const { live = [], desired = [] } = ring(2);
    const more = live.map((product) =>
      liveProduct({
        name: product.fields.name,
        linked_gateway_services: links(product.fields.name, `${product.fields.name}2`),
      }),
    );
    expect(planOf({ live: more, desired }).steps[0]?.fields.linked_gateway_services).toEqual(links('A2'));
  });

  it('two cycles that share a product need one detour, of that product', () => {
    const live = [
      liveProduct({ name: 'hub', linked_gateway_services: links('h1', 'h2') }),
      liveProduct({ linked_gateway_services: links('a') }),
      liveProduct({ name: 'B', linked_gateway_services: links('b') }),
    ];
    const desired = [
      desiredProduct({ name: 'hub', linked_gateway_services: links('a', 'b') }),
      desiredProduct({ linked_gateway_services: links('h1') }),
      desiredProduct({ name: 'B', linked_gateway_services: links('h2') }),
    ];
    const plan = planOf({ live, desired });
    expect(outline(plan)).toEqual(['update hub', 'update A', 'update B', 'update hub']);
  });

  it('two cycles apart need one detour each', () => {
    const one = ring(2);
    const live = [
      ...(one.live ?? []),
      liveProduct({ name: 'X', linked_gateway_services: links('x') }),
      liveProduct({ name: 'Y', linked_gateway_services: links('y') }),
    ];
    const desired = [
      ...(one.desired ?? []),
      desiredProduct({ name: 'X', linked_gateway_services: links('y') }),
      desiredProduct({ name: 'Y', linked_gateway_services: links('x') }),
    ];
    expect(planOf({ live, desired }).steps).toHaveLength(6);
  });

  it('a product that is unpublished anyway releases its services in that write', () => {
    const live = [
      published({ linked_gateway_services: links('A') }),
      liveProduct({ name: 'B', linked_gateway_services: links('B') }),
    ];
    const desired = [
      desiredProduct({ status: 'draft', auth: BASIC_AUTH, linked_gateway_services: links('B') }),
      desiredProduct({ name: 'B', linked_gateway_services: links('A') }),
    ];
    const plan = planOf({ live, desired });
    expect(outline(plan)).toEqual(['unpublish A', 'update B', 'update A']);
    expect(stepOf(plan, 'unpublish A').fields).toEqual({ status: 'draft', linked_gateway_services: [] });
  });

  it('a republish in a cycle stays in one piece', () => {
    const live = [
      published({ linked_gateway_services: links('A') }),
      published({ name: 'B', linked_gateway_services: links('B') }),
    ];
    const wanted = { status: 'published', auth: BASIC_AUTH } as const;
    const desired = [
      desiredProduct({ ...wanted, linked_gateway_services: links('B') }),
      desiredProduct({ ...wanted, name: 'B', linked_gateway_services: links('A') }),
    ];
    const plan = planOf({ live, desired });
    expect(plan.steps).toHaveLength(7);
    const parts = plan.steps.map(({ chain }) => chain);
    expect(new Set(parts).size).toBe(3);
  });

  it('replacements, deletions and creations never form a cycle', () => {
    const live = [
      liveProduct({ linked_gateway_services: links('s') }),
      liveProduct({ name: 'B', type: 'external' }),
    ];
    const desired = [
      desiredProduct({ type: 'external', raw_openapi: OPENAPI }),
      desiredProduct({ name: 'B', auth: KEY_AUTH, linked_gateway_services: links('s') }),
    ];
    expect(planOf({ live, desired }).steps).toHaveLength(4);
  });
});
