import { validReport } from './published-schemas.ts';

export interface LintReport {
  readonly exit_code: number;
  readonly found?: Readonly<Record<string, number>>;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
}

/** What `adc lint --format json` printed: exactly one document, as its published schema says. */
export function lintReport(out: string): LintReport {
  return validReport(out) as unknown as LintReport;
}
