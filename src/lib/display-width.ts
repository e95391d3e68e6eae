/** Characters that East Asian terminals and emoji fonts draw over two columns (Unicode UAX #11, the wide blocks). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Accents and the like, which are drawn over the character before them. */
const MARK = /\p{M}/u;

/** How many columns of a terminal a printable text takes. */
export function displayWidth(text: string): number {
  return Array.from(text).reduce((sum, char) => sum + charWidth(char), 0);
}

function charWidth(char: string): number {
  if (WIDE.test(char)) return 2;
  return MARK.test(char) ? 0 : 1;
}
