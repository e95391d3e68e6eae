import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { init } from '../../src/init/init.ts';
import { external } from '../emulator/support/bodies.ts';
import { atWorkplace, runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
}

const filesOf = (ci: 'github' | 'gitlab', environments: readonly string[]) =>
  new Map(
    init({
      portal: 'default',
      owner: 'acme.payments',
      schema: 'x',
      tarball: 'x',
      ci,
      install: './install',
      environments,
    }).map(({ path, content }) => [path, String(content)]),
  );
const TWO = ['staging', 'production'];
const textOf = (files: ReadonlyMap<string, string>, end: string): string =>
  [...files].find(([path]) => path.endsWith(end))?.[1] ?? '';

describe('adc init --env', () => {
  test('writes a config, whose files lint in each environment', async () => {
    const cwd = await tempFiles(Object.fromEntries(filesOf('github', TWO)));
    expect(await runAdc(['lint'], { cwd })).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('in 2 environments'),
    });
    // The environments can get other portals.
    expect(textOf(filesOf('github', TWO), 'api-products.yaml')).not.toMatch(/^portal:/m);
    expect([...filesOf('github', []).keys()]).not.toContain('adc.config.yaml');
  });

  test('keeps an existing config: its owner and environments apply, and others are refused', async () => {
    const config = 'owner: acme.shop\nenvironments: { one: {}, two: {} }\n';
    const cwd = await tempFiles({ 'adc.config.yaml': config });
    const init = ['init', '--install', './install', '--ci', 'gitlab'];
    expect(await runAdc([...init, '--env', 'three'], { cwd })).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('does not declare the environment "three"'),
    });
    const { out } = await runAdc(init, { cwd });
    expect(out).toContain('owner acme.shop: ');
    expect(out).toContain('adc sync --env one');
    expect(await readFile(join(cwd, '.gitlab-ci.yml'), 'utf8')).toContain('adc sync --env two');
  });

  test('names no owner if the new files declare none', async () => {
    const cwd = await tempFiles({ 'api-products.yaml': 'api_products: []\n' });
    const { out } = await runAdc(['init', '--install', './install', '--format', 'json'], { cwd });
    expect(JSON.parse(out)).toEqual(expect.not.objectContaining({ owner: expect.anything() }));
  });

  test('reads the portal of the first one with --from-portal, by its own variables', async () => {
    await atWorkplace({}, async ({ adc, emulator, folder }) => {
      emulator.store.addProduct('default', external());
      const line = 'init --install ./install --from-portal --env staging,production --portal default';
      const own = { ADC_SERVER_STAGING: emulator.url, ADC_TOKEN_STAGING: emulator.token };
      const elsewhere = { ADC_SERVER: 'http://127.0.0.1:9', ADC_TOKEN: 't' };
      expect(await adc(line, { env: { ...elsewhere, ADC_SERVER_STAGING: emulator.url } })).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('ADC_TOKEN_STAGING is not set'),
      });
      expect(emulator.journal.requests).toEqual([]);
      expect(await adc(line, { env: { ...elsewhere, ...own } })).toMatchObject({ exitCode: 0 });
      const dumped = await readFile(join(folder, 'products/billing-api.yaml'), 'utf8');
      expect(dumped).toContain('name: Billing API');
      expect(dumped).not.toMatch(/^portal:/m);
    });
  });

  test('does not warn of the variables of its environments in an env file', async () => {
    const cwd = await tempFiles({ 'x.env': 'ADC_SERVER_STAGING=http://127.0.0.1:9\nADC_SERVER_OTHER=x\n' });
    const { err } = await runAdc(['init', '--install', 'x', '--env', 'staging', '--env-file', 'x.env'], {
      cwd,
    });
    expect(err).toContain('read from x.env: ADC_SERVER_STAGING');
    expect(err).toContain('warning: ADC_SERVER_OTHER in x.env');
  });

  test('gives each environment a job with its own secrets, production after staging', () => {
    const workflow = parse(textOf(filesOf('github', TWO), 'workflows/api-products.yaml')) as {
      readonly jobs: Readonly<Record<string, Job>>;
    };
    const { jobs } = workflow;
    expect(Object.keys(jobs)).toEqual(['lint', 'diff', 'sync-staging', 'sync-production']);
    expect(jobs['sync-production']).toMatchObject({ needs: 'sync-staging', environment: 'production' });
    for (const [name, other] of [
      ['staging', 'PRODUCTION'],
      ['production', 'STAGING'],
    ] as const) {
      const steps = jobs[`sync-${name}`]?.steps ?? [];
      expect(steps.at(-1)).toMatchObject({
        run: `adc sync --env ${name}`,
        env: {
          [`ADC_SERVER_${name.toUpperCase()}`]: `\${{ vars.ADC_SERVER_${name.toUpperCase()} }}`,
          [`ADC_TOKEN_${name.toUpperCase()}`]: `\${{ secrets.ADC_TOKEN_${name.toUpperCase()} }}`,
        },
      });
      expect(JSON.stringify(steps)).not.toContain(other);
    }
    const reading = JSON.stringify(jobs['diff']);
    expect(reading).toContain('adc diff --env all');
    expect(reading).not.toMatch(/secrets\.ADC_TOKEN_(?!READ_)/);
  });

  test('hides the tokens of other environments from the jobs of GitLab', () => {
    const pipeline = parse(textOf(filesOf('gitlab', TWO), '.gitlab-ci.yml')) as Readonly<
      Record<string, { readonly needs?: readonly string[]; readonly script?: readonly string[] }>
    >;
    expect(pipeline['sync-production']).toMatchObject({
      needs: ['sync-staging'],
      script: [
        'unset ADC_TOKEN_STAGING ADC_TOKEN_READ_STAGING ADC_TOKEN_READ_PRODUCTION',
        'adc sync --env production',
      ],
    });
  });

  test.each(['Staging', 'all', 'a,,b', 'a,a'])('refuses the names %s', async (names) => {
    const cwd = await tempFiles({});
    expect(await runAdc(['init', '--env', names], { cwd })).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^error: --env/),
    });
  });
});
