export type Severity = 'error' | 'warning' | 'info';

/** One kind of error: its general description, for the page where people look it up. */
export interface CodeRow {
  readonly severity: Severity;
  /** What it means. */
  readonly about: string;
  /** What to do. */
  readonly remedy: string;
  /**
   * Whether a flag or a comment may turn it down. Only what leaves the portal as safe as before: never what decides
   * which products, services and subscriptions a run touches, nor whether a file says what its author meant.
   */
  readonly adjustable?: true;
  /** Whether it stays a warning where warnings are errors: time alone must not fail a pipeline. */
  readonly staysWarning?: true;
}
