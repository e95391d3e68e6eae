import type { LoadInput } from '../load/load.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';

const DEFAULT_FILE = 'api-products.yaml';

/** The files that `-f` names. */
export function fileInput(flags: Flags, io: Io): LoadInput {
  const named = flags['file'];
  const patterns = Array.isArray(named) ? named.map(String) : [DEFAULT_FILE];
  return { patterns, cwd: io.cwd, env: io.env, readStdin: io.readStdin };
}
