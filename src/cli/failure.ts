import { CommanderError } from 'commander';
import { ISSUES, VERSION } from '../generated/version.ts';
import { redactedData } from '../lib/redaction.ts';
import { printable } from '../lib/printable.ts';
import type { FailureCode } from '../model/diagnostic.ts';
import {
  InterruptedError,
  InvalidConfig,
  messageOf,
  OperationalError,
  OutdatedPlan,
  UsageError,
} from '../model/errors.ts';
import { wrapped } from '../report/page.ts';
import type { Report, ReportName } from '../report/report.ts';
import type { CliCommand } from './define-command.ts';
import { codeOf } from './disk.ts';
import { commandOf, EXIT, interruptCode, type Io } from './io.ts';
import { FILES } from './project.ts';
import { pageOf, reporter, RENDERERS } from './reporter.ts';

/** The arguments of `adc`, and the command that they name, if it exists. */
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
  const failed = error instanceof InterruptedError ? interrupted(io.signal) : failureText(error, line);
  const redacted = redactedData(failed, (text) => io.redactor?.redact(text) ?? text);
  const lines = redacted.text
    .split('\n')
    .flatMap((line) => wrapped(line, io.errColumns?.() ?? Infinity, '  '));
  io.err(`${lines.join('\n')}\n`);
  const { format = 'text' } = io;
  if (format === 'text') return redacted.exitCode;
  const name = line.command?.report ?? 'failure';
  const render = await RENDERERS[format]();
  io.out(render(failureReport(name, redacted), await pageOf({ color: true }, io)));
  return redacted.exitCode;
}

async function invalidConfig({ diagnostics }: InvalidConfig, line: CommandLine, io: Io): Promise<number> {
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

function failureText(error: unknown, line: CommandLine): FailureText {
  if (error instanceof CommanderError) {
    const [, problem = '', suggestion = ''] = USAGE_ERROR.exec(error.message) ?? [];
    const message = `${printable(problem)}${suggestion}`;
    const given = usageHint(error, line);
    const hint = given === undefined ? undefined : printable(given);
    return { code: 'usage', message, hint, text: withHint(message, hint), exitCode: EXIT.failed };
  }
  if (error instanceof OperationalError) {
    const message = printable(error.message);
    const hint = error.hint === undefined ? undefined : printable(error.hint);
    const [code, exitCode] = kindOf(error);
    return { code, message, hint, text: withHint(message, hint), exitCode };
  }
  return { code: 'bug', ...bugText(error), exitCode: EXIT.failed };
}

/** An error of commander: the message, and the suggestion on the next line. */
const USAGE_ERROR = /^(?:error: )?([^]*?)(\n\(Did you mean [^\n]*\?\))?$/;

const BUG_HINT = `Report it with this output at ${ISSUES} (adc ${VERSION}, Node.js ${process.versions.node}, ${process.platform}).`;

/** The report of a bug in adc: the message, a hint, and the text with the stack trace. */
export function bugText(bug: unknown): Pick<FailureText, 'message' | 'text'> & { readonly hint: string } {
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
 * The JSON report of a failed command (docs/design/contract.md §3): `adc/failure` for an unknown command, or for a
 * command without a report.
 */
function failureReport(command: ReportName, { code, message, hint, exitCode }: FailureText): Report {
  const diagnostic = { code, severity: 'error', message, ...(hint !== undefined && { hint }) } as const;
  return { command, exitCode, diagnostics: [diagnostic], text: '' };
}

/**
 * The hint for a command or option of another tool, or for a misplaced word (docs/design/contract.md §3.2). commander
 * itself suggests the nearest name for a misspelled word.
 */
function usageHint(
  { code, message }: CommanderError,
  { argv, command: named }: CommandLine,
): string | undefined {
  if (message.includes('Did you mean')) return undefined;
  const command = commandOf(argv);
  if (command === 'version') return '`adc --version` prints the version.';
  if (code === 'commander.unknownCommand' && command === 'convert') return FOR_THE_OTHER_ADC;
  if (code === 'commander.unknownCommand') return commandHint(OTHER_COMMANDS.get(command ?? ''));
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

/** Command names of other tools, and the commands of adc. */
const OTHER_COMMANDS: ReadonlyMap<string, string> = new Map([
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

/** API7's ADC has the same command name. */
const FOR_THE_OTHER_ADC = "That is for API7's ADC; this adc manages API products.";

const optionOfAdc = (option: string): string => `The option of adc is \`${option}\`.`;

/** Option names of other tools, without dashes, since Terraform uses one dash; and the hint for each. */
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

/** The error for a server that cannot listen on its port. @param message of the error, without the reason. */
export function listenFailure(message: string, port: number, error: unknown): UsageError {
  const isInUse = codeOf(error) === 'EADDRINUSE';
  return new UsageError(`${message}: ${isInUse ? `port ${port} is already in use` : messageOf(error)}`, {
    cause: error,
    hint: isInUse ? 'Choose another port with --port, or 0 for a free one.' : undefined,
  });
}
