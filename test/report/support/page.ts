import { Chalk } from 'chalk';
import type { Page } from '../../../src/report/page.ts';

/** Eighty columns without colours, unless told otherwise. */
export function page(parts: Partial<Page> = {}): Page {
  return { style: new Chalk({ level: 0 }), width: 80, wrapAt: Infinity, namesUnmanaged: false, ...parts };
}
