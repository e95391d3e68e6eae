import { sha256 } from '../lib/sha256.ts';

/** Number of UTF-16 units from which a text is compressed. */
export const LONG = 100_000;

/** A text that is rarely needed. A long text may be compressed. */
export type LongText = string | PackedText;

/**
 * A long text, compressed outside of the JavaScript heap. An OpenAPI document shrinks to about a tenth of its size.
 * Compression takes a few milliseconds for a megabyte.
 */
export class PackedText {
  /** SHA-256 of the text. */
  readonly digest: string;
  readonly #bytes: Uint8Array;
  readonly #length: number;

  private constructor(text: string, digest: string) {
    const bytes = Buffer.from(text);
    this.digest = digest;
    this.#length = bytes.length;
    // Runs without a long text do not load node:zlib.
    this.#bytes = process.getBuiltinModule('node:zlib').deflateRawSync(bytes, { level: 1 });
  }

  /**
   * Compresses a long text, and returns a short text unchanged.
   * @param known compressed texts by digest, for reuse.
   */
  static of(text: string, known?: ReadonlyMap<string, PackedText>): LongText {
    // UTF-8 cannot contain lone surrogates.
    if (text.length < LONG || /\p{Surrogate}/u.test(text)) return text;
    const digest = sha256(text);
    return known?.get(digest) ?? new PackedText(text, digest);
  }

  equals(other: LongText): boolean {
    return typeof other !== 'string' && other.digest === this.digest;
  }

  /** The uncompressed text. */
  toString(): string {
    const { inflateRawSync } = process.getBuiltinModule('node:zlib');
    return inflateRawSync(this.#bytes, { chunkSize: this.#length + 1 }).toString();
  }
}

/** The text, uncompressed if necessary. */
export const textOf = (text: LongText): string => String(text);

/** Whether two texts are equal, without uncompressing them; false if only one text is compressed. */
export function isKnownEqual(a: LongText, b: LongText): boolean {
  return typeof a === 'string' ? a === b : a.equals(b);
}
