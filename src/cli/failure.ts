import { CommanderError } from 'commander';
import { ISSUES, VERSION } from '../generated/version.ts';
import { hiddenIn } from '../lib/hidden-texts.ts';
import { printable } from '../lib/printable.ts';
import type { FailureCode } from '../model/diagnostic.ts';
import {
  InterruptedError,
  InvalidConfig,
  OperationalError,
  OutdatedPlan,
  UsageError,
} from '../model/errors.ts';
import { wrapped } from '../report/page.ts';
import type { Report, ReportName } from '../report/report.ts';
import type { CliCommand } from './define-command.ts';
import { commandOf, EXIT, interruptCode, type Io } from './io.ts';
import { FILES } from './project.ts';

/** The words after `adc`, and the command that they name, if there is one. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly command: CliCommand | undefined;
}

/** Prints the error once, in the requested format, and returns the exit code. */
export async function failure(error: unknown, line: CommandLine, io: Io): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // Without a command, commander has printed the help already.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.failed;
  if (error instanceof InvalidConfig) return invalidConfig(error, line, io);
  const failed = error instanceof InterruptedError ? interrupted(io.signal) : tell(error, line);
  const redacted = hiddenIn(failed, (text) => io.hidden?.hide(text) ?? text);
  const lines = redacted.text
    .split('\n')
    .flatMap((line) => wrapped(line, io.errColumns?.() ?? Infinity, '  '));
  io.err(`${lines.join('\n')}\n`);
  const { format = 'text' } = io;
  if (format === 'text') return redacted.exitCode;
  const { pageOf, RENDERERS } = await import('./reporter.ts');
  const name = line.command?.report ?? 'failure';
  const render = await RENDERERS[format]();
  io.out(render(failureReport(name, redacted), await pageOf({ color: true }, io)));
  return redacted.exitCode;
}

async function invalidConfig({ diagnostics }: InvalidConfig, line: CommandLine, io: Io): Promise<number> {
  const { reporter } = await import('./reporter.ts');
  const name = line.command?.report ?? 'failure';
  const report = await reporter(name, { color: true }, io);
  report.end({ exitCode: EXIT.failed, diagnostics, text: '' });
  return EXIT.failed;
}

interface FailureText {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly text: string;
  readonly exitCode: number;
}

function interrupted(signal: AbortSignal): FailureText {
  const message = 'interrupted; nothing was changed';
  return { code: 'interrupted', message, text: message, exitCode: interruptCode(signal) };
}

function tell(error: unknown, line: CommandLine): FailureText {
  if (error instanceof CommanderError) {
    const [, problem = '', suggestion = ''] = USAGE_ERROR.exec(error.message) ?? [];
    const message = `${printable(problem)}${suggestion}`;
    const words = usageHint(error, line);
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

/** The message of commander, and its suggestion on the next line. */
const USAGE_ERROR = /^(?:error: )?([^]*?)(\n\(Did you mean [^\n]*\?\))?$/;

const BUG_HINT = `Report it with this output at ${ISSUES} (adc ${VERSION}, Node.js ${process.versions.node}, ${process.platform}).`;

/** A bug of adc: one line, and a text with the stack trace and where to report it, all printable. */
export function bugWords(bug: unknown): Pick<FailureText, 'message' | 'text'> & { readonly hint: string } {
  const message = printable(`this is a bug in adc: ${String(bug)}`);
  const stack = bug instanceof Error ? (bug.stack ?? '').split('\n') : [];
  const frames = stack.filter((line) => line.startsWith('    at ')).map(printable);
  return { message, hint: BUG_HINT, text: [`error: ${message}`, ...frames, `hint: ${BUG_HINT}`].join('\n') };
}

function withHint(message: string, hint: string | undefined): string {
  return `error: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`;
}

function kindOf(error: OperationalError): readonly [FailureCode, number] {
  if (error instanceof OutdatedPlan) return ['outdated-plan', EXIT.outdated];
  return [error instanceof UsageError ? 'usage' : 'operational', EXIT.failed];
}

/**
 * The JSON report of a failed command (docs/design/contract.md §3): `adc/failure` for an unknown command, or for one
 * without its own report.
 */
function failureReport(command: ReportName, { code, message, hint, exitCode }: FailureText): Report {
  const diagnostic = { code, severity: 'error', message, ...(hint !== undefined && { hint }) } as const;
  return { command, exitCode, diagnostics: [diagnostic], text: '' };
}

/**
 * A hint for a word of another tool, or a misplaced word (docs/design/contract.md §3.2); undefined if none applies.
 * commander handles misspelled words: it suggests the nearest one itself.
 */
function usageHint(
  { code, message }: CommanderError,
  { argv, command: named }: CommandLine,
): string | undefined {
  if (message.includes('Did you mean')) return undefined;
  const command = commandOf(argv);
  if (command === 'version') return '`adc --version` prints the version.';
  if (code === 'commander.unknownCommand' && command === 'convert') return FOR_THE_OTHER_ADC;
  if (code === 'commander.unknownCommand') return commandHint(OTHER_WORDS.get(command ?? ''));
  if (code === 'commander.unknownOption') return optionHint(message, command);
  return named && argumentsHint(code, named);
}

function argumentsHint(code: string, { name, arguments: words, options }: CliCommand): string | undefined {
  const isTooMany = code === 'commander.excessArguments';
  if (words !== undefined && (isTooMany || code === 'commander.missingArgument'))
    return `\`adc ${name} --help\` shows its arguments.`;
  if (isTooMany && options['file'] === FILES.file)
    return 'Name files and directories with -f, for example: adc diff -f products/';
  return undefined;
}

function optionHint(message: string, command: string | undefined): string {
  const [, option = ''] = /'-{1,2}([^'=]*)/.exec(message) ?? [];
  const other = OTHER_OPTIONS.get(option);
  if (other !== undefined) return other;
  return command === undefined
    ? 'Options come after the command: adc diff --portal default.'
    : `\`adc ${command} --help\` lists the options.`;
}

function commandHint(command: string | undefined): string {
  return command === undefined
    ? '`adc --help` lists the commands.'
    : `The command of adc is \`adc ${command}\`.`;
}

/** Names of other tools for the commands of adc. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['apply', 'sync'],
  ['deploy', 'sync'],
  ['push', 'sync'],
  ['up', 'sync'],
  ['plan', 'diff'],
  ['status', 'diff --exit-code'],
  ['get', 'dump'],
  ['export', 'dump'],
  ['pull', 'dump'],
  ['import', 'init --from-portal'],
  ['check', 'lint'],
  ['serve', 'dev'],
]);

/** Both tools have the command name adc, so users confuse them. */
const FOR_THE_OTHER_ADC = "That is for API7's ADC; this adc manages API products.";

const optionOfAdc = (option: string): string => `The option of adc is \`${option}\`.`;

/** Names of other tools for the options of adc, without dashes: Terraform uses one dash. */
const OTHER_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['dry-run', '`adc diff` shows what a sync would do.'],
  ['auto-approve', optionOfAdc('adc sync --yes')],
  ['detailed-exitcode', optionOfAdc('adc diff --exit-code')],
  ['select-tag', optionOfAdc('--label-selector')],
  ['selector', optionOfAdc('--label-selector')],
  ['l', optionOfAdc('--label-selector')],
  ['k', optionOfAdc('--tls-skip-verify')],
  ['insecure', optionOfAdc('--tls-skip-verify')],
  ['insecure-skip-tls-verify', optionOfAdc('--tls-skip-verify')],
  ['backend', FOR_THE_OTHER_ADC],
  ['gateway-group', FOR_THE_OTHER_ADC],
  ['include-resource-type', FOR_THE_OTHER_ADC],
  ['exclude-resource-type', FOR_THE_OTHER_ADC],
  ['no-lint', FOR_THE_OTHER_ADC],
  ['lint', FOR_THE_OTHER_ADC],
  ['listen', FOR_THE_OTHER_ADC],
  ['listen-status', FOR_THE_OTHER_ADC],
  ['remote-state-file', FOR_THE_OTHER_ADC],
]);
