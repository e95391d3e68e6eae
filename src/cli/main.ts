import { commandOf } from './command-of.ts';
import { HiddenTexts } from '../lib/hidden-texts.ts';
import { ioWith, type Io } from './io.ts';
import { failure } from './failure.ts';
import { program } from './program.ts';

/**
 * The program: arguments without `node` and the script's name in, exit code out (contract §4). Never throws, and never
 * touches the process itself.
 */
export async function main(argv: readonly string[], process: Io): Promise<number> {
  let exitCode = 0;
  const words = argv.map(asVersion).flatMap(apart);
  const hidden = new HiddenTexts();
  // Already what is said of a command line that is not understood, or of files by lint, must not hold them.
  const tokens = [process.env['ADC_TOKEN'], ...words.filter((_, index) => words[index - 1] === '--token')];
  for (const token of tokens) hidden.add(token ?? '');
  const io = ioWith(process, { hidden, run: main, err: (text) => process.err(hidden.hide(text)) });
  const adc = program(io, (code) => (exitCode = code), argv);
  const commands = adc.commands.map((command) => command.name());
  try {
    await adc.parseAsync(asked(words, commands), { from: 'user' });
    return exitCode;
  } catch (error) {
    return failure(error, { argv, commands }, io);
  }
}

/** Help on a command that there is none of would be help on all of them: its name alone is told as unknown (acceptance R5). */
function asked(words: readonly string[], commands: readonly string[]): readonly string[] {
  const name = commandOf(words);
  return name === undefined || name === 'help' || commands.includes(name) ? words : [name];
}

/** `-v` alone is `-V`. */
function asVersion(word: string, _: number, { length }: readonly string[]): string {
  return word === '-v' && length === 1 ? '-V' : word;
}

/** `--flag=value` as two words: what is wrong with a flag is then said of the flag alone, and never shows its value (S1). */
function apart(word: string): readonly string[] {
  const [, flag, value] = /^(--[A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}
