import type { Setting } from './setting.ts';

/**
 * A workflow of GitHub Actions: checks and a comment with the plan on a pull request, `sync` after the merge. Pull
 * requests from forks have no secrets, so they are checked without the portal.
 */
export function githubWorkflow({ version, flags }: Setting): string {
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
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: '24'
      - run: npm install --global adc-products@${version}
      - run: adc lint${flags}

  diff:
    needs: lint
    # Secrets are not for forks.
    if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    env:
      ADC_SERVER: \${{ vars.ADC_SERVER }}
      ADC_TOKEN: \${{ secrets.ADC_TOKEN }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: '24'
      - run: npm install --global adc-products@${version}
      - run: adc diff${flags} --format markdown > diff.md
      - name: Comment on the pull request
        if: \${{ !cancelled() }}
        env:
          ADC_TOKEN: ''
          GH_TOKEN: \${{ github.token }}
          COMMENTS: repos/\${{ github.repository }}/issues/\${{ github.event.pull_request.number }}/comments
          COMMENT: repos/\${{ github.repository }}/issues/comments
        run: |
          test -s diff.md || exit 0
          id=$(gh api --paginate "$COMMENTS" --jq '.[] | select(.body | startswith("<!-- adc-report:diff -->")) | .id' | head -n 1)
          if [ -n "$id" ]; then
            gh api --method PATCH "$COMMENT/$id" --field body=@diff.md --silent
          else
            gh api --method POST "$COMMENTS" --field body=@diff.md --silent
          fi

  sync:
    needs: lint
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    # One at a time, and none is cut off half-way.
    concurrency:
      group: adc-sync
      cancel-in-progress: false
    env:
      ADC_SERVER: \${{ vars.ADC_SERVER }}
      ADC_TOKEN: \${{ secrets.ADC_TOKEN }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: '24'
      - run: npm install --global adc-products@${version}
      # Ended subscriptions are refused; --max-subscription-loss allows some once they are meant.
      - run: adc sync${flags}
`;
}
