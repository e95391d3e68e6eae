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
    const given = usageHint(error, line);
    const message = `${printable(problem)}${given === undefined ? suggestion : ''}`;
    const hint = given === undefined ? undefined : printable(given);
    return { code: 'usage', message, hint, text: withHint(message, hint), exitCode: EXIT.failed };
  }
  if (error instanceof OperationalError) {
    const message = printable(error.message);
    const hint = error.hint === undefined ? undefined : printable(error.hint);
    const [code, exitCode] = kindOf(error);
    return { code, message, hint, text: withHint(message, hint), exitCode };
  }
  if (error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd')
    return failureText(
      new UsageError('the working directory does not exist', { hint: 'Change to another directory.' }),
      line,
    );
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
 * The hint for a command or option of another tool, or for a misplaced word (docs/design/contract.md §3.2). Undefined if
 * commander suggests the nearest name for a misspelled word.
 */
function usageHint({ code, message }: CommanderError, line: CommandLine): string | undefined {
  const word = commandOf(line.argv) ?? '';
  const option = /'-{1,2}([^'=]*)/.exec(message)?.[1] ?? '';
  const other = code === 'commander.unknownOption' ? OTHER_OPTIONS.get(option) : OTHER_COMMANDS.get(word);
  if (other !== undefined || message.includes('Did you mean')) return other;
  if (code === 'commander.unknownCommand') return '`adc --help` lists the commands.';
  if (word === '') return 'Options come after the command: adc diff --portal default.';
  return line.command && wordsHint(code, line.argv, line.command);
}

function wordsHint(code: string, argv: readonly string[], { name, options, ...others }: CliCommand): string {
  if (code !== 'commander.excessArguments' && code !== 'commander.missingArgument')
    return `\`adc ${name} --help\` lists the options.`;
  const isSwitch = (word: string, at: number): boolean =>
    word.startsWith('--') && /^(?:true|false)$/.test(argv[at + 1] ?? '');
  const option = argv.find(isSwitch);
  if (option !== undefined) return `${option} takes no value. Without the option, it is off.`;
  if (others.arguments !== undefined || options['file'] !== FILES.file)
    return `\`adc ${name} --help\` shows its arguments and options.`;
  const plan = options['plan'] === undefined ? '' : ', and a saved plan with --plan';
  return `Name files and directories with -f${plan}, for example: adc ${name} -f products/. Quote names with spaces.`;
}

/** API7's ADC has the same command name. */
const FOR_THE_OTHER_ADC = "That is for API7's ADC; this adc manages API products.";

const DELETION = 'Remove the product from the files: adc sync deletes undeclared products of its owner.';

const commandOfAdc = (command: string): string => `The command of adc is \`adc ${command}\`.`;

const optionOfAdc = (option: string): string => `The option of adc is \`${option}\`.`;

/** Command names of other tools, and the hint for each. */
const OTHER_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['apply', commandOfAdc('sync')],
  ['deploy', commandOfAdc('sync')],
  ['push', commandOfAdc('sync')],
  ['up', commandOfAdc('sync')],
  ['plan', commandOfAdc('diff')],
  ['status', commandOfAdc('diff --exit-code')],
  ['get', commandOfAdc('dump')],
  ['show', commandOfAdc('dump --name NAME')],
  ['describe', commandOfAdc('dump --name NAME')],
  ['export', commandOfAdc('dump')],
  ['pull', commandOfAdc('dump')],
  ['import', commandOfAdc('init --from-portal')],
  ['rollback', commandOfAdc('undo')],
  ['check', commandOfAdc('lint')],
  ['serve', commandOfAdc('dev')],
  ['delete', DELETION],
  ['destroy', DELETION],
  ['login', 'Set ADC_SERVER and ADC_TOKEN; `adc ping` checks both.'],
  ['version', '`adc --version` prints the version.'],
  ['convert', FOR_THE_OTHER_ADC],
]);

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
  ['target', optionOfAdc('--product')],
  ['parallelism', optionOfAdc('--request-concurrent')],
  ['o', optionOfAdc('--format')],
  ['output', optionOfAdc('--format')],
  ['v', optionOfAdc('--verbose 2')],
  ['debug', optionOfAdc('--verbose 2')],
  ['q', optionOfAdc('--verbose 0')],
  ['quiet', optionOfAdc('--verbose 0')],
  ['prune', 'adc sync deletes undeclared products of its owner, unless you pass --no-delete.'],
  ['force', 'adc prints the option or the `allow:` entry that allows a refused change.'],
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
