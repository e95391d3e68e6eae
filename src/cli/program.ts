import { Command } from 'commander';
import { VERSION } from '../generated/version.ts';
import { examplesText } from './help-examples.ts';
import { exitsText } from './help-exits.ts';
import type { Io } from './io.ts';
import {
  addConnectionOptions,
  addConsentOptions,
  addDevOptions,
  addDiffOptions,
  addDumpOptions,
  addFileOptions,
  addFormatOptions,
  addInitOptions,
  addLintOptions,
  addOutputOptions,
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

/** Consent first: the flags that lift a safety rule are on the first screen. */
const PLAN_OPTIONS = [
  addConsentOptions,
  addScopeOptions,
  addFileOptions,
  addOutputOptions,
  addConnectionOptions,
];

const COMMANDS: readonly CommandRow[] = [
  {
    name: 'lint',
    summary: 'check product files offline',
    about:
      'Checks product files and their OpenAPI documents. It reports all problems at once, each with its place and a fix. It opens no connection and needs no token.',
    options: [addLintOptions, addFileOptions, addFormatOptions],
    load: async () => (await import('./commands/lint.ts')).lint,
  },
  {
    name: 'validate',
    summary: 'check product files against the portal; read-only',
    about:
      'Lints the files, then checks them against the portal: each name matches exactly one object, and each service is published, documented and free for the product. It only reads.',
    options: [
      (command) => command.option('--strict', 'treat warnings as errors'),
      addScopeOptions,
      addFileOptions,
      addOutputOptions,
      addConnectionOptions,
    ],
    load: async () => (await import('./commands/validate.ts')).validate,
  },
  {
    name: 'diff',
    summary: 'show what sync would change; read-only',
    about:
      'Compares product files with the portal and shows the plan: the subscriptions that would end, then each step with its reason and the changed paths. It only reads.',
    options: [addDiffOptions, ...PLAN_OPTIONS],
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'sync',
    summary: 'apply product files to the portal',
    about:
      'Applies the plan that diff shows, and asks first on a terminal. Without consent, it refuses to end subscriptions, to leave a service unauthenticated, to delete many products or to change those of another owner. Consent is an allow: entry in the files or a flag. After an interruption, run it again.',
    options: [addSyncOptions, ...PLAN_OPTIONS],
    load: async () => (await import('./commands/sync.ts')).sync,
  },
  {
    name: 'dump',
    summary: 'export live products to product files',
    about:
      'Exports live products to product files; a diff of these files shows no changes. With --update, it brings dashboard changes into existing files and keeps every other byte. It only reads the portal, and overwrites no file without --force.',
    options: [addDumpOptions, addOutputOptions, addConnectionOptions],
    load: async () => (await import('./commands/dump.ts')).dump,
  },
  {
    name: 'init',
    summary: 'start a repository with a product file and a pipeline',
    about:
      'Starts a repository: a product file with an owner, an OpenAPI document, this version of adc in vendor/, and a pipeline that runs diff for pull requests and sync after a merge. It overwrites no file.',
    options: [addInitOptions, addOutputOptions, addConnectionOptions],
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'ping',
    summary: 'check the address, the token and the portal',
    about:
      'Checks the address, the token and the portal, and prints the server version and the API dialect. It only reads.',
    options: [addOutputOptions, addConnectionOptions],
    load: async () => (await import('./commands/ping.ts')).ping,
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of product files, plans or reports',
    about:
      'Prints the JSON Schema of product files, of saved plans, or of the report that a command prints with --format json.',
    options: [
      (command) =>
        command.addArgument(
          choiceArgument('[what]', 'schema to print (default: product-file)', SCHEMA_NAMES),
        ),
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
    summary: 'run an Admin API on this machine',
    about:
      'Runs an Admin API on this machine, with two portals, some services and no products, and prints the variables to export. It refuses the requests that the real API refuses. It keeps no data after it ends, unless you pass --state.',
    options: [addDevOptions],
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    about: 'Prints a script that completes commands, options and file names of adc in a shell.',
    options: [
      (command) =>
        command.addArgument(choiceArgument('<shell>', 'shell to complete in', ['bash', 'zsh', 'fish'])),
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
Exit codes: 0 success; 1 failed, nothing changed; 2 changes (diff --exit-code);
3 partly applied; 4 refused by a safety rule; 5 stale plan;
130, 143 interrupted.

Try it without a control plane:
  adc demo   shows a refused and an allowed change in a few seconds
  adc dev    runs an Admin API on this machine and prints what to export
`;
