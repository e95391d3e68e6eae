import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { product } from '../support/product-files.ts';
import { runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';
import { atTwoPortals, TOKENS } from '../support/two-portals.ts';

/** `--env all` and `adc render` (docs/design/contract.md §13). */

const CONFIG = `owner: acme.payments
environments:
  staging: { portal: default, variables: { DOMAIN: stg.example.com } }
  production: { portal: default, variables: { DOMAIN: example.com } }
`;
const PRODUCTS = `api_products:
${product('Payments API', 'payments', ['desc: "Pay at ${DOMAIN}"', 'environments: { staging: { status: draft } }'])}${product('Users API', 'users', ['environments: { production: null }'])}`;
const FILES = { 'adc.config.yaml': CONFIG, 'api-products.yaml': PRODUCTS };

interface All {
  readonly exit_code: number;
  readonly environments: readonly {
    readonly name: string;
    readonly exit_code: number;
    readonly report: { readonly format: string; readonly steps?: readonly unknown[] };
  }[];
}

describe('--env all', () => {
  test('shows a table first, then each report, and ends with the most severe exit code', async () => {
    await atTwoPortals(FILES, async ({ adc, staging, production }) => {
      const fresh = await adc('diff --env all --fail-on changes');
      expect(fresh.exitCode).toBe(2);
      expect(fresh.out).toMatch(
        /^PRODUCT +STAGING +PRODUCTION\n"Payments API" +create +create, publish\n"Users API" +create, publish +-\n/,
      );
      expect(fresh.out).toMatch(/== staging \(exit code 2\) ==[^]*== production \(exit code 2\) ==/);
      expect(await adc('sync --env staging')).toMatchObject({ exitCode: 0 });
      const { out } = await adc('diff --env all --exit-code --format json');
      const all = JSON.parse(out) as All;
      expect(all).toMatchObject({
        exit_code: 2,
        environments: [
          { name: 'staging', exit_code: 0, report: { format: 'adc/diff', steps: [] } },
          { name: 'production', exit_code: 2, report: { format: 'adc/diff' } },
        ],
      });
      expect([...staging.journal.writes()].length).toBeGreaterThan(0);
      expect(production.journal.writes()).toEqual([]);
    });
  });

  test('prints one Markdown comment, which begins with its only marker', async () => {
    await atTwoPortals(FILES, async ({ adc }) => {
      const { out } = await adc('diff --env all --format markdown');
      expect(out).toMatch(
        /^<!-- adc-report:diff -->\n\n```text\nPRODUCT [^]*\n## staging [^]*\n## production /,
      );
      expect(out.split('<!--')).toHaveLength(2);
    });
  });

  test.each(['lint', 'validate', 'list', 'render'])('works for %s', async (command) => {
    await atTwoPortals(FILES, async ({ adc }) => {
      const text = await adc(`${command} --env all`);
      expect(text).toMatchObject({
        exitCode: 0,
        out: expect.stringMatching(/^PRODUCT +STAGING +PRODUCTION\n/),
      });
      const json = JSON.parse((await adc(`${command} --env all --format json`)).out) as All;
      expect(json.environments.map(({ name, report }) => [name, report.format])).toEqual([
        ['staging', `adc/${command}`],
        ['production', `adc/${command}`],
      ]);
    });
  });

  test('writes the -o file into a directory for each environment', async () => {
    await atTwoPortals(FILES, async ({ adc, folder }) => {
      for (const name of ['staging', 'production']) await adc(`sync --env ${name}`);
      expect(await adc('dump --env all -o live/')).toMatchObject({ exitCode: 0 });
      expect(await adc('dump --env all -o one.yaml')).toMatchObject({ exitCode: 0 });
      expect(await adc('diff --env all -o plans/')).toMatchObject({ exitCode: 0 });
      const read = (path: string) => readFile(join(folder, path), 'utf8');
      expect(await read('live/staging/payments-api.yaml')).toContain('stg.example.com');
      expect(await read('live/production/payments-api.yaml')).toContain('at example.com');
      expect(await read('staging/one.yaml')).toContain('Users API');
      expect(await read('production/one.yaml')).not.toContain('Users API');
      expect(JSON.parse(await read('plans/production/plan.json'))).toMatchObject({ format: 'adc/plan' });
    });
  });

  test('reports a failed environment and continues with the next', async () => {
    await atTwoPortals(FILES, async ({ adc, env, production }) => {
      await adc('sync --env production');
      const wrong = { ...env, ADC_TOKEN_STAGING: 'wrong-token' };
      const { exitCode, out, err } = await adc('diff --env all', { env: wrong });
      expect({ exitCode, out }).toEqual({
        exitCode: 1,
        out: expect.stringMatching(/"Payments API" +unknown +unchanged/),
      });
      expect(err).toMatch(/-- staging --\n.*401/);
      const json = await adc('diff --env all --format json', { env: wrong });
      expect(JSON.parse(json.out)).toMatchObject({
        exit_code: 1,
        environments: [{ exit_code: 1 }, { exit_code: 0 }],
      });
      expect(production.journal.requests.length).toBeGreaterThan(0);
    });
  });

  test.each([
    [
      'a missing address and token',
      { ADC_SERVER_PRODUCTION: undefined, ADC_TOKEN_PRODUCTION: undefined },
      'ADC_SERVER_PRODUCTION is not set',
    ],
    ['a missing token', { ADC_TOKEN_PRODUCTION: undefined }, 'ADC_TOKEN_PRODUCTION is not set'],
    ['an empty token', { ADC_TOKEN_PRODUCTION: '' }, 'ADC_TOKEN_PRODUCTION is empty'],
  ])('sends nothing with %s, for any values of the other variables', async (_, missing, message) => {
    await atTwoPortals(FILES, async ({ adc, env, staging, production }) => {
      const plain = { ADC_SERVER: production.url, ADC_TOKEN: TOKENS.production };
      const { exitCode, err } = await adc('diff --env all', { env: { ...env, ...plain, ...missing } });
      expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining(message) });
      expect([...staging.journal.requests, ...production.journal.requests]).toEqual([]);
    });
  });

  test('refuses two environments with the same portal: by their addresses before anything is sent, else by the response of the server', async () => {
    await atTwoPortals(FILES, async ({ adc, env, write, staging }) => {
      const same = { ...env, ADC_SERVER_PRODUCTION: staging.url, ADC_TOKEN_PRODUCTION: TOKENS.staging };
      const shared = {
        exitCode: 1,
        out: '',
        err: expect.stringContaining('error[environments-share-a-portal]'),
      };
      expect(await adc('diff --env all', { env: same })).toEqual(shared);
      expect(staging.journal.requests).toEqual([]);
      const id = staging.store.portal('default').id;
      await write({
        'adc.config.yaml': CONFIG.replace('production: { portal: default', `production: { portal: ${id}`),
      });
      expect(await adc('diff --env all', { env: same })).toEqual(shared);
    });
  });

  test.each([
    ['sync', 'this command works in one environment'],
    ['ping', 'this command works in one environment'],
    ['dump', 'a dump without -o is one file'],
    ['dump --update', '--update works in one environment'],
    ['list --format csv', '--format csv is one table'],
    ['diff --format html', '--format html is the page of one portal'],
    ['diff --server http://127.0.0.1:1', '--server and --token are for one environment'],
  ])('is refused by %s', async (command, message) => {
    await atTwoPortals(FILES, async ({ adc, staging, production }) => {
      const { exitCode, err } = await adc(`${command} --env all`);
      expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining(message) });
      expect([...staging.journal.requests, ...production.journal.requests]).toEqual([]);
    });
  });
});

describe('adc render', () => {
  test('shows the source of each value from an exception, a variable or the config', async () => {
    const cwd = await tempFiles(FILES);
    const { exitCode, out } = await runAdc('render --env staging --var DOMAIN=flag.example.com'.split(' '), {
      cwd,
    });
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: `# api-products.yaml

portal: default # adc.config.yaml:3
owner: acme.payments # adc.config.yaml:1
api_products:
  - name: Payments API
    type: gateway
    auth:
      key_auth: {}
    linked_gateway_services:
      - gateway_group: default
        service: payments
    desc: Pay at flag.example.com # \${DOMAIN} from --var
    status: draft # environments.staging in api-products.yaml:8
  - name: Users API
    type: gateway
    status: published
    auth:
      key_auth: {}
    linked_gateway_services:
      - gateway_group: default
        service: users
`,
    });
  });

  test('prints a file that plans the same as the environment', async () => {
    await atTwoPortals(FILES, async ({ adc, env, folder, production }) => {
      await adc('sync --env production');
      const { out } = await adc('render --env production');
      const files = await tempFiles({ 'api-products.yaml': out });
      const plain = { ADC_SERVER: production.url, ADC_TOKEN: env['ADC_TOKEN_PRODUCTION'] ?? '' };
      expect(files).not.toBe(folder);
      expect(await adc('diff --exit-code', { cwd: files, env: plain })).toMatchObject({ exitCode: 0 });
    });
  });

  test('prints booleans and numbers from variables as lint accepts them', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const cwd = await tempFiles({
      'api-products.yaml': `allow:
  - { product: Payments API, subscription_loss: "\${MOST}", until: ${until} }
api_products:
  - name: Payments API
    type: gateway
    auth: { key_auth: { hide_credentials: "\${HIDES}" } }
`,
    });
    const { out } = await runAdc('render --var HIDES=false --var MOST=3'.split(' '), { cwd });
    expect(out).toContain('        hide_credentials: false # ${HIDES} from --var\n');
    expect(out).toContain('    subscription_loss: 3 # ${MOST} from --var\n');
  });

  test('lists the environments if none is chosen', async () => {
    const cwd = await tempFiles(FILES);
    expect(await runAdc(['render'], { cwd })).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('staging, production'),
    });
  });
});
