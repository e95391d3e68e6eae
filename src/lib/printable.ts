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
