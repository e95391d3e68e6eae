import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/lib/printable.ts';
import type { Plan } from '../../src/model/plan.ts';
import { RENDERERS } from '../../src/cli/reporter.ts';
import type { LiveProduct, Subscriber } from '../../src/model/live.ts';
import { COLOURS } from '../../src/report/colours.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { planText, textReport } from '../../src/report/text-report.ts';
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

const githubReport = await RENDERERS.github();

const lines = (situation: Situation, width = 80): readonly string[] => {
  const plan = planOf(situation);
  return planText(plan, { refused: plan.hazards }, page({ width })).split('\n');
};

describe('the order of the report', () => {
  const said = lines(republish('A'));

  test('the target is the first line', () => {
    expect(said[0]).toBe('Portal "default" at https://127.0.0.1:7443 (query dialect)');
  });

  test('ended subscriptions come before the changes, the refusal and the counts after them', () => {
    const places = ['Impact on subscribers', '± A: unpublish, update, publish', 'sync refuses this plan'].map(
      (line) => said.indexOf(line),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(said.at(-2)).toMatch(
      /^sync would change 1 product in 3 steps .*; ends 2 active and 1 pending subscriptions\.$/,
    );
  });

  test('names the flag that allows a refused change', () => {
    expect(said).toContain('  pass --max-subscription-loss A=3');
  });

  test('a republish that keeps its auth types has a remedy that keeps the subscribers; others have none', () => {
    const remedy = '  pass --restore-subscriptions to subscribe the same applications again';
    const auth = { key_auth: { header: 'x-key', query: 'apikey', hide_credentials: false } };
    const kept = desiredProduct({ name: 'A', auth, status: 'published' });
    expect(lines({ ...republish('A'), desired: [kept] })).toContain(remedy);
    expect(said).not.toContain(remedy);
    expect(lines({ ...republish('A'), desired: [] })).not.toContain(remedy);
  });

  test('a service is without auth until its product is published again', () => {
    expect(said).toContain(
      '    default/pay will accept unauthenticated requests until it is published again',
    );
  });
});

describe('the subscribers that lose a subscription', () => {
  const plan = planOf(republish('A'));
  const withSubscribers = (subscribers: readonly Subscriber[]): Plan => ({
    ...plan,
    steps: plan.steps.map((step) =>
      step.action === 'unpublish' ? { ...step, impact: { ...step.impact, subscribers } } : step,
    ),
  });
  const many = (count: number): readonly Subscriber[] =>
    Array.from({ length: count }, (_, index) => ({
      developer: 'dora',
      application: `app-${index}`,
      status: 'active' as const,
    }));
  const inEachFormat = (subscribers: readonly Subscriber[]): readonly string[] =>
    [textReport, markdownReport, githubReport].map((render) =>
      render(diffReport(withSubscribers(subscribers)), page({ width: 1000 })),
    );

  test('are ten by name, and the rest by number', () => {
    for (const said of inEachFormat(many(10))) {
      expect(said).toContain('app-9');
      expect(said).not.toContain('more;');
    }
    for (const said of inEachFormat(many(13))) {
      expect(said).toMatch(/app-9. of .dora. and 3 more; .?adc subscribers.? lists all of them/);
      expect(said).not.toContain('app-10');
    }
  });

  test('are listed with the loss, and pending ones are marked', () => {
    const text = planText(
      withSubscribers([
        { developer: 'dora', application: 'shop', status: 'active' },
        { developer: '', application: 'mobile', status: 'pending' },
      ]),
      {},
      page({ width: 80 }),
    );
    expect(text).toContain('subscriptions\n    subscribers: "shop" of "dora", "mobile" (pending)\n');
  });

  test('have names that no terminal and no workflow acts on', () => {
    const names = ['\u001b[31mred', '::error::x', 'a\nb', '](x) <img src=x>'];
    const hostile = names.map((name) => ({ developer: name, application: name, status: 'active' as const }));
    for (const said of inEachFormat(hostile)) {
      expect(said).not.toContain('\u001b');
      expect(said).not.toMatch(/^\s*::error::x/m);
      expect(said).not.toMatch(/^b/m);
    }
  });
});

describe('the changes of one product', () => {
  test.each<[string, Situation]>([
    ['+ A: create', { desired: [desiredProduct({ auth: BASIC_AUTH })] }],
    ['~ A: update', { live: [liveProduct()], desired: [desiredProduct({ desc: 'new' })] }],
    ['- A: delete', { live: [liveProduct()] }],
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
    const situation = {
      live: [published({ name: 'Old' })],
      desired: [desiredProduct({ name: 'A', previous_name: 'Old', auth: BASIC_AUTH, status: 'published' })],
    };
    const locked = 'auth cannot change while published: unpublish, update, publish';
    const together = `    # ${locked}; renamed from "Old"`;
    expect(lines(situation, 100)).toContain(together);
    expect(lines(situation, 80)).toContain(`    # ${locked}`);
    expect(lines(situation, 80)).not.toContain(together);
  });

  test('an update shows each path with its old and new value', () => {
    const situation = {
      live: [liveProduct({ desc: 'old' })],
      desired: [desiredProduct({ desc: 'new', labels: { team: 'b', 'managed-by': 'adc' } })],
    };
    const said = lines(situation);
    expect(said).toContain('    desc         "old" -> "new"');
    expect(said).toContain('    labels.team  + "b"');
  });

  test('long values are cut to the width around the place where they differ', () => {
    const desc = 'x'.repeat(200);
    const situation = { live: [liveProduct({ desc })], desired: [desiredProduct({ desc: `${desc}y` })] };
    const said = lines(situation, 60).filter((line) => /^ {6}[-+]/.test(line));
    expect(said.map((line) => line.at(-2))).toEqual(['x', 'y']);
    expect(Math.max(...said.map(displayWidth))).toBeLessThanOrEqual(60);
  });

  test('an added or removed value is one value with a sign', () => {
    const situation = {
      live: [liveProduct({ linked_gateway_services: links('pay') })],
      desired: [desiredProduct({ linked_gateway_services: links('refunds') })],
    };
    const said = lines(situation).filter((line) => line.includes('linked_gateway_services'));
    expect(said).toEqual([
      '    linked_gateway_services[default/pay]      - all hosts',
      '    linked_gateway_services[default/refunds]  + all hosts',
    ]);
  });

  test('a value that does not fit beside its path is on the next line', () => {
    const desc = 'Invoices of the old billing system, for those who are still on it, and for no one else';
    const said = lines({ desired: [desiredProduct({ auth: BASIC_AUTH, desc })] }, 100);
    expect(said.slice(said.indexOf('    desc')).slice(0, 2)).toEqual(['    desc', `      "${desc}"`]);
  });

  test('two equal steps are shown as one action, twice', () => {
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

  test('an OpenAPI document is shown as operations, and breaking changes are marked', () => {
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

test('lists the first of many OpenAPI changes, and counts breaking ones among the rest', () => {
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
    'and 11 more (10 break callers); --format json has them all',
  );
  expect(told(of(60))).toContain('and 10 more; --format json has them all');
});

describe('adoptions', () => {
  const adoption = (names: readonly string[], owner?: string): Situation => ({
    live: names.map((name) => liveProduct({ id: name, name, labels: {} })),
    desired: names.map((name) => desiredProduct({ name, ...(owner !== undefined && { owner }) })),
  });
  const many = adoption(Array.from({ length: 30 }, (_, at) => `P${at}`));

  test('are one line with the names and the label', () => {
    const said = lines(adoption(['B', 'A'], 'acme'), 200);
    expect(said.filter((line) => line.startsWith('*'))).toEqual([
      '* adopt 2 products (adds the label `managed-by: adc/acme`): "A", "B"',
    ]);
    expect(said.join('\n')).not.toContain('labels.managed-by');
  });

  test('are below all other products', () => {
    const { live = [], desired = [] } = adoption(['A']);
    const said = lines({ live, desired: [...desired, desiredProduct({ name: 'B', auth: BASIC_AUTH })] });
    expect(said.findIndex((line) => line.startsWith('* '))).toBeGreaterThan(said.indexOf('+ B: create'));
  });

  test('are all named on request', () => {
    const plan = planOf(many);
    expect(planText(plan, {}, page())).toMatch(/^\* adopt 30 .*"P26" and 10 more; --verbose 2 names all/m);
    expect(planText(plan, {}, page({ namesAll: true }))).toMatch(/^\* adopt 30 products .*"P9"$/m);
  });

  test('are one line in Markdown as well', () => {
    expect(markdownReport(diffReport(planOf(adoption(['B', 'A']))))).toContain(
      '- `*` adopt 2 products (adds the label `managed-by: adc`): `A`, `B`\n',
    );
  });
});

describe('products that more people can access afterwards come first', () => {
  const live = { name: 'Z', id: 'z' };
  test.each<[string, LiveProduct, Parameters<typeof desiredProduct>[0]]>([
    ['published', liveProduct({ ...live, linked_gateway_services: links('pay') }), { status: 'published' }],
    ['public', published({ ...live, visibility: 'logged_in' }), { visibility: 'public' }],
    ['approved without a person', published(live), { subscription_auto_approval: true }],
    [
      'documented without a subscription',
      published({ ...live, can_view_unsubscribed: false }),
      { can_view_unsubscribed: true },
    ],
  ])('%s', (_, wider, fields) => {
    const situation = {
      live: [liveProduct({ name: 'A', id: 'a' }), wider],
      desired: [desiredProduct({ name: 'A', desc: 'new' }), desiredProduct({ name: 'Z', ...fields })],
    };
    const plan = planOf(situation);
    const names = (text: string): readonly string[] =>
      [...text.matchAll(/^(?:<details><summary>)?~ (?:<code>)?([AZ])/gm)].map(([, name = '']) => name);
    expect(names(planText(plan, {}, page()))).toEqual(['Z', 'A']);
    expect(names(markdownReport(diffReport(plan)))).toEqual(['Z', 'A']);
    expect(markdownReport(diffReport(plan))).toMatch(
      /~ <code>Z<\/code>: \w+ \(more people have access\)<\/summary>/,
    );
    const place = () => ({ file: 'products.yaml', line: 1, column: 1 });
    expect(githubReport({ ...diffReport(plan), place }, page())).toMatch(
      /"Z": \w+; more people have access\n.*"A": update\n/,
    );
    expect(plan.steps[0]?.product.name).toBe('A');
  });

  test('a new draft and narrower access do not', () => {
    const situation = {
      live: [
        liveProduct({ name: 'A', id: 'a' }),
        published({ ...live, labels: { 'managed-by': 'adc', team: 'a' }, subscription_auto_approval: true }),
      ],
      desired: [
        desiredProduct({ name: 'A', desc: 'new' }),
        desiredProduct({ name: 'N', auth: BASIC_AUTH, visibility: 'public' }),
        desiredProduct({ name: 'Z', labels: {}, visibility: 'logged_in', subscription_auto_approval: false }),
      ],
    };
    const plan = planOf(situation);
    const said = lines(situation).flatMap((line) => /^[~+] (\w)/.exec(line)?.[1] ?? []);
    expect(said).toEqual(plan.steps.map(({ product }) => product.name));
  });
});

describe('a text of several lines is shown as a diff', () => {
  const situation = {
    live: [liveProduct({ desc: 'Payments.\nFor EUR.\nAsk the team.\n' })],
    desired: [desiredProduct({ desc: 'Payments.\nFor EUR and USD.\nAsk the team.\n' })],
  };
  const report = diffReport(planOf(situation));

  test('in text', () => {
    const said = lines(situation);
    expect(said.slice(said.indexOf('    desc')).slice(0, 5)).toEqual([
      '    desc',
      '        Payments.',
      '      - For EUR.',
      '      + For EUR and USD.',
      '        Ask the team.',
    ]);
  });

  test('in Markdown', () => {
    expect(markdownReport(report)).toContain(
      '  desc:\n    Payments.\n-   For EUR.\n+   For EUR and USD.\n    Ask the team.\n',
    );
  });

  test('on GitHub', () => {
    expect(githubReport(report, page())).toContain('      - For EUR.\n      + For EUR and USD.\n');
  });

  test('in a new product as its lines, only the first ones of a long text', () => {
    const desc = Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n');
    const said = lines({ desired: [desiredProduct({ auth: BASIC_AUTH, desc })] });
    expect(said).toContain('      + line 39');
    expect(said).not.toContain('      + line 40');
    expect(said).toContain('      and 10 more lines; --format json has them all');
  });
});

describe('omits uninformative parts', () => {
  test('the reason «declared»', () => {
    const fields = { auth: BASIC_AUTH, status: 'published', linked_gateway_services: links('pay') } as const;
    const plan = planOf({ desired: [desiredProduct(fields)] });
    expect(planText(plan, {}, page())).not.toContain('#');
    expect(markdownReport(diffReport(plan))).not.toContain('Reason');
  });

  test('digests: documents and logos are shown by their size', () => {
    const external = { type: 'external', raw_openapi: OPENAPI, logo: 'aGk=' } as const;
    const changed = { ...external, raw_openapi: OPENAPI.replace('bills', 'debts'), logo: 'aGo=' };
    const plan = planOf({ live: [liveProduct(external)], desired: [desiredProduct(changed)] });
    for (const text of [planText(plan, {}, page({ width: 200 })), markdownReport(diffReport(plan))]) {
      expect(text).not.toContain('sha256');
      expect(text).toContain('"2 bytes, other content"');
      expect(text).toMatch(new RegExp(`raw_openapi:? +"[^"]*, ${Buffer.byteLength(OPENAPI)} bytes"\n`));
    }
  });
});

test('products of other owners are counted and named apart from unmanaged ones', () => {
  const plan = planOf({
    live: [
      liveProduct({ name: 'U', id: 'u', labels: {} }),
      liveProduct({ name: 'O', id: 'o', labels: { 'managed-by': 'adc/other' } }),
      liveProduct({ name: 'N', id: 'n', labels: { 'managed-by': 'adc' } }),
    ],
    owners: ['acme'],
  });
  expect(planText(plan, {}, page())).toContain('No changes; 0 unchanged; 1 unmanaged; 2 of other owners.');
  const named = planText(plan, {}, page({ namesAll: true }));
  expect(named).toContain('Unmanaged, not changed: "U"\nOf other owners, not changed: "N", "O"\n');
});

test('the summary counts products, then steps', () => {
  const { live = [], ...others } = republish('A');
  const plan = planOf({ ...others, live: [...live, liveProduct({ name: 'B', id: 'b' })] });
  expect(planText(plan, {}, page())).toContain(
    'sync would change 2 products in 4 steps (update 1, unpublish 1, publish 1, delete 1); 0 unchanged;',
  );
});

test('unmanaged products are counted, and named on request', () => {
  const plan = planOf({ live: [liveProduct({ name: 'B\u0007', labels: {} })] });
  expect(planText(plan, {}, page())).toContain('No changes; 0 unchanged; 1 unmanaged.');
  expect(planText(plan, {}, page())).not.toContain('"B');
  expect(planText(plan, {}, page({ namesAll: true }))).toContain('"B\\x07"');
});

test('of many names that are kept, the first twenty are listed, and all of them on request', () => {
  const kept = Array.from({ length: 200 }, (_, at) => `P${at}`);
  const plan = { ...planOf({}), kept };
  expect(planText(plan, {}, page())).toMatch(
    /^Undeclared, kept because of --no-delete: "P0", .*"P19" and 180 more; --verbose 2 names all of them$/m,
  );
  expect(planText(plan, {}, page({ namesAll: true }))).toMatch(/^Undeclared, kept .*"P198", "P199"$/m);
  expect(planText({ ...plan, kept: kept.slice(0, 20) }, {}, page())).toMatch(
    /^Undeclared, kept .*"P18", "P19"$/m,
  );
});

describe('on a terminal', () => {
  const longest = (plan: Plan, wrapAt: number): number => {
    const report = diffReport(plan, { refused: plan.hazards });
    const said = textReport(report, page({ width: wrapAt, wrapAt })).split('\n');
    const breakable = said.filter((line) => line.trim().replace(/^# /, '').includes(' '));
    return Math.max(...breakable.map(displayWidth));
  };

  test('no line of any plan is wider than the terminal', () => {
    fc.assert(
      fc.property(arbitrarySituation(), (situation) => {
        expect(longest(planOf(situation), 80)).toBeLessThanOrEqual(80);
      }),
      runs(100),
    );
  });

  test('a long sentence continues in the next line with the same indentation, and loses no word', () => {
    const plan = planOf(republish('A'));
    const whole = planText(plan, { refused: plan.hazards }, page({ width: 60 }));
    const broken = planText(plan, { refused: plan.hazards }, page({ width: 60, wrapAt: 60 }));
    const words = (text: string): readonly string[] => text.split(/[\s#]+/);
    expect(broken).toContain('\n  1, publish 1); 0 unchanged; ends 2 active and 1 pending\n  subscriptions.');
    expect(words(broken)).toEqual(words(whole));
  });
});

test('control characters in a name are visible everywhere', () => {
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

test('no line begins with a command of a CI runner, for any name', () => {
  const plan = planOf(republish('::stop-commands::x'));
  expect(planText(plan, { refused: plan.hazards }, page())).not.toMatch(/^\s*::/m);
});

test('colours come only from the page', () => {
  const plan = planOf(republish('A'));
  expect(planText(plan, {}, page({ paints: COLOURS }))).toContain('\u001b[');
  expect(planText(plan, {}, page())).not.toContain('\u001b');
});
