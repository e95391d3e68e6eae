import { CommanderError } from 'commander';
import { ISSUES, VERSION } from '../generated/version.ts';
import { hiddenIn } from '../lib/hidden-texts.ts';
import { printable } from '../lib/printable.ts';
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
  const failed = error instanceof InterruptedError ? interrupted(io.signal) : tell(error, argv);
  const told = hiddenIn(failed, (text) => io.hidden?.hide(text) ?? text);
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
  const message = 'interrupted; nothing was changed';
  return { code: 'interrupted', message, text: message, exitCode: interruptCode(signal) };
}

function tell(error: unknown, argv: readonly string[]): Told {
  if (error instanceof CommanderError) {
    const [, said = '', suggestion = ''] = USAGE_ERROR.exec(error.message) ?? [];
    const message = `${printable(said)}${suggestion}`;
    const words = usageHint(error, argv);
    const hint = words === undefined ? undefined : printable(words);
    return { code: 'usage', message, hint, text: withHint(message, hint), exitCode: EXIT.failed };
  }
  if (error instanceof OperationalError) {
    const message = printable(error.message);
    const hint = error.hint === undefined ? undefined : printable(error.hint);
    const [code, exitCode] = kindOf(error);
    return { code, message, hint, text: withHint(message, hint), exitCode };
  }
  return { code: 'bug', ...bugWords(error), exitCode: EXIT.failed };
}

/** What commander says, and the line of its own below that, whose words are those of adc. */
const USAGE_ERROR = /^(?:error: )?([^]*?)(\n\(Did you mean [^\n]*\?\))?$/;

const BUG_HINT = `Report it with this output at ${ISSUES} (adc ${VERSION}, Node.js ${process.versions.node}, ${process.platform}).`;

/** A bug of adc: one line, and a text with the stack trace and where to report it, all printable. */
export function bugWords(bug: unknown): Pick<Told, 'message' | 'text'> & { readonly hint: string } {
  const message = printable(`this is a bug in adc: ${String(bug)}`);
  const stack = bug instanceof Error ? (bug.stack ?? '').split('\n') : [];
  const frames = stack.filter((line) => line.startsWith('    at ')).map(printable);
  return { message, hint: BUG_HINT, text: [`error: ${message}`, ...frames, `hint: ${BUG_HINT}`].join('\n') };
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
