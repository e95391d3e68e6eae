import { EXIT } from './exit-codes.ts';

type Exit = keyof typeof EXIT;

/** When each exit code is given (contract §4). */
export const EXIT_WORDS: Readonly<Record<Exit, string>> = {
  done: 'done, or nothing to do',
  failed: 'failed, and nothing was changed: wrong usage, mistakes in files, no connection, not authorised',
  changes: 'diff --exit-code: there are changes',
  partly: 'sync changed something, and something failed or was skipped; run it again',
  refused: 'refused by a safety rule; nothing was changed',
  outdated:
    'the saved plan no longer fits the portal, the target or this program, or was carried out already; nothing was changed',
  interrupted: 'interrupted by Ctrl-C; what was done and what was not is said',
  terminated: 'interrupted by SIGTERM or SIGHUP; what was done and what was not is said',
};

const REMOTE: Partial<Record<Exit, string>> = {
  interrupted: 'interrupted by Ctrl-C; nothing was written',
  terminated: 'interrupted by SIGTERM or SIGHUP; nothing was written',
};

/** The exit codes that a command has, with what they mean there. */
export const EXITS: Readonly<Record<string, Readonly<Partial<Record<Exit, string>>>>> = {
  lint: { done: 'nothing is an error', failed: 'something is, or the command was called in a wrong way' },
  validate: { done: 'nothing is an error', failed: 'something is, or the command failed', ...REMOTE },
  diff: {
    done: 'the plan is shown; with --exit-code: there are no changes',
    failed: 'there is no plan: mistakes in files, no connection, not authorised',
    changes: 'with --exit-code: there are changes, or no file manages any product',
    ...REMOTE,
  },
  sync: {
    done: 'the portal is as the files say',
    failed: 'failed, and nothing was changed',
    partly: 'something was changed, and something failed or was skipped; run it again',
    refused: 'refused by a safety rule; nothing was changed',
    outdated: 'the saved plan no longer fits, or was carried out; nothing was changed',
    interrupted: 'interrupted by Ctrl-C; what was done and what was not is said',
    terminated: 'interrupted by SIGTERM or SIGHUP; what was done and what was not is said',
  },
  dump: { done: 'written', failed: 'failed, and no file was touched', ...REMOTE },
  init: { done: 'written', failed: 'failed, and no file was touched', ...REMOTE },
  ping: { done: 'the portal answers', failed: 'it does not; the message says why', ...REMOTE },
  schema: { done: 'printed', failed: 'there is no such schema' },
  demo: {
    done: 'every command ended as shown',
    failed: 'a command ended otherwise',
    interrupted: 'interrupted by Ctrl-C',
    terminated: 'interrupted by SIGTERM or SIGHUP',
  },
  dev: { done: 'ended by Ctrl-C', failed: 'could not start, e.g. because the port is taken' },
  completion: { done: 'printed', failed: 'there is no script for that shell' },
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
