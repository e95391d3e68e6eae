/** Control characters, line ends, lone surrogates, and the replacement character. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u;

/** Characters without a width, and spaces that look like the ordinary one. Some emoji contain such characters. */
const INVISIBLE =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\p{Default_Ignorable_Code_Point}|[\u00a0\u2000-\u200a\u202f\u205f\u2800]/u;

const LONGEST_NAME = 100;

/**
 * The rule that a name breaks, in words; undefined if none. Only a live product of an older server can have such a
 * name.
 */
export function violatedRule(name: string): string | undefined {
  if (UNPRINTABLE.test(name)) return 'has a control character, a line end or a broken character';
  if (name === '') return 'is empty';
  const length = Array.from(name).length;
  return length > LONGEST_NAME ? `has ${length} characters; the limit is ${LONGEST_NAME}` : undefined;
}

export function isUnprintable(name: string): boolean {
  return UNPRINTABLE.test(name);
}

/** The invisible parts of a printable name, in words; undefined if there are none. */
export function hiddenPart(name: string): string | undefined {
  if (name.trim() !== name) return 'a blank at its beginning or end';
  return INVISIBLE.test(name) ? 'an invisible character' : undefined;
}

/** A key that is equal for names that differ only in Unicode normalization, case, blanks or invisible characters. */
export function lookalikeKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/gu, '');
}
