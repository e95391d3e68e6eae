import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { labelSelector } from '../../src/cli/scope.ts';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Ran, type Workplace } from '../support/run-adc.ts';

const FILES = { 'api-products.yaml': PAYMENTS };
const ELSEWHERE = 'http://127.0.0.1:1';

/** Runs a command with only this environment. */
const withEnv = (place: Workplace, line: string, env: Readonly<Record<string, string>>): Promise<Ran> =>
  place.adc(line, { env });

/** The variables for the Admin API of the workplace. */
const ambient = ({ emulator }: Workplace) => ({ ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token });

describe('the source of a setting', () => {
  test('a flag overrides the environment, which overrides .env', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ '.env': `ADC_DIALECT=wrong\nADC_TIMEOUT=wrong\n` });
      const env = { ...ambient(place), ADC_DIALECT: 'query', ADC_TIMEOUT: '2s' };
      expect((await withEnv(place, 'diff', env)).out).toMatch(/\(query dialect\)/);
      expect((await withEnv(place, 'diff --dialect path', env)).out).toMatch(/\(path dialect\)/);
      expect(await withEnv(place, 'diff', ambient(place))).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/ADC_DIALECT is "wrong"/) as string,
      });
    });
  });

  test('a .env can have all settings, and is named if used', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { ADC_SERVER, ADC_TOKEN } = ambient(place);
      await place.write({
        '.env': `# ours\nADC_SERVER=${ADC_SERVER}\nADC_TOKEN='${ADC_TOKEN}'\nPATH=/tmp\n`,
      });
      const { exitCode, err } = await withEnv(place, 'diff', {});
      expect(exitCode).toBe(0);
      expect(err).toMatch(/\.env: ADC_SERVER, ADC_TOKEN$/m);
      expect(err).not.toMatch(/PATH/);
    });
  });

  test('unknown variables of a .env are reported, with the nearest known one', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({
        '.env': 'ADC_\x1b[2J=x\nADC_DIALECT=path\nADC_ENV_FILE=x\nADC_SEVER=x\nADC_STAGE=x\n',
      });
      expect((await withEnv(place, 'diff', ambient(place))).err).toBe(
        [
          'warning: line 1 of .env has no effect: it is not NAME=value',
          'read from .env: ADC_DIALECT',
          'warning: ADC_ENV_FILE in .env has no effect',
          'warning: ADC_SEVER in .env has no effect; did you mean ADC_SERVER?',
          'warning: ADC_STAGE in .env has no effect',
          '',
        ].join('\n'),
      );
    });
  });

  describe('a line of a .env that is not an assignment', () => {
    const SECRET = 's3cr3t-token';
    test.each([
      ['ADC_TOKEN: SECRET\n', 1],
      ['ADC_TOKEN SECRET\n', 1],
      ['export ADC_TOKEN : SECRET\n', 1],
      ['SECRET\n', 1],
      ['# a comment\n\n  ADC_TOKEN: "SECRET"\n', 3],
      ["A='two\nlines'\nADC_TOKEN:SECRET\n", 3],
      ['set ADC_TOKEN=SECRET\r\n', 1],
      ['ADC_TOKEN\n=SECRET\n', 2],
    ])('is not printed, and the lines after it count: %j', async (line, number) => {
      await atWorkplace({ files: FILES }, async (place) => {
        await place.write({ '.env': `${line.replace('SECRET', SECRET)}ADC_DIALECT=nonsense\n` });
        const { exitCode, out, err } = await withEnv(place, 'diff', ambient(place));
        expect(out + err).not.toContain(SECRET);
        expect(err).toContain(`warning: line ${number} of .env has no effect: it is not NAME=value\n`);
        expect({ exitCode, err }).toEqual({
          exitCode: 1,
          err: expect.stringContaining('ADC_DIALECT is "nonsense"') as string,
        });
      });
    });

    test.each([
      ['export and a tab', 'export\tADC_DIALECT=nonsense\n'],
      ['line ends of old Macs', 'A=b\rADC_DIALECT=nonsense\r'],
    ])('an assignment counts with %s', async (_, text) => {
      await atWorkplace({ files: FILES }, async (place) => {
        await place.write({ '.env': text });
        expect((await withEnv(place, 'diff', ambient(place))).err).toContain('ADC_DIALECT is "nonsense"');
      });
    });

    test('quoted lines are part of a value, not assignments', async () => {
      await atWorkplace({ files: FILES }, async (place) => {
        await place.write({
          '.env': "X=`a\nb: c`\nexport ADC_DIALECT = 'path' # ADC_TOKEN: x\nY=\nZ=it's: x\n",
        });
        const { out, err } = await withEnv(place, 'diff', ambient(place));
        expect(err).toBe('read from .env: ADC_DIALECT\n');
        expect(out).toMatch(/path dialect/);
      });
    });
  });

  describe('a text file is UTF-8', () => {
    const encodings: readonly (readonly [string, (text: string) => Uint8Array])[] = [
      ['UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
      ['UTF-16 without a mark', (text) => Buffer.from(text, 'utf16le')],
      ['UTF-16 big-endian', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
      ['Latin-1', (text) => Buffer.from(`${text}# d\u00e9faut\n`, 'latin1')],
    ];
    test.each(encodings)('%s is a clear error', async (_, encode) => {
      await atWorkplace({ files: FILES }, async (place) => {
        const write = async (file: string, text: string) => writeFile(join(place.folder, file), encode(text));
        await write('.env', 'ADC_DIALECT=path\n');
        await write('token', `${place.emulator.token}\n`);
        await write('plan.json', '{}\n');
        const error = (what: string) =>
          new RegExp(`^error: the ${what} \\S+ is not UTF-8\nhint: Save the file as UTF-8`);
        const { ADC_SERVER } = ambient(place);
        expect((await withEnv(place, 'diff', ambient(place))).err).toMatch(error('env file'));
        await rm(join(place.folder, '.env'));
        expect((await withEnv(place, 'diff --token-file token', { ADC_SERVER })).err).toMatch(
          error('token file'),
        );
        expect((await withEnv(place, 'sync --plan plan.json', ambient(place))).err).toMatch(error('plan'));
      });
    });

    test('a byte order mark is not part of the text', async () => {
      await atWorkplace({ files: FILES }, async (place) => {
        await place.adc('diff -o plan.json');
        const plan = await readFile(join(place.folder, 'plan.json'), 'utf8');
        await place.write({ 'plan.json': `\uFEFF${plan}`, '.env': '\uFEFFADC_DIALECT=nonsense\n' });
        expect((await withEnv(place, 'diff', ambient(place))).err).toMatch(/ADC_DIALECT is "nonsense"/);
        await rm(join(place.folder, '.env'));
        expect(await place.adc('sync --plan plan.json')).toMatchObject({ exitCode: 0 });
      });
    });
  });

  test('does not fill variables of product files from a .env, and reports it', async () => {
    const files = {
      'api-products.yaml': PAYMENTS.replace('Payments API', '${ADC_STAGE}'),
      '.env': 'ADC_STAGE=x',
    };
    await atWorkplace({ files }, async ({ adc }) => {
      const { exitCode, err } = await adc('diff --allow-secret-variable ADC_STAGE');
      expect(exitCode).toBe(1);
      expect(err).toMatch(
        /ADC_STAGE is not set[^]*hint: Set ADC_STAGE, or .*\. A \.env file fills in nothing\.$/m,
      );
    });
  });

  test('--env-file names another file, which must exist', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { ADC_SERVER, ADC_TOKEN } = ambient(place);
      await place.write({
        'prod.env': `ADC_SERVER=${ADC_SERVER}\nADC_TOKEN=${ADC_TOKEN}\n`,
        '.env': 'ADC_SERVER=x',
      });
      expect((await withEnv(place, 'diff --env-file prod.env', {})).exitCode).toBe(0);
      expect(await withEnv(place, 'diff --env-file no.env', {})).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/no\.env/) as string,
      });
    });
  });

  test.each([
    ['true', false],
    ['1', false],
    ['github', false],
    ['false', true],
    ['No', true],
    ['0', true],
    ['', true],
  ])('with CI "%s", a .env is read: %s', async (CI, read) => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ '.env': 'ADC_DIALECT=path\n' });
      const { out, err } = await withEnv(place, 'diff', { ...ambient(place), CI });
      expect(/path dialect/.test(out)).toBe(read);
      expect(/\.env/.test(err)).toBe(read);
    });
  });

  test('a .env that cannot be read is a warning that names it', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await symlink('.env', join(place.folder, '.env'));
      const { exitCode, err } = await withEnv(place, 'diff', { ...ambient(place), CI: '' });
      expect(exitCode).toBe(0);
      expect(err).toMatch(/^warning: cannot read the env file .*\.env: ELOOP$/m);
    });
  });

  test.each([
    ['no server was given', {}],
    ['no token was given', { ADC_SERVER: ELSEWHERE }],
    ['no portal was given', { ADC_SERVER: ELSEWHERE, ADC_TOKEN: 't' }],
  ])('with CI, %s: an existing .env is reported as ignored', async (message, env) => {
    await atWorkplace({ files: FILES }, async (place) => {
      const told = `error: ${message}\nhint: .*--.* Where CI is set, as here, no \\.env is read\\.\n`;
      await place.write({ '.env': `ADC_SERVER=${ELSEWHERE}\nADC_TOKEN=t\nADC_PORTAL=p\n` });
      const { err } = await withEnv(place, 'ping', { ...env, CI: 'true' });
      expect(err).toMatch(new RegExp(`^${told}$`));
      await place.write({ '.env': 'ADC_TIMEOUT=1s\n' });
      const named = { ...env, CI: 'true', ADC_ENV_FILE: '.env' };
      expect((await withEnv(place, 'ping', named)).err).not.toContain('no .env');
      await rm(join(place.folder, '.env'));
      expect((await withEnv(place, 'ping', { ...env, CI: 'true' })).err).not.toContain('.env');
    });
  });

  test('with CI, --env-file is still read', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ 'ci.env': 'ADC_DIALECT=path\n' });
      const { out } = await withEnv(place, 'diff --env-file ci.env', { ...ambient(place), CI: 'true' });
      expect(out).toMatch(/path dialect/);
    });
  });

  test('ADC_ENV_FILE also names a file, and the flag overrides it', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ 'ci.env': 'ADC_DIALECT=path\n', 'other.env': 'ADC_DIALECT=query\n' });
      const env = { ...ambient(place), ADC_ENV_FILE: 'ci.env', CI: 'true' };
      expect((await withEnv(place, 'diff', env)).out).toMatch(/path dialect/);
      expect((await withEnv(place, 'diff --env-file other.env', env)).out).toMatch(/query dialect/);
      const without = await withEnv(place, 'diff', { ...ambient(place), ADC_ENV_FILE: 'no.env' });
      expect(without).toMatchObject({ exitCode: 1, err: expect.stringContaining('no.env') });
      expect((await withEnv(place, 'diff', { ...ambient(place), ADC_ENV_FILE: '' })).exitCode).toBe(0);
    });
  });

  test('refuses a file of --env-file from which Node.js itself would read options', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ 'ci.env': 'NODE_OPTIONS=--no-warnings\nADC_DIALECT=path\n' });
      const { exitCode, out, err } = await withEnv(place, 'diff --env-file ci.env', ambient(place));
      expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
      expect(err).toMatch(/ci\.env sets NODE_OPTIONS[^]*ADC_ENV_FILE/);
      const named = await withEnv(place, 'diff', { ...ambient(place), ADC_ENV_FILE: 'ci.env' });
      expect(named.out).toMatch(/path dialect/);
    });
  });

  test('reads a token from a file, without its line end', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { ADC_SERVER, ADC_TOKEN } = ambient(place);
      await place.write({ token: `${ADC_TOKEN}\n` });
      expect((await withEnv(place, 'diff --token-file token', { ADC_SERVER })).exitCode).toBe(0);
      expect((await withEnv(place, 'diff', { ADC_SERVER, ADC_TOKEN_FILE: 'token' })).exitCode).toBe(0);
      const missing = await withEnv(place, 'diff --token-file no', { ADC_SERVER });
      expect(missing).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('/no: file not found') as string,
      });
      const mistaken = await withEnv(place, 'diff', { ADC_SERVER, ADC_TOKEN_FILE: ADC_TOKEN });
      expect(mistaken).toMatchObject({ exitCode: 1, err: expect.stringContaining('ADC_TOKEN') as string });
      expect(mistaken.err).not.toContain(ADC_TOKEN);
    });
  });

  test('the portal comes from the flag, the environment or the file, by name or by id', async () => {
    const text = PAYMENTS.replace('portal: default\n', '');
    await atWorkplace({ files: { 'api-products.yaml': text } }, async (place) => {
      const { id } = place.emulator.store.portal('default');
      const env = ambient(place);
      expect(await withEnv(place, 'diff', env)).toMatchObject({ exitCode: 1 });
      for (const ADC_PORTAL of ['default', id]) {
        expect((await withEnv(place, 'diff', { ...env, ADC_PORTAL })).out).toMatch(/^Portal "default"/);
      }
      const other = await withEnv(place, 'diff --portal default-partners', { ...env, ADC_PORTAL: 'default' });
      expect(other.out).toMatch(/^Portal "default-partners"/);
    });
  });
});

describe('a file in the working directory', () => {
  /** Another server, which must never get a request. */
  async function besideTrap(use: (place: Workplace, trap: string) => Promise<void>): Promise<void> {
    const trap = await startEmulator();
    try {
      await atWorkplace({ files: FILES }, async (place) => use(place, trap.url));
      expect(trap.journal.requests).toEqual([]);
    } finally {
      await trap.close();
    }
  }

  test.each(['environment', 'flag', 'token file by flag', 'token file by environment'])(
    'cannot redirect a token from the %s to another server',
    async (source) => {
      await besideTrap(async (place, trap) => {
        const { token } = place.emulator;
        await place.write({ '.env': `ADC_SERVER=${trap}\n`, 'token.txt': token });
        const [line, env] = {
          environment: ['sync', { ADC_TOKEN: token }] as const,
          flag: [`sync --token ${token}`, {}] as const,
          'token file by flag': ['sync --token-file token.txt', {}] as const,
          'token file by environment': ['sync', { ADC_TOKEN_FILE: join(place.folder, 'token.txt') }] as const,
        }[source] ?? ['sync', {}];
        expect(await withEnv(place, line, env)).toMatchObject({
          exitCode: 1,
          err: expect.stringMatching(/\.env/) as string,
        });
      });
    },
  );

  test('cannot redirect a request with its own token in addition to the token of the environment', async () => {
    await besideTrap(async (place, trap) => {
      await place.write({ '.env': `ADC_SERVER=${trap}\nADC_TOKEN=theirs\n` });
      expect((await withEnv(place, 'sync', { ADC_TOKEN: place.emulator.token })).exitCode).toBe(1);
    });
  });

  test('cannot redirect a request with a token file', async () => {
    await besideTrap(async (place, trap) => {
      await place.write({ '.env': `ADC_SERVER=${trap}\nADC_TOKEN_FILE=/dev/null\n` });
      expect((await withEnv(place, 'sync', { ADC_TOKEN: place.emulator.token })).exitCode).toBe(1);
    });
  });

  test.each([
    ['emptying the variable with priority', 'ADC_TOKEN=\n'],
    ['naming a file outside the directory', 'ADC_TOKEN_FILE=/etc/hostname\n'],
    ['naming a symlink to such a file', 'ADC_TOKEN_FILE=link.txt\n'],
  ])('cannot do so by %s', async (_, more) => {
    await besideTrap(async (place, trap) => {
      await place.write({ '.env': `ADC_SERVER=${trap}\n${more}`, 'outside.txt': place.emulator.token });
      await symlink('/etc/hostname', join(place.folder, 'link.txt'));
      const line = more.includes('FILE') ? 'sync' : 'sync --token-file outside.txt';
      const { exitCode, err } = await withEnv(place, line, {});
      expect(exitCode).toBe(1);
      expect(err).toMatch(/server comes from a \.env/);
    });
  });

  test('can contain both server and token, also with the token in a file next to it', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { url, token } = place.emulator;
      await place.write({ '.env': `ADC_SERVER=${url}\nADC_TOKEN_FILE=token.txt\n`, 'token.txt': token });
      expect(await withEnv(place, 'diff', {})).toMatchObject({ exitCode: 0 });
    });
  });

  test('cannot override a server from the environment', async () => {
    await besideTrap(async (place, trap) => {
      await place.write({ '.env': `ADC_SERVER=${trap}\n` });
      expect((await withEnv(place, 'diff', ambient(place))).exitCode).toBe(0);
    });
  });

  test.each(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_OPTIONS'])(
    'cannot set %s',
    async (name) => {
      await besideTrap(async (place, trap) => {
        await place.write({ '.env': `${name}=${trap}\n` });
        expect((await withEnv(place, 'diff', ambient(place))).exitCode).toBe(0);
      });
    },
  );

  test('cannot switch off TLS verification', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ '.env': 'ADC_TLS_SKIP_VERIFY=true\n' });
      const { exitCode, err } = await withEnv(place, 'diff', ambient(place));
      expect(exitCode).toBe(0);
      expect(err).toMatch(/ADC_TLS_SKIP_VERIFY .*no effect/);
      expect(err).not.toMatch(/not verified/);
    });
  });
});

describe('empty settings', () => {
  const VARIABLES = [
    'ADC_PORTAL',
    'ADC_DIALECT',
    'ADC_AUTH_SCHEME',
    'ADC_TIMEOUT',
    'ADC_REQUEST_CONCURRENT',
    'ADC_CA_CERT_FILE',
    'ADC_TLS_SKIP_VERIFY',
    'ADC_TOKEN_FILE',
    'ADC_ENV_FILE',
  ];

  test.each(VARIABLES)('an empty %s counts as unset', async (name) => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { exitCode, err } = await withEnv(place, 'diff', { ...ambient(place), [name]: '' });
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    });
  });

  test('an empty variable falls back to .env, where an empty variable also counts as unset', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ '.env': 'ADC_DIALECT=path\nADC_TIMEOUT=\n' });
      const { exitCode, out, err } = await withEnv(place, 'diff', { ...ambient(place), ADC_DIALECT: '' });
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: 'read from .env: ADC_DIALECT\n' });
      expect(out).toMatch(/path dialect/);
    });
  });

  test.each([
    'server',
    'token',
    'token-file',
    'portal',
    'timeout',
    'request-concurrent',
    'ca-cert-file',
    'env-file',
    'output',
    'label-selector',
  ])('--%s that is empty is an error that names it', async (flag) => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      const { exitCode, out, err } = await adc(['diff', `--${flag}`, '']);
      expect({ exitCode, out, err }).toEqual({ exitCode: 1, out: '', err: `error: --${flag} is empty\n` });
      expect(emulator.journal.requests).toEqual([]);
    });
  });
});

describe('booleans have the usual meaning', () => {
  test.each([
    ['true', true],
    ['1', true],
    ['TRUE', true],
    ['false', false],
    ['0', false],
    ['False', false],
    ['', false],
  ])('ADC_TLS_SKIP_VERIFY=%s is %s', async (ADC_TLS_SKIP_VERIFY, skips) => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { exitCode, err } = await withEnv(place, 'diff', { ...ambient(place), ADC_TLS_SKIP_VERIFY });
      expect(exitCode).toBe(0);
      expect(/not verified/.test(err)).toBe(skips);
    });
  });

  test('anything else is an error that names it', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      const ran = await withEnv(place, 'diff', { ...ambient(place), ADC_TLS_SKIP_VERIFY: 'maybe' });
      expect(ran).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/ADC_TLS_SKIP_VERIFY is "maybe"/) as string,
      });
    });
  });
});

describe('numbers and times', () => {
  test.each(['1h10m', '1.5h', '2m', '1m30s', '1s500ms', '24h', '7', '0.5'])(
    '--timeout %s is a time',
    async (time) => {
      await atWorkplace({ files: FILES }, async ({ adc }) => {
        expect(await adc(`diff --timeout ${time}`)).toMatchObject({ exitCode: 0 });
      });
    },
  );

  test.each([
    ['--request-concurrent 0', /--request-concurrent is "0"; .*from 1 to/],
    ['--request-concurrent 1000', /--request-concurrent is "1000"/],
    ['--request-concurrent 1.5', /--request-concurrent is "1\.5"/],
    ['--request-concurrent five', /--request-concurrent is "five"/],
    ['--request-concurrent -1', /--request-concurrent/],
    ['--request-concurrent 0x10', /--request-concurrent is "0x10"/],
    ['--request-concurrent 1e1', /--request-concurrent is "1e1"/],
    ['--timeout 0', /--timeout is "0"/],
    ['--timeout soon', /--timeout is "soon"/],
    ['--timeout 25h', /--timeout is "25h"; it must be a time such as 10s, 500ms or 1h10m/],
    ['--timeout 10m1h', /--timeout is "10m1h"/],
    ['--timeout 1m1m', /--timeout is "1m1m"/],
    ['--timeout 1h10', /--timeout is "1h10"/],
    ['--timeout h', /--timeout is "h"/],
    ['--timeout -5s', /--timeout/],
    ['--retry-timeout 10d', /--retry-timeout is "10d"/],
    ['--verbose 3', /--verbose/],
    ['--max-subscription-loss -1', /--max-subscription-loss/],
    ['--max-subscription-loss 1.5', /--max-subscription-loss is "1\.5"/],
    ['--max-deletes 30.5%', /--max-deletes is "30\.5%"/],
    ['--max-deletes %', /--max-deletes is "%"/],
  ])('%s is an error that names it, never a silent default', async (options, named) => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      const { exitCode, err } = await adc(`sync ${options}`);
      expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringMatching(named) as string });
      expect(emulator.journal.requests).toEqual([]);
    });
  });

  test('an error names the wrong variable', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { err } = await withEnv(place, 'diff', { ...ambient(place), ADC_REQUEST_CONCURRENT: 'all' });
      expect(err).toMatch(/ADC_REQUEST_CONCURRENT is "all"/);
    });
  });

  test.each(['10s', '500ms', '2m', '0.5s', '30'])('--timeout %s is a time', async (time) => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      expect((await adc(`diff --timeout ${time} --retry-timeout ${time}`)).exitCode).toBe(0);
    });
  });
});

const EXTERNAL = `portal: default
api_products:
  - name: Ext
    type: external
    status: draft
    server_urls: [https://x.example.com]
    raw_openapi: '{"openapi":"3.0.3","info":{"title":"x","version":"1"},"paths":{}}'
`;

describe('the token', () => {
  test.each([
    ['sync --token-file good', { ADC_TOKEN: 'wrong' }, ''],
    ['sync --token-file good', {}, 'ADC_TOKEN=wrong\n'],
    ['sync', { ADC_TOKEN_FILE: 'good' }, 'ADC_TOKEN=wrong\n'],
    ['sync --token TOKEN --token-file bad', {}, ''],
    ['sync', { ADC_TOKEN: 'TOKEN', ADC_TOKEN_FILE: 'bad' }, ''],
  ])('comes from where it is given nearest: %s, %o, %j', async (line, env, envFile) => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { url, token } = place.emulator;
      await place.write({ good: token, bad: 'wrong', '.env': envFile });
      const filled = Object.entries(env).map(([name, value]) => [name, value.replace('TOKEN', token)]);
      const all = { ADC_SERVER: url, ...(Object.fromEntries(filled) as Record<string, string>) };
      expect(await withEnv(place, line.replace('TOKEN', token), all)).toMatchObject({ exitCode: 0 });
    });
  });
});

describe('--label-selector', () => {
  test.each([
    ['team=payments', { team: 'payments' }],
    ['team=payments,tier=gold', { team: 'payments', tier: 'gold' }],
    ['url=a=b', { url: 'a=b' }],
    ['team=payments --label-selector tier=gold', { team: 'payments', tier: 'gold' }],
  ])('%s adds those labels to written products', async (selector, labels) => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      expect((await adc(`sync --label-selector ${selector}`)).exitCode).toBe(0);
      expect(emulator.store.product('Payments API').fields.labels).toEqual({
        'managed-by': 'adc',
        ...labels,
      });
    });
  });

  test('given twice, requires both labels: a product with only one of them is not changed', async () => {
    const labelled = (team: string) =>
      PAYMENTS.replace('Payments API', team)
        .replace(/    auth:[^]*/, `    labels: { team: ${team}, env: staging }\n    auth: { key_auth: {} }\n`)
        .replace('published', 'draft');
    const files = { 'a.yaml': labelled('a'), 'b.yaml': labelled('b') };
    await atWorkplace({ files }, async ({ adc, emulator }) => {
      expect(await adc('sync -f a.yaml -f b.yaml')).toMatchObject({ exitCode: 0 });
      const selectors = '--label-selector team=a --label-selector env=staging';
      expect(await adc(`sync -f a.yaml ${selectors}`)).toMatchObject({ exitCode: 0 });
      expect(emulator.store.products.map(({ fields }) => fields.name)).toEqual(['a', 'b']);
      expect(await adc('diff --label-selector team=a --label-selector team=b')).toMatchObject({
        exitCode: 1,
      });
    });
  });

  test('refuses managed-by, which adc writes by default', async () => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      const selector = '--label-selector managed-by=terraform';
      expect(await adc(`sync ${selector}`)).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/managed-by/) as string,
      });
      expect(emulator.journal.writes()).toEqual([]);
      expect(await adc('sync --label-selector managed-by=adc')).toMatchObject({ exitCode: 1 });
      const untouched = '--no-managed-by-label --label-selector managed-by=terraform';
      expect(await adc(`sync ${untouched}`)).toMatchObject({ exitCode: 0 });
      expect(emulator.store.product('Payments API').fields.labels).toEqual({ 'managed-by': 'terraform' });
    });
  });

  test.each(['keep', 'drop'] as const)(
    'works for external products on a server that would %s their labels',
    async (externalLabels) => {
      const files = { 'api-products.yaml': EXTERNAL };
      await atWorkplace({ files, switches: { externalLabels } }, async ({ adc }) => {
        for (const command of ['sync', 'sync', 'diff --exit-code', 'validate'])
          expect(await adc(`${command} --label-selector team=a`)).toMatchObject({ exitCode: 0 });
      });
    },
  );

  test.each(['team!=payments', 'team==payments', 'env=staging,team!=payments'])(
    '"%s" of kubectl is refused: nothing is written with a label that was meant as a condition',
    async (selector) => {
      await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
        expect(await adc(`sync --label-selector ${selector}`)).toMatchObject({
          exitCode: 1,
          err:
            `error: --label-selector is "${selector}"; it must be key=value[,key=value]\n` +
            'hint: A selector has no other operators, separators or quotes: it selects products that have all of the labels.\n',
        });
        expect(emulator.journal.requests).toEqual([]);
      });
    },
  );

  const labelsOf = (text: string) => labelSelector.read({ source: 'flag', texts: [text] });

  test.each([
    'a~=b',
    'a=~b',
    'a=!b',
    'a<=b',
    'a=*',
    'a=(b)',
    'a="b"',
    "a='b'",
    'a=b;c=d',
    'a=b c=d',
    'a=b|c=d',
  ])('%s is refused: other tools read an operator, a quote or a second pair in it', (text) => {
    expect(() => labelsOf(text)).toThrow('it must be key=value[,key=value]');
  });

  test('a value can contain operators and separators that begin no other pair', () => {
    expect(labelsOf('team=R&D,path=a;b|c,url=a=b,note=x (y)')).toEqual({
      team: 'R&D',
      path: 'a;b|c',
      url: 'a=b',
      note: 'x (y)',
    });
  });

  test.each(['team', 'team=', '=payments', 'team=payments,', ',', 'team=a,team=b'])(
    '"%s" is an error that shows the syntax',
    async (selector) => {
      await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
        const { exitCode, err } = await adc(`diff --label-selector ${selector}`);
        expect({ exitCode, err }).toEqual({
          exitCode: 1,
          err: expect.stringMatching(/--label-selector/) as string,
        });
        expect(emulator.journal.requests).toEqual([]);
      });
    },
  );
});

test('sends no request to an unconfigured server', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    const { ADC_SERVER, ADC_TOKEN } = ambient(place);
    for (const env of [
      { ADC_TOKEN },
      { ADC_SERVER },
      { ADC_TOKEN, ADC_SERVER: '' },
      { ADC_TOKEN: '', ADC_SERVER },
    ]) {
      const { exitCode, err } = await withEnv(place, 'sync', env);
      expect({ exitCode, err }).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/hint: .*ADC_(SERVER|TOKEN)/) as string,
      });
    }
    expect(place.emulator.journal.requests).toEqual([]);
    expect(
      (await withEnv(place, `ping --server ${ELSEWHERE} --retry-timeout 1ms`, { ADC_TOKEN })).exitCode,
    ).toBe(1);
  });
});
