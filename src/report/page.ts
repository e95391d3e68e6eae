import type { ChalkInstance } from 'chalk';

/** What text is written on. */
export interface Page {
  /** Its colours. */
  readonly style: ChalkInstance;
  /** Columns before a terminal would break the line. */
  readonly width: number;
  /** Whether products that stay as they are are named, not only counted. */
  readonly namesUnmanaged: boolean;
}
