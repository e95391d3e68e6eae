import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'vitest';

const schema = new URL('../../schemas/lint-report.schema.json', import.meta.url);
const isReport = new Ajv({ strict: true }).compile(JSON.parse(readFileSync(schema, 'utf8')));

export interface LintReport {
  readonly exit_code: number;
  readonly found?: Readonly<Record<string, number>>;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
}

/** What `adc lint --format json` printed: exactly one document, as its published schema says. */
export function lintReport(out: string): LintReport {
  const report: LintReport = JSON.parse(out);
  expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
  return report;
}
