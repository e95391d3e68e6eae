import { access, cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { CHANGED_AUTH } from '../support/republish.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { serveProgram, type ServedProgram } from '../support/served-program.ts';
import { tempFiles } from '../support/temp-files.ts';
import { commitAll, git } from '../support/git.ts';
import { BOT, withFakeGitlab, type Note } from './support/fake-gitlab.ts';
import { gitlabJobs, jobsOfPipeline, type GitlabJob } from './support/gitlab-jobs.ts';
import { pipelineOfInit } from './support/pipeline-of-init.ts';
import { projectFile, yamlBlocks, yamlDocuments } from './support/project-file.ts';
import { programsIn, runBash, type ShellRun } from './support/shell.ts';

let program: ServedProgram;
beforeAll(async () => {
  program = await serveProgram();
});
afterAll(() => program.close());

interface Pipeline {
  readonly place: Workplace;
  /** Runs a script in a checkout that holds the files, with server and token in its environment. */
  readonly run: (script: string, env?: Readonly<Record<string, string>>) => Promise<ShellRun>;
}

async function inPipeline(
  files: Readonly<Record<string, string>>,
  use: (pipeline: Pipeline) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  await atWorkplace({ ...options, files }, async (place) => {
    const programs = await programsIn(place.folder, program.file);
    await commitAll(place.folder);
    const { url, token } = place.emulator;
    const access = { ADC_SERVER: url, ADC_TOKEN: token, ADC_TOKEN_READ: token };
    const base = { CI_MERGE_REQUEST_DIFF_BASE_SHA: await git(place.folder, 'rev-parse', 'HEAD') };
    await use({
      place,
      run: (script, env) =>
        runBash(script, { cwd: place.folder, env: { ...programs, ...access, ...base, ...env } }),
    });
  });
}

/** A product file that leaves the portal to its user. */
const ANYWHERE = PAYMENTS.replace('portal: default\n', '');
const PRODUCTS = { 'products/payments.yaml': ANYWHERE };

/** Diff writes nothing, not even a plan that no one carries out; drift is seen until a sync has been. */
async function goesThrough(
  { place }: Pipeline,
  run: Readonly<Record<'diff' | 'drift' | 'sync', () => Promise<ShellRun>>>,
): Promise<void> {
  expect(await run.diff()).toMatchObject({ exitCode: 0 });
  expect((await readdir(place.folder)).filter((file) => /plan/.test(file))).toEqual([]);
  expect(place.emulator.store.products).toEqual([]);
  expect(await run.drift()).toMatchObject({ exitCode: 2 });
  expect(await run.sync()).toMatchObject({ exitCode: 0 });
  expect(place.emulator.store.products).toHaveLength(1);
  expect(await run.drift()).toMatchObject({ exitCode: 0 });
}

describe('GitLab', () => {
  test('diff, sync and drift work as described', async () => {
    const jobs = await gitlabJobs({ portal: 'default', files: 'products/' });
    await inPipeline(PRODUCTS, async (pipeline) => {
      const job = (name: string) => () => pipeline.run(jobs[name]!.script, jobs[name]!.variables);
      const [diff, drift, sync] = ['adc diff default', 'adc drift default', 'adc sync default'].map(job);
      await goesThrough(pipeline, { diff: diff!, drift: drift!, sync: sync! });
    });
  });

  test('with restore_subscriptions, sync restores the subscriptions that it ends, and keeps the record', async () => {
    const { script, variables } = (
      await gitlabJobs({ portal: 'default', files: 'products/', restore_subscriptions: 'true' })
    )['adc sync default']!;
    await inPipeline(
      PRODUCTS,
      async ({ place, run }) => {
        const { store, backendUrl = '', portalToken } = place.emulator;
        await place.adc('sync -f products --portal default');
        store.subscribeActively('shop', 'Payments API');
        await place.write({ 'products/payments.yaml': CHANGED_AUTH });
        const portal = { ADC_PORTAL_SERVER: backendUrl, ADC_PORTAL_TOKEN: portalToken };
        expect(await run(script, { ...variables, ...portal })).toMatchObject({ exitCode: 0 });
        expect(store.subscriptionsOf('Payments API')).toEqual({ active: 1, pending: 0 });
        expect(await readdir(join(place.folder, 'adc-record'))).toHaveLength(1);
      },
      { backend: true },
    );
  });

  test('the example in ci/README.md works the same', async () => {
    const text = (await yamlBlocks('ci/README.md')).find((block) => block.includes('include:')) ?? '';
    const { include } = parse(text) as { readonly include: readonly Include[] };
    expect(include.map(({ file }) => file)).toEqual(['ci/gitlab/template.yml']);
    const { inputs } = include[0]!;
    const jobs = await gitlabJobs(inputs);
    await inPipeline(PRODUCTS, async (pipeline) => {
      const job = (what: string) => () => {
        const { script, variables } = jobs[`adc ${what} ${inputs['portal']}`]!;
        return pipeline.run(script, variables);
      };
      await goesThrough(pipeline, { diff: job('diff'), drift: job('drift'), sync: job('sync') });
    });
  });

  interface Include {
    readonly file: string;
    readonly inputs: Readonly<Record<string, string>>;
  }

  describe('the comment of a merge request', () => {
    const others: readonly Note[] = [
      { id: 1, author: { id: 9 }, body: 'a word' },
      { id: 2, author: { id: 9 }, body: '<!-- adc-gitlab:default -->\nfrom another author' },
      { id: 3, author: { id: BOT }, body: '<!-- adc-gitlab:other -->\nof another portal' },
    ];

    async function diffJob(
      { run }: Pipeline,
      env: Readonly<Record<string, string>>,
    ): Promise<{ readonly script: ShellRun; readonly after: ShellRun }> {
      const { script, afterScript, variables } = (
        await gitlabJobs({ portal: 'default', files: 'products/' })
      )['adc diff default']!;
      const given = { ...variables, ...env };
      return { script: await run(script, given), after: await run(afterScript, given) };
    }

    test('is created once and then updated in place; comments of other authors do not change', async () => {
      await inPipeline(PRODUCTS, async (pipeline) => {
        await withFakeGitlab(others, async ({ env, notes, requests }) => {
          expect(await diffJob(pipeline, env)).toMatchObject({ after: { exitCode: 0 } });
          expect(notes.at(-1)?.body).toMatch(
            /^<!-- adc-gitlab:default -->\n<!-- adc-report:diff -->[^]*create 1/,
          );
          expect(notes.at(-1)?.body).toMatch(
            /\n\[The plan as a page\]\(.*\/artifacts\/file\/adc-diff\.html\)\n$/,
          );
          await pipeline.place.adc('sync -f products --portal default');
          expect(await diffJob(pipeline, env)).toMatchObject({ after: { exitCode: 0 } });
          expect(notes.slice(0, 3)).toEqual(others);
          expect(notes.slice(3).map(({ body }) => /No changes|create 1/.exec(body)?.[0])).toEqual([
            'No changes',
          ]);
          const writes = requests.filter((line) => !line.startsWith('GET'));
          expect(writes.map((line) => line.split(' ')[0])).toEqual(['POST', 'PUT']);
        });
      });
    });

    test('separates changes of the merge request from changes on the portal', async () => {
      const committed = `${ANYWHERE}    visibility: logged_in\n`;
      await inPipeline({ 'products/payments.yaml': committed }, async (pipeline) => {
        const { place } = pipeline;
        await place.write({ 'dashboard.yaml': committed.replace('logged_in', 'public') });
        await place.adc('sync -f dashboard.yaml --portal default');
        await place.write({ 'products/payments.yaml': `${committed}    desc: new\n` });
        const { after } = await diffJob(pipeline, {});
        expect(after.log).toMatch(
          /^Compared with the files at `[0-9a-f]{40}`: this change 1 path, drift 1 path\.$/m,
        );
      });
    });

    test('reports errors if there is no plan', async () => {
      await inPipeline({ 'products/payments.yaml': 'api_products: 1' }, async (pipeline) => {
        await withFakeGitlab([], async ({ env, notes }) => {
          expect(await diffJob(pipeline, env)).toMatchObject({
            script: { exitCode: 1 },
            after: { exitCode: 0 },
          });
          expect(notes.map(({ body }) => /adc diff failed/.test(body))).toEqual([true]);
          expect(notes[0]?.body).not.toContain('/artifacts/');
        });
      });
    });

    test('needs a token, and a refusal is reported without it', async () => {
      await inPipeline(PRODUCTS, async (pipeline) => {
        await withFakeGitlab([], async ({ env, requests }) => {
          await diffJob(pipeline, { ...env, GITLAB_TOKEN: '' });
          expect(requests).toEqual([]);
          const { after } = await diffJob(pipeline, { ...env, GITLAB_TOKEN: 'glpat-wrong' });
          expect(after.exitCode).toBe(1);
          expect(after.log).toContain(
            'the comment could not be written: GitLab answered GET /api/v4/user with 401',
          );
          expect(after.log).not.toContain('glpat-wrong');
        });
      });
    });
  });

  const CREDENTIALS = [
    'GITLAB_TOKEN',
    'CI_JOB_TOKEN',
    'CI_JOB_JWT',
    'CI_JOB_JWT_V2',
    'CI_REPOSITORY_URL',
    'CI_REGISTRY_PASSWORD',
    'CI_DEPLOY_PASSWORD',
    'DOCKER_AUTH_CONFIG',
  ];

  /** The token that each job works with. */
  const TOKENS: Readonly<Record<string, string | undefined>> = {
    diff: 'reads',
    drift: 'reads',
    sync: 'writes',
  };

  const jobsOfInit = (): Promise<Readonly<Record<string, GitlabJob>>> =>
    Promise.resolve(jobsOfPipeline(pipelineOfInit('gitlab')));

  test.each([
    ['the component', () => gitlabJobs({ portal: 'default' })],
    ['the pipeline of adc init', jobsOfInit],
  ])('no job of %s shows adc a credential of GitLab', async (_, jobsOf) => {
    const secrets = Object.fromEntries(CREDENTIALS.map((name) => [name, 'secret']));
    const files = {
      'see.sh': `env -0 > seen; echo '{ "refused": [] }'`,
    };
    await atWorkplace({ files }, async ({ folder }) => {
      const programs = await programsIn(folder, join(folder, 'see.sh'));
      const jobs = Object.entries(await jobsOf());
      expect(jobs).toHaveLength(3);
      for (const [name, { script, variables }] of jobs) {
        const env = { ...programs, ...variables, ...secrets, ADC_TOKEN: 'writes', ADC_TOKEN_READ: 'reads' };
        expect(await runBash(script, { cwd: folder, env }), name).toMatchObject({ exitCode: 0 });
        const seen = (await readFile(join(folder, 'seen'), 'utf8')).split('\0');
        const token = TOKENS[name.split(' ').at(name.startsWith('adc') ? 1 : 0) ?? ''];
        expect(
          seen.find((one) => one.startsWith('ADC_TOKEN=')),
          name,
        ).toBe(token && `ADC_TOKEN=${token}`);
        expect(
          seen.filter((one) => one.endsWith('=secret')),
          name,
        ).toEqual([]);
        await rm(join(folder, 'seen'));
      }
    });
  });

  test('only one sync at a time runs for a portal, and it is not cancelled', async () => {
    const jobs = await gitlabJobs({ portal: 'eu' });
    expect(jobs['adc sync eu']).toMatchObject({ interruptible: false, resource_group: 'adc eu' });
  });

  test('the order of syncs is documented with the resource group of each pipeline', async () => {
    const { 'adc sync default': sync } = await gitlabJobs({ portal: 'default' });
    const key = encodeURIComponent(sync?.resource_group ?? '');
    expect(await projectFile('ci/README.md')).toMatch(new RegExp(`oldest_first[^]*/resource_groups/${key}"`));
    const { sync: ofInit } = await jobsOfInit();
    expect(pipelineOfInit('gitlab')).toMatch(
      new RegExp(`oldest_first[^]*/resource_groups/${ofInit?.resource_group}\\b`),
    );
  });

  test('each job runs in pipelines of one kind', async () => {
    const rules = Object.values(await gitlabJobs({ portal: 'eu' })).map((job) =>
      job.rules.map((rule) => rule.if),
    );
    expect(rules).toEqual([
      ['$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_PROJECT_ID == $CI_PROJECT_ID'],
      ['$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'],
      ['$CI_PIPELINE_SOURCE == "schedule"'],
    ]);
  });

  test('no input runs as code', async () => {
    const code = '$(touch pwned)"; touch pwned; "';
    const jobs = await gitlabJobs({ portal: code, files: code });
    await inPipeline(PRODUCTS, async ({ place, run }) => {
      for (const { script, variables } of Object.values(jobs))
        expect(await run(script, variables)).toMatchObject({ exitCode: 1 });
      await expect(access(join(place.folder, 'pwned'))).rejects.toThrow('ENOENT');
    });
  });

  test.each([
    { files: "'; touch pwned; '" },
    { portal: "'; touch pwned; '" },
    { portal: 'default\ntouch pwned' },
    { package: "'; touch pwned; '" },
    { package: '--prefix=/' },
    { max_subscription_loss: '0; touch pwned' },
  ])('an input that could leave its quotes is refused: %j', async (input) => {
    await expect(gitlabJobs({ portal: 'default', ...input })).rejects.toThrow('does not fit');
  });

  test('no variable of the project or group replaces an input', async () => {
    const jobs = await gitlabJobs({ portal: 'default', files: 'products/', max_subscription_loss: 7 });
    for (const [name, { script, afterScript, variables }] of Object.entries(jobs)) {
      expect(variables, name).toEqual(name.startsWith('adc diff') ? { GIT_DEPTH: '0' } : undefined);
      expect(`${script}\n${afterScript}`).not.toMatch(/\$\{?ADC_(?!TOKEN_READ\b)/);
    }
    expect(jobs['adc sync default']?.script).toContain(
      "--portal='default' --file='products/' --max-subscription-loss='7'",
    );
  });
});

describe('Jenkins', () => {
  interface Stage {
    readonly script: string;
    /** The variables of the stage that hold credentials. */
    readonly credentials: readonly string[];
  }

  const file = (): Promise<string> => projectFile('ci/jenkins/Jenkinsfile');

  /** The stages by name. All texts of `sh` stand in single quotes: in others Groovy fills in variables. */
  async function stages(): Promise<Readonly<Record<string, Stage>>> {
    const [head = '', ...blocks] = (await file()).split(/(?=\bstage\()/);
    expect(head).not.toMatch(/\bsh '|credentials\(/);
    return Object.fromEntries(
      blocks.map((block) => {
        const [, name = '', script, ...more] =
          /stage\('(\w+)'\)[^]*?\bsh '(?:''([^]*?)''|([^'\n]+))'/.exec(block) ?? [];
        const credentials = block.match(/\w+ = credentials\('[\w-]+'\)/g) ?? [];
        expect(block.match(/\bsh\b\W*['"]/g), name).toHaveLength(1);
        return [name, { script: script ?? more[0] ?? '', credentials }] as const;
      }),
    );
  }

  const PACKAGE = 'https://artifacts.example.com/adc.tgz';

  /** Runs stages as Jenkins does, which has a folder for what is temporary beside each checkout. */
  async function runner({ run }: Pipeline) {
    const all = await stages();
    const temporary = await tempFiles({});
    const env = { ADC_PORTAL: 'default', ADC_PACKAGE: PACKAGE, CI: 'true', WORKSPACE_TMP: temporary };
    const stage =
      (name: string, more: Readonly<Record<string, string>> = {}) =>
      async () =>
        run(all[name]!.script, { ...env, ...more });
    return { temporary, stage };
  }

  test('lint, diff, sync and drift work as described', async () => {
    await inPipeline(PRODUCTS, async (pipeline) => {
      const { stage } = await runner(pipeline);
      for (const name of ['install', 'lint']) expect(await stage(name)()).toMatchObject({ exitCode: 0 });
      await goesThrough(pipeline, { diff: stage('diff'), drift: stage('drift'), sync: stage('sync') });
    });
  });

  test('the diff of a change request compares with the merge base, or with nothing if git does not have it', async () => {
    await inPipeline(PRODUCTS, async (pipeline) => {
      const { place } = pipeline;
      await git(place.folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
      await place.adc('sync -f products --portal default');
      await place.write({ 'products/payments.yaml': `${ANYWHERE}    desc: new\n` });
      const { stage } = await runner(pipeline);
      await stage('install')();
      for (const [target, compared] of [
        ['main', true],
        ['missing', false],
      ] as const) {
        const { exitCode, log } = await stage('diff', { CHANGE_TARGET: target })();
        expect(exitCode).toBe(0);
        expect(/Compared with the files at .*: this change 1 path/.test(log)).toBe(compared);
        expect(log).toContain('update 1');
      }
    });
  });

  test('only the stages that send requests to the portal have a token, and only sync one that writes', async () => {
    const given = Object.entries(await stages()).map(([name, { credentials }]) => [name, credentials]);
    expect(Object.fromEntries(given)).toEqual({
      install: [],
      lint: [],
      diff: ["ADC_TOKEN = credentials('adc-token-read')"],
      drift: ["ADC_TOKEN = credentials('adc-token-read')"],
      sync: ["ADC_TOKEN = credentials('adc-token')"],
    });
  });

  test('the package is installed away from the checkout, in a fixed version, and runs no script', async () => {
    await inPipeline(PRODUCTS, async (pipeline) => {
      const { temporary, stage } = await runner(pipeline);
      await stage('install')();
      expect(await readFile(join(pipeline.place.folder, 'npm.log'), 'utf8')).toBe(
        `${temporary} install --prefix ${join(temporary, 'adc')} --ignore-scripts --no-audit --no-fund ${PACKAGE}\n`,
      );
    });
    expect(await file()).not.toContain('npx');
  });
});

describe('Argo CD', () => {
  interface Job {
    readonly spec: {
      readonly template: {
        readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] };
      };
    };
  }

  test('the hook applies the files, and fails with 4 if a safety rule refuses', async () => {
    const [job] = yamlDocuments(await projectFile('ci/argo/sync-hook.yaml')) as readonly Job[];
    const args = job!.spec.template.spec.containers[0]!.args.join(' ');
    await inPipeline(PRODUCTS, async ({ place, run }) => {
      const hook = () => run(`adc ${args.replaceAll('/work', place.folder)}`, { ADC_PORTAL: 'default' });
      expect(await hook()).toMatchObject({ exitCode: 0 });
      expect(place.emulator.store.products).toHaveLength(1);
      place.emulator.store.subscribeActively('shop', 'Payments API');
      await place.write({ 'products/payments.yaml': ANYWHERE.replace('key_auth: {}', 'basic_auth: {}') });
      expect(await hook()).toMatchObject({ exitCode: 4 });
    });
  });
});

describe('drift of many portals', () => {
  /** The default portal is as the files say, the other one is empty. */
  async function withDrift(use: (pipeline: Pipeline) => Promise<void>): Promise<void> {
    const config = `files: [payments.yaml]
environments:
  eu: { portal: default }
  us: { portal: default-partners }
`;
    await inPipeline({ ...PRODUCTS, 'products/adc.config.yaml': config }, async (pipeline) => {
      await pipeline.place.adc('sync -f products --portal default');
      await use(pipeline);
    });
  }

  const words = (args: readonly string[]): string => args.map((arg) => `'${arg}'`).join(' ');

  test('Kubernetes: each pod has its own portal and exit code', async () => {
    const [, cronJob] = yamlDocuments(await projectFile('ci/kubernetes/drift.yaml')) as readonly CronJob[];
    const { args, volumeMounts } = cronJob!.spec.jobTemplate.spec.template.spec.containers[0]!;
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/work', '/portals']);
    await withDrift(async ({ place, run }) => {
      const { url, token } = place.emulator;
      for (const [index, environment] of ['eu', 'us'].entries()) {
        const text = `ADC_ENV=${environment}\nADC_SERVER=${url}\nADC_TOKEN=${token}\n`;
        await place.write({ [`portals/${index}.env`]: text });
      }
      const pod = (index: number) => {
        const line = words(args).replaceAll('$(JOB_COMPLETION_INDEX)', String(index));
        const here = line.replaceAll(/\/(work\/)?(products|portals)/g, `${place.folder}/$2`);
        return run(`unset ADC_SERVER ADC_TOKEN; adc ${here}`);
      };
      expect(await pod(0)).toMatchObject({ exitCode: 0 });
      expect(await pod(1)).toMatchObject({ exitCode: 2 });
    });
  });

  interface CronJob {
    readonly spec: {
      readonly jobTemplate: {
        readonly spec: {
          readonly template: { readonly spec: { readonly containers: readonly Container[] } };
        };
      };
    };
  }
  interface Container {
    readonly args: readonly string[];
    readonly volumeMounts: readonly { readonly mountPath: string }[];
  }

  test('Argo Workflows: each task has its own portal and exit code', async () => {
    const { dag, drift } = await argoTemplates();
    const [task] = dag.dag.tasks;
    expect(task?.template).toBe(drift.name);
    const given = task?.arguments.parameters ?? [];
    expect(given.map(({ name }) => name)).toEqual(drift.inputs.parameters.map(({ name }) => name));
    expect(drift.retryStrategy.expression).toBe('asInt(lastRetry.exitCode) == 1');
    await withDrift(async ({ place, run }) => {
      const pod = (item: Item) => {
        const parameter = (name: string) =>
          filled(given.find((one) => one.name === name)?.value, 'item.', item);
        const names = drift.inputs.parameters.map(({ name }) => [name, parameter(name)] as const);
        const inputs = Object.fromEntries(names);
        const env = drift.container.env.flatMap(({ name, value }) =>
          value === undefined ? [] : [[name, filled(value, 'inputs.parameters.', inputs)] as const],
        );
        const args = filled(words(drift.container.args), 'inputs.parameters.', inputs);
        const line = args.replaceAll('/work', place.folder);
        return run(`${drift.container.command.join(' ')} ${line}`, Object.fromEntries(env));
      };
      const server = place.emulator.url;
      expect(Object.keys(task?.withItems[0] ?? {})).toEqual(['name', 'server']);
      expect(await pod({ name: 'eu', server })).toMatchObject({ exitCode: 0 });
      expect(await pod({ name: 'us', server })).toMatchObject({ exitCode: 2 });
    });
  });

  type Item = Readonly<Record<string, string>>;

  function filled(text: string | undefined, prefix: string, values: Item): string {
    return (text ?? '').replaceAll(/\{\{([\w.]+)\}\}/g, (_, path: string) => {
      const value = path.startsWith(prefix) ? values[path.slice(prefix.length)] : undefined;
      if (value === undefined) throw new Error(`nothing is known of ${path}`);
      return value;
    });
  }

  interface Named {
    readonly name: string;
    readonly value?: string;
  }
  interface Dag {
    readonly dag: {
      readonly tasks: readonly {
        readonly template: string;
        readonly arguments: { readonly parameters: readonly Named[] };
        readonly withItems: readonly Item[];
      }[];
    };
  }
  interface Drift {
    readonly name: string;
    readonly inputs: { readonly parameters: readonly Named[] };
    readonly retryStrategy: { readonly expression: string };
    readonly container: {
      readonly command: readonly string[];
      readonly args: readonly string[];
      readonly env: readonly Named[];
    };
  }

  async function argoTemplates(): Promise<{ readonly dag: Dag; readonly drift: Drift }> {
    const [workflow] = yamlDocuments(await projectFile('ci/argo/drift.yaml'));
    const { entrypoint, templates } = (workflow as Workflow).spec.workflowSpec;
    expect(templates.map(({ name }) => name)).toEqual([entrypoint, 'drift']);
    return { dag: templates[0], drift: templates[1] };
  }
  interface Workflow {
    readonly spec: {
      readonly workflowSpec: {
        readonly entrypoint: string;
        readonly templates: readonly [Dag & Named, Drift];
      };
    };
  }
});

describe('pre-commit', () => {
  /** The hook in a checkout of adc. */
  async function hookIn(folder: string): Promise<string> {
    for (const name of ['install.sh', 'pre-commit.sh'])
      await cp(new URL(`../../ci/${name}`, import.meta.url), join(folder, 'hook', 'ci', name));
    return join(folder, 'hook', 'ci', 'pre-commit.sh');
  }

  test('the hook builds the checkout that it is part of, once, and lints with it', async () => {
    await inPipeline({ 'api-products.yaml': PAYMENTS, 'bad.yaml': 'portal: [' }, async ({ place, run }) => {
      const hook = await hookIn(place.folder);
      const calls = async (): Promise<readonly string[]> =>
        (await readFile(join(place.folder, 'npm.log'), 'utf8')).trim().split('\n');
      expect(await run(`${hook} --file=api-products.yaml`)).toMatchObject({ exitCode: 0 });
      const built = await calls();
      expect(built.map((call) => call.split(' ')[1])).toEqual(['ci', 'run', 'pack', 'install']);
      for (const call of built) expect(call.startsWith(`${join(place.folder, 'hook')} `)).toBe(true);
      expect(await run(`${hook} --file=bad.yaml`)).toMatchObject({ exitCode: 1 });
      expect(await calls()).toEqual(built);
    });
  });

  test('the configuration of ci/README.md lints its folder', async () => {
    const text = (await yamlBlocks('ci/README.md')).find((block) => block.includes('hooks:')) ?? '';
    const { repos } = parse(text) as {
      readonly repos: readonly {
        readonly hooks: readonly { readonly id: string; readonly args: readonly string[] }[];
      }[];
    };
    const hooks: readonly { readonly id: string; readonly entry: string }[] = parse(
      await projectFile('.pre-commit-hooks.yaml'),
    );
    const [used] = repos.flatMap((repo) => repo.hooks);
    expect(hooks.map(({ id, entry }) => [id, entry])).toEqual([[used?.id, 'ci/pre-commit.sh']]);
    await inPipeline(PRODUCTS, async ({ place, run }) => {
      const line = `${await hookIn(place.folder)} ${used?.args.join(' ')}`;
      expect(await run(line)).toMatchObject({ exitCode: 0, log: '1 product checked, no problems found\n' });
      await place.write({ 'products/more.yaml': 'portal: [' });
      expect(await run(line)).toMatchObject({ exitCode: 1 });
    });
  });
});
