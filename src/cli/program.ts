import { Argument, Command } from 'commander';
import { VERSION } from '../generated/version.ts';
import { examplesText } from './help-examples.ts';
import type { Io } from './io.ts';
import {
  addConsentOptions,
  addDevOptions,
  addDiffOptions,
  addDumpOptions,
  addFileOptions,
  addFormatOption,
  addInitOptions,
  addLintOptions,
  addNetworkOptions,
  addScopeOptions,
  addSyncOptions,
} from './options.ts';
import { SCHEMA_NAMES } from './schemas.ts';
import type { Flags } from './settings.ts';

/** The same on every terminal: help is one text, and quick-answer.ts gives it without asking for the width. */
const HELP_COLUMNS = 80;

type Run = (flags: Flags, io: Io, command: Command) => Promise<number>;

interface CommandRow {
  readonly name: string;
  readonly about: string;
  readonly options: readonly ((command: Command) => Command)[];
  /** Loads what the command does only when it runs, so that the program starts at once. */
  readonly load: () => Promise<Run>;
}

const COMMANDS: readonly CommandRow[] = [
  {
    name: 'lint',
    about: 'check files alone, without the network',
    options: [addLintOptions, addFileOptions, addFormatOption],
    load: async () => (await import('./commands/lint.ts')).lint,
  },
  {
    name: 'validate',
    about: 'check files, then check them against the portal; writes nothing',
    options: [
      (command) => command.option('--strict', 'warnings are errors'),
      addFileOptions,
      addScopeOptions,
      addNetworkOptions,
    ],
    load: async () => (await import('./commands/validate.ts')).validate,
  },
  {
    name: 'diff',
    about: 'show what sync would change; writes nothing',
    options: [addDiffOptions, addFileOptions, addScopeOptions, addConsentOptions, addNetworkOptions],
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'sync',
    about: 'make the portal as the files say',
    options: [addSyncOptions, addFileOptions, addScopeOptions, addConsentOptions, addNetworkOptions],
    load: async () => (await import('./commands/sync.ts')).sync,
  },
  {
    name: 'dump',
    about: 'write the live products as product files',
    options: [addDumpOptions, addNetworkOptions],
    load: async () => (await import('./commands/dump.ts')).dump,
  },
  {
    name: 'init',
    about: 'start a repository: product file, OpenAPI document, pipelines; overwrites nothing',
    options: [addInitOptions, addNetworkOptions],
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'ping',
    about: 'check address, token and portal',
    options: [addNetworkOptions],
    load: async () => (await import('./commands/ping.ts')).ping,
  },
  {
    name: 'schema',
    about: 'print the JSON Schema of product files, plans or reports',
    options: [
      (command) =>
        command.addArgument(new Argument('[what]', 'product-file if left out').choices(SCHEMA_NAMES)),
    ],
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  {
    name: 'dev',
    about: 'run an Admin API on this machine, to try things on',
    options: [addDevOptions],
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  {
    name: 'completion',
    about: 'print a completion script for a shell',
    options: [
      (command) =>
        command.addArgument(new Argument('<shell>', 'that it is for').choices(['bash', 'zsh', 'fish'])),
    ],
    load: async () => (await import('./commands/completion.ts')).completion,
  },
];

/** The command line: what it understands and what it calls. */
export function program(io: Io, setExitCode: (code: number) => void): Command {
  const adc = new Command('adc')
    .description('Keeps the API products of an API7 Developer Portal equal to YAML files in Git.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand(false)
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
    .showSuggestionAfterError()
    .addHelpText('after', HELP);
  for (const { name, about, options, load } of COMMANDS) {
    const command = adc.command(name).description(about).addHelpText('after', examplesText(name));
    for (const add of options) add(command);
    command.action(async () => setExitCode(await (await load())(command.opts(), io, command)));
  }
  return adc;
}

const HELP = `
Exit codes: 0 done; 1 failed, nothing changed; 2 changes (diff --exit-code); 3 partly done;
4 refused by a safety rule; 5 the saved plan no longer fits; 130, 143 interrupted.

Try it without a control plane:
  adc dev                 runs an Admin API on this machine and prints what to export
  adc diff                in another terminal, beside an api-products.yaml
`;
