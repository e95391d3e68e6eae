import { commandOf } from './command-of.ts';
import type { Io } from './io.ts';
import { failure } from './failure.ts';
import { program } from './program.ts';

/**
 * The program: arguments without `node` and the script's name in, exit code out (contract §4). Never throws, and never
 * touches the process itself.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const adc = program(io, (code) => (exitCode = code), argv);
  const commands = adc.commands.map((command) => command.name());
  try {
    await adc.parseAsync(asked(argv.flatMap(apart), commands), { from: 'user' });
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

/** `--flag=value` as two words: what is wrong with a flag is then said of the flag alone, and never shows its value (S1). */
function apart(word: string): readonly string[] {
  const [, flag, value] = /^(--[A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}
