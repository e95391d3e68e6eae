import type { CodeRow } from './code-row.ts';
import { CONFIG_CODES } from './config-codes.ts';
import { COMMENT_CODES } from './comment-codes.ts';
import { FILE_CODES } from './file-codes.ts';
import { OPENAPI_CODES } from './openapi-codes.ts';
import { PORTAL_CODES } from './portal-codes.ts';
import { PRODUCT_CODES } from './product-codes.ts';
import { SYNTAX_CODES } from './syntax-codes.ts';

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
