import type { Path } from '../model/declared.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Json } from '../model/product.ts';

/** From where to where a part of a document stands in its text. */
export type Range = readonly [start: number, end: number];
export type RangeOf = (path: Path, part?: 'key' | 'value') => Range;

export interface ParsedDocument {
  readonly value: Json;
  readonly rangeOf: RangeOf;
}

export interface ParsedText {
  /** The documents whose syntax is right. */
  readonly documents: readonly ParsedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** More levels than people write; deeper ones could exhaust the stack of whatever walks the document (contract §9). */
export const MAX_DEPTH = 200;
