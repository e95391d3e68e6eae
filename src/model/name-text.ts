/** Control characters, line ends, halves of surrogate pairs, and the sign of a character that was lost. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u;

/** Characters without a width, and spaces that look like the common one. Emoji are made of parts with them. */
const INVISIBLE =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\p{Default_Ignorable_Code_Point}|[\u00a0\u2000-\u200a\u202f\u205f\u2800]/u;

const LONGEST_NAME = 100;

/** The rule that a name breaks, which only a live product of an older server can have, in words; undefined if none. */
export function brokenRule(name: string): string | undefined {
  if (UNPRINTABLE.test(name)) return 'has a control character, a line end or a broken character';
  if (name === '') return 'is empty';
  const length = Array.from(name).length;
  return length > LONGEST_NAME ? `has ${length} characters; the limit is ${LONGEST_NAME}` : undefined;
}

export function isUnprintable(name: string): boolean {
  return UNPRINTABLE.test(name);
}

/** What a reader of a printable name does not see, in words; undefined if it is what it looks like. */
export function hiddenPart(name: string): string | undefined {
  if (name.trim() !== name) return 'a blank at its beginning or end';
  return INVISIBLE.test(name) ? 'an invisible character' : undefined;
}

/** Equal for names that differ only in Unicode normalization, case, blanks or invisible characters. */
export function look(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/gu, '');
}
