import { inspect } from 'node:util';

/**
 * A text that must never be printed: templates, JSON, console and inspector show `***` (docs/design/contract.md §9).
 * Only reveal() returns it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
