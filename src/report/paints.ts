import type { ChalkInstance } from 'chalk';

export type Paint = (text: string) => string;

/** What colours stand for. None of them says anything that a sign or a word beside it does not say as well. */
export interface Paints {
  readonly added: Paint;
  readonly removed: Paint;
  readonly changed: Paint;
  /** What ends or breaks something for somebody. */
  readonly grave: Paint;
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
}

/** Neither yellow, which a light background swallows, nor blue, which a dark one does. */
export function paints(style: ChalkInstance): Paints {
  return {
    added: style.green,
    removed: style.red,
    changed: style.cyan,
    grave: style.red.bold,
    error: style.red,
    warning: style.magenta,
    info: style.cyan,
  };
}
