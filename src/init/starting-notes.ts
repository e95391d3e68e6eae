import type { Setting } from './setting.ts';

/** The README of a new repository. */
export function startingNotes({ version, flags }: Setting): string {
  return `# API products

The products of our API7 Developer Portal, kept equal to these files by adc.

- \`npm install --global adc-products@${version}\`, then \`cp .env.example .env\` and fill it in.
- \`npm install --save-dev adc-products@${version}\` lets editors check and complete the files: their first line leads there.
- \`adc lint${flags}\` checks the files, \`adc diff${flags}\` shows what would change, \`adc sync${flags}\` changes it.
- A pull or merge request shows the plan; the merge carries it out. Pipelines need ADC_SERVER and ADC_TOKEN.
- What adc wrote and no file names any more is deleted. Where other repositories share the portal, give each a label and every
  command of it \`--label-selector team=payments\`, here and in the pipelines.
- \`adc dump --update${flags}\` brings into the files what somebody changed in the dashboard.
- \`adc dev\` runs an Admin API on your machine to try things on.
`;
}
