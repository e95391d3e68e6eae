import { nearest } from '../lib/nearest.ts';
import { wildcard } from '../lib/wildcard.ts';
import type { Locate } from './declared.ts';
import type { Location } from './diagnostic.ts';

/** A value for `${NAME}` from a config or `--var`. */
export interface GivenVariable {
  readonly value: string;
  /** Its place in the config; undefined for `--var`. */
  readonly at?: Location | undefined;
}

export type Variables = ReadonlyMap<string, GivenVariable>;

/** A file, directory or glob in a config. */
export interface ConfigPath {
  /** Relative to the working directory, like a value of `-f`. */
  readonly pattern: string;
  readonly at: Location;
}

/** One environment of a config (docs/design/contract.md §13). */
export interface Environment {
  readonly name: string;
  /** The expected address. adc never takes the address from here. */
  readonly server: string | undefined;
  readonly portal: string | undefined;
  readonly variables: Variables;
  /** Replaces the files of the config. */
  readonly files: readonly ConfigPath[] | undefined;
  /** Paths are relative to the environment. */
  readonly at: Locate;
}

/** A valid config file (docs/design/contract.md §13). */
export interface Config {
  /** Path as messages show it. */
  readonly file: string;
  readonly owner: { readonly name: string; readonly at: Location } | undefined;
  readonly files: readonly ConfigPath[] | undefined;
  /** The only path that may contain entries of `allow:`. */
  readonly consents: ConfigPath | undefined;
  /** Files of API7's ADC, by gateway group (docs/design/contract.md §17). */
  readonly gateways: ReadonlyMap<string, readonly ConfigPath[]>;
  readonly environments: ReadonlyMap<string, Environment>;
}

/** Whether a text is a valid name of an environment: `all` and `…-file` are reserved. */
export function isEnvironmentName(name: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(name) && name !== 'all' && !/(?:^|-)file$/.test(name);
}

/** The suffix of the environment's variables, such as `EU_WEST` for `eu-west`. */
export function variableSuffix(environment: string): string {
  return environment.toUpperCase().replaceAll('-', '_');
}

/** The variables for the address and the token of an environment. */
export function connectionVariables(environment: string) {
  const suffix = variableSuffix(environment);
  return {
    server: `ADC_SERVER_${suffix}`,
    token: `ADC_TOKEN_${suffix}`,
    tokenFile: `ADC_TOKEN_FILE_${suffix}`,
  } as const;
}

/** Whether two addresses of the Admin API are equal, apart from credentials and trailing slashes. */
export function sameAddress(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url === undefined ? text : `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  });
  return a === b;
}

/** A hint for the name of an unknown environment. */
export function environmentHint(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'Declare it under "environments" in adc.config.yaml.';
  const near = nearest(name, known);
  return near === undefined ? `adc.config.yaml declares ${known.join(', ')}.` : `Did you mean "${near}"?`;
}

/**
 * Name patterns of variables with secrets. adc does not fill such variables into files, so that no change of a file can
 * publish a secret on a portal, in a plan or in a log (docs/design/contract.md §16).
 */
export const SECRET_VARIABLES = [
  '*TOKEN*',
  '*SECRET*',
  '*PASSWORD*',
  '*PRIVATE*KEY*',
  'AWS_*',
  'ADC_*',
  // GitLab and Azure Pipelines. The repository URL contains the token of the job.
  'CI_JOB_JWT*',
  'CI_REPOSITORY_URL',
  'DOCKER_AUTH_CONFIG',
  'AZURE_DEVOPS_EXT_PAT',
];

/** Names that match a pattern above and have no secret. */
export const NO_SECRET_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'ADC_PORTAL', 'ADC_ENV'];

const isSecret = SECRET_VARIABLES.map(wildcard);

/** Whether a variable has the name of a secret. Ignores case, as Windows does. */
export function isSecretVariable(name: string): boolean {
  const capitals = name.toUpperCase();
  return !NO_SECRET_VARIABLES.includes(capitals) && isSecret.some((matches) => matches(capitals));
}
