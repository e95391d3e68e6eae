import stringWidth from 'fast-string-width';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from a file or a portal, safe to print on one line: control characters, line ends, bidirectional overrides,
 * invisible characters and lone surrogates become visible as `\x1b` or `\u202e` (docs/design/contract.md §9). Joiners
 * inside emoji are also escaped, since users could not type such a name from the screen.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escaped);
}

/** Like printable(), for text of several lines: keeps line feeds and tabs. */
export function printableLines(text: string): string {
  return text.replaceAll(UNPRINTABLE, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));
}

/** JSON of the same value without characters that a terminal would interpret: JSON itself escapes only the first 32. */
export function printableJson(json: string): string {
  return json.replaceAll(UNPRINTABLE, (char) =>
    char === '\n' ? char : unitsOf(char).map(jsonEscape).join(''),
  );
}

function unitsOf(char: string): readonly number[] {
  return Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
}

function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A text as one word of a POSIX shell, quoted if necessary. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The width of a printable text in columns of a terminal. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** Maximum number of words in one sentence. */
const MAX_LISTED = 20;

/**
 * Words in one line; those after the first `most` are counted.
 * @param all where the complete list is; undefined to list all words here.
 */
export function listed(words: readonly string[], all: string | undefined, most = MAX_LISTED): string {
  if (all === undefined || words.length <= most) return words.join(', ');
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more; ${all}`;
}

/**
 * Characters that a product file can hold only as escapes: control characters, which no file may hold
 * (docs/design/contract.md §2), line ends that not every reader recognizes, byte order marks, bidirectional
 * overrides, and lone surrogates. Not tab and line feed.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- the pattern matches control characters
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\p{Cs}]/gu;

/** Characters that an included file may not hold, or would lose: a byte order mark at its start is skipped. */
const UNFIT =
  // oxlint-disable-next-line no-control-regex -- the pattern matches control characters
  /^\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff\p{Cs}]/u;

export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) !== -1;
}

/** Whether a file can hold this text without changes. */
export function fitsFile(text: string): boolean {
  return !UNFIT.test(text);
}

/** Escapes unsafe characters as in double-quoted YAML; the text must have them only in such scalars. */
export function escapeUnsafe(text: string): string {
  return text.replaceAll(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
