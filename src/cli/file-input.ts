import type { LoadInput } from '../load/load.ts';
import { isSecretVariable } from '../model/secret-variables.ts';
import type { Io } from './io.ts';
import { isPipeline } from './is-pipeline.ts';
import { smallHeap } from './small-heap.ts';
import type { Flags } from './settings.ts';

const DEFAULT_FILE = 'api-products.yaml';

/** The files that `-f` names, and a watch on the memory that reading them takes. */
export function fileInput(flags: Flags, io: Io): LoadInput {
  const patterns = listOf(flags['file']) ?? [DEFAULT_FILE];
  const allowed = listOf(flags['allowSecretVariable']) ?? [];
  const { cwd, env, readStdin, hidden } = io;
  const guard: LoadInput['guard'] = {
    refuses: (name) => isSecretVariable(name) && !allowed.includes(name),
    holdsToken: (value) => hidden?.holds(value) ?? false,
  };
  const refuseOutside = isPipeline(env['CI']);
  return { patterns, cwd, env, readStdin, guard, refuseOutside, afterDocument: smallHeap() };
}

function listOf(flag: unknown): readonly string[] | undefined {
  return Array.isArray(flag) ? flag.map(String) : undefined;
}
