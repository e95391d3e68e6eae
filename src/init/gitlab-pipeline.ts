import { stringify } from 'yaml';
import { SERVICES_FIRST, syncFlags, type Setting } from './setting.ts';

const CREDENTIALS =
  'GITLAB_TOKEN CI_JOB_TOKEN CI_JOB_JWT CI_JOB_JWT_V1 CI_JOB_JWT_V2 CI_REPOSITORY_URL CI_REGISTRY_PASSWORD CI_DEPLOY_PASSWORD CI_DEPENDENCY_PROXY_PASSWORD DOCKER_AUTH_CONFIG';

/** The image of the jobs has no git. */
const GIT =
  'command -v git > /dev/null || { apt-get update && apt-get install --yes --no-install-recommends git; }';

/**
 * A pipeline of GitLab: checks and a comment with the plan on a merge request, `sync` after the merge. The comment needs
 * a token of the project; without one, the plan is in the log and in the artifacts. Only the scripts that send requests to
 * the portal have a token, and those of a merge request have one that reads.
 */
export function gitlabPipeline({ install, flags, gatewaySyncs }: Setting): string {
  return `# A merge request shows what the merge would change on the portal. The merge applies the change.
# The pipeline needs these settings of the project, under "Settings", "CI/CD", "Variables":
# - ADC_SERVER: address of the Admin API
# - ADC_TOKEN_READ: token that can only read, for merge requests (masked)
# - ADC_TOKEN: token that can write, for the job sync (masked, and protected, so that only protected branches can use it)
# - GITLAB_TOKEN: for the comment, a project access token with the scope api (masked)
stages: [check, deploy]

default:
  image: node:24-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df
  before_script:
    - ${stringify(install, { lineWidth: 0 }).trimEnd()}
    # Product files can hold variables: adc sees no credential of GitLab in any job, so that diff and sync see the same.
    - unset ${CREDENTIALS}

lint:
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - unset ADC_TOKEN ADC_TOKEN_READ
    - adc lint${flags}

diff:
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  # The whole history: the plan tells changes of the merge request from changes on the portal by the merge base.
  variables:
    GIT_DEPTH: 0
  script:
    - export ADC_TOKEN=$ADC_TOKEN_READ
    - unset ADC_TOKEN_READ
    - ${GIT}
    # Exits with 4 if sync would refuse the plan. The plan then has an allow: entry to paste into a product file.
    - >-
      adc diff${flags} --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --fail-on refused
      --format markdown > diff.md || code=$?
    - adc validate${flags}
    - exit "\${code:-0}"
  # A shell of its own, which has GITLAB_TOKEN again.
  after_script:
    - test -f diff.md && cat diff.md
    # One comment, updated in place.
    - test -z "$GITLAB_TOKEN" || node "$(dirname "$(realpath "$(command -v adc)")")/../ci/gitlab-comment.js" diff.md
  artifacts:
    when: always
    paths: [diff.md]

sync:
  stage: deploy
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # One at a time, and a newer commit cancels none. So that an older commit never syncs after a newer one, set the mode of
  # the resource group, which only the API of GitLab can do: PUT process_mode=oldest_first to
  # /projects/:id/resource_groups/adc-sync
  resource_group: adc-sync
  interruptible: false
  script:
    - unset ADC_TOKEN_READ
${gatewayLines(gatewaySyncs)}\
    # sync refuses to end subscriptions unless an entry of allow: in the product files consents to it.
    - adc sync${syncFlags({ flags, gatewaySyncs })}
`;
}

/** Needs an image and a runner with docker, or API7's ADC in the image and another command. */
function gatewayLines(commands: Setting['gatewaySyncs']): string {
  if (commands.size === 0) return '';
  const about = [
    ...SERVICES_FIRST,
    "docker needs an image that has it: or put API7's ADC into the image and call it here.",
  ];
  const lines = [...commands.values()].map((command) => `    - ${stringify(command, { lineWidth: 0 })}`);
  return about.map((line) => `    # ${line}\n`).join('') + lines.join('');
}
