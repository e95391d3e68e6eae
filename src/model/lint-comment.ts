import type { Location } from './diagnostic.ts';

/** A comment in a file that turns codes off: `# adc-lint-disable-next-line code[, code] -- reason`. */
export interface LintComment {
  readonly file: string;
  /** The one line that it is about; left out: the whole file. */
  readonly line?: number;
  /** The words where codes should stand, known or not; empty if the comment is not understood. */
  readonly codes: readonly LintCommentCode[];
  /** The comment itself. */
  readonly location: Location;
}

export interface LintCommentCode {
  readonly code: string;
  readonly location: Location;
}
