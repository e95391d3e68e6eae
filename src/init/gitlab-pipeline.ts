import { stringify } from 'yaml';
import { connectionVariables, variableSuffix } from '../model/config.ts';
import { inAll, SERVICES_FIRST, syncFlags, type Setting } from './pipeline-setting.ts';

const CREDENTIALS =
  'GITLAB_TOKEN CI_JOB_TOKEN CI_JOB_JWT CI_JOB_JWT_V1 CI_JOB_JWT_V2 CI_REPOSITORY_URL CI_REGISTRY_PASSWORD CI_DEPLOY_PASSWORD CI_DEPENDENCY_PROXY_PASSWORD DOCKER_AUTH_CONFIG';

/** Installs git, which the image of the jobs lacks. */
const GIT =
  'command -v git > /dev/null || { apt-get update && apt-get install --yes --no-install-recommends git; }';

/**
 * A pipeline of GitLab: checks and a comment with the plan on a merge request, `sync` after the merge. The comment
 * needs a token of the project; without one, the plan is in the log and in the artifacts. Only the scripts that send
 * requests to the portal have a token; in a merge request, it is read-only.
 */
export function gitlabPipeline(setting: Setting): string {
  const { install, flags, environments } = setting;
  const all = inAll(setting);
  const tokens = environments.length === 0 ? [PLAIN] : environments.map(tokensOf);
  const every = tokens.flatMap(({ write, read }) => [write, read]).join(' ');
  return `# A merge request shows what the merge would change on the portal. The merge applies the change.
# The pipeline needs these settings of the project, under "Settings", "CI/CD", "Variables":
${tokens.map(settingsOf).join('\n')}
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
    - unset ${every}
    - adc lint${flags}

# A merge request from a fork has a pipeline in the fork, which lacks the settings: it has no diff.
diff:
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_PROJECT_ID == $CI_PROJECT_ID
  # The whole history: the plan tells changes of the merge request from changes on the portal by the merge base.
  variables:
    GIT_DEPTH: 0
  script:
${tokens.map(({ write, read }) => `    - export ${write}=$${read}\n    - unset ${read}`).join('\n')}
    - ${GIT}
    # Exits with 4 if sync would refuse the plan. The plan then has an allow: entry to paste into a product file.
    - >-
      adc diff${all}${flags} --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --fail-on refused
      --format markdown > diff.md || code=$?
    - adc validate${all}${flags}
    - exit "\${code:-0}"
  # A new shell, which has GITLAB_TOKEN again.
  after_script:
    - test -f diff.md && cat diff.md
    # One comment, updated in place.
    - test -z "$GITLAB_TOKEN" || node "$(dirname "$(realpath "$(command -v adc)")")/../ci/gitlab-comment.js" diff.md
  artifacts:
    when: always
    paths: [diff.md]

${syncJobs(setting, every)}`;
}

interface Tokens {
  /** The environment; undefined for the only portal. */
  readonly name?: string;
  readonly server: string;
  readonly write: string;
  readonly read: string;
}

const PLAIN: Tokens = { server: 'ADC_SERVER', write: 'ADC_TOKEN', read: 'ADC_TOKEN_READ' };

function tokensOf(name: string): Tokens {
  const { server, token } = connectionVariables(name);
  return { name, server, write: token, read: `ADC_TOKEN_READ_${variableSuffix(name)}` };
}

function settingsOf({ name, server, write, read }: Tokens): string {
  const [of, job] = name === undefined ? ['', 'sync'] : [` of ${name}`, `sync-${name}`];
  const scope = name === undefined ? '' : ` Limit it to the environment ${name}.`;
  return `# - ${server}: address of the Admin API${of}
# - ${read}: token that can only read, for merge requests (masked)
# - ${write}: token that can write, for the job ${job} (masked, and protected, so that only protected branches can use it)${scope && `\n#  ${scope}`}`;
}

/** The jobs that apply the files, one for each environment, in order. */
function syncJobs(setting: Setting, every: string): string {
  const { environments, gatewaySyncs } = setting;
  const flags = syncFlags(setting);
  const services = (tokens: Tokens): string => gatewayLines(gatewaySyncs, tokens);
  if (environments.length === 0)
    return syncJob({ job: 'sync', lines: [], unset: 'ADC_TOKEN_READ', services: services(PLAIN), flags });
  return environments
    .map((name, index) => {
      const before = environments[index - 1];
      const own = tokensOf(name).write;
      return syncJob({
        job: `sync-${name}`,
        lines: [
          `  environment: { name: ${name} }`,
          ...(before === undefined ? [] : [`  needs: [sync-${before}]`]),
        ],
        unset: every
          .split(' ')
          .filter((one) => one !== own)
          .join(' '),
        services: services(tokensOf(name)),
        flags: ` --env ${name}${flags}`,
      });
    })
    .join('\n');
}

interface SyncJob {
  readonly job: string;
  /** Additional keys of the job. */
  readonly lines: readonly string[];
  /** Tokens that the job must not use. */
  readonly unset: string;
  /** Lines that sync services first. */
  readonly services: string;
  readonly flags: string;
}

const syncJob = ({ job, lines, unset, services, flags }: SyncJob): string => `${job}:
  stage: deploy
${lines.map((line) => `${line}\n`).join('')}  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # One at a time, and a newer commit cancels none. So that an older commit never syncs after a newer one, set the mode of
  # the resource group, which only the API of GitLab can do: PUT process_mode=oldest_first to
  # /projects/:id/resource_groups/adc-${job}
  resource_group: adc-${job}
  interruptible: false
  script:
    - unset ${unset}
${services}    # sync refuses to end subscriptions unless an entry of allow: in the product files consents to it.
    - adc sync${flags}
`;

/** Commands that sync services: they need a runner with docker, or an image with API7's ADC and another command. */
function gatewayLines(commands: Setting['gatewaySyncs'], { server, write }: Tokens): string {
  if (commands.size === 0) return '';
  const about = [
    ...SERVICES_FIRST,
    "docker needs an image that has it: or put API7's ADC into the image and call it here.",
  ];
  const values = write === PLAIN.write ? '' : `ADC_SERVER=$${server} ADC_TOKEN=$${write} `;
  const lines = [...commands.values()].map(
    (command) => `    - ${stringify(values + command, { lineWidth: 0 })}`,
  );
  return about.map((line) => `    # ${line}\n`).join('') + lines.join('');
}
