import { sha256 } from '../lib/sha256.ts';

/** Characters; shorter texts are never packed. */
export const LONG = 100_000;

/** A text as adc holds it until it is needed: a long one may be packed. */
export type LongText = string | PackedText;

/**
 * A long text in the room that it takes when it is deflated, outside of the JavaScript heap: a tenth of an OpenAPI
 * document, whose text is seldom needed. Packing takes a few milliseconds for a megabyte.
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
   * The text itself where it is short, else packed.
   * @param known texts that are packed already, by their digests; an equal one is used again
   */
  static of(text: string, known?: ReadonlyMap<string, PackedText>): LongText {
    // Half a surrogate pair would not come back.
    if (text.length < LONG || /\p{Surrogate}/u.test(text)) return text;
    const digest = sha256(text);
    return known?.get(digest) ?? new PackedText(text, digest);
  }

  equals(other: LongText): boolean {
    return typeof other !== 'string' && other.digest === this.digest;
  }

  /** The very text that was packed. */
  toString(): string {
    const { inflateRawSync } = process.getBuiltinModule('node:zlib');
    return inflateRawSync(this.#bytes, { chunkSize: this.#length + 1 }).toString();
  }
}

/** The text itself, however it is held. */
export const textOf = (text: LongText): string => String(text);

/** Whether two texts are known to be equal without unpacking; a packed text and one that is not are not known to be. */
export function isKnownEqual(a: LongText, b: LongText): boolean {
  return typeof a === 'string' ? a === b : a.equals(b);
}
