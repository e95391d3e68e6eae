import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/lib/display-width.ts';
import type { Plan } from '../../src/model/plan.ts';
import { COLOURS } from '../../src/report/colours.ts';
import { planText } from '../../src/report/plan-text.ts';
import { textReport } from '../../src/report/text-report.ts';
import { arbitrarySituation } from '../support/arbitrary-situation.ts';
import { BASIC_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct, published } from '../support/live-product.ts';
import { OPENAPI, OTHER_OPENAPI } from '../support/openapi.ts';
import { planOf, type Situation } from '../support/plan-of.ts';
import { runs } from '../support/runs.ts';
import { page } from './support/page.ts';
import { republish } from './support/portals.ts';
import { diffReport } from './support/report-of.ts';

const lines = (situation: Situation, width = 80): readonly string[] => {
  const plan = planOf(situation);
  return planText(plan, { refused: plan.hazards }, page({ width })).split('\n');
};

describe('the order of what is said', () => {
  const said = lines(republish('A'));

  test('R7 the target is the first line', () => {
    expect(said[0]).toBe('Portal "default" at https://127.0.0.1:7443 (query dialect)');
  });

  test('what ends subscriptions comes before the changes, the refusal and the counts after them', () => {
    const places = ['Impact on subscribers', '± A: unpublish, update, publish', 'sync refuses this plan'].map(
      (line) => said.indexOf(line),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(said.at(-2)).toMatch(/^sync would .*; ends 2 active and 1 pending subscriptions\.$/);
  });

  test('the flag that lifts a refusal is named', () => {
    expect(said).toContain('  pass --max-subscription-loss A=3');
  });

  test('a service is without auth until its product is published again', () => {
    expect(said).toContain(
      '    default/pay will accept unauthenticated requests until it is published again',
    );
  });
});

describe('what happens to one product', () => {
  test.each<[string, Situation]>([
    ['+ A: create', { desired: [desiredProduct({ auth: BASIC_AUTH })] }],
    ['~ A: update', { live: [liveProduct()], desired: [desiredProduct({ desc: 'new' })] }],
    ['- A: delete', { live: [liveProduct()] }],
    ['* A: adopt', { live: [liveProduct({ labels: {} })], desired: [desiredProduct()] }],
    [
      '± A: delete, create',
      { live: [liveProduct()], desired: [desiredProduct({ type: 'external', raw_openapi: OPENAPI })] },
    ],
    ['~ A: unpublish', { live: [published()], desired: [desiredProduct({ status: 'draft' })] }],
  ])('%s', (title, situation) => {
    expect(lines(situation).filter((line) => line.startsWith(title.slice(0, 3)))).toEqual([title]);
  });

  test('a replacement of a published product is one block', () => {
    const situation = {
      live: [published()],
      desired: [desiredProduct({ type: 'external', status: 'published', raw_openapi: OPENAPI })],
    };
    expect(lines(situation)).toContain('± A: unpublish, delete, create, publish');
  });

  test('a replacement under a new name is one block, with the name that it gets', () => {
    const situation = {
      live: [published()],
      desired: [
        desiredProduct({ name: 'B', previous_name: 'A', type: 'external', raw_openapi: OPENAPI }),
        desiredProduct({ name: 'C', type: 'external', raw_openapi: OPENAPI }),
      ],
    };
    const said = lines(situation);
    expect(said.filter((line) => /^[-+±~]/.test(line))).toEqual([
      '+ C: create',
      '± B: unpublish, delete, create',
    ]);
    expect(said).toContainEqual(expect.stringMatching(/^ {4}name +"A" -> "B"$/));
  });

  test('reasons that do not fit on a line have one each', () => {
    const together = '    # auth is locked while it is published; published again with the new auth';
    expect(lines(republish('A'), 100)).toContain(together);
    expect(lines(republish('A'), 60)).toContain('    # auth is locked while it is published');
    expect(lines(republish('A'), 60)).not.toContain(together);
  });

  test('D7 an update shows each path with what was and what will be', () => {
    const situation = {
      live: [liveProduct({ desc: 'old' })],
      desired: [desiredProduct({ desc: 'new', labels: { team: 'b', 'managed-by': 'adc' } })],
    };
    const said = lines(situation);
    expect(said).toContain('    desc         "old" -> "new"');
    expect(said).toContain('    labels.team  + "b"');
  });

  test('D7 long values are cut to the width around the place where they differ', () => {
    const desc = 'x'.repeat(200);
    const situation = { live: [liveProduct({ desc })], desired: [desiredProduct({ desc: `${desc}y` })] };
    const said = lines(situation, 60).filter((line) => /^ {6}[-+]/.test(line));
    expect(said.map((line) => line.at(-2))).toEqual(['x', 'y']);
    expect(Math.max(...said.map(displayWidth))).toBeLessThanOrEqual(60);
  });

  test('D7 what was not there before, or is not there afterwards, is one value with a sign', () => {
    const situation = {
      live: [liveProduct({ linked_gateway_services: links('pay') })],
      desired: [desiredProduct({ linked_gateway_services: links('refunds') })],
    };
    const said = lines(situation).filter((line) => line.includes('linked_gateway_services'));
    expect(said).toEqual([
      '    linked_gateway_services[default/pay]      - { linked_hosts: [] }',
      '    linked_gateway_services[default/refunds]  + { linked_hosts: [] }',
    ]);
  });

  test('D7 a value that has no room beside its path stands whole on the next line', () => {
    const desc = 'Invoices of the old billing system, for those who are still on it, and for no one else';
    const said = lines({ desired: [desiredProduct({ auth: BASIC_AUTH, desc })] }, 100);
    expect(said.slice(said.indexOf('    desc')).slice(0, 2)).toEqual(['    desc', `      "${desc}"`]);
  });

  test('two steps of one kind are told as one deed that is done twice', () => {
    const situation = {
      live: [
        published({ name: 'A', id: 'a', linked_gateway_services: links('one', 'shared') }),
        published({ name: 'B', id: 'b', linked_gateway_services: links('two') }),
      ],
      desired: [
        desiredProduct({ name: 'A', status: 'published', linked_gateway_services: links('two', 'shared') }),
        desiredProduct({ name: 'B', status: 'published', linked_gateway_services: links('one') }),
      ],
    };
    expect(lines(situation).join('\n')).toMatch(/^~ [AB]: update twice$/m);
  });

  test('D7 an OpenAPI document is told as operations, and what breaks callers is marked', () => {
    const external = { type: 'external', raw_openapi: OPENAPI } as const;
    const situation = {
      live: [liveProduct(external)],
      desired: [desiredProduct({ ...external, raw_openapi: OTHER_OPENAPI })],
    };
    const said = lines(situation);
    expect(said).toContain('        - GET /bills (breaks callers)');
    expect(said).toContain('        + GET /invoices');
  });
});

test('D7 of many OpenAPI changes the first are told, and how many of the rest break callers', () => {
  const paths = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`/p${index}`, { get: { responses: {} } }]),
    );
  const of = (count: number, more = {}) =>
    JSON.stringify({ openapi: '3.0.3', info: {}, paths: { ...paths(count), ...more } });
  const external = { type: 'external', raw_openapi: of(30) } as const;
  const told = (raw_openapi: string) =>
    planText(
      planOf({ live: [liveProduct(external)], desired: [desiredProduct({ ...external, raw_openapi })] }),
      {},
      page(),
    );
  expect(told(of(0, { '/new': { get: { responses: {} } } }))).toContain(
    'and 11 more, of which 10 break callers; --format json has them all',
  );
  expect(told(of(60))).toContain('and 10 more; --format json has them all');
});

test('unmanaged products are counted, and named if that is asked for', () => {
  const plan = planOf({ live: [liveProduct({ name: 'B\u0007', labels: {} })] });
  expect(planText(plan, {}, page())).toContain('No changes; 0 unchanged; 1 unmanaged.');
  expect(planText(plan, {}, page())).not.toContain('"B');
  expect(planText(plan, {}, page({ namesAll: true }))).toContain('"B\\x07"');
});

test('of many names that are kept, the first twenty are told, and all of them if that is asked for', () => {
  const kept = Array.from({ length: 200 }, (_, at) => `P${at}`);
  const plan = { ...planOf({}), kept };
  expect(planText(plan, {}, page())).toMatch(
    /^Undeclared and kept, because of --no-delete: "P0", .*"P19" and 180 more; --verbose 2 names all of them$/m,
  );
  expect(planText(plan, {}, page({ namesAll: true }))).toMatch(/^Undeclared and kept, .*"P198", "P199"$/m);
  expect(planText({ ...plan, kept: kept.slice(0, 20) }, {}, page())).toMatch(
    /^Undeclared and kept, .*"P18", "P19"$/m,
  );
});

describe('on a terminal', () => {
  const longest = (plan: Plan, wrapAt: number): number => {
    const report = diffReport(plan, { refused: plan.hazards });
    const said = textReport(report, page({ width: wrapAt, wrapAt })).split('\n');
    const breakable = said.filter((line) => line.trim().replace(/^# /, '').includes(' '));
    return Math.max(...breakable.map(displayWidth));
  };

  test('no line is broken by the terminal, whatever the plan', () => {
    fc.assert(
      fc.property(arbitrarySituation(), (situation) => {
        expect(longest(planOf(situation), 80)).toBeLessThanOrEqual(80);
      }),
      runs(100),
    );
  });

  test('a sentence goes on in the next line, under itself, and loses no word', () => {
    const plan = planOf(republish('A'));
    const whole = planText(plan, { refused: plan.hazards }, page({ width: 60 }));
    const broken = planText(plan, { refused: plan.hazards }, page({ width: 60, wrapAt: 60 }));
    expect(broken).toContain('\n  ends 2 active and 1 pending subscriptions.');
    expect(broken.replaceAll(/\s+/g, ' ')).toBe(whole.replaceAll(/\s+/g, ' '));
  });
});

test('R3 control characters in a name are visible wherever it stands', () => {
  const name = 'A\u001b[31m\u202e\nB';
  const situation = {
    ...republish(name),
    live: [published({ name, id: 'p', linked_gateway_services: links('s\r') })],
  };
  const plan = planOf(situation);
  const said = planText(plan, { refused: plan.hazards }, page());
  expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(said).toContain('  "A\\x1b[31m\\u202e\\x0aB": unpublish');
});

test('no line begins as a command to a CI runner, whatever a name is', () => {
  const plan = planOf(republish('::stop-commands::x'));
  expect(planText(plan, { refused: plan.hazards }, page())).not.toMatch(/^\s*::/m);
});

test('R3 colours come from the page alone', () => {
  const plan = planOf(republish('A'));
  expect(planText(plan, {}, page({ paints: COLOURS }))).toContain('\u001b[');
  expect(planText(plan, {}, page())).not.toContain('\u001b');
});
