import type { Severity, Location } from './diagnostic.ts';
import type { Owner } from './ownership.ts';

/** Levels of diagnostics, where the user sets another one than the table. */
export interface LintRules {
  /** By code; adjustable codes alone. */
  readonly levels: ReadonlyMap<string, Severity | 'off'>;
  /** Warnings are errors. */
  readonly strict: boolean;
  /** Whether files may name several portals, each of which is then judged by itself. */
  readonly anyPortal?: boolean;
}

/** What validating files depends on beside the files themselves. */
export interface FileRules extends LintRules {
  /** Owner of files that declare none; other owners are then a mistake (docs/design/contract.md §10). */
  readonly owner: Owner;
  /** Owner by the config of files that declare none, if `owner` is undefined. */
  readonly defaultOwner?: Owner;
  /** The environment of the run, and those that the config declares (docs/design/contract.md §13). */
  readonly environment?: string | undefined;
  readonly environments?: readonly string[] | undefined;
  /** The day in UTC, as `2026-12-07`: entries of `allow:` and `hold:` end on a day. */
  readonly today: string;
}

export const NO_RULES: LintRules = { levels: new Map(), strict: false };

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
