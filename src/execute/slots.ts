import type { Pause } from '../model/admin.ts';

/**
 * Maximum number of started products if some of them pause: the read that they wait for shows no more products at a
 * time.
 */
const MOST_BEGUN = 80;

/** A limit on concurrent work. A paused worker gives its place to others, and continues before new ones start. */
export class Slots {
  readonly #most: number;
  readonly #returning: (() => void)[] = [];
  #taken = 0;
  #paused = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get hasRoom(): boolean {
    const isCrowded = this.#paused > 0 && this.#taken + this.#paused >= MOST_BEGUN;
    return this.#taken < this.#most && !isCrowded;
  }

  take(): void {
    this.#taken += 1;
  }

  free(): void {
    const next = this.#returning.shift();
    if (next) next();
    else this.#taken -= 1;
  }

  readonly pause: Pause = async (wait) => {
    this.#paused += 1;
    this.free();
    try {
      return await wait();
    } finally {
      if (this.#taken < this.#most) this.take();
      else await new Promise<void>((resolve) => this.#returning.push(resolve));
      this.#paused -= 1;
    }
  };
}
