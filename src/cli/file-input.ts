import type { LoadInput } from '../load/load.ts';
import type { Io } from './io.ts';
import { smallHeap } from './small-heap.ts';
import type { Flags } from './settings.ts';

const DEFAULT_FILE = 'api-products.yaml';

/** The files that `-f` names, and a watch on the memory that reading them takes. */
export function fileInput(flags: Flags, io: Io): LoadInput {
  const named = flags['file'];
  const patterns = Array.isArray(named) ? named.map(String) : [DEFAULT_FILE];
  return { patterns, cwd: io.cwd, env: io.env, readStdin: io.readStdin, afterDocument: smallHeap() };
}
