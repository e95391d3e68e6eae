import stringWidth from 'fast-string-width';

/** The width of a printable text in columns of a terminal. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}
