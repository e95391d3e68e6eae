import type { Locate } from './declared.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { LintComment } from './lint-comment.ts';
import type { LongText } from './long-text.ts';
import type { Json } from './product.ts';

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
  /** Of the whole file, which may hold other documents too. */
  readonly comments: readonly LintComment[];
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

export interface OpenapiSource {
  /** The text as it is sent. */
  readonly text: LongText;
  readonly facts: OpenapiFacts;
  /** Of the included file; none for an inline document, whose comments are those of its product file. */
  readonly comments: readonly LintComment[];
}

/** All that is kept of what an OpenAPI document says, which takes several times the room of its text. */
export interface OpenapiFacts {
  /** What is wrong in it, but for its syntax. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether it says where its API is served; true also of one that can't be read, which is reported already. */
  readonly namesServers: boolean;
}

/** An OpenAPI document while it is at hand. */
export interface OpenapiDocument {
  /** Undefined if the text is not well-formed YAML or JSON, which is reported already. */
  readonly value: Json | undefined;
  /** Places in the included file; for an inline document that is no literal block (`|`), always its field. */
  readonly locate: Locate;
}

/** Looks at a document once, as soon as it is read, so that one is in memory at a time. */
export type OpenapiCheck = (document: OpenapiDocument) => Promise<OpenapiFacts>;
