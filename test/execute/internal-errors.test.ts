import { describe, expect, test } from 'vitest';
import { sameField } from '../../src/diff/compare.ts';
import { execute, type ExecuteInput } from '../../src/execute/execute.ts';
import { NO_CONSENT } from '../../src/model/consent.ts';
import type { WritablePlan } from '../../src/model/plan.ts';
import { BASIC_AUTH, KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { published } from '../support/live-product.ts';
import { memoryAdmin, type BeforeWrite } from '../support/memory-admin.ts';
import { planOf } from '../support/plan-of.ts';

/** Two published products, A and B, with a change of auth. */
function republishes(beforeWrite?: BeforeWrite) {
  const names = ['A', 'B'];
  const own = (name: string) => ({ name, linked_gateway_services: links(name) });
  const live = names.map((name) => published({ ...own(name), auth: KEY_AUTH }));
  const desired = names.map((name) =>
    desiredProduct({ ...own(name), status: 'published', auth: BASIC_AUTH }),
  );
  const memory = memoryAdmin(live, beforeWrite);
  const input: ExecuteInput = {
    plan: planOf({ live, desired }) as WritablePlan,
    admin: memory.admin,
    consent: NO_CONSENT,
    same: sameField,
    concurrency: 2,
    now: () => 0,
  };
  const onPortal = () => [...memory.products.values()].map(({ fields }) => fields.status);
  return { input, onPortal };
}

const BUG = new TypeError('of ours');
const bugAt = (at: string): BeforeWrite => {
  let struck = false;
  return (what, product) => {
    if (struck || `${what} ${product}` !== at) return;
    struck = true;
    throw BUG;
  };
};

describe('an internal error', () => {
  test.each(['update status A', 'update auth A'])(
    'at "%s": every product is back on the portal, the rest is reported, and the bug is shown',
    async (at) => {
      const { input, onPortal } = republishes(bugAt(at));
      const { outcomes, bug } = await execute(input);
      expect(bug).toBe(BUG);
      expect(onPortal()).toEqual(['published', 'published']);
      expect(outcomes).toHaveLength(input.plan.steps.length);
      expect(outcomes.find(({ status }) => status === 'failed')).toMatchObject({
        step: { product: { name: 'A' } },
        wrote: true,
      });
    },
  );

  test('in a listener: every republish is completed', async () => {
    const { input, onPortal } = republishes();
    const onOutcome = (): void => {
      throw BUG;
    };
    const { outcomes, bug } = await execute({ ...input, onOutcome });
    expect(bug).toBe(BUG);
    expect(onPortal()).toEqual(['published', 'published']);
    expect(outcomes).toHaveLength(6);
  });

  test('in the check of a response: the product is published again', async () => {
    const { input, onPortal } = republishes();
    let judged = 0;
    const same: ExecuteInput['same'] = (...args) => {
      judged += 1;
      if (judged === 1) throw BUG;
      return sameField(...args);
    };
    const { bug } = await execute({ ...input, same, concurrency: 1 });
    expect(bug).toBe(BUG);
    expect(onPortal()).toEqual(['published', 'published']);
  });

  test('a dependency on a missing step: the run ends with an error', async () => {
    const { input } = republishes();
    const steps = input.plan.steps.map((step) => ({ ...step, after: ['nowhere'] }));
    const { outcomes, bug } = await execute({ ...input, plan: { ...input.plan, steps } });
    expect(bug).toBeInstanceOf(Error);
    expect(outcomes.map(({ status }) => status)).toEqual(steps.map(() => 'skipped'));
  });
});
