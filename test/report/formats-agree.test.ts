import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action, Plan, Step, Summary } from '../../src/model/plan.ts';
import { jsonReport } from '../../src/report/json-report.ts';
import { codeSpan, MARKDOWN } from '../../src/report/markdown.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { planText, textReport } from '../../src/report/text-report.ts';
import type { Report } from '../../src/report/report.ts';
import { PLAIN, reasonClauses } from '../../src/report/words.ts';
import { arbitrarySituation } from '../support/arbitrary-situation.ts';
import { planOf } from '../support/plan-of.ts';
import { validReport } from '../support/published-schemas.ts';
import { runs } from '../support/runs.ts';
import { page } from './support/page.ts';
import { diffReport, syncReport } from './support/report-of.ts';

/** Counted from the steps, not from the summary. */
function counted({ steps }: Plan): Readonly<Record<string, number>> {
  const actions: readonly Action[] = ['create', 'update', 'unpublish', 'publish', 'delete'];
  const adopted = steps.filter(({ reason }) => reason === 'adopted').length;
  const counts = actions.map((action) => {
    const all = steps.filter((step) => step.action === action).length;
    return [action, action === 'update' ? all - adopted : all] as const;
  });
  return Object.fromEntries([...counts, ['adopt', adopted] as const].filter(([, count]) => count > 0));
}

/** The counts in a summary line: `sync would change 2 products in 3 steps (create 2, adopt 1); …`. */
function told(text: string, lead: string): Readonly<Record<string, number>> {
  const [, line = ''] = new RegExp(`${lead} \\d+ products? in \\d+ steps? \\((.*?)\\)`).exec(text) ?? [];
  const words = [...line.matchAll(/([a-z]+) (\d+)/g)];
  return Object.fromEntries(words.map(([, word = '', count]) => [PRESENT[word] ?? word, Number(count)]));
}

const PRESENT: Readonly<Record<string, string>> = {
  created: 'create',
  updated: 'update',
  unpublished: 'unpublish',
  published: 'publish',
  deleted: 'delete',
  adopted: 'adopt',
};

const parsed = (report: Report) =>
  validReport(jsonReport(report)) as { readonly summary: Summary; readonly steps: readonly Step[] };

const forAll = (check: (plan: Plan) => void): void =>
  fc.assert(
    fc.property(arbitrarySituation(), (situation) => check(planOf(situation))),
    runs(100),
  );

describe('counts are the same in every format', () => {
  test('of diff, which uses "would"', () => {
    forAll((plan) => {
      const report = diffReport(plan);
      const json = Object.entries(parsed(report).summary).filter(
        ([key, value]) => key in PLURAL && value !== 0,
      );
      const expected = counted(plan);
      expect(told(textReport(report, page()), 'sync would change')).toEqual(expected);
      expect(told(markdownReport(report), 'sync would change')).toEqual(expected);
      expect(Object.fromEntries(json)).toEqual(expected);
    });
  });

  test('of sync, which reports outcomes', () => {
    forAll((plan) => {
      const report = syncReport(plan);
      expect(told(textReport(report, page()), 'sync changed')).toEqual(counted(plan));
      expect(told(markdownReport(report), '\\*\\*sync changed')).toEqual(counted(plan));
    });
  });
});

const PLURAL: Readonly<Record<string, true>> = {
  create: true,
  update: true,
  unpublish: true,
  publish: true,
  delete: true,
  adopt: true,
};

test('reason and impact of each step are in every format', () => {
  forAll((plan) => {
    const report = diffReport(plan);
    const [text, markdown] = [planText(plan, {}, page()), markdownReport(report)];
    expect(parsed(report).steps.map(({ reason, impact }) => ({ reason, impact }))).toEqual(
      plan.steps.map(({ reason, about, impact }) => ({
        reason: about === undefined ? reason : `${reason}:${about}`,
        impact,
      })),
    );
    for (const step of plan.steps) {
      const { reason, product, impact } = step;
      // Adoptions are one line, and the reason `declared` is omitted.
      if (reason !== 'adopted') {
        expect(text).toContain(reasonClauses([step], PLAIN).join());
        expect(markdown).toContain(reasonClauses([step], MARKDOWN).join());
      }
      for (const service of impact.services_without_auth) {
        expect(text).toMatch(new RegExp(`${service}.* will accept unauthenticated requests`));
        expect(markdown).toContain(codeSpan(service));
      }
      for (const loss of lossesOf(impact)) {
        expect(impactLines(text, `  ${PLAIN.name(product.name)}: `)).toContain(loss);
        expect(impactLines(markdown, `- ${codeSpan(product.name)}: `)).toContain(loss);
      }
    }
  });
});

/** The lines about one name, which several products may have. */
function impactLines(text: string, start: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith(start))
    .join('\n');
}

function lossesOf({ subscriptions: { active, pending, known } }: Step['impact']): readonly string[] {
  return [
    ...(active > 0 ? [`${active} active`] : []),
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(known ? [] : ['an unknown number of subscriptions']),
  ];
}
