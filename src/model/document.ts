import type { Locate } from './declared.ts';
import type { Severity, Location } from './diagnostic.ts';
import type { LongText } from './long-text.ts';
import type { Owner } from './ownership.ts';
import type { Json } from './product.ts';

/** A text of a file, which converts offsets to places. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** The place between two offsets, limited to its first line. */
  at(start: number, end: number): Location;
}

/** One YAML document of a product file: its value, and the places of all parts. */
export interface SourceDocument {
  /** The path in messages: relative to the working directory if it is inside. */
  readonly file: string;
  /** Absolute, after following symlinks; undefined for standard input. */
  readonly path: string | undefined;
  /** The value with variables filled in; `openapi_file` and `logo_file` are unchanged. */
  readonly value: Json;
  /** Paths are relative to the document, e.g. `['api_products', 0, 'name']`. */
  readonly locate: Locate;
  /** JSON pointers of texts that consist of exactly one variable. */
  readonly filled: ReadonlySet<string>;
  /** JSON pointers of texts with a variable that could not be filled. The error is already reported. */
  readonly unfilled: ReadonlySet<string>;
  /** OpenAPI documents, inline or included, by the index of their product in `api_products`. */
  readonly openapi: ReadonlyMap<number, OpenapiSource>;
  /** Included logos as base64, by the index of their product. */
  readonly logos: ReadonlyMap<number, string>;
  /** The included files, by JSON pointer of the field. */
  readonly includes: ReadonlyMap<string, FileAt>;
  /** Fields from an exception for the environment, by index of the product. */
  readonly exceptions: ReadonlyMap<number, ReadonlySet<string>>;
  /** Variables in texts, by JSON pointer of the text. */
  readonly variables: ReadonlyMap<string, readonly UsedVariable[]>;
  /** The comments of the file, which may have several documents. */
  readonly comments: readonly LintComment[];
}

/** A variable in a text, and the source of its value. */
export interface UsedVariable {
  readonly name: string;
  readonly from: 'config' | '--var' | 'environment' | 'default';
  /** Its place in the config. */
  readonly at?: Location | undefined;
}

/** A file and its path. */
export interface FileAt {
  /** As messages show it. */
  readonly file: string;
  /** Absolute, after following symlinks. */
  readonly path: string;
  /** The symlink to the file, or a path through one, as messages show it. */
  readonly link?: string;
}

/** An OpenAPI document as read, before validation. */
export interface OpenapiSource {
  /** The text that adc sends. */
  readonly text: LongText;
  readonly place: { readonly file: string } | InlinePlace;
  /** The comments of the included file; none for an inline document, whose comments belong to its product file. */
  readonly comments: readonly LintComment[];
}

/** The place of an inline document; both functions are called only for a diagnostic in it. */
export interface InlinePlace {
  readonly field: () => Location;
  /** Its text, if the file contains the same lines, as in a literal block (`|`). */
  readonly block: () => SourceText | undefined;
}

/** Comments of a dump at a missing document, which `adc lint` recognizes (docs/design/contract.md §8). */
export const OPENAPI_LEFT_OUT = "The server does not return this product's OpenAPI document";
export const OPENAPI_REFUSED = "This product's OpenAPI document is left out, since lint would refuse it";

/** Severities of diagnostics that the user changed. */
export interface LintRules {
  /** By code; only adjustable codes. */
  readonly levels: ReadonlyMap<string, Severity | 'off'>;
  /** Whether warnings are errors. */
  readonly strict: boolean;
  /** Whether files may name several portals, each checked on its own. */
  readonly anyPortal?: boolean;
}

/** The settings for validation. */
export interface FileRules extends LintRules {
  /** Owner of files that declare none. A file with another owner is then an error (docs/design/contract.md §10). */
  readonly owner: Owner;
  /** Owner in the config, for files without an owner, if `owner` is undefined. */
  readonly defaultOwner?: Owner;
  /** The environment of the run, and the declared environments of the config (docs/design/contract.md §13). */
  readonly environment?: string | undefined;
  readonly environments?: readonly string[] | undefined;
  /** The day in UTC, as `2026-12-07`: entries of `allow:` and `hold:` end on a day. */
  readonly today: string;
}

export const NO_RULES: LintRules = { levels: new Map(), strict: false };

/** A comment in a file that turns codes off: `# adc-lint-disable-next-line code[, code] -- reason`. */
export interface LintComment {
  readonly file: string;
  /** The line that the comment applies to; undefined for the whole file. */
  readonly line?: number;
  /** The codes of the comment, including unknown codes; empty if the comment is invalid. */
  readonly codes: readonly LintCommentCode[];
  /** The place of the comment. */
  readonly location: Location;
}

export interface LintCommentCode {
  readonly code: string;
  readonly location: Location;
}
