import { stringify } from 'yaml';
import { printable } from '../lib/printable.ts';
import { PIPELINE_PATHS, type CiChoice, type CiSystem, type Setting } from './pipeline-setting.ts';

interface Head {
  /** Undefined if the environments of a config name their portals. */
  readonly portal: string | undefined;
  readonly owner: string;
  readonly schema: string;
}

/** A product file with a product of each type, and the OpenAPI document that one of them includes. */
export function exampleFiles(head: Head): readonly NewFile[] {
  return [
    { path: 'api-products.yaml', content: productFile(head) },
    { path: 'openapi/orders.yaml', content: OPENAPI },
  ];
}

/** Both products are drafts, which users of the portal do not see. */
function productFile({ portal, owner, schema }: Head): string {
  const name = stringify(portal?.replaceAll('${', '\\${'), { lineWidth: 0, compat: 'yaml-1.1' })?.trimEnd();
  return `# yaml-language-server: $schema=${schema}
${portal === undefined ? '' : `portal: ${name} # name or id\n`}owner: ${owner} # who manages these products; adc changes no product of another owner
api_products:
  # Offers a service of the gateway. The names are those of the control plane: put yours here.
  - name: Payments API # the identity of a product within its portal
    type: gateway
    desc: Payment processing APIs for developers
    labels:
      team: payments
    status: draft # draft | published
    visibility: public # public | logged_in
    auth: # key_auth, basic_auth, dcr: one or more
      key_auth: {}
    linked_gateway_services:
      - gateway_group: default
        service: payments

  # Documents an API that is served elsewhere.
  - name: Orders API
    type: external
    desc: Orders of the shop
    status: draft
    visibility: public
    openapi_file: openapi/orders.yaml
    server_urls:
      - https://orders.example.com
`;
}

const OPENAPI = `openapi: 3.0.3
info:
  title: Orders API
  version: 1.0.0
servers:
  - url: https://orders.example.com
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      summary: Gives one order
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
      responses:
        '200':
          description: The order
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Order'
        '404':
          description: There is no such order
components:
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id:
          type: string
`;

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
- \`adc dump --update${env}${flags}\` brings changes from the dashboard into the files.
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

/** The result of `adc init`. */
interface InitResult {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly folder: string;
  readonly fromPortal: boolean;
  /** The options of every command, with a leading space, or empty. */
  readonly flags: string;
  /** Absent if no new file declares it. */
  readonly owner?: string;
  /** Names of live products of other owners. */
  readonly ofOtherOwners: readonly string[];
  readonly ci: CiChoice;
  readonly environments: readonly string[];
  readonly envIsIgnored: boolean;
  /** The path of the package, if Git ignores it. */
  readonly ignoredTarball: string | undefined;
}

/** The output of `adc init`: the files, its choices, and the next steps. */
export function initText(result: InitResult): string {
  const { written, kept, folder, fromPortal, owner, ci, ofOtherOwners, environments } = result;
  const [first] = environments;
  const flags = result.flags + (first === undefined ? '' : ` --env ${first}`);
  const others = ofOtherOwners.map((name) => `"${printable(name)}"`).join(', ');
  const lines = [
    ...written.map((path) => `wrote ${printable(path)}`),
    ...kept.map((path) => `kept  ${printable(path)}, which exists already`),
    ...(owner === undefined
      ? []
      : [
          `owner ${owner}: adc writes it to the label managed-by of these products, and changes no product of another owner`,
        ]),
    ...(ofOtherOwners.length === 0 ? [] : [`left out, since they have another owner: ${others}`]),
    ciText(ci),
    '',
    'Next:',
    ...(folder === '.' ? [] : [`  cd ${printable(folder)}`]),
    ...ignoreTexts(result),
    '  cp .env.example .env     and fill in the server and a token; adc dev runs a server for experiments',
    ...(fromPortal
      ? []
      : ['  api-products.yaml        replace the names of the gateway group and the services']),
    `  adc diff${flags}${' '.repeat(Math.max(1, 17 - flags.length))}shows what would change; adc sync${flags} changes it`,
    `  git push                 ${pipelineText(result)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const NAMES = { github: 'GitHub', gitlab: 'GitLab' };

/** The chosen CI system, the reason, and the option for another one. */
function ciText({ system, reason }: CiChoice): string {
  if (system === 'none')
    return `pipeline: none, because ${reason}; --ci github or --ci gitlab writes one, and ci/README.md of adc has examples for Jenkins and Argo CD`;
  const other = system === 'github' ? 'gitlab' : 'github';
  return `pipeline: for ${NAMES[system]}, because ${reason}; --ci ${other} writes one for ${NAMES[other]}`;
}

/** Problems of an existing .gitignore. */
function ignoreTexts({ envIsIgnored, ignoredTarball }: InitResult): readonly string[] {
  return [
    ...(envIsIgnored
      ? []
      : ['  .gitignore               add .env: it will hold a token, and Git does not ignore it']),
    ...(ignoredTarball === undefined
      ? []
      : [`  git add --force ${ignoredTarball}, which Git ignores and the pipelines install`]),
  ];
}

/** The settings that the pipeline needs, if adc wrote one. */
function pipelineText({ ci: { system }, written, environments }: InitResult): string {
  if (system === 'none' || !written.includes(PIPELINE_PATHS[system]))
    return 'shares the files; no pipeline was added';
  if (environments.length > 0)
    return `once ${NAMES[system]} has the settings that the first lines of ${PIPELINE_PATHS[system]} list`;
  return `once ${NAMES[system]} has ADC_SERVER, ADC_TOKEN_READ and ADC_TOKEN for the pipeline`;
}

/** A file of a new repository. */
export interface NewFile {
  /** Relative to the folder of the repository, separated by `/`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}
