import { Chalk } from 'chalk';
import type { Paints } from './page.ts';

const style = new Chalk({ level: 1 });

/** No yellow, which is unreadable on a light background, and no blue, which is unreadable on a dark one. */
export const COLOURS: Paints = {
  added: style.green,
  removed: style.red,
  changed: style.cyan,
  severe: style.red.bold,
  error: style.red,
  warning: style.magenta,
  info: style.cyan,
  bold: style.bold,
  dim: style.dim,
};
