import { compareStrings } from '../lib/sorted-by.ts';
import type { Severity } from './diagnostic-codes/code-row.ts';
import type { DiagnosticCode } from './diagnostic-codes/every-code.ts';

export type { Severity };

/** A place in a file: lines and columns count from 1, columns and length in UTF-16 units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How much is marked, at least 1; never past the end of the line. */
  readonly length?: number;
  /** The text of that line, for the code frame. */
  readonly text?: string;
  /** Where the variables are set that are in the text at this place; a diagnostic has them as related places. */
  readonly from?: readonly Related[];
}

export interface Related {
  readonly message: string;
  readonly location: Location;
}

/** What a report shows of a command that failed, in the shape of a diagnostic. */
export type FailureCode = 'usage' | 'operational' | 'interrupted' | 'outdated-plan' | 'bug';

/**
 * A mistake in what people wrote: data, collected and all shown at once (docs/design/contract.md §2). `code` is stable and
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

/** A value, or what is wrong with it; `value` is there only if no diagnostic is an error. */
export interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(isError);

/** Diagnostics by file, line and column, those without a place first, without duplicates at one place. */
export function sortedDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((one) => [identity(one), one]));
  return [...seen.values()].toSorted(byPlace);
}

function identity({ code, message, location }: Diagnostic): string {
  return JSON.stringify([code, message, location?.file, location?.line, location?.column]);
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
