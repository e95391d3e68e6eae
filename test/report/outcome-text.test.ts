import { describe, expect, test } from 'vitest';
import type { Outcome, Plan } from '../../src/model/plan.ts';
import { progressLine } from '../../src/report/outcome-words.ts';
import { textReport } from '../../src/report/text-report.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { liveProduct } from '../support/live-product.ts';
import { planOf } from '../support/plan-of.ts';
import { page } from './support/page.ts';
import { republish } from './support/portals.ts';
import { diffReport, syncReport } from './support/report-of.ts';

const outcomesOf = ({ steps }: Plan, ...statuses: readonly Outcome['status'][]): readonly Outcome[] =>
  steps.map((step, place) => ({ step, status: statuses[place] ?? 'skipped', ms: 12.4 }));

describe('progress', () => {
  const [first] = outcomesOf(planOf(republish('A\u0007')), 'done');
  const line = (parts: Partial<Outcome>): string =>
    first ? progressLine({ ...first, ...parts }, 3, 12) : '';

  test.each<[Partial<Outcome>, string]>([
    [{}, '[3/12] unpublished "A\\x07" (12 ms)'],
    [{ status: 'failed', error: 'no\nluck' }, '[3/12] could not unpublish "A\\x07": no\\x0aluck'],
    [
      { status: 'failed', error: 'product "A\u0007": no luck' },
      '[3/12] could not unpublish "A\\x07": no luck',
    ],
    [{ status: 'failed', error: 'product "B": no' }, '[3/12] could not unpublish "A\\x07": product "B": no'],
    [{ status: 'skipped' }, '[3/12] skipped: unpublish "A\\x07"'],
  ])('is one line: %o', (parts, expected) => {
    expect(line(parts)).toBe(expected);
  });

  test('reports an adopted product', () => {
    const plan = planOf({ live: [liveProduct({ labels: {} })], desired: [desiredProduct()] });
    const [adopted] = outcomesOf(plan, 'done');
    expect(adopted && progressLine(adopted, 1, 1)).toBe('[1/1] adopted "A" (12 ms)');
  });
});

test('lists failed and skipped steps by name, with their dependencies', () => {
  const plan = planOf(republish('A'));
  const outcomes = outcomesOf(plan, 'done', 'failed').map((one) =>
    one.status === 'skipped' ? { ...one, blocked_by: plan.steps[1]?.id ?? '' } : { ...one, error: 'refused' },
  );
  const said = textReport(syncReport(plan, { outcomes, exitCode: 3 }), page()).split('\n');
  expect(said).toContain('failed:  update "A": refused');
  expect(said).toContain('skipped: publish "A" (update "A" failed)');
  expect(said).toContain(
    'sync changed 1 product in 1 step (unpublished 1); ended 2 active and 1 pending subscriptions; 1 step failed; 1 step skipped.',
  );
});

describe('a step that failed after its write was sent', () => {
  const plan = planOf(republish('A'));
  const summary = (...parts: readonly Partial<Outcome>[]): string | undefined => {
    const outcomes = outcomesOf(plan, ...parts.map(({ status }) => status ?? 'failed'));
    const all = outcomes.map((one, place) => ({ ...one, ...parts[place] }));
    const said = textReport(syncReport(plan, { outcomes: all, exitCode: 3 }), page());
    return said.split('\n').find((line) => line.startsWith('sync '));
  };

  test('may have changed something, and ended subscriptions', () => {
    expect(summary({ wrote: true })).toBe(
      'sync may have changed something; may have ended 2 active and 1 pending subscriptions; 1 step failed but may have been applied; 2 steps skipped.',
    );
  });

  test('is listed beside the applied changes', () => {
    expect(summary({ status: 'done' }, { wrote: true }, {})).toBe(
      'sync changed 1 product in 1 step (unpublished 1); ended 2 active and 1 pending subscriptions; 2 steps failed, and 1 of them may have been applied.',
    );
  });

  test('changed nothing if the server refused it', () => {
    expect(summary({ wrote: false })).toBe('sync changed nothing; 1 step failed; 2 steps skipped.');
  });
});

test('shows hints below the failures, each once', () => {
  const plan = planOf(republish('A'));
  const outcomes = outcomesOf(plan, 'failed', 'failed', 'failed').map((one, place) => ({
    ...one,
    error: 'no',
    hint: place < 2 ? 'Check the\u0007 token.' : 'Try again.',
  }));
  const said = textReport(syncReport(plan, { outcomes, exitCode: 3 }), page()).split('\n');
  expect(said.filter((line) => line.startsWith('hint: '))).toEqual([
    'hint: Check the\\x07 token.',
    'hint: Try again.',
  ]);
});

describe('the last line has the next command', () => {
  const plan = planOf(republish('A'));
  const last = (report: Parameters<typeof textReport>[0]) =>
    textReport(report, page({ width: 400 }))
      .trimEnd()
      .split('\n')
      .at(-1);

  test.each([
    ['after a diff', diffReport(plan, { refused: [] }), /^Next: run adc sync with/],
    [
      'after a saved diff',
      diffReport(plan, { refused: [], planFile: 'p.json' }),
      /^Next: run `adc sync --plan p\.json`\.$/,
    ],
    [
      'after a saved diff to which consent was given, which no plan holds',
      diffReport(plan, { refused: [], planFile: 'p.json', consented: true }),
      /`adc sync --plan p\.json` with the options that allow it\.$/,
    ],
    [
      'after a saved diff of named files in an environment, since a plan has no owners',
      diffReport(plan, {
        refused: [],
        planFile: 'p.json',
        namesFiles: true,
        consent: { allowances: [], today: '2026-12-07', environment: 'staging' },
      }),
      /^Next: run `adc sync --plan p\.json --env staging` with the same -f\.$/,
    ],
    [
      'after a diff that is saved where a shell needs quotes',
      diffReport(plan, { refused: [], planFile: "it's/$HOME plan.json" }),
      /`adc sync --plan 'it'\\''s\/\$HOME plan\.json'`/,
    ],
    [
      'after a saved diff that sync would refuse',
      diffReport(plan, { planFile: 'p.json' }),
      /^Next: change the files and save a new plan, or allow .*, then run `adc sync --plan p\.json`/,
    ],
    [
      'after a refused sync of a saved plan',
      diffReport(plan, { command: 'sync', planFile: 'p.json' }),
      /^Nothing was changed\. Next: change the files and save a new plan, or allow/,
    ],
    ['after a diff that sync would refuse', diffReport(plan), /^Next: change the files, or allow/],
    ['after a refused sync', diffReport(plan, { command: 'sync' }), /^Nothing was changed\. Next:/],
    [
      'after a failure',
      syncReport(plan, { outcomes: outcomesOf(plan, 'failed') }),
      /^Next: fix what failed, then run the same command/,
    ],
    [
      'after an interruption',
      syncReport(plan, { outcomes: outcomesOf(plan, 'done') }),
      /^Next: run the same command/,
    ],
    [
      'after a failure of a saved plan',
      syncReport(plan, { outcomes: outcomesOf(plan, 'failed'), planFile: 'p.json' }),
      /^Next: fix what failed, then make a new plan with adc diff -o/,
    ],
    ['after all was done', syncReport(plan), /^sync changed 1 product in 3 steps/],
    ['where nothing changes', diffReport(planOf({})), /^No changes/],
  ])('%s', (_, report, expected) => {
    expect(last(report)).toMatch(expected);
  });
});
