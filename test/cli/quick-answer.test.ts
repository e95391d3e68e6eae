import { beforeAll, expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../src/cli/main.ts';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { runAdc } from '../support/run-adc.ts';

let built: BuiltProgram;
beforeAll(async () => {
  built = await buildProgram();
});

/** What the program prints, and what main() prints without the texts that are made when the program is built. */
async function both(line: string) {
  const argv = line.split(' ').flatMap((word) => (word === '' ? [] : [word.replace("''", '')]));
  return { program: await built.sh(`$ADC ${line}`), main: await runAdc(argv, { cwd: '/' }) };
}

test.each([
  '-V',
  '-v',
  '--version',
  '-h',
  '--help',
  'help',
  ...COMMAND_NAMES.flatMap((name) => [`${name} --help`, `${name} -h`, `help ${name}`]),
])('adc %s is answered at once with what the whole program would say', async (line) => {
  const { program, main } = await both(line);
  expect(program).toEqual(main);
  expect(main).toMatchObject({ exitCode: 0, err: '' });
  expect(main.out).toMatch(/v/i.test(line) && !line.includes(' ') ? /^\d+\.\d+\.\d+/ : /^Usage: /);
});

test('adc alone prints its help as an error', async () => {
  const { program, main } = await both('');
  expect(program).toEqual(main);
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
])('everything else is left to the whole program: adc %s', async (line) => {
  const { program, main } = await both(line);
  expect(program).toEqual(main);
});
