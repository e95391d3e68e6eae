import type { Paints } from './paints.ts';

/** What text is written on. */
export interface Page {
  /** Its colours. */
  readonly paints: Paints;
  /** Columns before a terminal would break the line. */
  readonly width: number;
  /** Columns at which a sentence goes on in the next line; Infinity where nothing breaks lines, as in a log. */
  readonly wrapAt: number;
  /** Whether products that stay as they are are named, not only counted, and long lists of names whole. */
  readonly namesAll: boolean;
}
