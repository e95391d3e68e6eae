import type { Io } from './io.ts';
import { failure } from './failure.ts';
import { program } from './program.ts';

/**
 * The program: arguments without `node` and the script's name in, exit code out (contract §4). Never throws, and never
 * touches the process itself.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  try {
    await program(io, (code) => (exitCode = code)).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return failure(error, argv, io);
  }
}
