import { access, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ownTarball, TARBALL } from '../../src/cli/commands/init.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { commitAll, git } from '../support/git.ts';
import { serveProgram, type ServedProgram } from '../support/served-program.ts';
import { fakeGh, type GhCall } from './support/fake-gh.ts';
import { withFakeGitlab } from './support/fake-gitlab.ts';
import { jobsOfPipeline } from './support/gitlab-jobs.ts';
import { programsIn, runBash, type ShellRun } from './support/shell.ts';

// Every script of the pipelines that `adc init` writes runs here. One job, which also uses a script of the installed package,
// installs adc with the npm of this machine and no registry; all others install it with the same command, and have an npm
// that does nothing.

const INSTALLS = 120_000;
const VENDORED = join('vendor', TARBALL);
const INSTALL = `npm install --global --offline --ignore-scripts ./${VENDORED}`;
let program: ServedProgram;
let shared: string;

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'adc-packed-'));
  // Packed once for all checkouts.
  await writeFile(join(shared, TARBALL), await ownTarball(process.env));
  program = await serveProgram();
}, INSTALLS);
afterAll(async () => {
  program.close();
  await rm(shared, { recursive: true, force: true });
});

/** A checkout with a remote, a product file and what `adc init` adds; the package is packed already. */
async function inRepository(host: string, use: (place: Workplace) => Promise<void>): Promise<void> {
  await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
    await git(place.folder, 'init', '--quiet');
    await git(place.folder, 'remote', 'add', 'origin', `git@${host}:acme/apis.git`);
    await mkdir(join(place.folder, 'vendor'));
    await copyFile(join(shared, TARBALL), join(place.folder, VENDORED));
    expect(await place.adc('init')).toMatchObject({ exitCode: 0 });
    await commitAll(place.folder);
    await git(place.folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    await use(place);
  });
}

/**
 * Each job has a separate machine. With the real npm, the machine has no package yet and reaches no registry; else it has
 * adc and an npm that does nothing.
 */
async function machine(folder: string, npm: Npm) {
  const home = await mkdtemp(join(folder, 'machine-'));
  if (npm === 'done') return { ...(await programsIn(home, program.file)), CI: 'true' };
  const bins = [join(home, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'];
  return {
    PATH: bins.join(delimiter),
    HOME: home,
    CI: 'true',
    NO_COLOR: '1',
    npm_config_prefix: home,
    npm_config_cache: join(home, 'cache'),
    npm_config_registry: 'http://127.0.0.1:9',
  };
}
type Npm = 'real' | 'done';

/** Of what a job asks the portal: the methods of its requests. */
async function methodsOf(place: Workplace, job: () => Promise<unknown>): Promise<ReadonlySet<string>> {
  const methods = new Set<string>();
  const stop = place.emulator.onRequest(({ method }) => void methods.add(method));
  await job();
  stop();
  return methods;
}

const CHANGED = PAYMENTS.replace('key_auth: {}', 'basic_auth: {}');
const ENTRY = `allow:
  - product: Payments API
    subscription_loss: 3
    until: `;

/** The portal as the files say, with a subscription that the changed files would end. */
async function subscribed(place: Workplace): Promise<void> {
  await place.adc('sync');
  place.emulator.store.subscribeActively('shop', 'Payments API');
  await place.write({ 'api-products.yaml': CHANGED });
}

/** The entry that a refusal prints, from `allow:` to an empty line or the end of its block. */
const entryIn = (text: string): string => /^allow:\n(?: .*\n)+/m.exec(text)?.[0] ?? '';

/** The secrets where a job may use one of the tokens alone: the server refuses the other one. */
const read = ({ emulator }: Workplace) => ({
  ADC_TOKEN_READ: emulator.token,
  ADC_TOKEN: 'not for this job',
});
const write = ({ emulator }: Workplace) => ({
  ADC_TOKEN_READ: 'not for this job',
  ADC_TOKEN: emulator.token,
});

describe('GitHub', () => {
  interface Step {
    readonly run?: string;
    readonly if?: string;
    readonly env?: Readonly<Record<string, string>>;
  }
  interface Job extends ShellRun {
    readonly gh: readonly GhCall[];
    readonly summary: string;
  }

  /** The scripts of a job, with their environment filled in; an expression without a value is an error. */
  async function scriptsOf(folder: string, job: string, values: ReadonlyMap<string, string>) {
    const text = await readFile(join(folder, '.github/workflows/api-products.yaml'), 'utf8');
    const { jobs } = parse(text) as {
      readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
    };
    const filled = (value: string): string =>
      value.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
        const known = values.get(expression);
        if (known === undefined) throw new Error(`nothing is known of ${expression}`);
        return known;
      });
    return jobs[job]!.steps.flatMap(({ run: script, if: condition, env = {} }) => {
      if (script === undefined) return [];
      const given = Object.entries(env).map(([key, value]) => [key, filled(value)]);
      return [
        { script, always: condition === '${{ !cancelled() }}', env: Object.fromEntries(given) as object },
      ];
    });
  }

  /** Runs a job as GitHub does: after a failure only the steps that say `!cancelled()`. */
  async function runJob(
    { folder, emulator }: Workplace,
    name: string,
    tokens: Readonly<Record<string, string>>,
  ): Promise<Job> {
    const values = new Map([
      ['vars.ADC_SERVER', emulator.url],
      ...Object.entries(tokens).map(([secret, value]) => [`secrets.${secret}`, value] as const),
      ['github.token', 'ghs_1'],
      ['github.repository', 'acme/apis'],
      ['github.event.pull_request.number', '7'],
    ]);
    const base = await machine(folder, 'done');
    const gh = await fakeGh(join(base.HOME, 'bin'), []);
    const summary = join(base.HOME, 'summary.md');
    await writeFile(summary, '');
    const github = {
      GITHUB_BASE_REF: 'main',
      GITHUB_JOB: name,
      GITHUB_WORKFLOW_REF: 'acme/apis/x@y',
      GITHUB_STEP_SUMMARY: summary,
    };
    let [exitCode, log] = [0 as number | null, ''];
    const scripts = await scriptsOf(folder, name, values);
    expect(
      scripts.map(({ script }) => script),
      name,
    ).toContain(INSTALL);
    for (const { script, always, env } of scripts) {
      if (exitCode !== 0 && !always) continue;
      const ran = await runBash(script, { cwd: folder, env: { ...base, ...github, ...env } });
      exitCode ||= ran.exitCode;
      log += ran.log;
    }
    return { exitCode, log, gh: await gh.calls(), summary: await readFile(summary, 'utf8') };
  }

  test(
    'the workflow lints, comments with the plan by reading only, and syncs after the merge',
    async () => {
      await inRepository('github.com', async (place) => {
        await expect(access(join(place.folder, '.gitlab-ci.yml'))).rejects.toThrow('ENOENT');
        expect(await runJob(place, 'lint', {})).toMatchObject({ exitCode: 0 });
        const methods = await methodsOf(place, async () => {
          const { gh, ...diff } = await runJob(place, 'diff', read(place));
          expect(diff).toMatchObject({ exitCode: 0 });
          expect(diff.summary).toContain('create 1');
          expect(gh.at(-1)?.body).toContain('create 1');
        });
        expect([...methods]).toEqual(['GET']);
        expect(await runJob(place, 'sync', write(place))).toMatchObject({ exitCode: 0 });
        expect(place.emulator.store.products).toHaveLength(1);
      });
    },
    INSTALLS,
  );

  test(
    'a plan that sync would refuse fails the check, with the entry to paste, and passes with the entry',
    async () => {
      await inRepository('github.com', async (place) => {
        await subscribed(place);
        const refused = await runJob(place, 'diff', read(place));
        expect(refused.exitCode).toBe(4);
        expect(refused.log).toContain('sync refuses this plan');
        for (const text of [refused.log, refused.summary, refused.gh.at(-1)?.body ?? ''])
          expect(entryIn(text)).toContain(ENTRY);
        expect(refused.summary).toMatch(
          /^Compared with the files at `[0-9a-f]{40}`: this change \d paths?\.$/m,
        );
        expect(await runJob(place, 'sync', write(place))).toMatchObject({ exitCode: 4 });
        await place.write({ 'api-products.yaml': CHANGED + entryIn(refused.log) });
        expect(await runJob(place, 'diff', read(place))).toMatchObject({ exitCode: 0 });
        expect(await runJob(place, 'sync', write(place))).toMatchObject({ exitCode: 0 });
      });
    },
    INSTALLS,
  );

  test(
    'an error of validate on the portal fails the check',
    async () => {
      await inRepository('github.com', async (place) => {
        await place.write({
          'api-products.yaml': PAYMENTS.replace('service: payments', 'service: paymints'),
        });
        const { exitCode, log } = await runJob(place, 'diff', read(place));
        expect({ exitCode, log }).toMatchObject({
          exitCode: 1,
          log: expect.stringContaining('paymints') as string,
        });
      });
    },
    INSTALLS,
  );
});

describe('GitLab', () => {
  interface Job {
    readonly script: ShellRun;
    readonly after: ShellRun;
  }

  async function runJob(
    { folder, emulator }: Workplace,
    name: string,
    env: Readonly<Record<string, string>>,
    npm: Npm = 'done',
  ): Promise<Job> {
    const { script, afterScript } = jobsOfPipeline(await readFile(join(folder, '.gitlab-ci.yml'), 'utf8'))[
      name
    ]!;
    expect(script, name).toContain(`${INSTALL}\n`);
    const given = {
      cwd: folder,
      env: {
        ...(await machine(folder, npm)),
        ADC_SERVER: emulator.url,
        ...env,
        CI_MERGE_REQUEST_DIFF_BASE_SHA: await git(folder, 'rev-parse', 'HEAD'),
      },
    };
    return { script: await runBash(script, given), after: await runBash(afterScript, given) };
  }

  const passes = { script: { exitCode: 0 }, after: { exitCode: 0 } };

  test(
    'the pipeline lints, comments with the plan by reading only, and syncs after the merge',
    async () => {
      await inRepository('gitlab.example.com', async (place) => {
        await expect(access(join(place.folder, '.github'))).rejects.toThrow('ENOENT');
        expect(await runJob(place, 'lint', {})).toMatchObject(passes);
        await withFakeGitlab([], async ({ env, notes }) => {
          const methods = await methodsOf(place, async () => {
            expect(await runJob(place, 'diff', { ...read(place), ...env }, 'real')).toMatchObject(passes);
          });
          expect([...methods]).toEqual(['GET']);
          expect(notes.map(({ body }) => /create 1/.exec(body)?.[0])).toEqual(['create 1']);
        });
        expect(await runJob(place, 'sync', write(place))).toMatchObject(passes);
        expect(place.emulator.store.products).toHaveLength(1);
      });
    },
    INSTALLS,
  );

  test(
    'a plan that sync would refuse fails the check, with the entry to paste, and passes with the entry',
    async () => {
      await inRepository('gitlab.example.com', async (place) => {
        await subscribed(place);
        const { script, after } = await runJob(place, 'diff', read(place));
        expect(script.exitCode).toBe(4);
        expect(after.log).toContain('sync refuses this plan');
        expect(entryIn(after.log)).toContain(ENTRY);
        expect(after.log).toMatch(/^Compared with the files at `[0-9a-f]{40}`: this change \d paths?\.$/m);
        await place.write({ 'api-products.yaml': CHANGED + entryIn(after.log) });
        expect(await runJob(place, 'diff', read(place))).toMatchObject(passes);
        expect(await runJob(place, 'sync', write(place))).toMatchObject(passes);
      });
    },
    INSTALLS,
  );
});
