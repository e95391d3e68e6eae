import { EXIT } from './exit-codes.ts';

type Exit = keyof typeof EXIT;

/** When each exit code is given (contract §4). */
export const EXIT_WORDS: Readonly<Record<Exit, string>> = {
  done: 'success, or nothing to do',
  failed: 'failed, nothing changed: wrong usage, invalid files, no connection, not authorised',
  changes: 'diff --exit-code: there are changes',
  partly: 'sync was partly applied: a step failed or was skipped; run it again',
  refused: 'refused by a safety rule, nothing changed',
  outdated: 'the saved plan is stale or was applied already, nothing changed',
  interrupted: 'interrupted by Ctrl-C; the report lists what was applied',
  terminated: 'interrupted by SIGTERM or SIGHUP; the report lists what was applied',
};

const REMOTE: Partial<Record<Exit, string>> = {
  interrupted: 'interrupted by Ctrl-C, nothing changed',
  terminated: 'interrupted by SIGTERM or SIGHUP, nothing changed',
};

/** The exit codes that a command has, with what they mean there. */
export const EXITS: Readonly<Record<string, Readonly<Partial<Record<Exit, string>>>>> = {
  lint: { done: 'no errors', failed: 'errors in the files, or wrong usage' },
  validate: { done: 'no errors', failed: 'errors in the files, or the command failed', ...REMOTE },
  diff: {
    done: 'success; with --exit-code: no changes',
    failed: 'failed: invalid files, no connection, not authorised',
    changes: 'with --exit-code: changes, or the files manage no product',
    ...REMOTE,
  },
  sync: {
    done: 'the portal matches the files',
    failed: 'failed, nothing changed',
    partly: 'partly applied: a step failed or was skipped; run it again',
    refused: 'refused by a safety rule, nothing changed',
    outdated: 'the saved plan is stale or was applied already, nothing changed',
    interrupted: 'interrupted by Ctrl-C; the report lists what was applied',
    terminated: 'interrupted by SIGTERM or SIGHUP; the report lists what was applied',
  },
  dump: { done: 'files written', failed: 'failed, no file changed', ...REMOTE },
  init: { done: 'files written', failed: 'failed, no file changed', ...REMOTE },
  ping: { done: 'the portal responds', failed: 'failed; the message says why', ...REMOTE },
  schema: { done: 'success', failed: 'no such schema' },
  demo: {
    done: 'every command ended as shown',
    failed: 'a command did not end as shown',
    interrupted: 'interrupted by Ctrl-C',
    terminated: 'interrupted by SIGTERM or SIGHUP',
  },
  dev: { done: 'ended by Ctrl-C', failed: 'failed to start, e.g. because the port is in use' },
  completion: { done: 'success', failed: 'no script for this shell' },
};

/** The exit codes of a command with their numbers, the lowest first. */
export function exitsOf(command: string): readonly (readonly [number, string])[] {
  const rows = Object.entries(EXITS[command] ?? {}) as readonly (readonly [Exit, string])[];
  return rows.map(([name, words]) => [EXIT[name], words] as const).toSorted(([a], [b]) => a - b);
}

/** The exit codes of a command as they stand in its help. */
export function exitsText(command: string): string {
  const lines = exitsOf(command).map(([code, words]) => `  ${String(code).padEnd(3)}  ${words}`);
  return lines.length === 0 ? '' : `\nExit codes:\n${lines.join('\n')}\n`;
}
