/** Larger ones are few, and are left to the garbage collector. */
const MOST_KEPT = 4 * 1024 * 1024;

/**
 * Memory for large answers, used again and again: what lies outside of the JavaScript heap and came in pieces over a while is
 * given back late, so that a hundred megabytes of answers would take as much.
 */
export class Buffers {
  readonly #free: Buffer[] = [];

  /** One that has room for so many bytes. */
  take(size: number): Buffer {
    const place = this.#free.findIndex(({ length }) => length >= size);
    const [found] = place < 0 ? [] : this.#free.splice(place, 1);
    return found ?? Buffer.allocUnsafeSlow(size);
  }

  /** Gives one back, which nobody may read any more. */
  give(buffer: Buffer): void {
    if (buffer.length <= MOST_KEPT) this.#free.push(buffer);
  }
}

/** The bytes of an answer that comes in pieces. */
export class AnswerBytes {
  readonly #buffers: Buffers;
  #whole: Buffer | undefined;
  #first: Buffer | undefined;
  #size = 0;

  constructor(buffers: Buffers) {
    this.#buffers = buffers;
  }

  get size(): number {
    return this.#size;
  }

  /** Most answers are one piece, which is not copied. */
  add(piece: Buffer): void {
    const before = this.#size;
    this.#size += piece.length;
    if (before === 0) this.#first = piece;
    else piece.copy(this.#room(before), before);
  }

  /** What has come; after release(), it is somebody else's. */
  get bytes(): Buffer {
    return this.#whole?.subarray(0, this.#size) ?? this.#first ?? Buffer.alloc(0);
  }

  release(): void {
    if (this.#whole) this.#buffers.give(this.#whole);
    [this.#whole, this.#first, this.#size] = [undefined, undefined, 0];
  }

  /** The buffer of it all, with what was there before, twice as large as needed whenever it is too small. */
  #room(before: number): Buffer {
    if (this.#whole && this.#whole.length >= this.#size) return this.#whole;
    const larger = this.#buffers.take(2 * this.#size);
    (this.#whole ?? this.#first)?.copy(larger, 0, 0, before);
    if (this.#whole) this.#buffers.give(this.#whole);
    this.#whole = larger;
    this.#first = undefined;
    return larger;
  }
}
