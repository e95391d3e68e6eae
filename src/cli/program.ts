import { Command } from 'commander';
import { VERSION } from '../generated/version.ts';
import { examplesText } from './help-examples.ts';
import { exitsText } from './help-exits.ts';
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
  choiceArgument,
} from './options.ts';
import { SCHEMA_NAMES } from './schemas.ts';
import type { Flags } from './settings.ts';

/** The same on every terminal: help is one text, and quick-answer.ts gives it without asking for the width. */
const HELP_COLUMNS = 80;

type Run = (flags: Flags, io: Io, command: Command) => Promise<number>;

interface CommandRow {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does and what it never does, for its own help. */
  readonly about: string;
  readonly options: readonly ((command: Command) => Command)[];
  /** Loads what the command does only when it runs, so that the program starts at once. */
  readonly load: () => Promise<Run>;
}

const COMMANDS: readonly CommandRow[] = [
  {
    name: 'lint',
    summary: 'check files alone, without the network',
    about:
      'Checks product files and the OpenAPI documents that they name. It shows every mistake at once, each with its place and what to do. It opens no connection and needs no token.',
    options: [addLintOptions, addFileOptions, addFormatOption],
    load: async () => (await import('./commands/lint.ts')).lint,
  },
  {
    name: 'validate',
    summary: 'check files, then check them against the portal; writes nothing',
    about:
      'Lints the files, then asks the portal whether a sync could work: every name is there once, each service is published, documented and kept by no other product of the portal, providers and contact points exist. It only reads.',
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
    summary: 'show what sync would change; writes nothing',
    about:
      'Compares product files with the live portal and shows the plan: each step with its reason and every changed path, and first of all whose subscriptions would end. It only reads.',
    options: [addDiffOptions, addFileOptions, addScopeOptions, addConsentOptions, addNetworkOptions],
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'sync',
    summary: 'apply product files to the portal',
    about:
      'Makes the plan that diff shows, and applies it. On a terminal it asks first, wherever its output goes. It refuses to end subscriptions, to leave a service without authentication, to delete many products and to change those of another owner, until an entry of allow: in the files or an option allows it. A second run changes nothing; after an interruption, run it again.',
    options: [addSyncOptions, addFileOptions, addScopeOptions, addConsentOptions, addNetworkOptions],
    load: async () => (await import('./commands/sync.ts')).sync,
  },
  {
    name: 'dump',
    summary: 'write the live products as product files',
    about:
      'Writes what is live as product files, of which a diff finds nothing to do. With --update it brings what was changed in the dashboard into files that exist, and leaves every other byte of them alone. It only reads the portal, and overwrites nothing without --force.',
    options: [addDumpOptions, addNetworkOptions],
    load: async () => (await import('./commands/dump.ts')).dump,
  },
  {
    name: 'init',
    summary: 'start a repository: product file, OpenAPI document, pipelines; overwrites nothing',
    about:
      'Starts a repository: a product file with an owner and its schema, an OpenAPI document, and pipelines that diff pull requests and sync what is merged. It overwrites nothing.',
    options: [addInitOptions, addNetworkOptions],
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'ping',
    summary: 'check address, token and portal',
    about: 'Asks the server who it is, and whether the token and the portal are right. It only reads.',
    options: [addNetworkOptions],
    load: async () => (await import('./commands/ping.ts')).ping,
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of product files, plans or reports',
    about:
      'Prints the JSON Schema of product files, for editors, or of a saved plan or a report, for programs.',
    options: [
      (command) => command.addArgument(choiceArgument('[what]', 'product-file if left out', SCHEMA_NAMES)),
    ],
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  {
    name: 'demo',
    summary: 'show a change of authentication, refused and then allowed',
    about:
      'Plays a change of authentication with the real commands: adc refuses it with the number of subscribers, prints the entry that allows it, and applies it. It runs in a temporary folder against an Admin API of its own, and connects to no other server.',
    options: [],
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    name: 'dev',
    summary: 'run an Admin API on this machine, to try things on',
    about:
      'Runs an Admin API on this machine, with two portals, some services and no products, and prints what to export. It refuses what the real one refuses, and forgets everything when it ends, unless --state keeps it.',
    options: [addDevOptions],
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    about: 'Prints a script that completes commands, options and files of adc in a shell.',
    options: [
      (command) => command.addArgument(choiceArgument('<shell>', 'that it is for', ['bash', 'zsh', 'fish'])),
    ],
    load: async () => (await import('./commands/completion.ts')).completion,
  },
];

/**
 * The command line: what it understands and what it calls.
 * @param argv what is asked of it: commands that it does not name get no options, which would take longer to make than most
 * commands take to begin. Left out, all of them are complete.
 */
export function program(io: Io, setExitCode: (code: number) => void, argv?: readonly string[]): Command {
  const adc = new Command('adc')
    .description('Keeps the API products of an API7 Developer Portal equal to YAML files in Git.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
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
  for (const { name, summary, about, options, load } of COMMANDS) {
    const command = adc.command(name).summary(summary).description(about);
    command.addHelpText('after', () => exitsText(name) + examplesText(name));
    if (isNeeded(name, argv)) for (const add of options) add(command);
    command.action(async () => setExitCode(await (await load())(command.opts(), io, command)));
  }
  return adc;
}

/** The script for a shell names the options of all commands. */
function isNeeded(command: string, argv: readonly string[] | undefined): boolean {
  return argv === undefined || argv.includes(command) || argv.includes('completion');
}

const HELP = `
Exit codes: 0 done; 1 failed, nothing changed; 2 changes (diff --exit-code);
3 partly done; 4 refused by a safety rule; 5 the saved plan no longer fits;
130, 143 interrupted.

Try it without a control plane:
  adc dev    runs an Admin API on this machine and prints what to export
  adc diff   in another terminal, beside an api-products.yaml
`;
