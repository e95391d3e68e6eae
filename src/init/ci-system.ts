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
 * `gitlab.example.com`. GitHub without a remote, and none for another host. Pure.
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
