import stringWidth from 'fast-string-width';

/** How many columns of a terminal a printable text takes. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}
