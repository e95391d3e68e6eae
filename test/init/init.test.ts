import { execFile } from 'node:child_process';
import { appendFile, cp, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '../../src/generated/version.ts';
import { chooseCi, PIPELINE_PATHS } from '../../src/init/pipeline-setting.ts';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { buildProgram } from '../support/built-program.ts';
import { validReport } from '../support/published-schemas.ts';
import { OPENAPI } from '../support/product-files.ts';
import { atWorkplace, runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

const read = async (...steps: readonly string[]): Promise<string> => readFile(join(...steps), 'utf8');

const FILES = [
  '.env.example',
  '.github/workflows/api-products.yaml',
  '.gitignore',
  'README.md',
  'api-products.yaml',
  'openapi/orders.yaml',
];

/** `init` without the tarball, which takes npm seconds. */
const INIT = ['init', '--install', 'npm install --global adc-products@1.2.3'];

/** The files of a folder, without those of Git. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return paths
    .map((path) => path.slice(folder.length + 1))
    .filter((path) => !path.startsWith('.git/'))
    .toSorted();
}

const git = (folder: string, ...args: readonly string[]) =>
  promisify(execFile)('git', ['-C', folder, ...args]);

describe.each(['path', 'query'])('in the %s dialect', (dialect) => {
  test('the files of init lint, sync, and then equal the portal', async () => {
    await atWorkplace({}, async ({ adc, folder }) => {
      expect(await adc(INIT)).toMatchObject({ exitCode: 0, err: '' });
      expect(await filesIn(folder)).toEqual(FILES);
      expect(await adc('lint --strict')).toMatchObject({ exitCode: 0 });
      expect(await adc(`validate --strict --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      expect(await adc(`sync --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      expect(await adc(`diff --exit-code --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
    });
  });

  test('the files of init --from-portal lint, and differ from the portal only by the new owner', async () => {
    const external = { portal: 'default', name: 'Legacy', type: 'external', raw_openapi: OPENAPI };
    const labels = { 'managed-by': 'adc' };
    const seed = { ...defaultSeed(), api_products: [{ ...external, labels }] };
    await atWorkplace({ seed, switches: { externalLabels: 'keep' } }, async ({ adc, folder }) => {
      expect(
        await adc([...INIT, ...`--from-portal --portal default --dialect ${dialect}`.split(' ')]),
      ).toMatchObject({
        exitCode: 0,
      });
      expect(await filesIn(folder)).toContain('products/openapi/legacy.yaml');
      expect(await filesIn(folder)).not.toContain('api-products.yaml');
      expect(await adc('lint -f products')).toMatchObject({ exitCode: 0 });
      const { exitCode, out } = await adc(`diff --exit-code -f products --dialect ${dialect} --format json`);
      expect(exitCode).toBe(2);
      expect(JSON.parse(out)).toMatchObject({
        summary: { adopt: 1, create: 0, update: 0, delete: 0, unmanaged: 0 },
        refused: [],
      });
    });
  });
});

test('overwrites nothing, and a second run does nothing', async () => {
  const cwd = await tempFiles({ '.gitignore': 'mine\n', 'README.md': 'mine\n' });
  const { out } = await runAdc([...INIT, '--format', 'json'], { cwd });
  expect(validReport(out)).toMatchObject({ folder: '.', kept: ['.gitignore', 'README.md'] });
  expect(await read(cwd, '.gitignore')).toBe('mine\n');
  const again = await runAdc([...INIT, '--format', 'json'], { cwd });
  expect(validReport(again.out)).toMatchObject({ exit_code: 0, files: [] });
});

describe('the next steps', () => {
  const IGNORE = /\.gitignore .*\.env/;

  test('the pipeline needs its variables, and the new .gitignore has .env', async () => {
    const { out } = await runAdc(INIT, { cwd: await tempFiles({}) });
    expect(out).toContain('once GitHub has ADC_SERVER, ADC_TOKEN_READ and ADC_TOKEN');
    expect(out).not.toMatch(IGNORE);
  });

  test.each([
    ['', true],
    ['node_modules/', true],
    ['# .env', true],
    ['.env/', true],
    ['.env.example', true],
    ['.env\n!.env', true],
    ['.env', false],
    ['a\r\n/.env  \r\nb', false],
    ['**/.env', false],
    ['!.env\n.env*', false],
    ['*.env', false],
  ])('a .gitignore of %j that stays is to ignore .env: %s', async (text, said) => {
    const { out } = await runAdc(INIT, { cwd: await tempFiles({ '.gitignore': text }) });
    expect(IGNORE.test(out)).toBe(said);
  });

  test('does not fail for an unreadable .gitignore', async () => {
    const cwd = await tempFiles({ '.gitignore/x': '' });
    expect(await runAdc(INIT, { cwd })).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(IGNORE) as string,
    });
  });

  test('a push needs nothing for a pipeline that existed', async () => {
    const files = { '.github/workflows/api-products.yaml': 'mine: {}\n' };
    const { out } = await runAdc(INIT, { cwd: await tempFiles(files) });
    expect(out).not.toContain('ADC_SERVER');
    expect(out).toMatch(/git push .*no pipeline was added/);
  });
});

test('creates a missing directory, and the next steps begin with it', async () => {
  const cwd = await tempFiles({});
  const { exitCode, out } = await runAdc([...INIT, 'new/portal'], { cwd });
  expect(exitCode).toBe(0);
  expect(out).toContain('cd new/portal');
  expect(await filesIn(join(cwd, 'new', 'portal'))).toEqual(FILES);
});

test('writes nothing if the portal cannot be read', async () => {
  const cwd = await tempFiles({});
  const env = { ADC_SERVER: 'http://127.0.0.1:9', ADC_TOKEN: 't', ADC_PORTAL: 'default' };
  const ran = await runAdc([...INIT, '--from-portal', '--retry-timeout', '0s', '--format', 'json'], {
    cwd,
    env,
  });
  expect(ran.exitCode).toBe(1);
  expect(validReport(ran.out)).toMatchObject({ format: 'adc/init', exit_code: 1 });
  expect(await filesIn(cwd)).toEqual([]);
});

test.each(['my portal', 'no', 'a: b #c', '${X}', 'x"y'])(
  'a portal called %j is named in the file',
  async (portal) => {
    const cwd = await tempFiles({});
    await runAdc([...INIT, '--portal', portal], { cwd });
    const file = parse(await read(cwd, 'api-products.yaml')) as { readonly portal: string };
    expect(file.portal).toBe(portal.replaceAll('${', '\\${'));
  },
);

test('the README explains how several repositories share a portal', async () => {
  const cwd = await tempFiles({});
  await runAdc(INIT, { cwd });
  expect(await read(cwd, 'README.md')).toMatch(/owner:[^]*several repositories can share the portal/);
});

describe('pipelines', () => {
  interface Job {
    readonly 'runs-on'?: string;
    readonly steps?: readonly { readonly uses?: string; readonly run?: string }[];
    readonly script?: readonly string[];
    readonly rules?: readonly { readonly if: string }[];
    readonly stage?: string;
    readonly resource_group?: string;
    readonly if?: string;
  }

  const written = async (path: string, ...words: readonly string[]): Promise<unknown> => {
    const cwd = await tempFiles({});
    await runAdc([...INIT, ...words], { cwd });
    return parse(await read(cwd, path));
  };

  test('the GitHub workflow has everything that its jobs need', async () => {
    const { on, permissions, jobs } = (await written('.github/workflows/api-products.yaml')) as {
      readonly on: object;
      readonly permissions: object;
      readonly jobs: Readonly<Record<string, Job>>;
    };
    expect(Object.keys(on)).toEqual(['pull_request', 'push']);
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.keys(jobs)).toEqual(['lint', 'diff', 'sync']);
    for (const job of Object.values(jobs)) {
      expect(job['runs-on']).toBe('ubuntu-latest');
      expect(job.steps?.every(({ uses, run }) => (uses === undefined) !== (run === undefined))).toBe(true);
    }
    const runsOf = (name: string): string => (jobs[name]?.steps ?? []).map(({ run }) => run ?? '').join('\n');
    expect(runsOf('diff')).toContain('adc diff --base "$base" --fail-on refused --format markdown');
    const [checkout] = jobs['diff']?.steps ?? [];
    expect(checkout).toMatchObject({ with: { 'fetch-depth': 0 } });
    expect(runsOf('diff')).toContain('adc validate');
    expect(runsOf('diff')).not.toContain('adc sync');
    expect(runsOf('sync')).toContain('adc sync');
    expect(jobs['diff']?.if).toContain('head.repo.full_name == github.repository');
    expect(jobs['sync']?.if).toContain("== 'push'");
  });

  test('the GitLab pipeline has everything that its jobs need', async () => {
    const { stages, lint, diff, sync } = (await written('.gitlab-ci.yml', '--ci', 'gitlab')) as {
      readonly stages: readonly string[];
    } & Readonly<Record<string, Job>>;
    for (const job of [lint, diff, sync]) {
      expect(stages).toContain(job?.stage);
      expect(job?.rules?.length).toBeGreaterThan(0);
    }
    expect(lint?.script).toContain('adc lint');
    expect(diff?.script).toEqual(
      expect.arrayContaining([
        'adc diff --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --fail-on refused --format markdown > diff.md || code=$?',
        'adc validate',
      ]),
    );
    expect(sync?.script?.at(-1)).toBe('adc sync');
    expect(sync?.resource_group).toBeDefined();
  });

  test('GitLab syncs after a merge, and not on a schedule, which would undo drift before it is detected', async () => {
    const { sync } = (await written('.gitlab-ci.yml', '--ci', 'gitlab')) as Readonly<Record<string, Job>>;
    expect(sync?.rules).toEqual([
      { if: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' },
    ]);
  });

  test('the commands of both are understood', async () => {
    await atWorkplace({}, async ({ adc }) => {
      await adc(INIT);
      expect(await adc('lint')).toMatchObject({ exitCode: 0 });
      expect(await adc('diff --format markdown')).toMatchObject({ exitCode: 0 });
    });
  });
});

describe('how the pipelines install adc', () => {
  /** The install lines of the pipeline that init writes. */
  async function installLine(cwd: string, ci: 'github' | 'gitlab'): Promise<string | undefined> {
    const pipeline: unknown = parse(await read(cwd, ...PIPELINE_PATHS[ci].split('/')));
    const github = pipeline as {
      readonly jobs?: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
    };
    const gitlab = pipeline as { readonly default?: { readonly before_script: readonly string[] } };
    const jobs = Object.values(github.jobs ?? {}).map(
      ({ steps }) => steps.find(({ run }) => run !== undefined)?.run,
    );
    const lines = new Set([...jobs, gitlab.default?.before_script[0]].filter((line) => line !== undefined));
    expect(lines.size).toBe(1);
    return [...lines][0];
  }

  test.each([
    'npm install --global adc-products@1.2.3',
    'curl --fail https://x.example.com/adc: # "a" > /usr/local/bin/adc',
    "- 'no list' {a: b}",
  ])('by the command %s', async (command) => {
    for (const ci of ['github', 'gitlab'] as const) {
      const cwd = await tempFiles({});
      const { out } = await runAdc(['init', '--install', command, '--ci', ci], { cwd });
      expect(out).not.toContain('vendor/');
      expect(await installLine(cwd, ci)).toBe(command);
      expect(await read(cwd, 'README.md')).toContain(`\n    ${command}\n`);
    }
  });

  test.each(['', '  ', 'npm ci\nevil'])('a command must have one line: %j', async (command) => {
    const cwd = await tempFiles({});
    expect(await runAdc(['init', '--install', command], { cwd })).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^error: --install (is empty|must be a command in one line)$/m) as string,
    });
    expect(await filesIn(cwd)).toEqual([]);
  });

  test('without a command, from a tarball that init packs once, with a note if Git ignores it', async () => {
    const cwd = await tempFiles({});
    await git(cwd, 'init', '--quiet');
    const { out, exitCode } = await runAdc(['init'], { cwd, env: { PATH: process.env['PATH'] } });
    const tarball = `vendor/adc-products-${VERSION}.tgz`;
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: expect.stringContaining(`wrote ${tarball}\n`) as string,
    });
    expect(out).not.toContain('git add --force');
    expect(await installLine(cwd, 'github')).toMatch(new RegExp(`^npm install .* \\./${tarball}$`));
    const { stdout } = await promisify(execFile)('tar', ['-tzf', join(cwd, tarball)]);
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(['package/package.json', 'package/bin/adc.js']),
    );
    await appendFile(join(cwd, '.gitignore'), '*.tgz\n');
    const again = await runAdc(['init'], { cwd, env: { PATH: process.env['PATH'] } });
    expect(again.out).toContain(`kept  ${tarball}`);
    expect(again.out).toContain(`git add --force ${tarball}`);
  });
});

test('outside of an npm package, fails with a hint, and writes nothing', async () => {
  const cwd = await tempFiles({});
  const program = await buildProgram();
  const bare = await tempFiles({});
  await cp(dirname(program.file), bare, { recursive: true });
  await rm(join(bare, 'package.json'));
  const { exitCode, err } = await program.sh(
    `cd ${cwd} && ${process.execPath} ${join(bare, basename(program.file))} init`,
  );
  expect(exitCode).toBe(1);
  expect(err).toMatch(/cannot pack itself[^]*not installed as an npm package\nhint: [^\n]*--install '/);
  expect(await filesIn(cwd)).toEqual([]);
});

describe('the CI system', () => {
  test.each([
    ['git@github.com:acme/apis.git', 'github'],
    ['https://github.com/acme/apis', 'github'],
    ['ssh://git@github.example.com:22/acme/apis.git', 'github'],
    ['github-work:acme/apis', 'github'],
    ['https://user:pw@gitlab.com/acme/apis.git', 'gitlab'],
    ['git@gitlab.example.com:acme/apis.git', 'gitlab'],
    ['https://GitLab.example.com/acme/apis', 'gitlab'],
    ['https://notgithub.example.com/acme/github.com', 'none'],
    ['git@bitbucket.org:acme/gitlab.git', 'none'],
    ['../github.com/apis.git', 'none'],
    ['/srv/gitlab.com/apis.git', 'none'],
    ['C:\\github.com\\apis', 'none'],
  ])('of the remote %s', (remote, system) => {
    expect(chooseCi(undefined, remote).system).toBe(system);
    expect(chooseCi('none', remote).system).toBe('none');
  });

  const PIPELINES = Object.values(PIPELINE_PATHS);

  test.each([
    [
      'git@gitlab.example.com:acme/apis.git',
      [],
      '.gitlab-ci.yml',
      /for GitLab, because .* gitlab\.example\.com; --ci github/,
    ],
    [
      'git@bitbucket.org:acme/apis.git',
      [],
      undefined,
      /none, because .* bitbucket\.org; --ci github or --ci gitlab/,
    ],
    [
      undefined,
      [],
      '.github/workflows/api-products.yaml',
      /for GitHub, because .* no remote "origin"; --ci gitlab/,
    ],
    [
      'git@github.com:acme/apis.git',
      ['--ci', 'gitlab'],
      '.gitlab-ci.yml',
      /for GitLab, because --ci is gitlab/,
    ],
    ['git@github.com:acme/apis.git', ['--ci', 'none'], undefined, /none, because --ci is none/],
  ] as const)('init with the remote %s and %j writes %s, and says why', async (remote, words, path, said) => {
    const cwd = await tempFiles({});
    await git(cwd, 'init', '--quiet');
    if (remote !== undefined) await git(cwd, 'remote', 'add', 'origin', remote);
    const { out } = await runAdc([...INIT, ...words], { cwd });
    expect(out).toMatch(said);
    expect((await filesIn(cwd)).filter((file) => PIPELINES.includes(file))).toEqual(
      path === undefined ? [] : [path],
    );
    expect((await read(cwd, 'README.md')).includes('ADC_TOKEN_READ')).toBe(path !== undefined);
  });
});

describe("with a file of API7's ADC", () => {
  const SERVICES = { 'gateway/adc.yaml': 'services: [{ name: payments }]\n' };
  const GATEWAY = ['--gateway', 'default=gateway/*.yaml'];
  const SYNC = /^docker run .* api7\/adc:\S+ \S+ sync -f 'gateway\/\*\.yaml' --gateway-group default$/;

  test.each([
    ['github', (file: string) => parse(file).jobs.sync.steps.map(({ run }: { run?: string }) => run)],
    ['gitlab', (file: string) => parse(file).sync.script],
  ] as const)('the pipeline for %s syncs the services first, in the job of sync', async (ci, scriptOf) => {
    const folder = await tempFiles(SERVICES);
    const { exitCode, out } = await runAdc([...INIT, '--ci', ci, ...GATEWAY], { cwd: folder });
    expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
    expect(out).toContain("adc diff --gateway 'default=gateway/*.yaml'");
    const file = await read(folder, PIPELINE_PATHS[ci]);
    expect(scriptOf(file).slice(-2)).toEqual([
      expect.stringMatching(SYNC),
      "adc sync --gateway 'default=gateway/*.yaml' --wait-for-services 60s",
    ]);
    expect(file.match(/adc (?:lint|diff|validate) --gateway/g)).toHaveLength(3);
    expect((await runAdc(['lint', ...GATEWAY], { cwd: folder })).exitCode).toBe(0);
  });

  test('that is broken, init writes nothing', async () => {
    const folder = await tempFiles({ 'gateway/adc.yaml': 'services: s3cr3t\n' });
    const { exitCode, err } = await runAdc([...INIT, ...GATEWAY], { cwd: folder });
    expect(exitCode).toBe(1);
    expect(err).toContain('gateway/adc.yaml:1: services must be a list of maps');
    expect(await filesIn(folder)).toEqual(['gateway/adc.yaml']);
  });
});
