import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandTree } from '../../scripts/completion-scripts.ts';
import { exitsOf } from '../../src/cli/define-command.ts';
import { IN_ENV_FILE } from '../../src/cli/options.ts';
import { SCHEMAS } from '../../src/cli/commands/schema.ts';
import { loadCommands, program } from '../../src/cli/main.ts';
import { readPage } from '../docs/support/page.ts';
import { playPage } from '../docs/support/play-page.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { silentIo } from '../../scripts/silent-io.ts';
import { runAdc } from '../support/run-adc.ts';
import { serveProgram, type ServedProgram } from '../support/served-program.ts';

const definitions = await loadCommands();
const definitionOf = (name: string) => {
  const found = definitions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  return found;
};
const { commands } = commandTree(program(definitions, silentIo(), () => undefined));
const names = commands.map(({ name }) => name);

async function helpOf(...argv: readonly string[]): Promise<string> {
  const { exitCode, out, err } = await runAdc(argv, { cwd: '.' });
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return out;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe.each(names)('adc %s --help', (name) => {
  const command = commands.find((one) => one.name === name);

  test('has usage, description, exit codes and examples', async () => {
    const help = await helpOf(name, '--help');
    expect(help).toMatch(new RegExp(`^Usage: adc ${name}\\b`));
    expect(help).toMatch(/^[A-Z][^]*?\.$/m);
    expect(help).toMatch(/^Exit codes:\n {2}0 {4}\w[^]*\n {2}1 {4}\w/m);
    expect(help).toMatch(/^Examples:\n {2}\S/m);
  });

  test('fits into 80 columns', async () => {
    const long = (await helpOf(name, '--help')).split('\n').filter((line) => line.length > 80);
    expect(long).toEqual([]);
  });

  test('describes each option', async () => {
    const help = oneLine(await helpOf(name, '--help'));
    for (const { flags, about } of command?.options ?? [])
      expect(help).toContain(oneLine(`${flags} ${about}`));
  });

  test('adc help prints the same', async () => {
    expect(await helpOf('help', name)).toBe(await helpOf(name, '--help'));
  });
});

const GROUPS = [
  'Options:',
  'Consent:',
  'Restore:',
  'Scope:',
  'Files:',
  'Output:',
  'Environments:',
  'Connection:',
];

/** The headings of a help, each with the options below it. */
function groupsIn(help: string): ReadonlyMap<string, readonly string[]> {
  const blocks = help.split('\n\n').map((block) => block.split('\n'));
  return new Map(
    blocks.map(([heading = '', ...rest]) => [
      heading,
      rest.flatMap((line) => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? []),
    ]),
  );
}

test.each(names)(
  'adc %s --help shows the options in groups, those of the command itself first',
  async (name) => {
    const groups = [...groupsIn(await helpOf(name, '--help'))].filter(([, options]) => options.length > 0);
    const headings = groups.map(([heading]) => heading);
    const own = groups.find(([heading]) => heading === 'Options:')?.[1] ?? [];
    const expected = GROUPS.filter((heading) => headings.includes(heading));
    // If a command has no option of its own, --help comes last.
    const [first = '', ...others] = expected;
    expect(headings).toEqual(own.length > 1 || others.length === 0 ? expected : [...others, first]);
  },
);

test('adc sync --help shows every flag that gives consent on the first screen of 24 lines', async () => {
  const help = await helpOf('sync', '--help');
  const consent = groupsIn(help).get('Consent:') ?? [];
  expect(consent).toEqual([
    '--max-subscription-loss',
    '--allow-subscription-loss',
    '--allow-unauthenticated',
    '--take-over',
    '--max-deletes',
    '--no-rename-check',
  ]);
  const screen = help.split('\n').slice(0, 24).join('\n');
  for (const option of consent) expect(screen).toContain(`  ${option} `);
});

test('adc --help fits into 80 columns and a screen of 36 lines', async () => {
  const lines = (await helpOf('--help')).trimEnd().split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(36);
});

/** The `.env` of the working directory, which a pull request can change, chooses neither config nor environment. */
const NOT_IN_ENV_FILE = ['ADC_TLS_SKIP_VERIFY', 'ADC_ENV_FILE', 'ADC_CONFIG', 'ADC_ENV', 'ADC_PORTAL_SERVER'];

test('every environment variable that a .env may set is an option, and its help names it', () => {
  const specs = definitions.flatMap(({ options }) => Object.values(options));
  const declared = specs.flatMap(({ env }) => env ?? []);
  expect(new Set(declared)).toEqual(new Set([...IN_ENV_FILE, ...NOT_IN_ENV_FILE]));
  const told = commands.flatMap(({ options }) => options.map(({ about }) => about)).join('\n');
  for (const variable of declared) expect(told).toMatch(new RegExp(`env: ${variable}\\)`));
});

test.each([
  'lint',
  'validate',
  'diff',
  'check-openapi',
  'render',
  'sync',
  'dump',
  'list',
  'subscribers',
  'undo',
  'restore',
  'init',
  'ping',
])('the help of %s has the exit codes that its published schema allows', (name) => {
  const path = new URL(`../../schemas/${name}-report.schema.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly properties: { readonly exit_code: { readonly enum: readonly number[] } };
  };
  expect(exitsOf(definitionOf(name)).map(([code]) => code)).toEqual(schema.properties.exit_code.enum);
});

test('every file of commands/ is a command of the program with the same name', () => {
  const files = readdirSync(new URL('../../src/cli/commands/', import.meta.url));
  expect(files.toSorted()).toEqual(names.map((name) => `${name}.ts`).toSorted());
});

test('a command has a report if and only if `adc schema` has its schema', () => {
  const documents = new Set(['product-file', 'config', 'seed', 'plan', 'record', 'environments', 'failure']);
  const schemas = [...SCHEMAS.keys()].filter((name) => !documents.has(name));
  expect(definitions.filter(({ report }) => report).map(({ name }) => name)).toEqual(schemas);
});

const lines = definitions.flatMap(({ examples }) => examples.map(([line]) => line));

test('every command has examples, and every example is of its command', () => {
  for (const { name, examples } of definitions) {
    expect(examples.length, name).toBeGreaterThan(0);
    for (const [line] of examples) expect(line).toContain(`adc ${name}`);
  }
});

test.each(lines)('the example `%s` is a valid command line', async (line) => {
  const [, call = ''] = /\badc ([^>)|]*)/.exec(line) ?? [];
  const words = [...call.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  let ran = '';
  const adc = program(definitions, silentIo(), () => undefined);
  for (const command of adc.commands) command.action(() => void (ran = command.name()));
  await adc.parseAsync(words, { from: 'user' });
  expect(ran).toBe(words[0]);
});

describe('examples have the described effect', () => {
  let served: ServedProgram;
  beforeAll(async () => {
    served = await serveProgram();
  });
  afterAll(() => served.close());

  const ACCESS = 'export ADC_SERVER=http://127.0.0.1:7080 ADC_TOKEN=a7ee-dev ADC_PORTAL=default';
  const LABELLED = PAYMENTS.trimEnd().replace('    auth:', '    labels: { team: payments }\n    auth:');
  const block = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;
  const files = ['api-products.yaml', 'products/payments.yaml'].map((path) =>
    block(`yaml title="${path}"`, LABELLED),
  );

  test.each(['lint', 'validate', 'diff', 'sync', 'dump', 'init', 'ping', 'list', 'subscribers', 'schema'])(
    'adc %s',
    async (name) => {
      const ready =
        name === 'sync'
          ? ['adc diff -o plan.json']
          : ['dump', 'subscribers'].includes(name)
            ? ['adc sync']
            : [];
      const examples = definitionOf(name)
        .examples.map(([line]) => line)
        .toSorted(byPlan);
      const blocks = ['adc dev', ACCESS, ...ready, ...examples].map((line) =>
        block(line.includes('--exit-code') ? 'sh exit=2' : 'sh', line.replace('-o products/', '-o live/')),
      );
      await playPage(readPage(name, [...files, ...blocks].join('')), served.file);
    },
  );

  /** Examples with a saved plan come first, before other examples change the portal. */
  const byPlan = (a: string, b: string): number =>
    Number(b.includes('--plan')) - Number(a.includes('--plan'));
});
