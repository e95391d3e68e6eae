import { compareStrings } from '../lib/sorted-by.ts';
import type { Severity } from './diagnostic-codes/code-row.ts';
import type { DiagnosticCode } from './diagnostic-codes/every-code.ts';

export type { Severity };

/** A place in a file: lines and columns start at 1, columns and length are in UTF-16 units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length of the marked text, at least 1; never beyond the end of the line. */
  readonly length?: number;
  /** The text of that line, for the code frame. */
  readonly text?: string;
  /** The places that set the variables of the text; a diagnostic lists them as related places. */
  readonly from?: readonly Related[];
}

export interface Related {
  readonly message: string;
  readonly location: Location;
}

/** The code of a failed command, which a report shows as a diagnostic. */
export type FailureCode = 'usage' | 'operational' | 'interrupted' | 'outdated-plan' | 'bug';

/**
 * A problem in files, as data; all diagnostics are shown together (docs/design/contract.md §2). `code` is stable and
 * listed in diagnostic-codes/, `message` says what is wrong, `hint` what to do.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode | FailureCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly location?: Location;
  readonly related?: readonly Related[];
}

/** A value with its diagnostics; `value` is present only if no diagnostic is an error. */
export interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(isError);

/** Diagnostics sorted by file, line and column, without duplicates; those without a place come first. */
export function sortedDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = diagnostics.toSorted(byPlace);
  return sorted.filter((one, index) => {
    const next = sorted[index + 1];
    return next === undefined || byPlace(one, next) !== 0;
  });
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [one, other] = [a.location ?? NOWHERE, b.location ?? NOWHERE];
  return (
    compareStrings(one.file, other.file) ||
    one.line - other.line ||
    one.column - other.column ||
    compareStrings(a.code, b.code) ||
    compareStrings(a.message, b.message)
  );
}

const NOWHERE: Location = { file: '', line: 0, column: 0 };
