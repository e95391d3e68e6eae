import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { MAX_CHARACTERS } from '../../src/report/markdown.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { liveProduct } from '../support/live-product.ts';
import { OPENAPI, OTHER_OPENAPI } from '../support/openapi.ts';
import { planOf } from '../support/plan-of.ts';
import { manyChanges, republish } from './support/portals.ts';
import { diffReport, syncReport } from './support/report-of.ts';

test('begins with the marker by which a bot finds it, and the target', () => {
  const lines = markdownReport(diffReport(planOf(republish('A')))).split('\n');
  expect(lines[0]).toBe('<!-- adc-report:diff -->');
  expect(lines[2]).toBe('### Portal `default` at `https://127.0.0.1:7443` (query dialect)');
});

test('a failure has the same marker', () => {
  const failed = { command: 'diff', exitCode: 1, diagnostics: [error('no `connection`')] } as const;
  const text = markdownReport(failed);
  expect(text.split('\n')[0]).toBe('<!-- adc-report:diff -->');
  expect(text).toContain('error[operational]: no `connection`');
});

describe('two thousand changes', () => {
  const plan = manyChanges(500);
  const text = markdownReport(diffReport(plan));

  test('fit into a comment', () => {
    expect(text.length).toBeLessThanOrEqual(MAX_CHARACTERS);
    expect(text.length).toBeGreaterThan(MAX_CHARACTERS / 2);
  });

  test('losses come first', () => {
    const kinds = [...text.matchAll(/^<details><summary>. <code>(\w+) \d+/gm)].map(([, kind]) => kind);
    expect(kinds.length).toBeGreaterThan(50);
    expect(new Set(kinds)).toEqual(new Set(['republished']));
  });

  test('counts omitted parts', () => {
    const whole = [...text.matchAll(/^<details><summary>. <code>/gm)].length;
    const short = [...text.matchAll(/^- `.` `/gm)].length;
    const left = Number(/Not shown here: (\d+) products/.exec(text)?.[1]);
    expect(whole + short + left).toBe(2000);
  });

  test('the losses that have no room are counted as well', () => {
    const impact = text.slice(text.indexOf('**Impact on subscribers**'), text.indexOf('<details>'));
    const shown = [...impact.matchAll(/^- `republished \d+`/gm)].length;
    expect(shown + Number(/^- and (\d+) more/m.exec(impact)?.[1])).toBe(500);
  });

  test.each([
    ['long names', (kind: string, index: number) => `${kind} ${index} ${'`|<b>@x'.repeat(12)}`],
    ['names of wide characters', (kind: string, index: number) => `${kind} ${index} ${'漢字'.repeat(40)}`],
  ])('%s do not matter', (_, name) => {
    const many = manyChanges(500, name);
    expect(markdownReport(diffReport(many)).length).toBeLessThanOrEqual(MAX_CHARACTERS);
    const failed = syncReport(many);
    const outcomes = failed.outcomes?.map((one) => ({
      ...one,
      status: 'failed' as const,
      error: 'e'.repeat(999),
    }));
    const diagnostics = Array.from({ length: 2000 }, (__, line) => error('m'.repeat(200), line + 1));
    const worst = { ...failed, outcomes, diagnostics, graph: 'x\n'.repeat(90_000), refused: many.hazards };
    expect(markdownReport(worst).length).toBeLessThanOrEqual(MAX_CHARACTERS);
  });
});

test('names cannot break out of their place', () => {
  const name = '`</code></summary><script>|@octocat [x](https://evil) ``` #1';
  const text = markdownReport(diffReport(planOf(republish(name))));
  const outside = text
    .replaceAll(/^(`{3,}).*\n[^]*?\n\1$/gm, '')
    .replaceAll(/(?<=^<details><summary>. )<code>[^<]*<\/code>/gm, '')
    .replaceAll(/(`+)[^`](?:[^]*?[^`])?\1(?!`)/g, '');
  expect(outside).not.toMatch(/<script|octocat|evil|#1\b/);
});

test('the reason of a hold is code', () => {
  const held = [{ product: 'A', until: '2026-12-07', reason: '<img src=x> @octocat' }];
  const text = markdownReport(diffReport({ ...planOf(republish('A')), held }));
  expect(text).toContain('On hold until 2026-12-07 (`<img src=x> @octocat`)');
});

test('control characters are visible', () => {
  const text = markdownReport(diffReport(planOf(republish('A\u001b[2J\u202e'))));
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).toContain('A\\x1b[2J\\u202e');
});

test('an update shows its paths, and an OpenAPI document its operations', () => {
  const external = { type: 'external', raw_openapi: OPENAPI, desc: 'old' } as const;
  const changed = { ...external, raw_openapi: OTHER_OPENAPI, desc: 'new' };
  const plan = planOf({ live: [liveProduct(external)], desired: [desiredProduct(changed)] });
  const text = markdownReport(diffReport(plan));
  expect(text).toContain('- desc: "old"\n+ desc: "new"');
  expect(text).toContain('-   GET /bills (breaks callers)');
  expect(text).toContain('(1 OpenAPI change that may break callers)');
});

test('failed and skipped steps come before all other results of sync', () => {
  const plan = planOf({ live: [liveProduct({ name: 'gone' })], desired: [] });
  const [step] = plan.steps;
  const outcomes = step ? [{ step, status: 'failed' as const, error: 'no `luck`', ms: 1 }] : [];
  const text = markdownReport(syncReport(plan, { outcomes, exitCode: 1 }));
  expect(text).toContain('**sync changed nothing; 1 step failed.**');
  expect(text).toContain('- failed: delete `gone`: `` no `luck` ``');
});

test('a graph is drawn, unless it is too large', () => {
  const plan = planOf(republish('A'));
  expect(markdownReport(diffReport(plan, { graph: 'flowchart LR\n' }))).toContain(
    '```mermaid\nflowchart LR\n```',
  );
  expect(markdownReport(diffReport(plan, { graph: 'x\n'.repeat(40_000) }))).not.toContain('mermaid');
});

function error(message: string, line?: number): Diagnostic {
  const location =
    line === undefined ? {} : { location: { file: 'a.yaml', line, column: 1, text: 't'.repeat(200) } };
  return { code: 'operational', severity: 'error', message, ...location };
}
