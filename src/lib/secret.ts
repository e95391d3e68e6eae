import { inspect } from 'node:util';

/**
 * A text that must never be printed: whatever shows it (template, JSON, console, inspector) shows `***`
 * (docs/design/contract.md §9). Only reveal() gives it, at the place that needs it.
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
