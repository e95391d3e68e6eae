/** A long text that is held in a fraction of its room; of texts alone that are packed, two are equal if their digests are. */
export interface PackedText {
  /** SHA-256 of the text. */
  readonly digest: string;
  readonly unpacked: () => string;
}

/** Characters; shorter texts stay as they are. */
export const LONG = 100_000;

/** A text as it is held: long ones may be packed. */
export type LongText = string | PackedText;

/** The very text that was packed. */
export function textOf(text: LongText): string {
  return typeof text === 'string' ? text : text.unpacked();
}

/** Whether two texts are known to be equal without unpacking them: a packed one and one that is not are not known to be. */
export function isKnownEqual(a: LongText, b: LongText): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.digest === b.digest;
}
