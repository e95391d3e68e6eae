import { basename, dirname, join } from 'node:path';
import { refuseShared, sharedPortal } from '../api/project.ts';
import { sameAddress, type Environment } from '../model/config.ts';
import { UsageError } from '../model/errors.ts';
import type { Target } from '../model/live.ts';
import { environmentsReport, shareOfComment, type EnvironmentRun } from '../report/environments-report.ts';
import type { CliCommand, ReportingCall } from './define-command.ts';
import { isDirectory } from './disk.ts';
import { failure } from './failure.ts';
import { interruptCode, ioWith, type Io } from './io.ts';
import type { OptionSpecs } from './options.ts';
import type { OutputOptions } from './output.ts';
import { reporter, type Ending } from './reporter.ts';

type Call = Omit<ReportingCall<OptionSpecs>, 'report'>;

interface Running {
  readonly command: CliCommand;
  readonly run: (call: ReportingCall<OptionSpecs>) => Promise<number>;
}

interface RunningInOne extends Running {
  readonly one: NonNullable<Ending['oneOfEnvironments']>;
}

/**
 * Runs a command in every environment, one after the other. Prints a table of products and environments, then each
 * report (docs/design/contract.md §13). Each environment has its own address and token, all checked before the first
 * request.
 * @returns the worst exit code.
 */
export async function runInEach(call: Call, { command, run }: Running, io: Io): Promise<number> {
  const environments = [...(call.project.config?.environments.values() ?? [])];
  const isNetworked = 'server' in command.options;
  if (isNetworked) await checkConnections(call, environments);
  const runs: FinishedRun[] = [];
  for (const environment of environments) {
    if (isNetworked) await call.settings.choose(environment.name, false);
    const one = { name: environment.name, maxCharacters: shareOfComment(runs, environments.length) };
    runs.push(await runIn(environment, call, { command, run, one }, io));
    if (io.signal.aborted) break;
  }
  refuseSameTarget(runs);
  const exitCode = io.signal.aborted ? interruptCode(io.signal) : worst(runs.map((one) => one.exitCode));
  const report = environmentsReport(exitCode, runs, io.format ?? 'text');
  for (const { stream, text } of report) io[stream](io.redactor?.redact(text) ?? text);
  return exitCode;
}

/** Refuses incomplete pairs of address and token, and a shared portal, before adc sends anything. */
async function checkConnections({ settings, options, project }: Call, environments: readonly Environment[]) {
  for (const name of ['server', 'token', 'tokenFile'])
    if (settings.isFlag(name))
      throw new UsageError('--server and --token are for one environment, and --env is all', {
        hint: 'Set ADC_SERVER_NAME and ADC_TOKEN_NAME for each environment.',
      });
  const given = options['portal'];
  for (const environment of environments) {
    await settings.choose(environment.name, false);
    const server = settings.server() ?? '';
    await settings.token();
    const portal = typeof given === 'string' ? given : environment.portal;
    refuseShared(project, environment, { server, portal }, (other) => settings.serverOf(other));
  }
}

interface FinishedRun extends EnvironmentRun {
  readonly environment: Environment;
  readonly target: Target | undefined;
}

async function runIn(
  environment: Environment,
  call: Call,
  { command, run, one }: RunningInOne,
  process: Io,
): Promise<FinishedRun> {
  const streams = { out: '', err: '' };
  const io = ioWith(process, {
    out: (text) => void (streams.out += text),
    err: (text) => void (streams.err += text),
    errColumns: () => undefined,
  });
  const options = { ...call.options, ...(await outputIn(environment.name, call)) };
  const report = await reporter(command.report ?? 'failure', options as unknown as OutputOptions, io);
  let ending: Ending | undefined;
  const recording: typeof report = {
    ...report,
    end: (result) => {
      ending = result;
      report.end({ ...result, oneOfEnvironments: one });
    },
  };
  const project = { ...call.project, environment, isForAll: false };
  const exitCode = await run({ ...call, options, project, io: report.io, report: recording }).catch(
    (error: unknown) => failure(error, { argv: [command.name], command }, io),
  );
  const target = targetOf(ending);
  return { name: environment.name, environment, exitCode, ...streams, target, products: ending?.products };
}

function targetOf(ending: Ending | undefined): Target | undefined {
  const { plan, more } = ending ?? {};
  return plan?.target ?? (more !== undefined && 'target' in more ? more.target : undefined);
}

/** The `-o` of an environment: the file in a directory with its name, or a subdirectory with its name. */
async function outputIn(
  environment: string,
  { options, io: { cwd } }: Call,
): Promise<{ readonly output?: string }> {
  const output = options['output'];
  if (typeof output !== 'string') return {};
  return {
    output: (await isDirectory(output, cwd))
      ? join(output, environment, '/')
      : join(dirname(output), environment, basename(output)),
  };
}

/** Refuses two environments with the same portal: one may use its name and the other its id. */
function refuseSameTarget(runs: readonly FinishedRun[]): void {
  for (const [index, { environment, target }] of runs.entries()) {
    const same = runs
      .slice(0, index)
      .find(
        (other) =>
          other.target !== undefined &&
          other.target.portal.id === target?.portal.id &&
          sameAddress(other.target.server, target.server),
      );
    if (same !== undefined) throw sharedPortal(environment, same.environment);
  }
}

const WORST_FIRST = [130, 143, 3, 1, 5, 4, 2, 0];

function worst(codes: readonly number[]): number {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? 1;
}
