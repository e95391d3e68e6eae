import { exampleFiles } from './example-files.ts';
import { githubWorkflow } from './github-workflow.ts';
import { gitlabPipeline } from './gitlab-pipeline.ts';
import type { NewFile } from './new-file.ts';
import { startingNotes } from './starting-notes.ts';

export interface InitOptions {
  /** Name or id of the portal. */
  readonly portal: string;
  /** Owner of the products (contract-2 §1). */
  readonly owner: string;
  /** The version of adc that pipelines install. */
  readonly version: string;
  /** What stands after `$schema=` in the first line of a product file. */
  readonly schema: string;
  /** The product files, where they come from a portal; left out: an example. */
  readonly dumped?: readonly NewFile[];
}

/** Where dumped product files go. */
export const PRODUCTS = 'products';

/** The files that a repository of API products starts with (contract §3, acceptance L16). Pure. */
export function init({ portal, owner, version, schema, dumped }: InitOptions): readonly NewFile[] {
  const files =
    dumped?.map(({ path, content }) => ({ path: `${PRODUCTS}/${path}`, content })) ??
    exampleFiles({ portal, owner, schema });
  const setting = { version, flags: dumped === undefined ? '' : ` -f ${PRODUCTS}/` };
  return [
    ...files,
    { path: '.env.example', content: ENVIRONMENT },
    { path: '.gitignore', content: IGNORED },
    { path: '.github/workflows/api-products.yaml', content: githubWorkflow(setting) },
    { path: '.gitlab-ci.yml', content: gitlabPipeline(setting) },
    { path: 'README.md', content: startingNotes(setting) },
  ];
}

const ENVIRONMENT = `# Copy this file to .env, which must not get into Git. Pipelines have these as variables of their own.
# The address of the Admin API: that of the Dashboard of API7 Enterprise.
ADC_SERVER=https://localhost:7443
# A token of it. It can be left out here and set in the shell, but then ADC_SERVER is set there too.
ADC_TOKEN=
`;

const IGNORED = `# Tokens are nobody's business, and a saved plan fits one moment alone.
.env
plan.json
diff.md
node_modules/
`;
