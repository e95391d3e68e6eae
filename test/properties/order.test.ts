import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/json/canonical.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { arbitrarySituation } from '../support/arbitrary-situation.ts';
import { planOf } from '../support/plan-of.ts';
import { runs } from '../support/runs.ts';

/** The ids of all steps that must end before a step starts. */
function ancestors(plan: Plan, step: Step): ReadonlySet<string> {
  const byId = new Map(plan.steps.map((one) => [one.id, one]));
  const found = new Set<string>();
  const open = [...step.after];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(byId.get(id)?.after ?? []));
  }
  return found;
}

/** Whether two steps have the same product, or a product and its replacement. */
function isSuccessor(later: Step | undefined, earlier: Step | undefined): boolean {
  const replaces = later?.reason === 'type-is-immutable' && earlier?.reason === 'type-is-immutable';
  return replaces || (later?.product.id !== undefined && later.product.id === earlier?.product.id);
}

/** Whether the earlier step releases a service that the chain of the later step takes. */
function handsOver(
  steps: readonly Step[],
  earlier: Step | undefined,
  later: Step | undefined,
  service: string,
): boolean {
  const path = `linked_gateway_services[${service}]`;
  const taken = steps.filter(({ chain }) => chain === later?.chain).flatMap(({ changes }) => changes);
  const takes = taken.some((one) => one.path === path && one.after !== undefined);
  const frees = earlier?.changes.some((one) => one.path === path && one.after === undefined);
  return takes && (earlier?.action === 'delete' || frees === true);
}

/** Reasons to delete an undeclared product. */
const UNDECLARED: ReadonlySet<string> = new Set(['not-declared', 'deletion-allowed', 'unmanaged']);

describe('the order of every plan', () => {
  const situations = arbitrarySituation();

  it('ids are unique, and every step comes after its dependencies', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const done = new Set<string>();
        for (const { id, after } of planOf(situation).steps) {
          expect(done.has(id)).toBe(false);
          expect(after.filter((one) => !done.has(one))).toEqual([]);
          expect(new Set(after).size).toBe(after.length);
          done.add(id);
        }
      }),
      runs(200, 0.3),
    );
  });

  it('a chain has one product and consecutive steps, and only its first step waits for other chains', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { steps } = planOf(situation);
        const chains = new Map<string, readonly Step[]>();
        for (const step of steps) chains.set(step.chain, [...(chains.get(step.chain) ?? []), step]);
        for (const [chain, own] of chains) {
          expect(own[0]?.id).toBe(chain);
          expect(new Set(own.map(({ product }) => canonicalJson(product))).size).toBe(1);
          own.slice(1).forEach((step, place) => expect(step.after).toEqual([own[place]?.id]));
          const first = steps.indexOf(own[0] as Step);
          expect(steps.slice(first, first + own.length)).toEqual(own);
        }
      }),
      runs(200, 0.3),
    );
  });

  it('a product is published again in the chain that unpublished it', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { steps } = planOf(situation);
        const off = steps.filter(({ action }) => action === 'unpublish');
        for (const { chain, product } of off) {
          const back = steps.find(
            ({ action, product: one }) => action === 'publish' && one.id === product.id,
          );
          if (back && product.id !== undefined) expect(back.chain).toBe(chain);
        }
      }),
      runs(200, 0.3),
    );
  });

  it('a replacement is created after the deletion of the old product', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const made = planOf(situation);
        const replacing = made.steps.filter(({ reason }) => reason === 'type-is-immutable');
        const deletions = replacing.filter(({ action }) => action === 'delete');
        for (const step of replacing.filter(({ action }) => action === 'create')) {
          const before = ancestors(made, step);
          expect(
            deletions.some(({ id, product }) => before.has(id) && product.type !== step.product.type),
          ).toBe(true);
        }
      }),
      runs(200, 0.3),
    );
  });

  it('every dependency has a reason: a service that changes its product, or the same product', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { steps, waits } = planOf(situation);
        const byId = new Map(steps.map((step) => [step.id, step]));
        for (const { step, after, service } of waits) {
          const [later, earlier] = [byId.get(step), byId.get(after)];
          expect(later?.after).toContain(after);
          if (service === undefined) expect(isSuccessor(later, earlier)).toBe(true);
          else expect(handsOver(steps, earlier, later, service)).toBe(true);
        }
        const reported = new Set(waits.map(({ step, after }) => `${step} ${after}`));
        const unreported = steps.filter(({ id, chain, after, action, reason }) => {
          const last = action === 'delete' && UNDECLARED.has(reason);
          return id === chain && !last && after.some((one) => !reported.has(`${id} ${one}`));
        });
        expect(unreported).toEqual([]);
      }),
      runs(200, 0.3),
    );
  });

  it('a delete that releases no needed service waits for all other steps', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const made = planOf(situation);
        const last = made.steps.filter(({ reason, product }) => {
          if (!UNDECLARED.has(reason)) return false;
          const live = situation.live?.find(({ id }) => id === product.id);
          const held = live?.fields.linked_gateway_services.map((one) => canonicalJson(one.service_id)) ?? [];
          const taken = made.steps.flatMap((one) => one.fields.linked_gateway_services ?? []);
          return !taken.some((one) => held.includes(canonicalJson(one.service_id)));
        });
        const others = made.steps.filter((step) => !last.includes(step) && step.action !== 'delete');
        for (const step of last) {
          const before = ancestors(made, step);
          expect(others.filter(({ id }) => !before.has(id))).toEqual([]);
        }
      }),
      runs(300, 0.3),
    );
  });
});
