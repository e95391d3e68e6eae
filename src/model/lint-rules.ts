import type { Severity } from './diagnostic.ts';

/** What diagnostics count as, where somebody wants something else than the table says. */
export interface LintRules {
  /** By code; adjustable codes alone. */
  readonly levels: ReadonlyMap<string, Severity | 'off'>;
  /** Warnings are errors. */
  readonly strict: boolean;
}

export const NO_RULES: LintRules = { levels: new Map(), strict: false };
