import type { Setting } from './setting.ts';

/** The README of a new repository. */
export function startingNotes({ version, flags }: Setting): string {
  return `# API products

adc keeps the products of our API7 Developer Portal in sync with these files.

- \`npm install --global adc-products@${version}\`, then \`cp .env.example .env\` and fill it in.
- \`npm install --save-dev adc-products@${version}\` lets editors check and complete the files: their first line leads there.
- \`adc lint${flags}\` checks the files, \`adc diff${flags}\` shows what would change, \`adc sync${flags}\` applies it.
- A pull or merge request shows the plan, and the merge applies it. Pipelines need ADC_SERVER and ADC_TOKEN.
- The products belong to the \`owner:\` of the files. adc deletes products of this owner that no file declares any more. It changes
  no product of another owner, so several repositories can share the portal. Use an owner in one repository only.
- adc refuses changes that end subscriptions or leave a service without authentication. It prints an \`allow:\` entry, which you
  add to the files in the pull request, so that reviewers see the consent.
- \`adc dump --update${flags}\` brings into the files what somebody changed in the dashboard.
- \`adc dev\` runs an Admin API on your machine to try things on.
`;
}
