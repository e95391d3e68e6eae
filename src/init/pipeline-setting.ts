/** The values of `--ci` of `adc init`. */
export const CI_SYSTEMS = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];

/** The path of the pipeline in a repository. */
export const PIPELINE_PATHS = { github: '.github/workflows/api-products.yaml', gitlab: '.gitlab-ci.yml' };

export interface CiChoice {
  readonly system: CiSystem;
  /** A clause that completes "GitHub, because …". */
  readonly reason: string;
}

/**
 * The CI system of a repository: the flag, else by the host of its remote, such as `github.com` and
 * `gitlab.example.com`. GitHub without a remote, and none for another host.
 */
export function chooseCi(flag: CiSystem | undefined, remote: string | undefined): CiChoice {
  if (flag !== undefined) return { system: flag, reason: `--ci is ${flag}` };
  if (remote === undefined) return { system: 'github', reason: 'there is no remote "origin"' };
  const host = hostOf(remote);
  const [, system] = /(?:^|[.-])(github|gitlab)(?:[.-]|$)/i.exec(host) ?? [];
  const reason = `the remote "origin" is on ${host === '' ? 'no host' : host}`;
  return { system: (system?.toLowerCase() ?? 'none') as CiSystem, reason };
}

/** The host in `git@host:acme/apis.git`, `https://user@host:8443/acme/apis` or `ssh://git@host/acme/apis`; '' in a path. */
function hostOf(remote: string): string {
  const [, ofUrl, ofScp] = /^(?:\w+:\/\/(?:[^/]*@)?([^/:]+)|(?:[^/:]*@)?([^/:]{2,}):)/.exec(remote) ?? [];
  return ofUrl ?? ofScp ?? '';
}

/** The settings for the commands of pipelines and notes. */
export interface Setting {
  /** The command that installs adc, in one line. */
  readonly install: string;
  /** With a leading space, or empty: the options that name the product files. */
  readonly flags: string;
  /** Commands of API7's ADC that sync the services of gateway groups, by group; they run before sync. */
  readonly gatewaySyncs: ReadonlyMap<string, string>;
  /** Names of environments; empty: none. */
  readonly environments: readonly string[];
}

/** The options of sync, which waits for services that API7's ADC has just added. */
export function syncFlags({ flags, gatewaySyncs }: Pick<Setting, 'flags' | 'gatewaySyncs'>): string {
  return gatewaySyncs.size === 0 ? flags : `${flags} --wait-for-services 60s`;
}

/** The reason why a pipeline syncs services first, as the lines of a comment. */
export const SERVICES_FIRST = [
  "Services come before products: a product links a service by its id, which exists once API7's ADC has added the",
  "service. One job runs both, so that no other run comes between them. API7's ADC deletes what its files lack:",
  'add --label-selector if they hold a part of the gateway group, and --env for each variable in them.',
];

/** The option for all environments with a leading space, or empty. */
export const inAll = ({ environments }: Setting): string => (environments.length === 0 ? '' : ' --env all');
