import { validateAction, validateWorkflow } from '@action-validator/core';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { Secret } from 'kubernetes-models/v1';
import { readdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '../../src/generated/version.ts';
import type { CronWorkflow } from './support/argo-workflows.d.ts';
import { literalErrors } from './support/literal-errors.ts';
import { pipelineOfInit } from './support/pipeline-of-init.ts';
import { projectFile, yamlBlocks, yamlDocuments } from './support/project-file.ts';

const root = new URL('../../', import.meta.url);

describe('GitHub', () => {
  test('action.yml is an action, and its shell scripts have no expression', async () => {
    const text = await projectFile('action.yml');
    expect(validateAction(text).errors).toEqual([]);
    expect(runLines(text)).not.toHaveLength(0);
    expect(runLines(text).filter((line) => line.includes('${{'))).toEqual([]);
  });

  test.each(readdirSync(new URL('.github/workflows', root)))(
    '%s is a workflow, and its shell scripts have no expression',
    async (file) => {
      const text = await projectFile(`.github/workflows/${file}`);
      expect(validateWorkflow(text).errors).toEqual([]);
      expect(runLines(text)).not.toHaveLength(0);
      expect(runLines(text).filter((line) => line.includes('${{'))).toEqual([]);
    },
  );

  describe('the workflows in ci/README.md', () => {
    const file = 'ci/README.md';
    const workflows = async (): Promise<readonly string[]> =>
      (await yamlBlocks(file)).filter((text) => text.includes('runs-on:'));

    test('are workflows, and know the action', async () => {
      const { inputs, outputs } = parse(await projectFile('action.yml')) as Action;
      expect(await workflows()).not.toHaveLength(0);
      for (const text of await workflows()) {
        expect(validateWorkflow(text).errors).toEqual([]);
        const { jobs } = parse(text) as { jobs: Jobs };
        const steps = Object.values(jobs).flatMap((job) => job.steps);
        const given = steps.find(({ uses }) => uses?.startsWith('OWNER/adc@'))?.with ?? {};
        expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
        const used = [...text.matchAll(/steps\.adc\.outputs\.([a-z-]+)/g)].map(([, name]) => name);
        expect(Object.keys(outputs)).toEqual(expect.arrayContaining(used));
      }
    });

    test('sync one at a time, cancel none, and give no secrets to forks', async () => {
      const [text = ''] = await workflows();
      const { concurrency, jobs } = parse(text) as { concurrency: Concurrency; jobs: Jobs };
      expect(concurrency).toEqual({ group: expect.stringContaining('${{ github.ref }}') as string });
      for (const job of Object.values(jobs)) {
        expect(job.if).toBe(
          "github.event_name == 'push' || github.event.pull_request.head.repo.full_name == github.repository",
        );
      }
    });
  });

  test('where the package is published, no code of the project or its dependencies runs', async () => {
    const { jobs } = parse(await projectFile('.github/workflows/release.yaml'));
    const powerful = Object.values(jobs as Jobs).filter(({ permissions }) => permissions !== undefined);
    expect(powerful).toHaveLength(1);
    expect(powerful.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))).toEqual([
      expect.stringMatching(/^npm publish \S+ --provenance --access public$/),
      expect.stringMatching(/^gh release create /),
    ]);
    expect(JSON.stringify(powerful)).not.toContain('actions/checkout');
  });

  test('scripts can be run', async () => {
    for (const file of ['ci/github-action.sh', 'ci/install.sh', 'ci/pre-commit.sh']) {
      expect((await stat(new URL(file, root))).mode & 0o111).toBe(0o111);
    }
  });
});

describe('external versions are pinned', () => {
  const readme = async (file: string): Promise<string> => (await yamlBlocks(file)).join('\n');
  const workflows: readonly (readonly [string, () => Promise<string> | string])[] = [
    ...readdirSync(new URL('.github/workflows', root)).map(
      (file) => [file, () => projectFile(`.github/workflows/${file}`)] as const,
    ),
    ['ci/README.md', () => readme('ci/README.md')],
    ['adc init', () => pipelineOfInit('github')],
  ];

  test.each(workflows)(
    '%s names actions by commit, and keeps no credentials in a checkout',
    async (_, read) => {
      const text = await read();
      const uses = [...text.matchAll(/uses: (.*)/g)].map(([, used = '']) => used);
      const others = uses.filter((used) => !used.startsWith('OWNER/adc@'));
      expect(others).not.toHaveLength(0);
      for (const used of others) expect(used).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      const checkouts = text.split('uses: actions/checkout@').slice(1);
      for (const checkout of checkouts)
        expect(checkout).toMatch(/^.*\n +with:(?: \{|\n +) ?persist-credentials: false/);
    },
  );

  test('one action has one commit everywhere', async () => {
    const texts = await Promise.all(workflows.map(async ([, read]) => read()));
    const uses = new Set([...texts.join('\n').matchAll(/uses: (actions\/.*)/g)].map(([, used = '']) => used));
    const names = [...uses].map((used) => used.split('@')[0]);
    expect(names).toEqual([...new Set(names)]);
  });

  test.each([
    'Dockerfile',
    'ci/gitlab/template.yml',
    'ci/jenkins/Jenkinsfile',
    'ci/kubernetes/drift.yaml',
    'ci/argo/sync-hook.yaml',
    'adc init',
  ])('%s names images by digest', async (file) => {
    const text = file === 'adc init' ? pipelineOfInit('gitlab') : await projectFile(file);
    const images = [...text.matchAll(/(?:^FROM |image:? '?|default: )((?:node|alpine\/git):[^\s']+)/gm)];
    expect(images).not.toHaveLength(0);
    for (const [, image] of images) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
  });
});

test.each(['ci/gitlab/template.yml', 'adc init'])(
  '%s skips the diff in the pipeline of a fork',
  async (file) => {
    const text = file === 'adc init' ? pipelineOfInit('gitlab') : await projectFile(file);
    const [job = ''] = /^'?(?:adc )?diff\b.*:\n(?: .*\n)+/m.exec(text) ?? [];
    expect(job.match(/- if: .*/g)).toEqual([
      '- if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_PROJECT_ID == $CI_PROJECT_ID',
    ]);
  },
);

interface Action {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface WrittenStep {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

type Jobs = Readonly<
  Record<
    string,
    { readonly if?: string; readonly permissions?: unknown; readonly steps: readonly WrittenStep[] }
  >
>;

interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress'?: boolean;
}

test.each([
  'ci/README.md',
  'ci/gitlab/template.yml',
  'ci/jenkins/Jenkinsfile',
  'ci/kubernetes/drift.yaml',
  'ci/argo/drift.yaml',
  'ci/argo/sync-hook.yaml',
])('%s installs the version that it is part of', async (file) => {
  const named = /(?:adc@v|ref: v|rev: v|(?<!api7\/)adc:|adc-products-)(\d+\.\d+\.\d+|latest)/g;
  const versions = [...(await projectFile(file)).matchAll(named)].map(([, version]) => version);
  expect(new Set(versions)).toEqual(new Set([VERSION]));
});

/** The values of all keys `run`. */
function runLines(yaml: string): readonly string[] {
  const found: string[] = [];
  JSON.stringify(parse(yaml), (key, value: unknown) => {
    if (key === 'run' && typeof value === 'string') found.push(...value.split('\n'));
    return value;
  });
  return found;
}

const ARGO = fileURLToPath(new URL('support/argo-workflows.d.ts', import.meta.url));

describe('Kubernetes', () => {
  interface Manifest {
    readonly kind: string;
    readonly stringData: Readonly<Record<string, string>>;
    readonly spec: { readonly jobTemplate: { readonly spec: JobSpec } };
  }
  interface JobSpec {
    readonly completions: number;
    readonly parallelism: number;
    readonly podFailurePolicy: {
      readonly rules: readonly { readonly onExitCodes: { readonly values: readonly number[] } }[];
    };
    readonly template: { readonly spec: { readonly containers: readonly { readonly name: string }[] } };
  }

  test('each manifest is one', async () => {
    const [secret, cronJob, ...more] = yamlDocuments(await projectFile('ci/kubernetes/drift.yaml'));
    expect(more).toEqual([]);
    new Secret(secret as ConstructorParameters<typeof Secret>[0]).validate();
    new CronJob(cronJob as ConstructorParameters<typeof CronJob>[0]).validate();
  });

  test('the hook of Argo CD is a Job that runs after the manifests, and does not retry a refusal', async () => {
    const [job, ...more] = yamlDocuments(await projectFile('ci/argo/sync-hook.yaml'));
    expect(more).toEqual([]);
    new Job(job as ConstructorParameters<typeof Job>[0]).validate();
    expect(job).toMatchObject({
      metadata: { annotations: { 'argocd.argoproj.io/hook': 'PostSync' } },
      spec: {
        podFailurePolicy: {
          rules: [{ action: 'FailJob', onExitCodes: { containerName: 'adc', values: [4] } }],
        },
        template: { spec: { containers: [{ name: 'adc' }], securityContext: { runAsNonRoot: true } } },
      },
    });
  });

  test('no manifest has a key that Kubernetes does not know, nor a value of another type', async () => {
    const [secret, cronJob] = yamlDocuments(await projectFile('ci/kubernetes/drift.yaml'));
    const [job] = yamlDocuments(await projectFile('ci/argo/sync-hook.yaml'));
    const [workflow] = yamlDocuments(await projectFile('ci/argo/drift.yaml')) as readonly CronWorkflow[];
    const right = [
      { from: 'kubernetes-models/v1', type: 'ISecret', data: secret },
      { from: 'kubernetes-models/batch/v1', type: 'ICronJob', data: cronJob },
      { from: 'kubernetes-models/batch/v1', type: 'IJob', data: job },
      { from: ARGO, type: 'CronWorkflow', data: workflow },
    ];
    const { workflowSpec } = workflow!.spec;
    const withFault = (fault: object): object => {
      const templates = workflowSpec.templates.map((template) => ({ ...template, ...fault }));
      return { ...workflow, spec: { ...workflow!.spec, workflowSpec: { ...workflowSpec, templates } } };
    };
    const wrong = [
      ...CONTAINER_FAULTS.map(([data]) => ({ from: 'kubernetes-models/v1', type: 'IContainer', data })),
      ...TEMPLATE_FAULTS.map(([fault]) => ({ from: ARGO, type: 'CronWorkflow', data: withFault(fault) })),
    ];
    const errors = await literalErrors([...right, ...wrong]);
    expect(errors.slice(0, right.length).flat()).toEqual([]);
    for (const [at, [fault, says]] of [...CONTAINER_FAULTS, ...TEMPLATE_FAULTS].entries())
      expect(errors[right.length + at], JSON.stringify(fault)).toContainEqual(expect.stringContaining(says));
  });

  /** What the compiler must see in a container, and in a template of a workflow; else it would see nothing above. */
  const CONTAINER_FAULTS: readonly (readonly [object, string])[] = [
    [{ name: 'adc', workDir: '/work' }, '"workDir"\' does not exist'],
    [{ name: 'adc', imagePullPolicy: 'Sometimes' }, '\'"Sometimes"\' is not assignable'],
    [{ name: 'adc', securityContext: { runAsRoot: false } }, '"runAsRoot"\' does not exist'],
  ];
  const TEMPLATE_FAULTS: readonly (readonly [object, string])[] = [
    [{ retryStrategy: { limits: '2' } }, '"limits"\' does not exist'],
    [{ failFast: false }, '"failFast"\' does not exist'],
    [{ container: { image: 'adc', workDir: '/' } }, '"workDir"\' does not exist'],
  ];

  test('drift of one portal stops no task of another', async () => {
    const [workflow] = yamlDocuments(await projectFile('ci/argo/drift.yaml')) as readonly CronWorkflow[];
    const [portals] = workflow!.spec.workflowSpec.templates;
    expect(portals?.dag).toMatchObject({ failFast: false });
  });

  test('has a pod for each portal, and does not retry drift', async () => {
    const manifests = yamlDocuments(await projectFile('ci/kubernetes/drift.yaml')) as readonly Manifest[];
    const [secret, cronJob] = manifests;
    const { completions, parallelism, podFailurePolicy } = cronJob!.spec.jobTemplate.spec;
    const files = Array.from({ length: completions }, (_, index) => `${index}.env`);
    expect(Object.keys(secret!.stringData)).toEqual(files);
    expect(parallelism).toBe(completions);
    expect(podFailurePolicy.rules.flatMap(({ onExitCodes }) => onExitCodes.values)).toEqual([2, 4]);
  });
});

describe('Docker', () => {
  test('the Dockerfile is one, of one pinned major of Node.js', async () => {
    const text = await projectFile('Dockerfile');
    expect(validateDockerfile(text)).toEqual([]);
    const images = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images).toHaveLength(2);
    expect(new Set(images)).toEqual(new Set([expect.stringMatching(/^node:\d+-slim@sha256:[0-9a-f]{64}$/)]));
  });

  test('the last stage is not root, runs nothing, and takes only the installed package', async () => {
    const last = (await projectFile('Dockerfile'))
      .split(/^FROM .*$/m)
      .at(-1)
      ?.trim()
      .split('\n');
    expect(last).toEqual([
      'COPY --from=build /adc /usr/local',
      'USER 1000:1000',
      'WORKDIR /work',
      'ENTRYPOINT ["adc"]',
    ]);
  });

  test('files that may hold secrets or are generated are not sent to the builder', async () => {
    const ignored = (await projectFile('.dockerignore')).split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.env', 'node_modules', 'dist']));
  });
});

describe('pre-commit', () => {
  interface Hook {
    readonly id: string;
    readonly entry: string;
    readonly language: string;
    readonly files: string;
    readonly pass_filenames: boolean;
  }

  test('the hook is a script of this project that starts for YAML and JSON', async () => {
    const [hook, ...more]: readonly Hook[] = parse(await projectFile('.pre-commit-hooks.yaml'));
    expect(more).toEqual([]);
    expect(hook).toMatchObject({ id: 'adc-lint', language: 'script', pass_filenames: false });
    await stat(new URL(hook!.entry, root));
    const starts = ['api-products.yaml', 'a/b.yml', 'c.json', 'readme.md', 'a.yaml.bak'].filter((name) =>
      new RegExp(hook!.files).test(name),
    );
    expect(starts).toEqual(['api-products.yaml', 'a/b.yml', 'c.json']);
  });
});
