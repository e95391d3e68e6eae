import { describe, expect, it } from 'vitest';
import { BASIC_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct, published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { outline, waits } from '../support/plan-outline.ts';
import { planOf } from '../support/plan-of.ts';

const s = { linked_gateway_services: links('s') };

describe('the order of steps', () => {
  it('a step has the reason why it waits', () => {
    const live = [liveProduct({ name: 'Z', ...s }), liveProduct()];
    const desired = [desiredProduct(s), desiredProduct({ name: 'Z', linked_gateway_services: [] })];
    expect(planOf({ live, desired }).waits).toEqual([{ step: '2', after: '1', service: 'default/s' }]);
  });

  it('a service is freed before it is claimed', () => {
    const live = [liveProduct({ name: 'Z', ...s }), liveProduct()];
    const desired = [desiredProduct(s), desiredProduct({ name: 'Z', linked_gateway_services: [] })];
    expect(waits(planOf({ live, desired }))).toEqual(
      new Map([
        ['update Z', []],
        ['update A', ['update Z']],
      ]),
    );
  });

  it('a claim waits for the step that frees the service, not for the publish after it', () => {
    const live = [published({ name: 'Z', linked_gateway_services: links('s', 't') }), liveProduct()];
    const wanted = { auth: BASIC_AUTH, status: 'published', linked_gateway_services: links('t') } as const;
    const plan = planOf({ live, desired: [desiredProduct(s), desiredProduct({ name: 'Z', ...wanted })] });
    expect(waits(plan).get('update A')).toEqual(['update Z']);
  });

  it('a republish that claims waits before it unpublishes the product', () => {
    const live = [published({ linked_gateway_services: links('t') }), liveProduct({ name: 'Z', ...s })];
    const wanted = {
      auth: BASIC_AUTH,
      status: 'published',
      linked_gateway_services: links('s', 't'),
    } as const;
    const plan = planOf({
      live,
      desired: [desiredProduct(wanted), desiredProduct({ name: 'Z', linked_gateway_services: [] })],
    });
    expect(waits(plan).get('unpublish A')).toEqual(['update Z']);
    expect(waits(plan).get('update A')).toEqual(['unpublish A']);
  });

  it('a delete frees, a create claims', () => {
    const live = [liveProduct({ name: 'Old', ...s })];
    const desired = [desiredProduct({ auth: KEY_AUTH, linked_gateway_services: links('s', 't') })];
    expect(waits(planOf({ live, desired }))).toEqual(
      new Map([
        ['delete Old', []],
        ['create A', ['delete Old']],
      ]),
    );
  });

  it('a delete that frees nothing comes last, after everything else', () => {
    const live = [liveProduct({ name: 'Old', ...s }), liveProduct()];
    const desired = [
      desiredProduct({ desc: 'x' }),
      desiredProduct({ name: 'N', auth: KEY_AUTH, status: 'published', linked_gateway_services: links('t') }),
    ];
    const plan = planOf({ live, desired });
    expect(outline(plan).at(-1)).toBe('delete Old');
    expect(waits(plan).get('delete Old')).toEqual(expect.arrayContaining(['update A', 'publish N']));
  });

  it('independent steps do not wait', () => {
    const live = ['A', 'B', 'C'].map((name) => liveProduct({ name }));
    const desired = ['A', 'B', 'C'].map((name) => desiredProduct({ name, desc: 'x' }));
    expect(planOf({ live, desired }).steps.flatMap(({ after }) => after)).toEqual([]);
  });

  it('a replacement hands its service on between delete and create', () => {
    const live = [liveProduct(s), liveProduct({ name: 'B' })];
    const desired = [
      desiredProduct({ type: 'external', raw_openapi: OPENAPI }),
      desiredProduct({ name: 'B', ...s }),
    ];
    expect(waits(planOf({ live, desired })).get('update B')).toEqual(['delete A']);
  });

  it('names that read like the keys of other products do not confuse it', () => {
    const live = [
      liveProduct({ name: 'N', id: 'x', ...s }),
      liveProduct({ name: 'N x', id: 'first', linked_gateway_services: links('t') }),
    ];
    const desired = [
      desiredProduct({ name: 'N', linked_gateway_services: links('t') }),
      desiredProduct({ name: 'N x', linked_gateway_services: links('s') }),
    ];
    const plan = planOf({ live, desired });
    expect(plan.steps).toHaveLength(3);
    expect(plan.steps[0]?.product.id).toBe(plan.steps[2]?.product.id);
    expect(
      plan.waits
        .map(({ step, after, service }) => `${step} ${after} ${service ?? 'same product'}`)
        .toSorted(),
    ).toEqual(['2 1 default/s', '3 1 same product', '3 2 default/t']);
  });
});
