import { Command } from 'commander';
import { VERSION } from '../generated/version.ts';
import { HiddenTexts } from '../lib/hidden-texts.ts';
import { helpText, type CliCommand } from './define-command.ts';
import { failure } from './failure.ts';
import { commandOf, DIFF_FORMATS, FORMATS, ioWith, type Format, type Io } from './io.ts';
import { commanderOption } from './options.ts';

/** The commands, in the order of the help. Each is loaded only when it is named, so that every one starts at once. */
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
 * The program: arguments without `node` and the script's name in, exit code out (docs/design/contract.md §4). Never throws, and
 * never touches the process itself.
 */
export async function main(argv: readonly string[], process: Io): Promise<number> {
  let exitCode = 0;
  const words = argv.map(asVersion).flatMap(apart);
  const hidden = new HiddenTexts();
  // Errors in the command line, and diagnostics of lint, must not contain them either.
  const tokens = [
    ...Object.keys(process.env)
      .filter((name) => /^ADC_TOKEN(?!_FILE)/.test(name))
      .map((name) => process.env[name]),
    ...words.filter((_, index) => words[index - 1] === '--token'),
  ];
  for (const token of tokens) hidden.add(token ?? '');
  const format = formatOf(words);
  const io = ioWith(process, { hidden, format, run: main, err: (text) => process.err(hidden.hide(text)) });
  const commands = await commandsFor(words);
  const adc = program(commands, io, (code) => (exitCode = code));
  try {
    await adc.parseAsync(asked(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    const command = commands.find(({ name }) => name === commandOf(words));
    return failure(error, { argv: words, command }, io);
  }
}

/** The command that is named; all of them where their summaries are printed; none for an unknown name. */
async function commandsFor(words: readonly string[]): Promise<readonly CliCommand[]> {
  const name = commandOf(words);
  if (name === undefined) return loadCommands();
  const command = await COMMANDS.get(name)?.();
  return command === undefined ? [] : [command];
}

/** The format that is asked for, also where the command line is wrong. */
function formatOf(words: readonly string[]): Format {
  const formats = commandOf(words) === 'diff' ? DIFF_FORMATS : FORMATS;
  const given = words.filter((_, index) => words[index - 1] === '--format');
  return given.flatMap((word) => formats.find((format) => format === word) ?? []).at(-1) ?? 'text';
}

/**
 * Help on an unknown command would be help on all of them: its name alone is reported as unknown
 * (docs/design/contract.md §3.2).
 */
function asked(words: readonly string[]): readonly string[] {
  const name = commandOf(words);
  return name === undefined || name === 'help' || COMMAND_NAMES.includes(name) ? words : [name];
}

/** `-v` alone is `-V`. */
function asVersion(word: string, _: number, { length }: readonly string[]): string {
  return word === '-v' && length === 1 ? '-V' : word;
}

/**
 * `--flag=value` as two words: what is wrong with a flag is then said of the flag alone, and never shows its value
 * (docs/design/contract.md §9).
 */
function apart(word: string): readonly string[] {
  const [, flag, value] = /^(--[A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}

/** The same on every terminal: help is one text, and run.ts prints it without asking for the width. */
const HELP_COLUMNS = 80;

/**
 * The command line: what it understands and what it calls.
 * @param commands those that can be asked for; of the others only the names are known.
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
