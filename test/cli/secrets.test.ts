import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { diff } from '../../src/index.ts';
import { NO_SECRET_VARIABLES } from '../../src/model/config.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const TOKEN = 'a7ee-S3cr3t/Token==';
const FORMATS = ['text', 'json', 'markdown', 'github'];

const described = (desc: string): string => PAYMENTS.replace('    auth:', `    desc: ${desc}\n    auth:`);
const envOf = ({ emulator }: Workplace, more: Readonly<Record<string, string>> = {}) => ({
  ADC_SERVER: emulator.url,
  ADC_TOKEN: emulator.token,
  ...more,
});

describe('a variable that is filled into a file', () => {
  const names = [
    'API7_TOKEN',
    'my_token_2',
    'GH_SECRET_X',
    'DB_PASSWORD',
    'SSH_PRIVATE_RSA_KEY',
    'PRIVATEKEY',
    'AWS_SESSION',
    'ADC_SERVER',
    'ADC_PORTALS',
    'CI_JOB_JWT_V2',
    'CI_REPOSITORY_URL',
  ];
  test.each(names)('is refused if it is named like a secret, set or not: %s', async (name) => {
    const files = { 'api-products.yaml': described(`"\${${name}} \${${name}:-x}"`) };
    await atWorkplace({ files }, async (place) => {
      for (const env of [envOf(place), envOf(place, { [name]: 'a value' })]) {
        const { exitCode, err } = await place.adc('lint --format github', { env });
        expect(exitCode).toBe(1);
        expect(err).not.toContain('a value');
        expect((await place.adc('diff', { env })).exitCode).toBe(1);
      }
      const { err } = await place.adc('lint');
      expect(err).toMatch(new RegExp(`error\\[secret-variable\\].*${name} is named like a secret`));
      expect(err).toContain('api-products.yaml:6:12');
      expect(err).toContain(`--allow-secret-variable ${name}`);
      const allowed = ['lint', '--allow-secret-variable', 'OTHER', '--allow-secret-variable', name];
      const set = envOf(place, { [name]: 'a value' });
      expect((await place.adc(allowed, { env: set })).exitCode).toBe(0);
    });
  });

  test.each([...NO_SECRET_VARIABLES, 'MONKEY', 'PRIVATE', 'REGION_AWS', 'STAGE'])(
    'may be named %s',
    async (name) => {
      await atWorkplace({ files: { 'api-products.yaml': described(`\${${name}}`) } }, async (place) => {
        expect(await place.adc('lint', { env: envOf(place, { [name]: 'x' }) })).toMatchObject({
          exitCode: 0,
        });
      });
    },
  );

  test.each(['validate', 'diff', 'sync', 'dump --update'])('can be allowed for %s', async (command) => {
    const seed = { ...defaultSeed(), api_products: [] };
    await atWorkplace({ seed, files: { 'api-products.yaml': described('${MY_TOKEN}') } }, async (place) => {
      const env = envOf(place, { MY_TOKEN: 'of no consequence' });
      expect(await place.adc(command, { env })).toMatchObject({ exitCode: 1 });
      expect(await place.adc(`${command} --allow-secret-variable MY_TOKEN`, { env })).toMatchObject({
        exitCode: 0,
      });
    });
  });

  test.each([
    ['the environment', 'diff', {}],
    ['a flag', `diff --token ${TOKEN}`, { ADC_TOKEN: '' }],
    ['a file', 'diff --token-file token', { ADC_TOKEN: '' }],
    ['a .env', 'diff --env-file e', { ADC_TOKEN: '', ADC_SERVER: '' }],
    ['the environment, for lint', 'lint', {}],
    ['the environment, for validate', 'validate', {}],
    ['the environment, for dump', 'dump --update', {}],
  ])('is refused if it holds the token of %s, even if allowed', async (_, line, changed) => {
    const files = {
      'api-products.yaml': described('${STAGE_TOKEN}'),
      token: `\uFEFF${TOKEN}\n`,
    };
    await atWorkplace({ token: TOKEN, files }, async (place) => {
      await place.write({ e: `ADC_SERVER=${place.emulator.url}\nADC_TOKEN=${TOKEN}\n` });
      for (const held of [TOKEN, `see ${TOKEN}.`, Buffer.from(TOKEN).toString('base64')]) {
        const env = envOf(place, { STAGE_TOKEN: held, ...changed });
        const { exitCode, out, err } = await place.adc(`${line} --allow-secret-variable STAGE_TOKEN`, {
          env,
        });
        expect({ exitCode, err }).toEqual({
          exitCode: 1,
          err: expect.stringContaining('STAGE_TOKEN holds the token in use') as string,
        });
        expect(out + err).not.toContain(held);
      }
    });
  });
});

test('the library fills in variables of any name, except those that contain the token', async () => {
  await atWorkplace(
    { token: TOKEN, files: { 'p.yaml': described('${MY_TOKEN}') } },
    async ({ folder, emulator }) => {
      const given = { server: emulator.url, token: TOKEN, files: ['p.yaml'], cwd: folder };
      expect(await diff({ ...given, variables: { MY_TOKEN: 'fine' } })).toMatchObject({ diagnostics: [] });
      expect(await diff({ ...given, variables: { MY_TOKEN: `x ${TOKEN}` } })).toMatchObject({
        diagnostics: [{ code: 'secret-variable', location: { file: 'p.yaml', line: 6 } }],
      });
    },
  );
});

describe('the token in use', () => {
  const lines = ['lint', 'validate', 'diff', 'sync'].flatMap((command) =>
    FORMATS.map((format) => `${command} --format ${format}`),
  );
  test.each(lines)('is printed by no format if a file holds it: %s', async (line) => {
    const twice = described(`"${TOKEN}"`).replace('Payments API', `"x ${TOKEN}"`) + `    stats: ${TOKEN}\n`;
    for (const file of [described(TOKEN), described(TOKEN).replace('key_auth', TOKEN), twice]) {
      await atWorkplace({ token: TOKEN, files: { 'api-products.yaml': file } }, async ({ adc }) => {
        const { out, err } = await adc(`${line} --portal default`);
        expect(out + err).not.toContain(TOKEN);
      });
    }
  });

  const ofServer = {
    ...defaultSeed(),
    api_products: [
      {
        portal: 'default',
        name: 'Echo',
        type: 'external',
        desc: `it was ${TOKEN}`,
        labels: { [TOKEN]: 'x', 'managed-by': 'adc' },
        raw_openapi: `openapi: 3.0.3\ninfo: { title: E, version: "1" }\npaths: {}\nx-note: ${TOKEN}\n`,
      },
    ],
  };
  test.each(['diff', 'diff --graph', 'sync', 'dump --portal default', 'ping --portal default'])(
    'is printed by no format if the server returns it: %s',
    async (line) => {
      const file = PAYMENTS + '  - { name: Echo, type: external, desc: it is }\n';
      await atWorkplace(
        { token: TOKEN, seed: ofServer, files: { 'api-products.yaml': file } },
        async ({ adc }) => {
          for (const format of FORMATS) {
            const { out, err } = await adc(`${line} --format ${format} --verbose 2`);
            expect(out + err).not.toContain(TOKEN);
          }
        },
      );
    },
  );

  test('is in no plan: a plan that would contain it is not saved', async () => {
    await atWorkplace({ token: TOKEN, files: { 'api-products.yaml': described(TOKEN) } }, async (place) => {
      const { exitCode, out, err } = await place.adc('diff -o plan.json');
      expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
      expect(err).toMatch(
        /^error: the plan contains the token in use in "Payments API", so it is not saved\nhint: /,
      );
      expect(await readdir(place.folder)).toEqual(['api-products.yaml']);
      await place.write({ 'api-products.yaml': PAYMENTS });
      expect((await place.adc('diff -o plan.json')).exitCode).toBe(0);
      expect((await place.adc('sync --plan plan.json')).exitCode).toBe(0);
    });
  });

  test.each([
    'dump -o all.yaml',
    'dump -o out/',
    'init --install adc --from-portal',
    'dump --update -o new/',
  ])('is in no file of %s, which lint accepts, and a warning reports it', async (line) => {
    const file = 'portal: default\napi_products: []\n';
    await atWorkplace({ token: TOKEN, seed: ofServer, files: { 'old/p.yaml': file } }, async (place) => {
      const update = line.includes('--update') ? ' -f old/p.yaml' : '';
      const { exitCode, err } = await place.adc(`${line}${update} --portal default`);
      expect(exitCode).toBe(0);
      expect(err).toContain('warning: "Echo" contains the token in use, which is written as REDACTED');
      const texts = await contents(place.folder);
      expect(texts.join('\n')).toContain('it was REDACTED');
      expect(texts.join('\n')).not.toContain(TOKEN);
      expect(await place.adc(['lint', '-f', '.'])).toMatchObject({ exitCode: 0 });
    });
  });

  test('does not stay in a file that dump --update changes', async () => {
    const old = 'portal: default\napi_products:\n  - { name: Echo, type: external, desc: before }\n';
    await atWorkplace(
      { token: TOKEN, seed: ofServer, files: { 'api-products.yaml': old } },
      async (place) => {
        expect(await place.adc('dump --update')).toMatchObject({ exitCode: 0 });
        const [text] = await contents(place.folder);
        expect(text).toBe(old.replace('before', 'it was REDACTED'));
      },
    );
  });

  test.each(['products', 'warnings', 'exit_code', '"create":', 'message"', 'published'])(
    'keeps JSON valid if it equals the word %s of a document',
    async (token) => {
      await atWorkplace({ token, files: { 'api-products.yaml': described('x') } }, async (place) => {
        const env = { ADC_SERVER: place.emulator.url, ADC_TOKEN: token };
        for (const line of ['lint', 'validate', 'ping --portal default', 'dump --portal default', 'snyc']) {
          const { out } = await place.adc(`${line} --format json`, { env });
          expect(JSON.parse(out)).toHaveProperty('format_version', 1);
        }
      });
    },
  );

  test.each(['a', '1234567', 'ab:cdef'])('is not sent if it is as short as %s', async (token) => {
    await atWorkplace({ token, basic: token, files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
      const scheme = token.includes(':') ? ' --auth-scheme basic' : '';
      const { exitCode, out, err } = await place.adc(`diff${scheme}`);
      expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
      expect(err).toMatch(/^error: the token has fewer than 8 characters\nhint: /);
      expect(place.emulator.journal.requests).toEqual([]);
      const elsewhere = await place.adc(`ping --portal default${scheme} --server http://127.0.0.1:1`);
      expect(elsewhere.err).toContain('the connection was refused');
      expect((await place.adc(`lint`)).exitCode).toBe(0);
    });
  });

  test('may have 8 characters, and a pair with a short password', async () => {
    await atWorkplace(
      { token: 'a7ee-dev', basic: 'admin:admin', files: { 'api-products.yaml': PAYMENTS } },
      async ({ adc }) => {
        expect((await adc('diff')).exitCode).toBe(0);
        expect((await adc('diff --auth-scheme basic --token admin:admin')).exitCode).toBe(0);
      },
    );
  });
});

async function contents(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(async ({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
}
