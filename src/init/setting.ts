/** What the commands of pipelines and notes are made of. */
export interface Setting {
  /** The command that installs adc, in one line. */
  readonly install: string;
  /** With a leading space, or empty: the options that name the product files. */
  readonly flags: string;
}
