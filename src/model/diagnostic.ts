import { compareStrings } from '../lib/lists.ts';
import { COMMENT_CODES, CONFIG_CODES, FILE_CODES, SYNTAX_CODES } from './diagnostic-codes/file-codes.ts';
import { OPENAPI_CODES } from './diagnostic-codes/openapi-codes.ts';
import { PORTAL_CODES } from './diagnostic-codes/portal-codes.ts';
import { PRODUCT_CODES } from './diagnostic-codes/product-codes.ts';

/** A place in a file: lines and columns start at 1, columns and length are in UTF-16 units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length of the marked text, at least 1; never beyond the end of the line. */
  readonly length?: number;
  /** The text of that line, for the code frame. */
  readonly text?: string;
  /** The places that set the variables in the text. They become related places of a diagnostic. */
  readonly from?: readonly Related[];
}

export interface Related {
  readonly message: string;
  readonly location: Location;
}

export type Severity = 'error' | 'warning' | 'info';

/** One code, with its description for docs/reference. */
export interface CodeRow {
  /** Default: error. */
  readonly severity?: Severity;
  /** The meaning of the code. */
  readonly about: string;
  /** The next step for the user. */
  readonly remedy: string;
  /**
   * Whether a flag or a comment may lower the severity. Never true for a code that protects products, services or
   * subscriptions, or that detects a file with another meaning than intended.
   */
  readonly adjustable?: true;
  /** Whether --strict leaves it a warning, so that a pipeline does not fail only because time passes. */
  readonly staysWarning?: true;
}

/** All diagnostics: the only definition of a code, its severity and its description. */
export const DIAGNOSTIC_CODES = {
  ...FILE_CODES,
  ...CONFIG_CODES,
  ...SYNTAX_CODES,
  ...PRODUCT_CODES,
  ...OPENAPI_CODES,
  ...COMMENT_CODES,
  ...PORTAL_CODES,
} as const satisfies Readonly<Record<string, CodeRow>>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** The code of a failed command in reports, which show it as a diagnostic. */
export type FailureCode = 'usage' | 'operational' | 'interrupted' | 'outdated-plan' | 'bug';

/**
 * A problem in files (docs/design/contract.md §2). `code` is stable and listed in diagnostic-codes/, `message`
 * describes the problem, and `hint` the next step.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode | FailureCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly location?: Location;
  readonly related?: readonly Related[];
}

/** A value with its diagnostics. `value` is present only if there are no errors. */
export interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** A diagnostic with the severity of its code. Shortens its texts, since names in files can have any length. */
export function diagnostic(code: DiagnosticCode, parts: Omit<Diagnostic, 'code' | 'severity'>): Diagnostic {
  const { message, hint, location } = parts;
  const related = location?.from === undefined ? parts.related : [...(parts.related ?? []), ...location.from];
  return {
    code,
    severity: severityOf(code),
    ...parts,
    message: shortened(message),
    ...(hint !== undefined && { hint: shortened(hint) }),
    ...(related && { related: related.map((one) => ({ ...one, message: shortened(one.message) })) }),
  };
}

const LONGEST = 1000;
const shortened = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);

const rowOf = (code: DiagnosticCode): CodeRow => DIAGNOSTIC_CODES[code];

export const severityOf = (code: DiagnosticCode): Severity => rowOf(code).severity ?? 'error';

export function isCode(word: string): word is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTIC_CODES, word);
}

/** Whether a flag or a comment may lower the severity of a code; false for an unknown code. */
export function isAdjustable(word: string): boolean {
  return isCode(word) && rowOf(word).adjustable === true;
}

/** A warning as an error, as with --strict; other severities unchanged. */
export function asError(one: Diagnostic): Diagnostic {
  const isRaised = one.severity === 'warning' && !(isCode(one.code) && rowOf(one.code).staysWarning === true);
  return isRaised ? { ...one, severity: 'error' } : one;
}

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(isError);

/** Diagnostics sorted by file, line and column, without duplicates. Diagnostics without a place come first. */
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
