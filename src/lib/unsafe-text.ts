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

/**
 * The same text with unsafe characters as escapes of double-quoted YAML: the text must have them only in
 * double-quoted scalars.
 */
export function escapeUnsafe(text: string): string {
  return text.replaceAll(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
