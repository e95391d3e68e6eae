import type { Setting } from './setting.ts';

/**
 * A workflow of GitHub Actions: checks and a comment with the plan on a pull request, `sync` after the merge. Pull
 * requests from forks have no secrets, so they are checked without the portal. Only the steps that ask the portal have
 * the token.
 */
export function githubWorkflow({ version, flags }: Setting): string {
  const setUp = `- uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false }
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: '24'
      - run: npm install --global --ignore-scripts adc-products@${version}`;
  return `# A pull request shows what a merge would change on the portal; a merge to main changes it.
# Needed in the settings of the repository: the variable ADC_SERVER and the secret ADC_TOKEN.
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
      ${setUp}
      - run: adc lint${flags}

  diff:
    needs: lint
    # Secrets are not for forks.
    if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    steps:
      ${setUp}
      - run: adc diff${flags} --format markdown > diff.md
        ${ACCESS}
      - name: Comment on the pull request
        if: \${{ !cancelled() }}
        env:
          GH_TOKEN: \${{ github.token }}
          ISSUES: repos/\${{ github.repository }}/issues
          NUMBER: \${{ github.event.pull_request.number }}
        # One comment for each job of each workflow. Anybody can write one that bears the marker: only our own is updated.
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

  sync:
    needs: lint
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    # One at a time, and none is cut off half-way.
    concurrency:
      group: adc-sync-\${{ github.workflow_ref }}
      cancel-in-progress: false
    steps:
      ${setUp}
      # sync refuses to end subscriptions unless an entry of allow: in the product files consents to it.
      - run: adc sync${flags}
        ${ACCESS}
`;
}

const ACCESS = `env:
          ADC_SERVER: \${{ vars.ADC_SERVER }}
          ADC_TOKEN: \${{ secrets.ADC_TOKEN }}`;
