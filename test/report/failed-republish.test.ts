import { describe, expect, test } from 'vitest';
import type { Outcome, Plan } from '../../src/model/plan.ts';
import { githubReport } from '../../src/report/github-report.ts';
import { jsonReport } from '../../src/report/json-report.ts';
import { leftOpen } from '../../src/report/outcome-words.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { textReport } from '../../src/report/text-report.ts';
import { BASIC_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { published } from '../support/live-product.ts';
import { planOf } from '../support/plan-of.ts';
import { page } from './support/page.ts';
import { republish } from './support/portals.ts';
import { syncReport } from './support/report-of.ts';

type Fate = Partial<Outcome> | undefined;

/** The outcome of each step of the plan. Default: done. */
const outcomesOf = ({ steps }: Plan, fate: (name: string, action: string) => Fate): readonly Outcome[] =>
  steps.map((step) => ({ step, status: 'done', ms: 1, ...fate(step.product.name, step.action) }));

const failed = (stays_unpublished?: Outcome['stays_unpublished']): Fate => ({
  status: 'failed',
  error: 'refused',
  ...(stays_unpublished && { stays_unpublished }),
});

describe('a failed republish', () => {
  const plan = planOf(republish('A'));
  const outcomes = (stays_unpublished?: Outcome['stays_unpublished']): readonly Outcome[] =>
    outcomesOf(plan, (_, action) => (action === 'publish' ? failed(stays_unpublished) : undefined));
  const report = (stays_unpublished?: Outcome['stays_unpublished']) =>
    syncReport(plan, { exitCode: 3, outcomes: outcomes(stays_unpublished) });

  test('names the services of a product that is still unpublished, in every format', () => {
    const left = report('known');
    const next = 'fix the cause below, then run the same command again to publish';
    const meanwhile = 'until then, you can stop requests to this service at the gateway';
    expect(textReport(left, page()).trimStart().split('\n').slice(0, 4)).toEqual([
      'FAILED: "A" was unpublished and could not be published again',
      '  "default/pay" accepts unauthenticated requests now',
      `  Next: ${next} "A"; ${meanwhile}.`,
      '',
    ]);
    expect(markdownReport(left).split('\n\n')[2]?.split('\n')).toEqual([
      '> [!CAUTION]',
      '> **FAILED**: `A` was unpublished and could not be published again',
      '>',
      '> `default/pay` accepts unauthenticated requests now',
      '>',
      `> Next: ${next} \`A\`; ${meanwhile}.`,
      '>',
    ]);
    expect(githubReport(left)).toMatch(
      /^::error title=adc sync::"A" was unpublished and could not be published again%0A"default\/pay" accepts/,
    );
    expect(JSON.parse(jsonReport(left))).toMatchObject({
      left_open: [{ service: 'default/pay', from: 'A', known: true }],
    });
  });

  test('reports an unknown state if no read was possible', () => {
    expect(textReport(report('unknown'), page())).toContain(
      'FAILED: it is unknown whether "A" is published\n' +
        '  "default/pay" may accept unauthenticated requests now\n' +
        '  Next: check "A" in the dashboard, then run the same command again;',
    );
    expect(leftOpen(plan, outcomes('unknown'))).toEqual([
      { service: 'default/pay', from: 'A', known: false },
    ]);
  });

  test('names no services if the product is published again', () => {
    expect(leftOpen(plan, outcomes())).toEqual([]);
  });
});

describe('a service that another product took before its old product failed', () => {
  const plan = planOf({
    live: [
      published({ name: 'A', linked_gateway_services: links('kept', 'passed') }),
      published({ name: 'B', linked_gateway_services: links('own') }),
    ],
    desired: [
      desiredProduct({
        name: 'A',
        auth: BASIC_AUTH,
        status: 'published',
        linked_gateway_services: links('kept'),
      }),
      desiredProduct({ name: 'B', linked_gateway_services: links('own', 'passed') }),
    ],
  });
  const left = (taken: Fate): readonly object[] =>
    leftOpen(
      plan,
      outcomesOf(plan, (name, action) => {
        if (name === 'B') return taken;
        return action === 'publish' ? failed('known') : undefined;
      }),
    );

  test('is protected by its new product', () => {
    expect(left(undefined)).toEqual([{ service: 'default/kept', from: 'A', known: true }]);
  });

  test('is named once if the new product failed too', () => {
    expect(left({ status: 'skipped' })).toEqual([
      { service: 'default/kept', from: 'A', known: true },
      { service: 'default/passed', from: 'A', to: 'B', known: true },
    ]);
  });
});
