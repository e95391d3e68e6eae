import type { Io } from '../src/cli/io.ts';

/** Io without input and output, to read the declarations of the command line. */
export function silentIo(): Io {
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
