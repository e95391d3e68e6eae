import stringWidth from 'fast-string-width';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from a file or a portal, safe to print on one line. Control characters, line ends, bidirectional overrides,
 * invisible characters and lone surrogates become escapes such as `\x1b` or `\u202e` (docs/design/contract.md §9). So
 * do joiners inside emoji, because users could not see them to type such a name.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escaped);
}

/** JSON of the same value that also escapes the characters above U+001F that a terminal could interpret. */
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

/** Default maximum of listed words. */
const MAX_LISTED = 20;

/**
 * The words in one line. Words after the first `most` are counted.
 * @param all text about the place of the complete list; undefined for no limit.
 */
export function listed(words: readonly string[], all: string | undefined, most = MAX_LISTED): string {
  if (all === undefined || words.length <= most) return words.join(', ');
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more; ${all}`;
}

/**
 * Characters that a product file may contain only as escapes: control characters except tab and line feed
 * (docs/design/contract.md §2), unusual line ends, byte order marks, bidirectional overrides, and lone surrogates.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- the pattern matches control characters
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\p{Cs}]/gu;

/** Characters that an included file must not contain, or would lose, such as a byte order mark at its start. */
const NOT_IN_FILES =
  // oxlint-disable-next-line no-control-regex -- the pattern matches control characters
  /^\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff\p{Cs}]/u;

/** Whether a text contains characters that need escapes in a product file. */
export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) !== -1;
}

/** Whether an included file can contain this text unchanged. */
export function fitsFile(text: string): boolean {
  return !NOT_IN_FILES.test(text);
}

/** Escapes unsafe characters of a YAML text, which may contain them only in double-quoted scalars. */
export function escapeUnsafe(text: string): string {
  return text.replaceAll(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
