import { CommanderError } from 'commander';
import { printable, printableLines } from '../lib/printable.ts';
import { wrapped } from '../report/wrapped.ts';
import type { Report } from '../report/report.ts';
import { InterruptedError, OperationalError, OutdatedPlan, UsageError } from '../model/errors.ts';
import { commandOf } from './command-of.ts';
import { EXIT, interruptCode } from './exit-codes.ts';
import { FORMATS, type Format } from './formats.ts';
import type { Io } from './io.ts';
import { SCHEMAS } from './schemas.ts';
import { usageHint } from './usage-hint.ts';

/** The command line, and the names of the commands that there are. */
export interface Call {
  readonly argv: readonly string[];
  readonly commands: readonly string[];
}

/** Says what went wrong, once, in the format that was asked for, and gives the exit code. */
export async function failure(error: unknown, { argv, commands }: Call, io: Io): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // Without a command, commander has printed the help already.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.failed;
  const told = error instanceof InterruptedError ? interrupted(io.signal) : tell(error, argv);
  const lines = told.text.split('\n').flatMap((line) => wrapped(line, io.errColumns?.() ?? Infinity, '  '));
  io.err(`${lines.join('\n')}\n`);
  const format = formatIn(argv);
  if (format === 'text') return told.exitCode;
  const { pageOf, rendered } = await import('./reporter.ts');
  const command = commandOf(argv);
  const reports = command !== undefined && commands.includes(command) && SCHEMAS.has(command);
  io.out(rendered(failureReport(reports ? command : 'failure', told), format, await pageOf({}, io)));
  return told.exitCode;
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly text: string;
  readonly exitCode: number;
}

function interrupted(signal: AbortSignal): Told {
  const message = 'interrupted: nothing was changed';
  return { code: 'interrupted', message, text: message, exitCode: interruptCode(signal) };
}

function tell(error: unknown, argv: readonly string[]): Told {
  if (error instanceof CommanderError) {
    const message = printableLines(error.message.replace(/^error: /, ''));
    const hint = usageHint(error, argv);
    return { code: 'usage', message, hint, text: withHint(message, hint), exitCode: EXIT.failed };
  }
  if (error instanceof OperationalError) {
    const message = printable(error.message);
    const hint = error.hint === undefined ? undefined : printable(error.hint);
    const [code, exitCode] = kindOf(error);
    return { code, message, hint, text: withHint(message, hint), exitCode };
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

function withHint(message: string, hint: string | undefined): string {
  return `error: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`;
}

function kindOf(error: OperationalError): readonly [string, number] {
  if (error instanceof OutdatedPlan) return ['outdated-plan', EXIT.outdated];
  return [error instanceof UsageError ? 'usage' : 'operational', EXIT.failed];
}

/** The format that was asked for, also where the command line was not understood. */
function formatIn(argv: readonly string[]): Format {
  const words = argv.flatMap((word) => (word.startsWith('--format=') ? word.split('=') : word));
  return (
    FORMATS.find((format) =>
      words.some((word, place) => word === format && words[place - 1] === '--format'),
    ) ?? 'text'
  );
}

/**
 * The one answer of a command that failed (contract §3): `adc/failure` where no command was understood, or one that has no report
 * of its own.
 */
function failureReport(command: string, { code, message, hint, exitCode }: Told): Report {
  const diagnostic = { code, severity: 'error', message, ...(hint !== undefined && { hint }) } as const;
  return { command, exitCode, diagnostics: [diagnostic], text: '' };
}
