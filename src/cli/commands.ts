import type { CliCommand } from './define-command.ts';

/** The commands, in the order of the help. Each is loaded only when it is named, so that every one starts at once. */
const LOAD = {
  lint: async () => (await import('./commands/lint.ts')).lint,
  validate: async () => (await import('./commands/validate.ts')).validate,
  diff: async () => (await import('./commands/diff.ts')).diff,
  sync: async () => (await import('./commands/sync.ts')).sync,
  dump: async () => (await import('./commands/dump.ts')).dump,
  init: async () => (await import('./commands/init.ts')).init,
  ping: async () => (await import('./commands/ping.ts')).ping,
  schema: async () => (await import('./commands/schema.ts')).schema,
  demo: async () => (await import('./commands/demo.ts')).demo,
  dev: async () => (await import('./commands/dev.ts')).dev,
  completion: async () => (await import('./commands/completion.ts')).completion,
} satisfies Readonly<Record<string, () => Promise<CliCommand>>>;

const ROWS: ReadonlyMap<string, () => Promise<CliCommand>> = new Map(Object.entries(LOAD));

export const COMMAND_NAMES: readonly string[] = [...ROWS.keys()];

/** The command of that name; undefined if there is none. */
export async function loadCommand(name: string): Promise<CliCommand | undefined> {
  return ROWS.get(name)?.();
}

export async function loadCommands(): Promise<readonly CliCommand[]> {
  return Promise.all([...ROWS.values()].map(async (load) => load()));
}
