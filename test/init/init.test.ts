import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { validReport } from '../support/published-schemas.ts';
import { OPENAPI } from '../support/product-files.ts';
import { atWorkplace, runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

const read = async (...steps: readonly string[]): Promise<string> => readFile(join(...steps), 'utf8');

const FILES = [
  '.env.example',
  '.github/workflows/api-products.yaml',
  '.gitignore',
  '.gitlab-ci.yml',
  'README.md',
  'api-products.yaml',
  'openapi/orders.yaml',
];

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return paths.map((path) => path.slice(folder.length + 1)).toSorted();
}

describe.each(['path', 'query'])('in the %s dialect', (dialect) => {
  test('L16 what init writes lints, syncs, and is then as the portal is', async () => {
    await atWorkplace({}, async ({ adc, folder }) => {
      expect(await adc('init')).toMatchObject({ exitCode: 0, err: '' });
      expect(await filesIn(folder)).toEqual(FILES);
      expect(await adc('lint --strict')).toMatchObject({ exitCode: 0 });
      expect(await adc(`validate --strict --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      expect(await adc(`sync --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      expect(await adc(`diff --exit-code --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
    });
  });

  test('L16 what init writes from a portal lints, and differs from it only by the new owner', async () => {
    const external = { portal: 'default', name: 'Legacy', type: 'external', raw_openapi: OPENAPI };
    const labels = { 'managed-by': 'adc' };
    const seed = { ...defaultSeed(), api_products: [{ ...external, labels }] };
    await atWorkplace({ seed, switches: { externalLabels: 'keep' } }, async ({ adc, folder }) => {
      expect(await adc(`init --from-portal --portal default --dialect ${dialect}`)).toMatchObject({
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

test('nothing is overwritten, and a second time nothing is left to do', async () => {
  const cwd = await tempFiles({ '.gitignore': 'mine\n', 'README.md': 'mine\n' });
  const { out } = await runAdc(['init', '--format', 'json'], { cwd });
  expect(validReport(out)).toMatchObject({ folder: '.', kept: ['.gitignore', 'README.md'] });
  expect(await read(cwd, '.gitignore')).toBe('mine\n');
  const again = await runAdc(['init', '--format', 'json'], { cwd });
  expect(validReport(again.out)).toMatchObject({ exit_code: 0, files: [] });
});

describe('what is next', () => {
  const IGNORE = /\.gitignore .*\.env/;

  test('where all is new, the pipelines want their variables, and .env is ignored', async () => {
    const { out } = await runAdc(['init'], { cwd: await tempFiles({}) });
    expect(out).toContain('once GitHub or GitLab has ADC_SERVER and ADC_TOKEN');
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
    const { out } = await runAdc(['init'], { cwd: await tempFiles({ '.gitignore': text }) });
    expect(IGNORE.test(out)).toBe(said);
  });

  test('a .gitignore that can not be read is no reason to fail', async () => {
    const cwd = await tempFiles({ '.gitignore/x': '' });
    expect(await runAdc(['init'], { cwd })).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(IGNORE) as string,
    });
  });

  test('nothing is said of a pipeline that was not added', async () => {
    const gitlab = await runAdc(['init'], { cwd: await tempFiles({ '.gitlab-ci.yml': 'mine: {}\n' }) });
    expect(gitlab.out).toContain('once GitHub has ADC_SERVER');
    const both = { '.gitlab-ci.yml': 'mine: {}\n', '.github/workflows/api-products.yaml': 'mine: {}\n' };
    const neither = await runAdc(['init'], { cwd: await tempFiles(both) });
    expect(neither.out).not.toContain('ADC_SERVER');
    expect(neither.out).toMatch(/git push .*no pipeline was added/);
  });
});

test('a folder is made where there is none, and the way on begins with it', async () => {
  const cwd = await tempFiles({});
  const { exitCode, out } = await runAdc(['init', 'new/portal'], { cwd });
  expect(exitCode).toBe(0);
  expect(out).toContain('cd new/portal');
  expect(await filesIn(join(cwd, 'new', 'portal'))).toEqual(FILES);
});

test('where the portal can not be read, nothing is written', async () => {
  const cwd = await tempFiles({});
  const env = { ADC_SERVER: 'http://127.0.0.1:9', ADC_TOKEN: 't', ADC_PORTAL: 'default' };
  const ran = await runAdc(['init', '--from-portal', '--retry-timeout', '0s', '--format', 'json'], {
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
    await runAdc(['init', '--portal', portal], { cwd });
    const file = parse(await read(cwd, 'api-products.yaml')) as { readonly portal: string };
    expect(file.portal).toBe(portal.replaceAll('${', '\\${'));
  },
);

test('the README says how several repositories share a portal', async () => {
  const cwd = await tempFiles({});
  await runAdc(['init'], { cwd });
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
    await runAdc(['init', ...words], { cwd });
    return parse(await read(cwd, path));
  };

  test('the workflow of GitHub has what its jobs need', async () => {
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
    expect(runsOf('diff')).toContain('adc diff --format markdown');
    expect(runsOf('diff')).not.toContain('adc sync');
    expect(runsOf('sync')).toContain('adc sync');
    expect(jobs['diff']?.if).toContain('head.repo.full_name == github.repository');
    expect(jobs['sync']?.if).toContain("== 'push'");
  });

  test('the pipeline of GitLab has what its jobs need', async () => {
    const { stages, lint, diff, sync } = (await written('.gitlab-ci.yml')) as {
      readonly stages: readonly string[];
    } & Readonly<Record<string, Job>>;
    for (const job of [lint, diff, sync]) {
      expect(stages).toContain(job?.stage);
      expect(job?.script?.length).toBeGreaterThan(0);
      expect(job?.rules?.length).toBeGreaterThan(0);
    }
    expect(diff?.script?.join('\n')).toContain('adc diff --format markdown');
    expect(sync?.script).toEqual(['adc sync']);
    expect(sync?.resource_group).toBeDefined();
  });

  test('GitLab syncs what is merged, and nothing on a schedule, which would undo what drift detection is to find', async () => {
    const { sync } = (await written('.gitlab-ci.yml')) as Readonly<Record<string, Job>>;
    expect(sync?.rules).toEqual([
      { if: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' },
    ]);
  });

  test('the commands of both are understood', async () => {
    await atWorkplace({}, async ({ adc }) => {
      await adc('init');
      expect(await adc('lint')).toMatchObject({ exitCode: 0 });
      expect(await adc('diff --format markdown')).toMatchObject({ exitCode: 0 });
    });
  });
});
