import { type Page, NO_COLOURS } from '../../../src/report/page.ts';

/** Eighty columns without colours, unless told otherwise. */
export function page(parts: Partial<Page> = {}): Page {
  return { paints: NO_COLOURS, width: 80, wrapAt: Infinity, namesAll: false, ...parts };
}
