import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/json/canonical.ts';
import { serviceName } from '../../src/model/desired.ts';
import { NO_SUBSCRIPTIONS } from '../../src/model/live.ts';
import { losingSubscriptions } from '../../src/plan/chains.ts';
import { plan } from '../../src/plan/plan.ts';
import { arbitrarySituation } from '../support/arbitrary-situation.ts';
import { portalOf } from '../support/portal-after.ts';
import { countsOf, diffInput, differenceOf, planInput, planOf } from '../support/plan-of.ts';
import { runs } from '../support/runs.ts';

const ENDING: ReadonlySet<string> = new Set(['unpublish', 'delete']);

describe('the contents of every plan', () => {
  const situations = arbitrarySituation();

  it('every update shows a path, and every shown path has different values', () => {
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
      runs(300, 0.3),
    );
  });

  it('the impact of a step names the subscriptions that it ends', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const portal = portalOf(situation);
        const made = planOf(situation);
        for (const step of made.steps) expect(step.impact.subscriptions).toEqual(portal.apply(step).ended);
        const ended = made.steps.map(({ impact }) => impact.subscriptions);
        const sum = (of: (one: (typeof ended)[number]) => number) =>
          ended.reduce((all, one) => all + of(one), 0);
        expect(made.summary.subscriptions_ended).toEqual({
          active: sum(({ active }) => active),
          pending: sum(({ pending }) => pending),
          unknown: 0,
        });
      }),
      runs(300, 0.3),
    );
  });

  it('the plan needs exactly the subscription counts of losingSubscriptions()', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const difference = differenceOf(situation);
        const all = countsOf(situation);
        const subscriptions = new Map(
          losingSubscriptions(difference).map(({ id }) => [id, all.get(id) ?? NO_SUBSCRIPTIONS] as const),
        );
        const made = plan({ ...planInput(situation), subscriptions });
        expect(made).toEqual(planOf(situation));
        const losing = made.steps.filter(
          ({ action, product }) => ENDING.has(action) && product.type === 'gateway',
        );
        expect(new Set(losing.map(({ product }) => product.id))).toEqual(new Set(subscriptions.keys()));
      }),
      runs(150, 0.3),
    );
  });

  it('the impact of a step names the services that lose auth', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const portal = portalOf(situation);
        const { names } = diffInput(situation);
        for (const step of planOf(situation).steps) {
          const lost = portal.apply(step).unprotected.map((key) => {
            const [gateway_group_id, service_id] = JSON.parse(key) as [string, string];
            return serviceName({ gateway_group_id, service_id }, names);
          });
          expect(step.impact.services_without_auth.toSorted()).toEqual(lost.toSorted());
        }
      }),
      runs(300, 0.3),
    );
  });

  it('the summary counts the steps', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { steps, summary } = planOf(situation);
        const counted = (action: string) => steps.filter((step) => step.action === action).length;
        expect(summary.update + summary.adopt).toBe(counted('update'));
        for (const action of ['create', 'unpublish', 'publish', 'delete'] as const) {
          expect(summary[action]).toBe(counted(action));
        }
      }),
      runs(100, 0.3),
    );
  });

  it('a plan is equal after a JSON round trip', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const made = planOf(situation);
        expect(canonicalJson(JSON.parse(JSON.stringify(made)))).toBe(canonicalJson(made));
        expect(undefinedParts(made)).toEqual([]);
      }),
      runs(100, 0.3),
    );
  });
});

/** The paths with the value `undefined`, which JSON cannot represent. */
function undefinedParts(value: unknown, path = ''): readonly string[] {
  if (value === undefined) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => undefinedParts(one, `${path}/${key}`));
}
