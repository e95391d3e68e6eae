import { wildcard } from '../lib/wildcard.ts';

/**
 * Names of variables that hold secrets. adc does not fill them into files, so that no change of a file can publish
 * them on a portal, in a plan or in a log (docs/design/contract.md §16).
 */
export const SECRET_VARIABLES = [
  '*TOKEN*',
  '*SECRET*',
  '*PASSWORD*',
  '*PRIVATE*KEY*',
  'AWS_*',
  'ADC_*',
  // For GitLab and Azure Pipelines; the address of the repository includes the token of the job.
  'CI_JOB_JWT*',
  'CI_REPOSITORY_URL',
  'DOCKER_AUTH_CONFIG',
  'AZURE_DEVOPS_EXT_PAT',
];

export const NO_SECRET_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'ADC_PORTAL', 'ADC_ENV'];

const isSecret = SECRET_VARIABLES.map(wildcard);

/** Whether a variable is named like a secret, regardless of case: variable names on Windows are case-insensitive. */
export function isSecretVariable(name: string): boolean {
  const capitals = name.toUpperCase();
  return !NO_SECRET_VARIABLES.includes(capitals) && isSecret.some((matches) => matches(capitals));
}
