import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/json/canonical.ts';
import type { DesiredProduct } from '../../src/model/desired.ts';
import { completeFields, normalFields } from '../../src/fields/field-table.ts';
import type { Checked } from '../../src/model/diagnostic.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import { arbitraryContradictions } from '../support/arbitrary-contradictions.ts';
import { arbitrarySituation } from '../support/arbitrary-situation.ts';
import { portalAfter, portalOf } from '../support/portal-after.ts';
import { declaredGoal, managedLabel } from '../support/declared-goal.ts';
import { diffInput, diffOf, planOf, type Situation } from '../support/plan-of.ts';
import { runOrder } from '../support/run-order.ts';
import { runs } from '../support/runs.ts';
import { isSameProduct, shortfalls } from '../support/shortfalls.ts';

const errorsOf = ({ diagnostics }: Checked<unknown>) =>
  diagnostics.filter(({ severity }) => severity === 'error');

const picks = fc.array(fc.nat(20), { maxLength: 30 });

describe('every plan ends in the declared state', () => {
  const situations = arbitrarySituation();

  it('situations without contradictions have no errors', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        expect(errorsOf(diffOf(situation))).toEqual([]);
      }),
      runs(300, 0.3),
    );
  });

  it('the steps, in order, are legal and end in the declared state', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const portal = portalAfter(situation, planOf(situation).steps);
        expect(shortfalls(declaredGoal(situation), portal.products())).toEqual([]);
      }),
      runs(500, 0.3),
    );
  });

  it('a contradiction is reported before the first write, or does no harm', () => {
    fc.assert(
      fc.property(arbitraryContradictions(), (situation) => {
        const { value, diagnostics } = diffOf(situation);
        expect(errorsOf({ diagnostics }).length === 0).toBe(value !== undefined);
        if (value === undefined) return;
        const portal = portalAfter(situation, planOf(situation).steps);
        expect(shortfalls(declaredGoal(situation), portal.products())).toEqual([]);
      }),
      runs(600, 0.3),
    );
  });

  it('the steps end in the declared state in every order that their dependencies allow', () => {
    fc.assert(
      fc.property(situations, picks, (situation, turns) => {
        const portal = portalAfter(situation, runOrder(planOf(situation), turns));
        expect(shortfalls(declaredGoal(situation), portal.products())).toEqual([]);
      }),
      runs(500, 0.3),
    );
  });

  it('after all steps, there are no differences', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const portal = portalAfter(situation, planOf(situation).steps);
        const again = diffOf({ ...situation, live: portal.products() });
        expect(errorsOf(again)).toEqual([]);
        expect(again.value?.changes).toEqual([]);
      }),
      runs(300, 0.3),
    );
  });

  it('the order of products, rows and keys does not change the plan', () => {
    const shuffled = situations.chain((situation) =>
      fc.record({
        situation: fc.constant(situation),
        live: fc.shuffledSubarray([...(situation.live ?? [])], { minLength: situation.live?.length ?? 0 }),
        desired: fc.shuffledSubarray([...(situation.desired ?? [])], {
          minLength: situation.desired?.length ?? 0,
        }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ situation, live, desired }) => {
        const usual = canonicalJson(planOf(situation));
        const read = live.map(withOtherOrder);
        expect(canonicalJson(planOf({ ...situation, live: read, desired }))).toBe(usual);
        const written = desired.map(declaredInOtherOrder);
        expect(canonicalJson(planOf({ ...situation, live, desired: written }))).toBe(usual);
      }),
      runs(300, 0.3),
    );
  });

  it('a product leaves the portal at most once, and only for auth, type, status or deletion', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const made = planOf(situation);
        const goal = declaredGoal(situation);
        const { left } = portalAfter(situation, made.steps);
        for (const [id, times] of left) {
          const live = situation.live?.find((one) => one.id === id);
          const wanted = goal.stay.get(id)?.fields;
          const newAuth = canonicalJson(wanted?.auth) !== canonicalJson(live?.fields.auth);
          expect(times).toBe(1);
          expect(goal.go.has(id) || wanted?.status === 'draft' || newAuth).toBe(true);
        }
      }),
      runs(300, 0.3),
    );
  });

  it('only declared, deleted or released products are changed, and never those of other owners', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { declared, go } = declaredGoal(situation);
        const made = planOf(situation);
        const released = new Set(situation.allowances?.flatMap((one) => (one.release ? [one.id] : [])));
        for (const { action, product } of made.steps) {
          if (product.id === undefined || declared.has(product.id)) continue;
          const isReleased = released.has(product.id) && action === 'update';
          expect(go.has(product.id) || isReleased).toBe(true);
          expect([product.id, mayChange(product.id, situation)]).toEqual([product.id, true]);
        }
        expect(made.products.map(({ id }) => id).toSorted()).toEqual(
          [...new Set(made.steps.flatMap(({ product }) => product.id ?? []))].toSorted(),
        );
      }),
      runs(300, 0.3),
    );
  });

  it('every write of a product of another owner is a hazard', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { steps, hazards } = planOf(situation);
        const reported = hazards.flatMap((one) =>
          one.code === 'owned-by-another' || (one.code === 'not-ours' && one.owner !== null)
            ? [one.product.id]
            : [],
        );
        const { declared } = declaredGoal(situation);
        const foreign = (situation.live ?? []).filter(({ id, fields }) => {
          const label = managedLabel(fields.labels);
          const own = `adc/${declared.get(id)?.owner ?? ''}`;
          return declared.has(id) && label !== undefined && label !== 'adc' && label !== own;
        });
        const touched = foreign.filter(({ id }) => steps.some(({ product }) => product.id === id));
        expect(reported.toSorted()).toEqual(touched.map(({ id }) => id).toSorted());
      }),
      runs(300, 0.3),
    );
  });

  it('no product without the labels of the selector is changed, for any files', () => {
    fc.assert(
      fc.property(arbitraryContradictions(), (situation) => {
        if (diffOf(situation).value === undefined) return;
        const selector = situation.scope?.selector ?? {};
        const touched = new Set(planOf(situation).steps.map(({ product }) => product.id));
        const labels = situation.live?.filter(({ id }) => touched.has(id)).map(({ fields }) => fields.labels);
        for (const one of labels ?? []) expect(one).toMatchObject(selector);
      }),
      runs(300, 0.3),
    );
  });

  it('no write of a live product changes an undeclared field, except for labels', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { declared } = declaredGoal(situation);
        for (const { action, product, fields, chain } of planOf(situation).steps) {
          const file = declared.get(product.id ?? '');
          if (file === undefined || action === 'delete') continue;
          const undeclared = Object.keys(fields).filter((name) => !(name in file.fields));
          const statusField = action === 'publish' || action === 'unpublish' ? ['status'] : [];
          expect([chain, undeclared.filter((name) => ![...statusField, 'labels'].includes(name))]).toEqual([
            chain,
            [],
          ]);
        }
      }),
      runs(300, 0.3),
    );
  });

  it('every write of a live product changes it', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const portal = portalOf(situation);
        for (const step of planOf(situation).steps) {
          const before = portal.product(step.product.id ?? '');
          portal.apply(step);
          const after = portal.product(step.product.id ?? '');
          if (before && after) expect([step.id, isSameProduct(before, after)]).toEqual([step.id, false]);
        }
      }),
      runs(200, 0.3),
    );
  });
});

/** Whether a run may change an undeclared product: its owner is an owner of the run or none, or --delete-unmanaged applies. */
function mayChange(id: string, situation: Situation): boolean {
  const live = situation.live?.find((one) => one.id === id);
  const label = managedLabel(live?.fields.labels ?? {});
  const own = diffInput(situation).owners.map((owner) => `adc/${owner ?? ''}`);
  if (label === undefined) return situation.scope?.deleteUnmanaged === true;
  return ['adc', ...own].includes(label);
}

/** The same product from a response with another order of keys. */
function withOtherOrder(product: LiveProduct): LiveProduct {
  return { ...keysReversed(product), fields: completeFields(keysReversed(product.fields)) };
}

function declaredInOtherOrder(product: DesiredProduct): DesiredProduct {
  return { ...keysReversed(product), fields: normalFields(keysReversed(product.fields)) };
}

/** The value with the keys of all objects in reverse order. */
function keysReversed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(keysReversed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, one]) => [key, keysReversed(one)])) as Value;
}
