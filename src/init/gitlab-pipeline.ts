import type { Setting } from './setting.ts';

const CREDENTIALS =
  'GITLAB_TOKEN CI_JOB_TOKEN CI_JOB_JWT CI_JOB_JWT_V1 CI_JOB_JWT_V2 CI_REPOSITORY_URL CI_REGISTRY_PASSWORD CI_DEPLOY_PASSWORD CI_DEPENDENCY_PROXY_PASSWORD DOCKER_AUTH_CONFIG';

/**
 * A pipeline of GitLab: checks and a comment with the plan on a merge request, `sync` after the merge. The comment needs
 * a token of the project; without one, the plan stands in the log and in the artifacts.
 */
export function gitlabPipeline({ version, flags }: Setting): string {
  return `# A merge request shows what the merge would change on the portal; the merge changes it.
# Needed in the settings of the project, under CI/CD variables: ADC_SERVER and, masked, ADC_TOKEN.
# For the comments, masked as well: GITLAB_TOKEN, a project access token with the scope api.
stages: [check, deploy]

default:
  image: node:24-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df
  before_script:
    - npm install --global --ignore-scripts adc-products@${version}
    # Product files may hold variables: no job lets adc see a credential of GitLab, so that diff and sync see the same.
    - unset ${CREDENTIALS}

lint:
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - adc lint${flags}

diff:
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - adc diff${flags} --format markdown > diff.md
  # A shell of its own, which has the token again.
  after_script:
    - test -f diff.md && cat diff.md
    # One comment, updated in place.
    - test -z "$GITLAB_TOKEN" || node "$(npm root --global)/adc-products/ci/gitlab-comment.js" diff.md
  artifacts:
    when: always
    paths: [diff.md]

sync:
  stage: deploy
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # One at a time, and none is cut off half-way. So that an older commit never syncs after a newer one, set the mode of the
  # resource group, which GitLab takes by its API alone: process_mode=oldest_first, with PUT, to
  # /projects/:id/resource_groups/adc-sync
  resource_group: adc-sync
  interruptible: false
  script:
    # sync refuses to end subscriptions unless an entry of allow: in the product files consents to it.
    - adc sync${flags}
`;
}
