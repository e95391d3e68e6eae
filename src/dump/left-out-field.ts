import type { FieldName } from '../model/product.ts';

/** A field that lint would refuse. Of an OpenAPI document, the text is dumped all the same, into a file that nothing names. */
export interface LeftOutField {
  readonly field: FieldName;
  /** What lint would say. */
  readonly mistake: string;
}

/** By the ids of products. */
export type LeftOutFields = ReadonlyMap<string, readonly LeftOutField[]>;
