import type { Severity, Location } from './diagnostic.ts';
import type { Owner } from './ownership.ts';

/** Levels of diagnostics that the user changed. */
export interface LintRules {
  /** By code; only adjustable codes. */
  readonly levels: ReadonlyMap<string, Severity | 'off'>;
  /** Whether warnings are errors. */
  readonly strict: boolean;
  /** Whether files may name several portals, each checked on its own. */
  readonly anyPortal?: boolean;
}

/** The settings that validation depends on, in addition to the files. */
export interface FileRules extends LintRules {
  /** Owner of files that declare none; other owners are then an error (docs/design/contract.md §10). */
  readonly owner: Owner;
  /** Owner of the config for files that declare none, if `owner` is undefined. */
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
  /** The line that it applies to; undefined: the whole file. */
  readonly line?: number;
  /** The codes of the comment, known or not; empty if the comment is invalid. */
  readonly codes: readonly LintCommentCode[];
  /** The place of the comment. */
  readonly location: Location;
}

export interface LintCommentCode {
  readonly code: string;
  readonly location: Location;
}
