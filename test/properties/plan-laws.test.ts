import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import type { DesiredProduct } from '../../src/model/desired.ts';
import { completeFields, normalFields } from '../../src/model/field-table.ts';
import { serviceName } from '../../src/model/link-path.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import { isOwned } from '../../src/model/ownership.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { arbitrarySituation } from '../support/arbitrary-situation.ts';
import { declaredGoal, shortfalls } from '../support/declared-goal.ts';
import { NO_NAMES } from '../support/names.ts';
import { countsOf, diffOf, planOf, type Situation } from '../support/plan-of.ts';
import { ReferenceWorld } from '../support/reference-world.ts';
import { runOrder } from '../support/run-order.ts';
import { runs } from '../support/runs.ts';

const picks = fc.array(fc.nat(20), { maxLength: 30 });

function worldOf(situation: Situation): ReferenceWorld {
  return new ReferenceWorld(situation.live ?? [], countsOf(situation), situation.keepsExternalLabels);
}

function carriedOut(situation: Situation, steps: readonly Step[]): ReferenceWorld {
  const world = worldOf(situation);
  for (const step of steps) world.apply(step);
  return world;
}

/** All that must have ended before a step may start. */
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

describe('laws of every plan', () => {
  const situations = arbitrarySituation();

  it('P10 situations that do not contradict themselves get through', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        expect(diffOf(situation).diagnostics).toEqual([]);
      }),
      runs(300),
    );
  });

  it('P2 P3 P4 the steps, in their order, are legal and end in what was declared', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const world = carriedOut(situation, planOf(situation).steps);
        expect(shortfalls(declaredGoal(situation), world.products())).toEqual([]);
      }),
      runs(500),
    );
  });

  it('P2 P3 P4 so they are and do in every order that their edges allow', () => {
    fc.assert(
      fc.property(situations, picks, (situation, turns) => {
        const world = carriedOut(situation, runOrder(planOf(situation), turns));
        expect(shortfalls(declaredGoal(situation), world.products())).toEqual([]);
      }),
      runs(500),
    );
  });

  it('X6 D1 once they are carried out, nothing differs any more', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const world = carriedOut(situation, planOf(situation).steps);
        const again = diffOf({ ...situation, live: world.products() });
        expect(again.diagnostics).toEqual([]);
        expect(again.value?.changes).toEqual([]);
      }),
      runs(300),
    );
  });

  it('D9 neither the order of products, nor of rows, nor of keys makes another plan', () => {
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
        const other = { ...situation, live: live.map(otherwiseRead), desired: desired.map(otherwiseWritten) };
        expect(canonicalJson(planOf(other))).toBe(canonicalJson(planOf(situation)));
      }),
      runs(300),
    );
  });

  it('P2 ids are unique, and every step comes after what it waits for', () => {
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
      runs(200),
    );
  });

  it('X8 a chain is one product, its steps follow each other, and only its first waits for others', () => {
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
      runs(200),
    );
  });

  it('P1 P5 a product leaves the portal once at most, and only for auth, type, status or good', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const plan = planOf(situation);
        const goal = declaredGoal(situation);
        const { left } = carriedOut(situation, plan.steps);
        for (const [id, times] of left) {
          const live = situation.live?.find((one) => one.id === id);
          const wanted = goal.stay.get(id)?.fields;
          const newAuth = canonicalJson(wanted?.auth) !== canonicalJson(live?.fields.auth);
          expect(times).toBe(1);
          expect(goal.go.has(id) || wanted?.status === 'draft' || newAuth).toBe(true);
        }
      }),
      runs(300),
    );
  });

  it('X8 whoever comes back to the portal does so in the chain in which it left', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { steps } = planOf(situation);
        const off = steps.filter(({ action }) => action === 'unpublish');
        for (const { chain, product } of off) {
          const back = steps.find(({ action, product: one }) => action === 'publish' && one.id === product.id);
          if (back && product.id !== undefined) expect(back.chain).toBe(chain);
        }
      }),
      runs(200),
    );
  });

  it('P7 only products that a file names or that must go are touched, and unowned ones never go', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { declared, go } = declaredGoal(situation);
        const plan = planOf(situation);
        for (const { action, product } of plan.steps) {
          if (product.id === undefined) continue;
          expect(declared.has(product.id) || go.has(product.id)).toBe(true);
          if (action !== 'delete' || declared.has(product.id) || situation.scope?.deleteUnmanaged) continue;
          expect(situation.live?.some((one) => one.id === product.id && isOwned(one))).toBe(true);
        }
        expect(plan.products.map(({ id }) => id).toSorted()).toEqual(
          [...new Set(plan.steps.flatMap(({ product }) => product.id ?? []))].toSorted(),
        );
      }),
      runs(300),
    );
  });

  it('P9 D6 no write of a live product holds a field that its file does not declare, but for labels', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { declared } = declaredGoal(situation);
        for (const { action, product, fields, chain } of planOf(situation).steps) {
          const file = declared.get(product.id ?? '');
          if (file === undefined || action === 'delete') continue;
          const undeclared = Object.keys(fields).filter((name) => !(name in file.fields));
          const comesBack = action === 'publish' || action === 'unpublish' ? ['status'] : [];
          expect([chain, undeclared.filter((name) => ![...comesBack, 'labels'].includes(name))]).toEqual([chain, []]);
        }
      }),
      runs(300),
    );
  });

  it('D7 every update shows a path, and every shown path has sides that differ', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        for (const { action, changes } of planOf(situation).steps) {
          expect(changes.length > 0 || action === 'delete').toBe(true);
          expect(new Set(changes.map(({ path }) => path)).size).toBe(changes.length);
          for (const { before, after, openapi } of changes) {
            expect(openapi !== undefined || canonicalJson(before) !== canonicalJson(after)).toBe(true);
          }
        }
      }),
      runs(300),
    );
  });

  it('P8 the subscriptions that a step says it ends are those that end', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const world = worldOf(situation);
        const plan = planOf(situation);
        for (const step of plan.steps) expect(step.impact.subscriptions).toEqual(world.apply(step).ended);
        const ended = plan.steps.map(({ impact }) => impact.subscriptions);
        const sum = (of: (one: (typeof ended)[number]) => number) => ended.reduce((all, one) => all + of(one), 0);
        expect(plan.summary.subscriptions_ended).toEqual({
          active: sum(({ active }) => active),
          pending: sum(({ pending }) => pending),
          unknown: 0,
        });
      }),
      runs(300),
    );
  });

  it('P12 the services that a step says it leaves without auth are those that lose it', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const world = worldOf(situation);
        for (const step of planOf(situation).steps) {
          const lost = world.apply(step).unprotected.map((key) => {
            const [gateway_group_id, service_id] = JSON.parse(key) as [string, string];
            return serviceName({ gateway_group_id, service_id }, NO_NAMES);
          });
          expect(step.impact.services_without_auth.toSorted()).toEqual(lost.toSorted());
        }
      }),
      runs(300),
    );
  });

  it('P4 a delete that frees nothing waits for everything else', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const plan = planOf(situation);
        const last = plan.steps.filter(({ reason, product }) => {
          if (reason !== 'not-declared') return false;
          const live = situation.live?.find(({ id }) => id === product.id);
          const held = live?.fields.linked_gateway_services.map((one) => canonicalJson(one.service_id)) ?? [];
          const taken = plan.steps.flatMap((one) => one.fields.linked_gateway_services ?? []);
          return !taken.some((one) => held.includes(canonicalJson(one.service_id)));
        });
        const others = plan.steps.filter((step) => !last.includes(step) && step.action !== 'delete');
        for (const step of last) {
          const before = ancestors(plan, step);
          expect(others.filter(({ id }) => !before.has(id))).toEqual([]);
        }
      }),
      runs(300),
    );
  });

  it('R2 the summary counts the steps', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { steps, summary } = planOf(situation);
        const counted = (action: string) => steps.filter((step) => step.action === action).length;
        expect(summary.update + summary.adopt).toBe(counted('update'));
        for (const action of ['create', 'unpublish', 'publish', 'delete'] as const) {
          expect(summary[action]).toBe(counted(action));
        }
      }),
      runs(100),
    );
  });

  it('P11 a plan survives JSON', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const plan = planOf(situation);
        expect(canonicalJson(JSON.parse(JSON.stringify(plan)))).toBe(canonicalJson(plan));
        expect(undefinedParts(plan)).toEqual([]);
      }),
      runs(100),
    );
  });
});

/** Where a value holds `undefined`, which JSON has no word for. */
function undefinedParts(value: unknown, path = ''): readonly string[] {
  if (value === undefined) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => undefinedParts(one, `${path}/${key}`));
}

/** The same product as another answer would give it, in the compared form as every reader leaves it. */
function otherwiseRead(product: LiveProduct): LiveProduct {
  return { ...keysReversed(product), fields: completeFields(keysReversed(product.fields)) };
}

function otherwiseWritten(product: DesiredProduct): DesiredProduct {
  return { ...keysReversed(product), fields: normalFields(keysReversed(product.fields)) };
}

/** The same value with the keys of all plain objects the other way round; functions and arrays stay. */
function keysReversed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(keysReversed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, one]) => [key, keysReversed(one)])) as Value;
}
