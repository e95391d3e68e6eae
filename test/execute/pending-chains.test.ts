import { array, assert, boolean, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingChains } from '../../src/execute/schedule.ts';
import type { Step } from '../../src/model/plan.ts';

/** The steps of one product; a republish unpublishes first and publishes last. */
function chain(
  name: string,
  actions: readonly Step['action'][],
  after: readonly string[] = [],
): readonly Step[] {
  return actions.map((action, at) => ({
    id: `${name}-${at}`,
    chain: name,
    action,
    product: { name, type: 'gateway', id: name },
    reason: 'declared',
    after: at === 0 ? after : [`${name}-${at - 1}`],
    changes: [],
    fields: {},
    impact: { subscriptions: { active: 0, pending: 0, known: true }, services_without_auth: [] },
  })) as unknown as readonly Step[];
}

/** Names of the chains in the order in which they start, if each is done before the next one starts. */
function started(chains: readonly (readonly Step[])[]): readonly string[] {
  const waiting = new PendingChains(chains.flat());
  const names: string[] = [];
  for (let steps = waiting.takeReady(); steps; steps = waiting.takeReady()) {
    names.push(steps[0]?.chain ?? '');
    for (const step of steps) waiting.note({ step, status: 'done', ms: 0 });
  }
  return names;
}

const REPUBLISH = ['unpublish', 'update', 'publish'] as const;

describe('pending chains', () => {
  it('start first if they republish a product, because these take the longest', () => {
    const chains = [chain('a', ['update']), chain('b', REPUBLISH), chain('c', ['create', 'publish'])];
    expect(started(chains)).toEqual(['b', 'a', 'c']);
  });

  it('start first if they create the new product of a replacement', () => {
    const created = chain('d', ['create'], ['a-0']).map((step) => ({
      ...step,
      reason: 'type-is-immutable' as const,
    }));
    const chains = [chain('a', ['delete']), chain('b', ['update']), chain('c', ['update']), created];
    expect(started(chains)).toEqual(['a', 'd', 'b', 'c']);
  });

  it('start in the order of the plan as soon as their dependencies are done', () => {
    const chains = [
      chain('a', ['update'], ['c-0']),
      chain('b', ['update']),
      chain('c', ['update']),
      chain('d', ['update']),
    ];
    expect(started(chains)).toEqual(['b', 'c', 'a', 'd']);
  });

  it('start once each, urgent ones first, for any dependencies', () => {
    const drawn = array(
      record({ urgent: boolean(), waitsFor: array(integer({ min: 0, max: 20 }), { maxLength: 3 }) }),
      {
        maxLength: 20,
      },
    );
    assert(
      property(drawn, (shapes) => {
        const after = (at: number) =>
          shapes[at]?.waitsFor.filter((other) => other < at).map((other) => `${other}-0`) ?? [];
        const chains = shapes.map(({ urgent }, at) =>
          chain(String(at), urgent ? REPUBLISH : ['update'], after(at)),
        );
        const names = started(chains);
        expect(names.toSorted()).toEqual(shapes.map((_, at) => String(at)).toSorted());
        for (const [turn, name] of names.entries()) {
          const done = new Set(names.slice(0, turn));
          const mayStart = shapes.flatMap(({ urgent }, at) =>
            !done.has(String(at)) && after(at).every((id) => done.has(id.split('-')[0] ?? ''))
              ? [{ urgent, at }]
              : [],
          );
          const first = mayStart.find(({ urgent }) => urgent) ?? mayStart[0];
          expect(name).toBe(String(first?.at));
        }
      }),
    );
  });
});
