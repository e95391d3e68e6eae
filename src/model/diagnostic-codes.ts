import type { CodeRow } from './diagnostic-codes/code-row.ts';
import { DIAGNOSTIC_CODES, type DiagnosticCode } from './diagnostic-codes/every-code.ts';
import type { Diagnostic } from './diagnostic.ts';

export { DIAGNOSTIC_CODES, type DiagnosticCode };

/** A diagnostic with the severity of its code. Cuts its texts, since names in files can have any length. */
export function diagnostic(code: DiagnosticCode, parts: Omit<Diagnostic, 'code' | 'severity'>): Diagnostic {
  const { message, hint, location } = parts;
  const related = location?.from === undefined ? parts.related : [...(parts.related ?? []), ...location.from];
  return {
    code,
    severity: DIAGNOSTIC_CODES[code].severity,
    ...parts,
    message: cut(message),
    ...(hint !== undefined && { hint: cut(hint) }),
    ...(related && { related: related.map((one) => ({ ...one, message: cut(one.message) })) }),
  };
}

const LONGEST = 1000;
const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);

const rowOf = (code: DiagnosticCode): CodeRow => DIAGNOSTIC_CODES[code];

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
