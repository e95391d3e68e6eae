import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runAdc, type Ran } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';
import { atTwoPortals } from '../support/two-portals.ts';

/** docs/design/contract.md §13 */

const CONFIG = `owner: acme.payments
files: [products/]
environments:
  staging:
    portal: default
    variables: { DOMAIN: stg.example.com, OPEN: true, API_TOKEN: not-a-secret }
  production:
    portal: default
    variables: { DOMAIN: example.com, OPEN: false, API_TOKEN: not-a-secret }
`;

/** An external product, which refers to no resources of the portal. */
const external = (name: string, ...lines: readonly string[]): string =>
  [
    `  - name: ${name}`,
    '    type: external',
    '    server_urls: [https://example.com]',
    '    raw_openapi: "{\\"openapi\\":\\"3.0.3\\",\\"info\\":{\\"title\\":\\"A\\",\\"version\\":\\"1\\"},\\"paths\\":{\\"/a\\":{\\"get\\":{\\"responses\\":{\\"200\\":{\\"description\\":\\"ok\\"}}}}}}"',
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');

const gateway = (name: string, service: string, ...lines: readonly string[]): string =>
  [
    `  - name: ${name}`,
    '    type: gateway',
    '    auth: { key_auth: {} }',
    `    linked_gateway_services: [{ gateway_group: default, service: ${service} }]`,
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');

const products = (...all: readonly string[]): string => `api_products:\n${all.join('')}`;

const PAYMENTS = gateway(
  'Payments API',
  'payments',
  'status: published',
  'desc: "Pay at ${DOMAIN} with ${API_TOKEN}"',
  'subscription_auto_approval: ${OPEN}',
  'environments: { staging: { status: draft } }',
);
const STAGING_ONLY = gateway('Staging only', 'users', 'status: draft', 'environments: { production: null }');
const FILES = { 'adc.config.yaml': CONFIG, 'products/all.yaml': products(PAYMENTS, STAGING_ONLY) };

async function lint(files: Readonly<Record<string, string>>, line = 'lint', below = '.'): Promise<Ran> {
  const cwd = await tempFiles(files);
  await mkdir(join(cwd, below), { recursive: true });
  return runAdc(line.split(' '), { cwd: join(cwd, below) });
}

describe('one set of files', () => {
  test('creates different products on two portals, and a second sync changes neither', async () => {
    await atTwoPortals(FILES, async ({ adc, staging, production }) => {
      for (const name of ['staging', 'production'])
        expect(await adc(`sync --env ${name}`)).toMatchObject({ exitCode: 0 });
      const fields = (portal: typeof staging, product: string) => portal.store.product(product).fields;
      expect(fields(staging, 'Payments API')).toMatchObject({
        status: 'draft',
        desc: 'Pay at stg.example.com with not-a-secret',
        subscription_auto_approval: true,
        labels: { 'managed-by': 'adc/acme.payments' },
      });
      expect(fields(production, 'Payments API')).toMatchObject({
        status: 'published',
        desc: 'Pay at example.com with not-a-secret',
        subscription_auto_approval: false,
      });
      expect(fields(staging, 'Staging only')).toMatchObject({ status: 'draft' });
      expect(() => production.store.product('Staging only')).toThrow();
      for (const portal of [staging, production]) portal.journal.clear();
      for (const name of ['staging', 'production'])
        expect(await adc(`sync --env ${name}`)).toMatchObject({ exitCode: 0 });
      expect([...staging.journal.writes(), ...production.journal.writes()]).toEqual([]);
    });
  });

  test('promotes a product if an exception is removed', async () => {
    await atTwoPortals(FILES, async ({ adc, write, staging }) => {
      await adc('sync --env staging');
      await write({
        'products/all.yaml': FILES['products/all.yaml'].replace(/.*staging: \{ status: draft.*\n/, ''),
      });
      expect(await adc('sync --env staging')).toMatchObject({ exitCode: 0 });
      expect(staging.store.product('Payments API').fields).toMatchObject({ status: 'published' });
    });
  });

  test('deletes products that an environment no longer declares, under the rules for deletions', async () => {
    await atTwoPortals(FILES, async ({ adc, write, staging }) => {
      await adc('sync --env staging');
      await write({
        'products/all.yaml': FILES['products/all.yaml'].replace('production: null', 'staging: null'),
      });
      const { exitCode, out } = await adc('sync --env staging');
      expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining('- Staging only') });
      expect(() => staging.store.product('Staging only')).toThrow();
    });
  });

  test('an explicit -f is a partial run: it deletes nothing, and reports that', async () => {
    await atTwoPortals(FILES, async ({ adc, write, staging }) => {
      await adc('sync --env staging');
      await write({
        'products/all.yaml': products(PAYMENTS),
        'allow.yaml': 'allow: [{ product: Staging only, delete: true, until: 2026-12-07 }]\n',
      });
      const { exitCode, out } = await adc('sync --env staging -f products/all.yaml allow.yaml');
      expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining('Partial run (-f)') });
      expect(staging.store.product('Staging only')).toBeDefined();
      const json = await adc('diff --env staging -f products/all.yaml --format json');
      expect(JSON.parse(json.out)).toMatchObject({
        notes: ['part-of-files'],
        kept: ['Staging only'],
        steps: [],
      });
      const whole = await adc('diff --env staging');
      expect(whole.out).toContain('- Staging only');
    });
  });
});

describe('variables', () => {
  const file = (text: string) => ({
    'adc.config.yaml': CONFIG,
    'products/a.yaml': products(external('A', text)),
  });
  const plan = async (place: Parameters<Parameters<typeof atTwoPortals>[1]>[0], more = '', env = {}) => {
    const { out } = await place.adc(`diff --env staging --format json${more}`, {
      env: { ...place.env, ...env },
    });
    const { steps } = JSON.parse(out) as { steps: { changes: { path: string; after: unknown }[] }[] };
    return steps[0]?.changes.find(({ path }) => path === 'desc')?.after;
  };

  test('of the config override the environment, and --var overrides both', async () => {
    await atTwoPortals(file('desc: "${DOMAIN} ${OTHER:-none}"'), async (place) => {
      expect(await plan(place, '', { DOMAIN: 'ambient', OTHER: 'ambient' })).toBe('stg.example.com ambient');
      expect(await plan(place, ' --var DOMAIN=flag --var OTHER=a=b')).toBe('flag a=b');
      expect(await plan(place, ' --var DOMAIN=')).toBe(' none');
    });
  });

  test('never fill in the token in use', async () => {
    await atTwoPortals(file('desc: "${DOMAIN}"'), async ({ adc, env }) => {
      const { exitCode, err } = await adc(`diff --env staging --var DOMAIN=${env['ADC_TOKEN_STAGING']}`);
      expect({ exitCode, err }).toEqual({
        exitCode: 1,
        err: expect.stringContaining('error[secret-variable]'),
      });
    });
  });

  test('of --var that no file has are warnings, and errors with --strict', async () => {
    const files = file('desc: "${DOMAIN:-none}"');
    const used = await lint(files, 'lint --env staging --var DOMAIN=x');
    expect(used).toMatchObject({ exitCode: 0, err: expect.not.stringContaining('unused-variable') });
    const misspelled = await lint(files, 'lint --env staging --var DOMIAN=x --strict');
    expect(misspelled.exitCode).toBe(1);
    expect(misspelled.err).toContain('error[unused-variable]: no product file has the variable "DOMIAN"');
    expect(misspelled.err).toContain('Did you mean "DOMAIN"?');
    const off = await lint(files, 'lint --env staging --var DOMIAN=x --strict --rule unused-variable=off');
    expect(off.exitCode).toBe(0);
  });

  test('a warning of the config names its place', async () => {
    const { err, exitCode } = await lint({
      'adc.config.yaml': 'environments:\n  a: { portal: " default" }\n',
    });
    expect(err).toContain('warning: adc.config.yaml:2: the name " default" has a blank');
    expect(exitCode).toBe(1);
  });

  test.each(['--var DOMAIN', '--var 1A=b', '--var =b'])('%s is wrong usage', async (flags) => {
    expect(await lint(file('desc: x'), `lint ${flags}`)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('--var must be NAME=value'),
    });
  });
});

describe('lint', () => {
  test('checks each environment without --env, and reports a common error once', async () => {
    const bad = external(
      'A',
      'statu: draft',
      'visibility: ${DOMAIN}',
      'environments: { staging: { status: "${OPEN}" } }',
    );
    const { exitCode, err } = await lint({ 'adc.config.yaml': CONFIG, 'products/a.yaml': products(bad) });
    expect(exitCode).toBe(1);
    expect(err.match(/unknown key "statu"/g)).toHaveLength(1);
    expect(err).toMatch(
      /in staging: "status" must be draft or published[^]*a\.yaml:\d+:\d+[^]*value of OPEN[^]*adc\.config\.yaml:6:/,
    );
    expect(err).not.toContain('in production: "status"');
    expect(err.match(/"visibility" must be/g)).toHaveLength(2);
  });

  test('accepts files of several portals, unlike other commands', async () => {
    const files = {
      'a.yaml': `portal: one\n${products(gateway('A', 'payments', 'status: draft'))}`,
      'b.yaml': `portal: two\n${products(gateway('A', 'payments', 'status: draft'))}`,
    };
    expect(await lint(files, 'lint -f a.yaml b.yaml')).toMatchObject({ exitCode: 0 });
    expect(await lint(files, 'validate -f a.yaml b.yaml')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('error[several-portals]'),
    });
    const twice = { ...files, 'b.yaml': files['a.yaml'] };
    expect(await lint(twice, 'lint -f a.yaml b.yaml')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('error[duplicate-product]'),
    });
  });

  test('takes a config or a product file with comments only', async () => {
    const files = { 'adc.config.yaml': '# later\n', 'api-products.yaml': '# later\n' };
    expect(await lint(files)).toMatchObject({ exitCode: 0, err: '' });
  });
});

describe('the config', () => {
  const REPOSITORY = { ...FILES, '.git/HEAD': 'ref: refs/heads/main\n' };

  test('of a directory above is an error that names it', async () => {
    const { exitCode, err } = await lint(REPOSITORY, 'lint', 'products');
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: expect.stringMatching(/error\[config-elsewhere\].*adc\.config\.yaml[^]*--config/),
    });
    const { '.git/HEAD': _, ...loose } = REPOSITORY;
    expect(await lint(loose, 'lint -f all.yaml', 'products')).toMatchObject({
      err: expect.not.stringContaining('config-elsewhere'),
    });
  });

  test('can be named, and its paths start at its directory', async () => {
    expect(await lint(REPOSITORY, 'lint --config ../adc.config.yaml', 'products')).toMatchObject({
      exitCode: 0,
      out: '2 products checked in 2 environments, no problems found\n',
    });
    expect(await lint(FILES, 'lint --config no.yaml')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('config file not found: no.yaml'),
    });
  });

  test('is not a product file, even among product files', async () => {
    const files = { 'adc.config.yaml': 'files: [.]\n', 'a.yaml': products(external('A')) };
    expect(await lint(files)).toMatchObject({ exitCode: 0 });
  });

  test('shows the place of a pattern without a match', async () => {
    const { exitCode, err } = await lint({ 'adc.config.yaml': 'files: [prodcts/]\n' });
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: expect.stringMatching(/file not found: prodcts\/\n.*adc\.config\.yaml:1:9/),
    });
  });

  test('is reported in JSON with the places of its errors', async () => {
    const { exitCode, out } = await lint({ 'adc.config.yaml': 'onwer: x\n' }, 'lint --format json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      diagnostics: [{ code: 'unknown-key', location: { file: 'adc.config.yaml', line: 1, column: 1 } }],
    });
  });

  test('has the owner of files that declare none', async () => {
    const files = {
      'adc.config.yaml': 'owner: acme.a\n',
      'api-products.yaml': `portal: default\n${products(gateway('A', 'payments', 'status: draft'))}`,
    };
    await atTwoPortals(files, async ({ adc, staging, env }) => {
      const plain = { ADC_SERVER: staging.url, ADC_TOKEN: env['ADC_TOKEN_STAGING'] ?? '' };
      expect(await adc('sync --owner acme.b', { env: plain })).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/error\[owner-mismatch\].*\n.*adc\.config\.yaml:1:8/),
      });
      expect(await adc('sync', { env: plain })).toMatchObject({ exitCode: 0 });
      expect(staging.store.product('A').fields).toMatchObject({ labels: { 'managed-by': 'adc/acme.a' } });
    });
  });

  test('restricts entries to the consents directory: other entries are errors', async () => {
    const entry = 'allow: [{ product: A, delete: true, until: 2026-12-07 }]\n';
    const files = {
      'adc.config.yaml': 'files: [products/]\nconsents: consents/\n',
      'products/a.yaml': `${products(external('A'))}${entry}`,
      'consents/a.yaml': entry,
    };
    const { exitCode, err } = await lint(files);
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: expect.stringMatching(/error\[allowance-elsewhere\].*\n.*products\/a\.yaml:\d+:1\n/),
    });
    expect(err).toContain('consents/a.yaml');
    expect(await lint({ ...files, 'products/a.yaml': products(external('A')) })).toMatchObject({
      exitCode: 0,
    });
  });
});

describe('consent', () => {
  test('for one environment counts there only', async () => {
    const config = CONFIG.replace('files: [products/]', 'files: [products/]\nconsents: consents/');
    const published = products(gateway('Payments API', 'payments', 'status: published'));
    const files = {
      'adc.config.yaml': config,
      'products/all.yaml': published,
      'consents/a.yaml':
        'allow: [{ product: Payments API, subscription_loss: 1, until: 2026-12-07, unauthenticated: true, environments: [staging] }]\n',
    };
    await atTwoPortals(files, async ({ adc, write, staging, production }) => {
      for (const [name, portal] of [
        ['staging', staging],
        ['production', production],
      ] as const) {
        expect(await adc(`sync --env ${name}`)).toMatchObject({ exitCode: 0 });
        portal.store.subscribeActively('shop', 'Payments API');
      }
      await write({ 'products/all.yaml': published.replace('published', 'draft') });
      expect(await adc('sync --env production')).toMatchObject({
        exitCode: 4,
        out: expect.stringMatching(/subscription_loss: 3\n[^]*environments: \[production\]\n/),
      });
      const json = await adc('diff --env production --format json');
      expect(JSON.parse(json.out)).toMatchObject({ allow: [{ environments: ['production'] }] });
      expect(await adc('sync --env staging')).toMatchObject({ exitCode: 0 });
      expect(production.store.product('Payments API').fields).toMatchObject({ status: 'published' });
    });
  });
});

test.each(['--env staging', '--env all'])(
  '%s without declared environments is wrong usage',
  async (flags) => {
    const { exitCode, err } = await lint({ 'api-products.yaml': products(external('A')) }, `lint ${flags}`);
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: expect.stringContaining('no environments are declared'),
    });
  },
);

test('ADC_ENV without a config is an ordinary variable', async () => {
  const cwd = await tempFiles({ 'api-products.yaml': products(external('A', 'desc: ${ADC_ENV}')) });
  expect(await runAdc(['lint'], { cwd, env: { ADC_ENV: 'staging' } })).toMatchObject({ exitCode: 0 });
});
