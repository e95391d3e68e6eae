import type { Locate } from './declared.ts';
import type { Location } from './diagnostic.ts';
import type { LintComment } from './lint-rules.ts';
import type { LongText } from './long-text.ts';
import type { Json } from './product.ts';

/** A text with the name it is shown by; offsets become places with their line. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** The place from one offset to another, cut at the end of its first line. */
  at(start: number, end: number): Location;
}

/** One document of a product file as it was read: plain data, with the way back to the places it came from. */
export interface SourceDocument {
  /** The file as people are shown it: relative to the working directory where it lies inside it. */
  readonly file: string;
  /** Absolute, links followed; undefined for standard input. */
  readonly path: string | undefined;
  /** What the document says, variables filled in; `openapi_file` and `logo_file` still stand as they were written. */
  readonly value: Json;
  /** Paths start at the top of the document, e.g. `['api_products', 0, 'name']`. */
  readonly locate: Locate;
  /** JSON pointers of the texts whose whole value came from one variable. */
  readonly filled: ReadonlySet<string>;
  /** JSON pointers of the texts that could not be filled, which is reported already: their values mean nothing. */
  readonly unfilled: ReadonlySet<string>;
  /** OpenAPI documents, inline or included, by the index of their product in `api_products`. */
  readonly openapi: ReadonlyMap<number, OpenapiSource>;
  /** Included logos as base64, by the index of their product. */
  readonly logos: ReadonlyMap<number, string>;
  /** Where the files were read that products include, by the JSON pointers of the fields that name them. */
  readonly includes: ReadonlyMap<string, FileAt>;
  /** Fields that an exception for the environment gives, by the index of their product. */
  readonly exceptions: ReadonlyMap<number, ReadonlySet<string>>;
  /** Variables that are in texts, by the JSON pointers of the texts. */
  readonly variables: ReadonlyMap<string, readonly UsedVariable[]>;
  /** Of the whole file, which may hold other documents too. */
  readonly comments: readonly LintComment[];
}

/** A variable in a text, and what gave its value. */
export interface UsedVariable {
  readonly name: string;
  readonly from: 'config' | '--var' | 'environment' | 'default';
  /** Where the config sets it. */
  readonly at?: Location | undefined;
}

/** A file, and where it is. */
export interface FileAt {
  /** As people are shown it. */
  readonly file: string;
  /** Absolute, links followed. */
  readonly path: string;
  /** The link that led there, or a path through one, as people are shown it. */
  readonly link?: string;
}

/** An OpenAPI document as it was read, before anything looks into it. */
export interface OpenapiSource {
  /** The text as it is sent. */
  readonly text: LongText;
  readonly place: { readonly file: string } | InlinePlace;
  /** Of the included file; none for an inline document, whose comments are those of its product file. */
  readonly comments: readonly LintComment[];
}

/** Where an inline document stands; both are asked for only if something in it has to be shown. */
export interface InlinePlace {
  readonly field: () => Location;
  /** Its text where that stands in the file line by line, as in a literal block (`|`). */
  readonly block: () => SourceText | undefined;
}

/** How a dump begins to say that a document is missing from it; `adc lint` says it again (docs/design/contract.md §8). */
export const OPENAPI_LEFT_OUT = "The server does not return this product's OpenAPI document";
export const OPENAPI_REFUSED = "This product's OpenAPI document is left out, since lint would refuse it";
