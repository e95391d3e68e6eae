import type { Pause } from '../model/admin.ts';

/** Where some pause, so many are begun at most: what they wait for shows no more products at a time. */
const MOST_BEGUN = 80;

/** Places for what is worked on at a time. What pauses gives its place to others, and goes before new ones afterwards. */
export class Places {
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
