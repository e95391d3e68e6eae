import { assert, asyncProperty, constantFrom, string } from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandTree } from '../../scripts/completion-scripts.ts';
import { loadCommands, program } from '../../src/cli/main.ts';
import { silentIo } from '../../scripts/silent-io.ts';
import { codePoint } from '../support/code-point.ts';
import { runAdc, type Ran } from '../support/run-adc.ts';

/*
 * Arguments, variables and paths can contain untrusted text, and messages about them can appear in the log of a pipeline: a
 * line that begins with :: is a command there, and escape sequences are commands of a terminal.
 */

const HOSTILE = 'lin\n::error::x\r\u001b[2J\u202e\u2028::warning::y';
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const FORMATS = ['text', 'json', 'markdown', 'github'];

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'adc-hostile-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const env = { ADC_SERVER: 'http://127.0.0.1:1', ADC_TOKEN: 'a7ee-token', ADC_PORTAL: 'default' };

/** The output has no unprintable characters, and only annotations for GitHub begin with `::`. */
function expectSafeOutput({ out, err }: Ran, what: string): void {
  for (const text of [out, err]) {
    expect(text, what).not.toMatch(UNPRINTABLE);
    expect(text, what).not.toMatch(/^::(?:error|warning)::[xy]/m);
  }
}

const { commands } = commandTree(program(await loadCommands(), silentIo(), () => undefined));
const options = commands.flatMap(({ name, options: all }) =>
  all.flatMap(({ names, value }) => names.map((option) => [name, option, value] as const)),
);
/** Prevents long waits of commands that send requests. */
const quick = ['--retry-timeout', '10ms'];
const networked = new Set([
  'validate',
  'diff',
  'check-openapi',
  'sync',
  'dump',
  'list',
  'subscribers',
  'ping',
]);

test.each(
  options.filter(([name, option]) => !['dev', 'init'].includes(name) && !['-h', '--help'].includes(option)),
)('adc %s prints no raw text of %s', async (name, option) => {
  for (const format of FORMATS) {
    const more = networked.has(name) && option !== '--retry-timeout' ? quick : [];
    const formatted =
      option === '--format' || name === 'schema' || name === 'completion' ? [] : ['--format', format];
    for (const words of [[option, HOSTILE], [`${option}=${HOSTILE}`]])
      expectSafeOutput(
        await runAdc([name, ...words, ...formatted, ...more], { cwd, env }),
        `${name} ${option} ${format}`,
      );
  }
});

test.each([...commands.map(({ name }) => name), HOSTILE, '--', ''])(
  'adc %j prints no raw text of an unexpected word',
  async (name) => {
    const unexpected = name === 'init' ? [HOSTILE, 'more'] : [HOSTILE];
    const lines = [
      [name, ...unexpected],
      [HOSTILE, name],
      [name, `--${HOSTILE}`],
      [name, `--${HOSTILE}=x`],
      [name, `-${HOSTILE}`],
    ];
    for (const words of lines)
      for (const format of FORMATS)
        expectSafeOutput(await runAdc([...words, '--format', format], { cwd, env }), JSON.stringify(words));
  },
);

test('adc help prints no raw text of an unexpected word', async () => {
  for (const words of [
    ['help', HOSTILE],
    [HOSTILE, '--help'],
    ['--help', HOSTILE],
  ])
    expectSafeOutput(await runAdc(words, { cwd, env }), JSON.stringify(words));
});

test.each(['--port', '--host', '--seed', '--latency', '--set', '--fault'])(
  'adc dev prints no raw text of %s',
  async (option) =>
    expectSafeOutput(await runAdc(['dev', '--port', '0', option, HOSTILE], { cwd, env }), option),
);

const variables = [
  'ADC_SERVER',
  'ADC_TOKEN',
  'ADC_TOKEN_FILE',
  'ADC_PORTAL',
  'ADC_DIALECT',
  'ADC_AUTH_SCHEME',
  'ADC_TIMEOUT',
  'ADC_REQUEST_CONCURRENT',
  'ADC_CA_CERT_FILE',
  'ADC_TLS_CLIENT_CERT_FILE',
  'ADC_TLS_CLIENT_KEY_FILE',
  'ADC_TLS_SKIP_VERIFY',
  'ADC_ENV_FILE',
  'HTTP_PROXY',
  'NO_PROXY',
];
test.each(variables)('no message contains the raw text of %s', async (variable) => {
  const { ADC_TOKEN: _, ...noToken } = env;
  const given = { ...(variable === 'ADC_TOKEN_FILE' ? noToken : env), [variable]: HOSTILE };
  for (const format of FORMATS)
    expectSafeOutput(await runAdc(['ping', '--format', format, ...quick], { cwd, env: given }), format);
});

test('no message contains the raw text of any words', async () => {
  const names = constantFrom(
    ...commands.map(({ name }) => name).filter((name) => name !== 'dev' && name !== 'init'),
  );
  const word = constantFrom(
    '-f',
    '--file=',
    '--portal',
    '--plan',
    '-o',
    '--name',
    '--rule',
    '--',
    'help',
    HOSTILE,
  );
  await assert(
    asyncProperty(names, word, string({ unit: codePoint }), async (name, option, text) => {
      expectSafeOutput(
        await runAdc([name, option, `${text}\n::error::x`], { cwd, env: {} }),
        `${name} ${option}`,
      );
    }),
    { numRuns: 150 },
  );
});
