import type { Argument, Command } from 'commander';
import { NO_PROJECT, type Project } from '../api/project.ts';
import { UsageError } from '../model/errors.ts';
import type { ReportName } from '../report/report.ts';
import { EXIT, type Io } from './io.ts';
import type { OptionSpec, OptionSpecs, Values } from './options.ts';
import type { FORMAT, OutputOptions } from './output.ts';
import { readProject, type PROJECT } from './project.ts';
import { reporter, type Reporter } from './reporter.ts';
import { Settings } from './settings.ts';

/** The input of a command. */
export interface Call<Specs extends OptionSpecs> {
  readonly options: Values<Specs>;
  /** The positional arguments. */
  readonly args: readonly string[];
  readonly settings: Settings;
  readonly project: Project;
  readonly io: Io;
}

export type ReportingCall<Specs extends OptionSpecs, Name extends ReportName = ReportName> = Call<Specs> & {
  readonly report: Reporter<Name>;
};

interface Definition<Specs extends OptionSpecs> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A description for the help of the command. */
  readonly about: string;
  readonly arguments?: readonly Argument[];
  readonly options: Specs;
  /** Command lines, each with its description. */
  readonly examples: readonly (readonly [line: string, about: string])[];
  /** Loads the function for `--env all`. Omitted: the command works in one environment. */
  readonly inEach?: () => Promise<{ readonly runInEach: RunInEach }>;
  /** Why options do not allow `--env all`; undefined if they do. */
  readonly notInEach?: (options: Values<Specs>) => string | undefined;
  /** The exit codes of the command, and their meanings (docs/design/contract.md §4). */
  readonly exits: Readonly<Partial<Record<keyof typeof EXIT, string>>>;
}

/** A command, without the types of its options. */
export interface CliCommand extends Omit<Definition<OptionSpecs>, 'inEach' | 'notInEach'> {
  /** The report that `--format` prints, by the name of its schema; undefined for a command without a report. */
  readonly report: ReportName | undefined;
  readonly run: (command: Command, io: Io) => Promise<number>;
}

/** Defines a command for the command line, its help, the reference and the completion scripts. */
export function defineCommand<const Specs extends OptionSpecs>(
  definition: Definition<Specs> & { readonly run: (call: Call<Specs>) => Promise<number> },
): CliCommand {
  const { inEach: _, notInEach: _not, ...others } = definition;
  const { options, run } = others;
  return {
    ...others,
    report: undefined,
    run: async (command, io) => run(await callOf(options, command, io)),
  };
}

type Reporting = Omit<typeof FORMAT, 'format'> & { readonly format: OptionSpec<string> };

/** Defines a command that ends with a report: text, JSON, Markdown or annotations. */
export function defineReport<const Specs extends OptionSpecs & Reporting, const Name extends ReportName>(
  definition: Definition<Specs> & {
    readonly name: Name;
    readonly run: (call: ReportingCall<Specs, Name>) => Promise<number>;
  },
): CliCommand {
  const { inEach, notInEach, run, ...others } = definition;
  const { name, options } = others;
  const defined: CliCommand = {
    ...others,
    report: definition.name,
    run: async (command, process) => {
      const call = await callOf(options, command, process);
      if (call.project.isForAll && inEach !== undefined) {
        const reason = notInEach?.(call.options);
        if (reason !== undefined)
          throw new UsageError(`${reason}, and --env is all`, {
            hint: `Choose one environment: ${[...(call.project.config?.environments.keys() ?? [])].join(', ')}.`,
          });
        const { runInEach } = await inEach();
        return runInEach(call, { command: defined, run: run as unknown as RunAny }, process);
      }
      const report = await reporter(name, call.options as OutputOptions, process);
      return run({ ...call, io: report.io, report });
    },
  };
  return defined;
}

type RunAny = (call: ReportingCall<OptionSpecs>) => Promise<number>;
type RunInEach = (
  call: Call<OptionSpecs>,
  running: { readonly command: CliCommand; readonly run: RunAny },
  io: Io,
) => Promise<number>;

async function callOf<Specs extends OptionSpecs>(
  specs: Specs,
  command: Command,
  io: Io,
): Promise<Call<Specs>> {
  const { options, settings } = await Settings.read(specs, command, io);
  const isInProject = 'config' in specs && 'environment' in specs;
  const project = isInProject
    ? await readProject(options as unknown as Values<typeof PROJECT>, settings.isFlag('environment'), io)
    : NO_PROJECT;
  settings.reportEnvFile([...(project.config?.environments.keys() ?? [])]);
  await settings.choose(project.environment?.name);
  return { options, args: command.args, settings, project, io };
}

/** The numbers and meanings of the exit codes of a command, sorted by number. */
export function exitsOf({ exits }: CliCommand): readonly (readonly [number, string])[] {
  const rows = Object.entries(exits) as readonly (readonly [keyof typeof EXIT, string])[];
  return rows.map(([name, words]) => [EXIT[name], words] as const).toSorted(([a], [b]) => a - b);
}

/** The help text after the options: exit codes and examples. */
export function helpText(command: CliCommand): string {
  const exits = exitsOf(command).map(([code, words]) => `  ${String(code).padEnd(3)}  ${words}\n`);
  const width = Math.max(...command.examples.map(([line]) => line.length));
  const examples = command.examples.map(([line, about]) => `  ${line.padEnd(width)}  ${about}\n`);
  return `\nExit codes:\n${exits.join('')}\nExamples:\n${examples.join('')}`;
}

/** The exit codes of a command that only reads. */
export const ONLY_READS = {
  interrupted: 'interrupted by Ctrl-C, nothing changed',
  terminated: 'interrupted by SIGTERM or SIGHUP, nothing changed',
} as const;
