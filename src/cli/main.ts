import type { Io } from './io.ts';
import { failure } from './failure.ts';
import { program } from './program.ts';

/**
 * The program: arguments without `node` and the script's name in, exit code out (contract §4). Never throws, and never
 * touches the process itself.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const adc = program(io, (code) => (exitCode = code));
  try {
    await adc.parseAsync(argv.flatMap(apart), { from: 'user' });
    return exitCode;
  } catch (error) {
    return failure(error, { argv, commands: adc.commands.map((command) => command.name()) }, io);
  }
}

/** `--flag=value` as two words: what is wrong with a flag is then said of the flag alone, and never shows its value (S1). */
function apart(word: string): readonly string[] {
  const [, flag, value] = /^(--[A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}
