import type { ErrorObject } from 'ajv';
import type { Path } from '../model/declared.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import type { SourceDocument } from '../model/document.ts';

/** One error of the compiled schema, with what the sentences about it need. */
export interface ShapeError {
  readonly document: SourceDocument;
  readonly error: ErrorObject;
  /** From the top of the document to the value that is wrong. */
  readonly path: Path;
  /** The value in words, e.g. `"status"` or `the product "Payments API"`. */
  readonly name: string;
  /** Whether a variable gave the value: then messages do not repeat it, for it may be a secret. */
  readonly filled: boolean;
}

/** What is said about one error; its place is the value itself, unless it says otherwise. */
export interface Explanation {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
  readonly key?: string;
  readonly related?: { readonly message: string; readonly key: string };
}
