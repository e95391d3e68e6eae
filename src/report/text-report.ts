import { checkText } from './openapi-check.ts';
import { nextText } from './summary-text.ts';
import { outcomesText } from './outcome-text.ts';
import { type Page, wrapped } from './page.ts';
import { planText } from './plan-text.ts';
import type { Report } from './report.ts';
import { PLAIN } from './words.ts';

/**
 * The answer for people, without the diagnostics, which go to standard error. `sync` has shown its plan before it
 * carried it out, so that its answer is what became of it.
 */
export function textReport(report: Report, page: Page): string {
  if (report.text !== undefined) return report.text;
  if (report.check !== undefined) return checkText(report.check, report.consent, page);
  if (report.graph !== undefined) return report.graph;
  const next = nextText(report, PLAIN);
  const last = next === '' ? [] : [...wrapped(next, page.wrapAt, '  '), ''];
  return `${planned(report, page)}${done(report, page)}${last.join('\n')}`;
}

function planned(report: Report, page: Page): string {
  const { command, plan } = report;
  return plan !== undefined && command === 'diff' ? planText(plan, report, page) : '';
}

function done(report: Report, page: Page): string {
  const { plan, outcomes = [] } = report;
  return plan === undefined || outcomes.length === 0 ? '' : `\n${outcomesText(plan, report, page)}`;
}
