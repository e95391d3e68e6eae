/**
 * Characters that a product file holds as escapes alone: controls, which no file may hold (docs/design/contract.md §2), line
 * ends that not every reader takes for one, byte order marks, overrides of the direction of writing, and halves of surrogate
 * pairs. Tab and line feed are not among them.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\p{Cs}]/gu;

/** What an included file may not hold, or would not give back: a byte order mark at its start is skipped. */
const UNFIT =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /^\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff\p{Cs}]/u;

export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) !== -1;
}

/** Whether a file with this text reads as the same text. */
export function fitsFile(text: string): boolean {
  return !UNFIT.test(text);
}

/** The same text with unsafe characters as escapes of double-quoted YAML: they may stand nowhere else in it. */
export function escapeUnsafe(text: string): string {
  return text.replaceAll(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
