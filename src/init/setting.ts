/** What the commands of pipelines and notes are made of. */
export interface Setting {
  /** The version of adc that is installed. */
  readonly version: string;
  /** With a leading blank, or empty: which files are meant. */
  readonly flags: string;
}
