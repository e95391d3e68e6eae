import type { ErrorCode } from 'yaml';
import type { Location } from '../model/diagnostic.ts';

const INDENT = 'Indent with spaces, not with tabs.';

const HINTS: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: 'In double quotes a backslash is written twice: "\\\\${NAME}"; in single quotes once.',
  BAD_INDENT: 'Indent the lines of one block alike, and close every bracket that was opened.',
  BAD_SCALAR_START: 'Write the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'Write a value that holds ": " in quotes, or put the nested keys on lines of their own.',
  BLOCK_IN_FLOW: 'Inside { } and [ ] use commas and brackets alone.',
  MISSING_CHAR: 'Add the character that is missing.',
  MULTILINE_IMPLICIT_KEY: 'Indent this line as its neighbours, or add the colon that is missing after a key.',
  TAB_AS_INDENT: INDENT,
  TAG_RESOLVE_FAILED: 'Remove the tag; write a text that starts with "!" in quotes.',
};

const OTHERWISE = 'Correct the YAML at this place; values with special characters go in quotes.';

/** How many characters before and after a mistake are looked at. */
const NEAR = 200;

/** What to do about a mistake in the syntax of the line where it was found. */
export function syntaxHint(code: ErrorCode, location: Location): string {
  const near = (location.text ?? '').slice(Math.max(0, location.column - NEAR), location.column + NEAR);
  const variable = /(?<!["'])\$\{[^}]*\}/.exec(near);
  if (variable !== null && code !== 'BAD_DQ_ESCAPE') {
    return `Write a variable inside { } or [ ] in quotes: "${variable[0]}".`;
  }
  if (/^\s*\t/.test(location.text ?? '')) return INDENT;
  return HINTS[code] ?? OTHERWISE;
}
