/** How answers can be printed (contract §3). */
export const FORMATS = ['text', 'json', 'markdown', 'github'] as const;

export type Format = (typeof FORMATS)[number];

/** Formats whose standard output is one document, written at the end. */
export const DOCUMENTS: ReadonlySet<Format> = new Set(['json', 'markdown']);
