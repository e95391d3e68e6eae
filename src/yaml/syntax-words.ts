import type { ErrorCode } from 'yaml';
import type { Location } from '../model/diagnostic.ts';

/** Words of the YAML library that only its authors understand, and what they mean for who wrote the file. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/^Unexpected .* at node end$/, 'more text follows where the value has ended'],
  [/^Unexpected \S+ token$/, 'a comma or a colon is missing before this'],
  [/^Unexpected scalar token in YAML stream.*$/s, 'text stands where a key is expected'],
  [/^Unexpected flow-(?:map|seq)-end token.*$/s, 'a bracket is closed that was not opened'],
  [
    /^Implicit keys need to be on a single line$/,
    'a line is not a key with a colon, nor indented as a value',
  ],
  [/^Implicit keys of flow sequence pairs .*$/, 'a key and its colon must stand on one line'],
  [/^Implicit map keys need to be followed by map values$/, 'a key has no colon after it'],
  [
    /^Nested mappings are not allowed in compact mappings$/,
    'a line has two keys, or a value with ": " in it',
  ],
  [/^A block sequence may not be used as an implicit map key$/, 'a list stands where a key is expected'],
  [
    /^Block collections are not allowed within flow collections$/,
    'keys or dashes stand inside of { } or [ ]',
  ],
  [/^Missing (closing [^ ]*)quote$/, 'a text in quotes does not end'],
  [/^Missing , (?:or : )?between flow (?:map|sequence) items$/, 'a comma is missing'],
  [/^Sequence item without - indicator$/, 'an item of a list has no dash'],
  [/^All mapping items must start at the same column$/, 'keys of one mapping must begin in the same column'],
  [/^All sequence items must start at the same column$/, 'dashes of one list must stand in the same column'],
];

/** What is wrong with the syntax, in words for people, from the words of the YAML library. */
export function syntaxMessage(message: string): string {
  const [pattern, words] = PLAIN.find(([one]) => one.test(message)) ?? [];
  if (pattern !== undefined && words !== undefined) return message.replace(pattern, words);
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}

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
