import { beforeAll, expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../src/cli/main.ts';
import { buildProgram, said, type BuiltProgram } from '../support/built-program.ts';
import { runAdc } from '../support/run-adc.ts';

let built: BuiltProgram;
beforeAll(async () => {
  built = await buildProgram();
});

/** The output of main(), which does not use the texts from the build. */
const viaMain = (argv: readonly string[]) => runAdc(argv, { cwd: '/' });

const LINES = [
  '-V',
  '-v',
  '--version',
  '-h',
  '--help',
  'help',
  ...COMMAND_NAMES.flatMap((name) => [`${name} --help`, `${name} -h`, `help ${name}`]),
];

/** Runs the program once for each line, in one process. A separator follows each output. */
const EACH_LINE = `const [file, ...lines] = process.argv.slice(1);
const runEach = async () => {
  for (const line of lines) {
    process.argv = ['node', 'adc', ...line.split(' ')];
    delete require.cache[file];
    require(file);
    await require('node:timers/promises').setImmediate();
    require('node:fs').writeSync(1, '\u001E');
  }
};
runEach();`;

test('prints each help text and the version quickly, equal to the output of the complete program', async () => {
  const { exitCode, out, err } = await said(process.execPath, ['-e', EACH_LINE, built.file, ...LINES], {});
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  const texts = out.split('\u001E');
  expect(texts).toHaveLength(LINES.length + 1);
  for (const [at, line] of LINES.entries()) {
    const main = await viaMain(line.split(' '));
    expect({ exitCode: 0, out: texts[at], err: '' }, line).toEqual(main);
    expect(main.out).toMatch(/v/i.test(line) && !line.includes(' ') ? /^\d+\.\d+\.\d+/ : /^Usage: /);
  }
});

test('adc without arguments prints its help as an error', async () => {
  const main = await viaMain([]);
  expect(await built.sh('$ADC')).toEqual(main);
  expect(main).toMatchObject({ exitCode: 1, out: '', err: expect.stringMatching(/^Usage: /) as string });
});

test.each([
  'lint --help --strict',
  '--help lint',
  '--version --help',
  "''",
  'snyc --help',
  'help snyc',
  'toString -h',
  'lint -V',
])('leaves all other arguments to the complete program: adc %s', async (line) => {
  expect(await built.sh(`$ADC ${line}`)).toEqual(await viaMain(line.replace("''", '').split(' ')));
});
