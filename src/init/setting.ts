/** What the commands of pipelines and notes are made of. */
export interface Setting {
  /** The command that installs adc, in one line. */
  readonly install: string;
  /** With a leading space, or empty: the options that name the product files. */
  readonly flags: string;
  /** Names of environments; empty: the repository has none. */
  readonly environments: readonly string[];
}

/** With a leading space, or empty: the option with which a command is for all environments. */
export const inAll = ({ environments }: Setting): string => (environments.length === 0 ? '' : ' --env all');
