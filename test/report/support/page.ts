import { type Page, NO_COLOURS } from '../../../src/report/page.ts';

/** A page with 80 columns and no colours by default. */
export function page(parts: Partial<Page> = {}): Page {
  return { paints: NO_COLOURS, width: 80, wrapAt: Infinity, namesAll: false, ...parts };
}
