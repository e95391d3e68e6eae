export type Severity = 'error' | 'warning' | 'info';

/** One kind of diagnostic, with its description for the reference. */
export interface CodeRow {
  readonly severity: Severity;
  /** What it means. */
  readonly about: string;
  /** What to do. */
  readonly remedy: string;
  /**
   * Whether a flag or a comment may lower its severity. Only diagnostics that do not protect the portal: never those
   * that decide which products, services and subscriptions a run changes, or whether a file means what its author
   * intended.
   */
  readonly adjustable?: true;
  /** Whether it stays a warning with --strict: the passing of time must not fail a pipeline. */
  readonly staysWarning?: true;
}
