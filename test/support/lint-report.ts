import { validReport } from './published-schemas.ts';

export interface LintReport {
  readonly exit_code: number;
  readonly found?: Readonly<Record<string, number>>;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
}

/** The report of `adc lint --format json`. @throws if the output is not one valid document. */
export function lintReport(out: string): LintReport {
  return validReport(out) as unknown as LintReport;
}
