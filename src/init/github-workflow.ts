import { stringify } from 'yaml';
import { connectionVariables, variableSuffix } from '../model/config.ts';
import { inAll, SERVICES_FIRST, syncFlags, type Setting } from './pipeline-setting.ts';

/**
 * A workflow of GitHub Actions: checks and a comment with the plan on a pull request, `sync` after the merge. Pull
 * requests from forks have no secrets, so they get only the checks that need no portal. Only the steps that send
 * requests to the portal have a token; in a pull request, it is read-only.
 */
export function githubWorkflow(setting: Setting): string {
  const { install, flags, environments } = setting;
  const all = inAll(setting);
  const reading = access(readAccess(environments));
  const setUp = (
    checkout = '',
  ): string => `- uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false${checkout} }
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: '24'
      - run: ${stringify(install, { lineWidth: 0 }).trimEnd()}`;
  return `# A pull request shows what its merge would change on the portal. A merge to main applies the change.
# The workflow needs these settings of the repository, under "Secrets and variables", "Actions":
${settingsOf(environments)}
name: API products
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      ${setUp()}
      - run: adc lint${flags} --format github

  diff:
    needs: lint
    # Pull requests from forks have no secrets.
    if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    steps:
      # The whole history: the plan tells changes of the pull request from changes on the portal by the merge base.
      ${setUp(', fetch-depth: 0')}
      # Exits with 4 if sync would refuse the plan. The plan then has an allow: entry to paste into a product file.
      - run: |
          base=$(git merge-base HEAD "origin/$GITHUB_BASE_REF")
          adc diff${all}${flags} --base "$base" --fail-on refused --format markdown > diff.md
        ${reading}
      - name: Show the plan
        if: \${{ !cancelled() }}
        run: |
          test -s diff.md || exit 0
          cat diff.md
          cat diff.md >> "$GITHUB_STEP_SUMMARY"
      - name: Comment on the pull request
        if: \${{ !cancelled() }}
        env:
          GH_TOKEN: \${{ github.token }}
          ISSUES: repos/\${{ github.repository }}/issues
          NUMBER: \${{ github.event.pull_request.number }}
        # One comment for each job of each workflow. Anyone can write the marker, so only our own comment is updated.
        run: |
          test -s diff.md || exit 0
          marker="<!-- adc-diff:$GITHUB_WORKFLOW_REF:$GITHUB_JOB -->"
          (echo "$marker" && cat diff.md) > comment.md
          login=$(gh api graphql --raw-field 'query={viewer{login}}' --jq .data.viewer.login)
          gh api --paginate "$ISSUES/$NUMBER/comments?per_page=100" \\
            --jq ".[] | select(.user.login == \\"$login\\" and (.body | startswith(\\"$marker\\"))) | .id" > own-comments
          id=$(head -n 1 own-comments)
          if [ -n "$id" ]; then
            gh api --method PATCH "$ISSUES/comments/$id" --field body=@comment.md --silent
          else
            gh api --method POST "$ISSUES/$NUMBER/comments" --field body=@comment.md --silent
          fi
      - run: adc validate${all}${flags} --format github
        if: \${{ !cancelled() }}
        ${reading}

${syncJobs(setting, setUp())}`;
}

/** The jobs that apply the files, one for each environment, in order. */
function syncJobs(setting: Setting, setUp: string): string {
  const { environments, gatewaySyncs } = setting;
  const flags = syncFlags(setting);
  const jobs: readonly SyncJob[] =
    environments.length === 0
      ? [{ job: 'sync', needs: 'lint', environment: 'api-products', flags, variables: PLAIN }]
      : environments.map((name, index) => ({
          job: `sync-${name}`,
          needs: index === 0 ? 'lint' : `sync-${environments[index - 1] ?? ''}`,
          environment: name,
          flags: ` --env ${name}${flags}`,
          variables: writeAccess(name),
        }));
  return jobs.map((job) => syncJob(job, setUp + gatewaySteps(gatewaySyncs, job.variables))).join('\n');
}

type Access = readonly (readonly [variable: string, value: string])[];

interface SyncJob {
  readonly job: string;
  readonly needs: string;
  /** The environment of GitHub, which contains the secrets. */
  readonly environment: string;
  readonly flags: string;
  readonly variables: Access;
}

const syncJob = ({ job, needs, environment, flags, variables }: SyncJob, setUp: string): string => `  ${job}:
    needs: ${needs}
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    environment: ${environment}
    # One at a time, and a newer commit cancels none.
    concurrency:
      group: adc-${job}-\${{ github.workflow_ref }}
      cancel-in-progress: false
    steps:
      ${setUp}
      # sync refuses to end subscriptions unless an entry of allow: in the product files consents to it.
      - run: adc sync${flags}
        ${access(variables)}
`;

/** The steps that run API7's ADC, whose variables have the same names for every environment. */
function gatewaySteps(commands: Setting['gatewaySyncs'], variables: Access): string {
  const env = access(variables.map(([name, value]) => [/^ADC_[A-Z]+/.exec(name)?.[0] ?? name, value]));
  const steps = [...commands.values()].map(
    (command) => `
      - run: ${stringify(command, { lineWidth: 0 }).trimEnd()}
        ${env}`,
  );
  return steps.length === 0
    ? ''
    : SERVICES_FIRST.map((line) => `\n      # ${line}`).join('') + steps.join('');
}

/** The settings that the workflow needs, as lines of a comment. */
function settingsOf(environments: readonly string[]): string {
  if (environments.length === 0)
    return `# - variable ADC_SERVER: address of the Admin API
# - secret ADC_TOKEN_READ: token that can only read, for pull requests
# - secret ADC_TOKEN: token that can write, for the job sync. Store it in the environment "api-products" and limit that
#   environment to the branch main, so that no other branch can use the token.`;
  return environments
    .map((name) => {
      const { server, token } = connectionVariables(name);
      return `# - variable ${server}: address of the Admin API of ${name}
# - secret ADC_TOKEN_READ_${variableSuffix(name)}: token that can only read, for pull requests
# - secret ${token}: token that can write, for the job sync-${name}. Store it in the environment "${name}" and limit that
#   environment to the branch main, so that no other branch and no other job can use the token.`;
    })
    .join('\n');
}

const variableOf = (name: string): string => `\${{ vars.${name} }}`;
const secretOf = (name: string): string => `\${{ secrets.${name} }}`;

const PLAIN: Access = [
  ['ADC_SERVER', variableOf('ADC_SERVER')],
  ['ADC_TOKEN', secretOf('ADC_TOKEN')],
];

/** The variables of all environments, with read-only tokens. */
function readAccess(environments: readonly string[]): Access {
  if (environments.length === 0)
    return [
      ['ADC_SERVER', variableOf('ADC_SERVER')],
      ['ADC_TOKEN', secretOf('ADC_TOKEN_READ')],
    ];
  return environments.flatMap((name): Access => {
    const { server, token } = connectionVariables(name);
    return [
      [server, variableOf(server)],
      [token, secretOf(`ADC_TOKEN_READ_${variableSuffix(name)}`)],
    ];
  });
}

function writeAccess(name: string): Access {
  const { server, token } = connectionVariables(name);
  return [
    [server, variableOf(server)],
    [token, secretOf(token)],
  ];
}

const access = (variables: Access): string =>
  ['env:', ...variables.map(([name, value]) => `  ${name}: ${value}`)].join('\n        ');
