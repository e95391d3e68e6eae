import { wildcard } from '../lib/wildcard.ts';

/**
 * Names of variables in which secrets are kept. Files are not filled with them, so a change of a file can bring none of
 * them onto a portal, into a plan or into a log (docs/design/contract.md §16).
 */
export const SECRET_VARIABLES = [
  '*TOKEN*',
  '*SECRET*',
  '*PASSWORD*',
  '*PRIVATE*KEY*',
  'AWS_*',
  'ADC_*',
  // Of GitLab and Azure Pipelines; the address of the repository holds the token of the job.
  'CI_JOB_JWT*',
  'CI_REPOSITORY_URL',
  'DOCKER_AUTH_CONFIG',
  'AZURE_DEVOPS_EXT_PAT',
];

export const NO_SECRET_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'ADC_PORTAL', 'ADC_ENV'];

const isSecret = SECRET_VARIABLES.map(wildcard);

/** Whether a variable is named like a secret. Windows does not tell small letters from capitals in names. */
export function isSecretVariable(name: string): boolean {
  const capitals = name.toUpperCase();
  return !NO_SECRET_VARIABLES.includes(capitals) && isSecret.some((matches) => matches(capitals));
}
