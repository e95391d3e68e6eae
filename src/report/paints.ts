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
  readonly bold: Paint;
  readonly dim: Paint;
}

export const asItIs: Paint = (text) => text;

/** For output that is no terminal, unless it asks for colours, and for users who want none. */
export const NO_COLOURS: Paints = {
  added: asItIs,
  removed: asItIs,
  changed: asItIs,
  grave: asItIs,
  error: asItIs,
  warning: asItIs,
  info: asItIs,
  bold: asItIs,
  dim: asItIs,
};
