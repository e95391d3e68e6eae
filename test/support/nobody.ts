import type { Io } from '../../src/cli/io.ts';

/** A process that nobody looks at: for reading what the command line understands, while nothing is run. */
export function nobody(): Io {
  return {
    env: {},
    cwd: '.',
    out: () => undefined,
    err: () => undefined,
    readStdin: () => Promise.resolve(new Uint8Array()),
    colour: false,
    interactive: false,
    confirm: () => Promise.resolve(false),
    signal: new AbortController().signal,
  };
}
