import type { CiSystem } from './ci-system.ts';
import type { Setting } from './setting.ts';

interface Notes extends Setting {
  readonly ci: CiSystem;
  /** The path of the package in the repository; undefined if another command installs adc. */
  readonly tarball: string | undefined;
}

/** The README of a new repository. */
export function startingNotes({ install, flags, ci, tarball, environments }: Notes): string {
  const env = environments.length === 0 ? '' : ` --env ${environments[0] ?? ''}`;
  return `# API products

adc keeps the products of our API7 Developer Portal in sync with these files.

Install adc:

    ${install}

- \`cp .env.example .env\`, then fill in the server and a token.
${tarball === undefined ? '' : `- \`npm install --save-dev ./${tarball}\` lets editors check and complete the files: their first line names its schema.\n`}\
- \`adc lint${flags}\` checks the files, \`adc diff${env}${flags}\` shows what would change, \`adc sync${env}${flags}\` applies it.
${ci === 'none' ? '' : `- ${environments.length === 0 ? PIPELINES[ci] : IN_ENVIRONMENTS}\n`}\
- The products belong to the \`owner:\` of the files. adc deletes products of this owner that no file declares any more. It changes
  no product of another owner, so several repositories can share the portal. Use an owner in one repository only.
- adc refuses changes that end subscriptions or leave a service without authentication. It prints an \`allow:\` entry, which you
  add to the files in the pull request, so that reviewers see the consent.
- \`adc dump --update${flags}\` brings changes from the dashboard into the files.
- \`adc dev\` runs an Admin API on your machine for experiments.
`;
}

const IN_ENVIRONMENTS = `A pull request or merge request shows the plan of each environment, and fails if adc would refuse one. The
  merge applies the plans, one environment after the other. The first lines of the pipeline list the settings that it needs.`;

const PIPELINES = {
  github: `A pull request shows the plan, and fails if adc would refuse it. The merge applies the plan. The workflow needs the
  variable ADC_SERVER, the secret ADC_TOKEN_READ for pull requests, and the secret ADC_TOKEN for the merge.`,
  gitlab: `A merge request shows the plan, and fails if adc would refuse it. The merge applies the plan. The pipeline needs the
  variables ADC_SERVER, ADC_TOKEN_READ for merge requests, and ADC_TOKEN for the merge.`,
};
