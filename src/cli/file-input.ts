import type { LoadInput } from '../load/load.ts';
import { UsageError } from '../model/errors.ts';
import { isOwnerName } from '../model/ownership.ts';
import { isSecretVariable } from '../model/secret-variables.ts';
import { todayOf, type Io } from './io.ts';
import { isPipeline } from './is-pipeline.ts';
import { smallHeap } from './small-heap.ts';
import type { Flags } from './settings.ts';

const DEFAULT_FILE = 'api-products.yaml';

/**
 * The files that `-f` names, and a watch on the memory that reading them takes.
 * @param owner of files that declare none.
 */
export function fileInput(flags: Flags, io: Io, owner?: string): LoadInput {
  const patterns = listOf(flags['file']) ?? [DEFAULT_FILE];
  const allowed = listOf(flags['allowSecretVariable']) ?? [];
  const { cwd, env, readStdin, hidden } = io;
  const guard: LoadInput['guard'] = {
    refuses: (name) => isSecretVariable(name) && !allowed.includes(name),
    holdsToken: (value) => hidden?.holds(value) ?? false,
  };
  return {
    patterns,
    cwd,
    env,
    readStdin,
    guard,
    refuseOutside: isPipeline(env['CI']),
    owner: checkedOwner(owner),
    today: todayOf(io),
    afterDocument: smallHeap(),
  };
}

function listOf(flag: unknown): readonly string[] | undefined {
  return Array.isArray(flag) ? flag.map(String) : undefined;
}

/** @throws UsageError for a text that may not be an owner. */
export function checkedOwner(owner: string | undefined): string | undefined {
  if (owner === undefined || isOwnerName(owner)) return owner;
  throw new UsageError(`--owner or ADC_OWNER is ${JSON.stringify(owner)}, which is not a valid owner`, {
    hint: 'Owners have 1 to 60 small letters, digits and, inside, dots, dashes and underscores.',
  });
}
