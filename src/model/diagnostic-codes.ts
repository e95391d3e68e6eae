import type { CodeRow } from './diagnostic-codes/code-row.ts';
import { COMMENT_CODES } from './diagnostic-codes/comment-codes.ts';
import { FILE_CODES } from './diagnostic-codes/file-codes.ts';
import { OPENAPI_CODES } from './diagnostic-codes/openapi-codes.ts';
import { PORTAL_CODES } from './diagnostic-codes/portal-codes.ts';
import { PRODUCT_CODES } from './diagnostic-codes/product-codes.ts';
import { SYNTAX_CODES } from './diagnostic-codes/syntax-codes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Every mistake that the program can name: the only place where a code, its severity and its story are written. */
export const DIAGNOSTIC_CODES = {
  ...FILE_CODES,
  ...SYNTAX_CODES,
  ...PRODUCT_CODES,
  ...OPENAPI_CODES,
  ...COMMENT_CODES,
  ...PORTAL_CODES,
} as const satisfies Readonly<Record<string, CodeRow>>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** A diagnostic with the severity that its code has. Names in files can be of any length: its words are cut. */
export function diagnostic(
  code: DiagnosticCode,
  parts: Omit<Diagnostic, 'code' | 'severity'>,
): Diagnostic & { readonly code: DiagnosticCode } {
  const { message, hint, related } = parts;
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

/** Whether a flag or a comment may turn a code down; an unknown word is none. */
export function isAdjustable(word: string): boolean {
  return isCode(word) && rowOf(word).adjustable === true;
}

/** A warning as an error, which is what --strict makes of it; others as they are. */
export function asError(one: Diagnostic): Diagnostic {
  const isRaised = one.severity === 'warning' && !(isCode(one.code) && rowOf(one.code).staysWarning === true);
  return isRaised ? { ...one, severity: 'error' } : one;
}
