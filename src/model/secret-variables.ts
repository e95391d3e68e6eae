/**
 * Variables in which adc and what runs it keep credentials, by whose they are. Files are not filled with them, so a
 * change of a file can bring none of them onto a portal, into a plan or into a log (contract §9).
 */
export const SECRET_VARIABLES = {
  adc: ['ADC_TOKEN'],
  npm: ['NPM_TOKEN', 'NODE_AUTH_TOKEN'],
  GitHub: [
    'GITHUB_TOKEN',
    'GH_TOKEN',
    'GITHUB_ENTERPRISE_TOKEN',
    'GH_ENTERPRISE_TOKEN',
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'INPUT_TOKEN',
    'INPUT_GITHUB_TOKEN',
  ],
  // The address of the repository holds the token of the job.
  GitLab: [
    'GITLAB_TOKEN',
    'CI_JOB_TOKEN',
    'CI_JOB_JWT',
    'CI_JOB_JWT_V1',
    'CI_JOB_JWT_V2',
    'CI_REPOSITORY_URL',
    'CI_REGISTRY_PASSWORD',
    'CI_DEPLOY_PASSWORD',
    'CI_DEPENDENCY_PROXY_PASSWORD',
    'DOCKER_AUTH_CONFIG',
  ],
  'Azure Pipelines': ['SYSTEM_ACCESSTOKEN', 'AZURE_DEVOPS_EXT_PAT'],
  'Bitbucket Pipelines': ['BITBUCKET_STEP_OIDC_TOKEN'],
  CircleCI: ['CIRCLE_TOKEN', 'CIRCLE_OIDC_TOKEN', 'CIRCLE_OIDC_TOKEN_V2'],
  Buildkite: ['BUILDKITE_AGENT_ACCESS_TOKEN', 'BUILDKITE_AGENT_JOB_API_TOKEN'],
  Drone: ['DRONE_NETRC_PASSWORD'],
  Woodpecker: ['CI_NETRC_PASSWORD'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const OWNERS: ReadonlyMap<string, string> = new Map<string, string>(
  Object.entries(SECRET_VARIABLES).flatMap(([owner, names]) => names.map((name) => [name, owner] as const)),
);

/** Whose credential a variable holds; undefined if none. Windows does not tell small letters from capitals in names. */
export function ownerOfSecret(name: string): string | undefined {
  return OWNERS.get(name.toUpperCase());
}
