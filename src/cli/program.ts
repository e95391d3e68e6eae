import { Command } from 'commander';
import { VERSION } from '../generated/version.ts';
import { COMMAND_NAMES } from './commands.ts';
import { helpText, type CliCommand } from './define-command.ts';
import type { Io } from './io.ts';
import { commanderOption } from './options.ts';

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
    .description('Keeps the API products of an API7 Developer Portal in sync with YAML files in Git.')
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
    .configureHelp({ subcommandTerm: (command) => command.name() })
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
3 partly applied; 4 refused by a safety rule; 5 stale plan;
130, 143 interrupted.

Try it without a control plane:
  adc demo   shows a refused and an allowed change in a few seconds
  adc dev    runs an Admin API on this machine and prints what to export
`;
