import { CommanderError } from 'commander';
import { printable, printableLines } from '../lib/printable.ts';
import { OperationalError, OutdatedPlan, UsageError } from '../model/errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Says what went wrong, once, in the format that was asked for, and gives the exit code. */
export function failure(error: unknown, argv: readonly string[], io: Io): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // Without a command, commander has printed the help already.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.failed;
  const told = tell(error);
  io.err(`${told.text}\n`);
  if (wantsJson(argv)) io.out(jsonFailure(argv, told));
  return told.exitCode;
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly text: string;
  readonly exitCode: number;
}

function tell(error: unknown): Told {
  if (error instanceof CommanderError) {
    const message = printableLines(error.message.replace(/^error: /, ''));
    return { code: 'usage', message, text: `error: ${message}`, exitCode: EXIT.failed };
  }
  if (error instanceof OperationalError) {
    const message = printable(error.message);
    const hint = error.hint === undefined ? undefined : printable(error.hint);
    const [code, exitCode] = kindOf(error);
    return {
      code,
      message,
      hint,
      text: `error: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`,
      exitCode,
    };
  }
  const message = `this is a bug in adc: ${error instanceof Error ? error.message : String(error)}`;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return {
    code: 'bug',
    message: printable(message),
    text: printableLines(`error: ${message}\n${stack}`),
    exitCode: EXIT.failed,
  };
}

function kindOf(error: OperationalError): readonly [string, number] {
  if (error instanceof OutdatedPlan) return ['outdated-plan', EXIT.outdated];
  return [error instanceof UsageError ? 'usage' : 'operational', EXIT.failed];
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, place) => word === '--format=json' || (word === '--format' && argv[place + 1] === 'json'),
  );
}

/** Standard output is one JSON document, also when the command fails (contract §3). */
function jsonFailure(argv: readonly string[], { code, message, hint, exitCode }: Told): string {
  const command = argv.find((word) => !word.startsWith('-')) ?? 'adc';
  const diagnostics = [{ code, severity: 'error', message, ...(hint !== undefined && { hint }) }];
  return `${JSON.stringify({ format: `adc/${command}`, format_version: 1, exit_code: exitCode, diagnostics }, null, 2)}\n`;
}
