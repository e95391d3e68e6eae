import { Chalk } from 'chalk';
import type { Paints } from './page.ts';

const style = new Chalk({ level: 1 });

/** Neither yellow, which a light background swallows, nor blue, which a dark one does. */
export const COLOURS: Paints = {
  added: style.green,
  removed: style.red,
  changed: style.cyan,
  grave: style.red.bold,
  error: style.red,
  warning: style.magenta,
  info: style.cyan,
  bold: style.bold,
  dim: style.dim,
};
