import { stringify } from 'yaml';
import { SERVICES_FIRST, syncFlags, type Setting } from './setting.ts';

/**
 * A workflow of GitHub Actions: checks and a comment with the plan on a pull request, `sync` after the merge. Pull
 * requests from forks have no secrets, so they get only the checks that need no portal. Only the steps that send requests to
 * the portal have a token, and those of a pull request have one that reads.
 */
export function githubWorkflow({ install, flags, gatewaySyncs }: Setting): string {
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
# - variable ADC_SERVER: address of the Admin API
# - secret ADC_TOKEN_READ: token that can only read, for pull requests
# - secret ADC_TOKEN: token that can write, for the job sync. Store it in the environment "api-products" and limit that
#   environment to the branch main, so that no other branch can use the token.
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
          adc diff${flags} --base "$base" --fail-on refused --format markdown > diff.md
        ${access('ADC_TOKEN_READ')}
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
      - run: adc validate${flags} --format github
        if: \${{ !cancelled() }}
        ${access('ADC_TOKEN_READ')}

  sync:
    needs: lint
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    environment: api-products
    # One at a time, and a newer commit cancels none.
    concurrency:
      group: adc-sync-\${{ github.workflow_ref }}
      cancel-in-progress: false
    steps:
      ${setUp()}
${gatewaySteps(gatewaySyncs)}\
      # sync refuses to end subscriptions unless an entry of allow: in the product files consents to it.
      - run: adc sync${syncFlags({ flags, gatewaySyncs })}
        ${access('ADC_TOKEN')}
`;
}

function gatewaySteps(commands: Setting['gatewaySyncs']): string {
  const steps = [...commands.values()].map(
    (command) => `      - run: ${stringify(command, { lineWidth: 0 }).trimEnd()}
        ${access('ADC_TOKEN')}
`,
  );
  return steps.length === 0
    ? ''
    : SERVICES_FIRST.map((line) => `      # ${line}\n`).join('') + steps.join('');
}

/** @param secret the name of the secret that holds the token. */
const access = (secret: string): string => `env:
          ADC_SERVER: \${{ vars.ADC_SERVER }}
          ADC_TOKEN: \${{ secrets.${secret} }}`;
