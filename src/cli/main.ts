import { Command } from 'commander';
import { VERSION } from '../generated/version.ts';
import { Redactor } from '../lib/redaction.ts';
import { helpText, type CliCommand } from './define-command.ts';
import { failure } from './failure.ts';
import { commandOf, DIFF_FORMATS, FORMATS, ioWith, type Format, type Io } from './io.ts';
import { commanderOption } from './options.ts';

/** The commands, in the order of the help. Each is loaded only when needed, for a fast start. */
const COMMANDS: ReadonlyMap<string, () => Promise<CliCommand>> = new Map([
  ['lint', async () => (await import('./commands/lint.ts')).lint],
  ['validate', async () => (await import('./commands/validate.ts')).validate],
  ['diff', async () => (await import('./commands/diff.ts')).diff],
  ['check-openapi', async () => (await import('./commands/check-openapi.ts')).checkOpenapi],
  ['render', async () => (await import('./commands/render.ts')).render],
  ['preview', async () => (await import('./commands/preview.ts')).preview],
  ['sync', async () => (await import('./commands/sync.ts')).sync],
  ['undo', async () => (await import('./commands/undo.ts')).undo],
  ['restore', async () => (await import('./commands/restore.ts')).restore],
  ['dump', async () => (await import('./commands/dump.ts')).dump],
  ['list', async () => (await import('./commands/list.ts')).list],
  ['subscribers', async () => (await import('./commands/subscribers.ts')).subscribers],
  ['init', async () => (await import('./commands/init.ts')).init],
  ['ping', async () => (await import('./commands/ping.ts')).ping],
  ['schema', async () => (await import('./commands/schema.ts')).schema],
  ['demo', async () => (await import('./commands/demo.ts')).demo],
  ['dev', async () => (await import('./commands/dev.ts')).dev],
  ['completion', async () => (await import('./commands/completion.ts')).completion],
]);

export const COMMAND_NAMES: readonly string[] = [...COMMANDS.keys()];

export async function loadCommands(): Promise<readonly CliCommand[]> {
  return Promise.all([...COMMANDS.values()].map(async (load) => load()));
}

/**
 * Runs adc. @param argv arguments without `node` and the script's name. @returns the exit code
 * (docs/design/contract.md §4). Never throws, and uses the process only through `process`.
 */
export async function main(argv: readonly string[], process: Io): Promise<number> {
  let exitCode = 0;
  const words = argv.map(asVersion).flatMap(splitValue);
  const redactor = new Redactor();
  // Errors of the command line, and diagnostics of lint, must not contain tokens.
  const tokens = [
    ...Object.keys(process.env)
      .filter((name) => /^ADC_TOKEN(?!_FILE)/.test(name))
      .map((name) => process.env[name]),
    ...words.filter((_, index) => words[index - 1] === '--token'),
  ];
  for (const token of tokens) redactor.add(token ?? '');
  const format = formatOf(words);
  const io = ioWith(process, {
    redactor,
    format,
    run: main,
    err: (text) => process.err(redactor.redact(text)),
  });
  const commands = await commandsFor(words);
  const adc = program(commands, io, (code) => (exitCode = code));
  try {
    await adc.parseAsync(withoutUnknownHelp(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    const command = commands.find(({ name }) => name === commandOf(words));
    return failure(error, { argv: words, command }, io);
  }
}

/** The named command; all commands without a name, since the help lists them; none for an unknown name. */
async function commandsFor(words: readonly string[]): Promise<readonly CliCommand[]> {
  const name = commandOf(words);
  if (name === undefined) return loadCommands();
  const command = await COMMANDS.get(name)?.();
  return command === undefined ? [] : [command];
}

/** The requested format, even if the command line is invalid. */
function formatOf(words: readonly string[]): Format {
  const formats = commandOf(words) === 'diff' ? DIFF_FORMATS : FORMATS;
  const given = words.filter((_, index) => words[index - 1] === '--format');
  return given.flatMap((word) => formats.find((format) => format === word) ?? []).at(-1) ?? 'text';
}

/** Replaces `help` for an unknown command by a call of it, so that the error names it (docs/design/contract.md §3.2). */
function withoutUnknownHelp(words: readonly string[]): readonly string[] {
  const name = commandOf(words);
  return name === undefined || name === 'help' || COMMAND_NAMES.includes(name) ? words : [name];
}

/** `-v` as the only argument means `-V`. */
function asVersion(word: string, _: number, { length }: readonly string[]): string {
  return word === '-v' && length === 1 ? '-V' : word;
}

/**
 * Splits `--flag=value` into two words, so that errors of commander do not contain the value (docs/design/contract.md
 * §9).
 */
function splitValue(word: string): readonly string[] {
  const [, flag, value] = /^(--[A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}

/** Independent of the terminal, like the generated help that run.ts prints. */
const HELP_COLUMNS = 80;

/**
 * The commander program, with all names of commands.
 * @param commands the loaded commands, which have options and actions.
 */
export function program(
  commands: readonly CliCommand[],
  io: Io,
  setExitCode: (code: number) => void,
): Command {
  const adc = new Command('adc')
    .description('Keeps API products of an API7 Developer Portal in sync with YAML files in Git.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: () => undefined,
      getOutHelpWidth: () => HELP_COLUMNS,
      getErrHelpWidth: () => HELP_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      optionDescription: ({ description }) => description,
    })
    .showSuggestionAfterError()
    .addHelpText('after', HELP);
  for (const name of COMMAND_NAMES) {
    const command = adc.command(name);
    const found = commands.find((one) => one.name === name);
    if (found === undefined) continue;
    define(command, found);
    command.action(async () => setExitCode(await found.run(command, io)));
  }
  return adc;
}

function define(command: Command, definition: CliCommand): void {
  const { summary, about, arguments: words = [], options } = definition;
  command.summary(summary).description(about);
  for (const argument of words) command.addArgument(argument);
  for (const spec of Object.values(options)) command.addOption(commanderOption(spec));
  command.addHelpText('after', helpText(definition));
}

const HELP = `
Exit codes: 0 success; 1 failed, nothing changed; 2 changes (diff --exit-code);
3 partly applied; 4 refused; 5 stale plan; 130, 143 interrupted.

Try it without a control plane:
  adc demo   shows a refused and an allowed change in a few seconds
  adc dev    runs an Admin API on this machine and prints what to export
`;
