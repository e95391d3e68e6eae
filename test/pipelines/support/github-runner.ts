import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { fakeGh, type GhCall, type GhComment } from './fake-gh.ts';
import { programsIn, runBash } from './shell.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface RunnerOptions {
  /** What `adc-products` is. */
  readonly program: string;
  /** A separate folder; the checkout is `checkout/` in it. */
  readonly folder: string;
  readonly pullRequest?: string;
  readonly comments?: readonly GhComment[];
  /** The environment of the job. */
  readonly env?: Readonly<Record<string, string>>;
  /** Handed the id of the process once it runs. */
  readonly onStart?: (pid: number) => void;
}

export interface StepRun {
  readonly exitCode: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly gh: readonly GhCall[];
  /** Calls of npm, in order: the working directory and the arguments. */
  readonly npm: readonly string[];
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly env?: Readonly<Record<string, string>>; readonly run: string }[];
  };
}

export async function readAction(): Promise<Action> {
  return parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as Action;
}

/**
 * Runs a step of action.yml as a runner of GitHub does: inputs and defaults go through the `env` of the step, and its
 * `run` is a script of bash.
 */
export async function runStep(
  step: 'install' | 'run',
  inputs: Readonly<Record<string, string>>,
  options: RunnerOptions,
): Promise<StepRun> {
  const action = await readAction();
  const { env = {}, run } = action.runs.steps[step === 'install' ? 0 : 1]!;
  const place = await prepare(options);
  const given = Object.entries(env).map(([name, text]) => [name, expanded(text, action, inputs, options)]);
  const { exitCode, log } = await runBash(run, {
    cwd: join(options.folder, 'checkout'),
    env: { ...place.env, ...options.env, ...Object.fromEntries(given) },
    ...(options.onStart && { onStart: options.onStart }),
  });
  const outputs = parseOutputs(await readFile(place.env.GITHUB_OUTPUT, 'utf8'));
  return {
    exitCode,
    log,
    outputs: declaredOutputs(action, outputs),
    summary: await readFile(place.env.GITHUB_STEP_SUMMARY, 'utf8'),
    gh: await place.ghCalls(),
    npm: (await readFile(place.npm, 'utf8')).split('\n').filter(Boolean),
  };
}

/** `${{ inputs.name }}` and the number of the pull request are all the expressions that a step may hold. */
function expanded(
  text: string,
  { inputs: known }: Action,
  inputs: Readonly<Record<string, string>>,
  { pullRequest = '' }: RunnerOptions,
): string {
  const [, name] = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(text) ?? [];
  if (name !== undefined && known[name]) return inputs[name] ?? known[name].default ?? '';
  if (text === '${{ github.event.pull_request.number }}') return pullRequest;
  throw new Error(`action.yml holds an expression that this runner does not know: ${text}`);
}

async function prepare({ folder, program, comments = [] }: RunnerOptions) {
  const programs = await programsIn(folder, program);
  const gh = await fakeGh(join(folder, 'bin'), comments);
  for (const name of ['temp', 'checkout']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['output', 'summary', 'path']) await writeFile(join(folder, name), '');
  const env = {
    ...programs,
    CI: 'true',
    RUNNER_TEMP: join(folder, 'temp'),
    GITHUB_ACTION_PATH: ROOT.replace(/\/$/, ''),
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_PATH: join(folder, 'path'),
    GITHUB_REPOSITORY: 'acme/portal',
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_RUN_ID: '42',
  };
  return { env, npm: join(folder, 'npm.log'), ghCalls: gh.calls };
}

/** `name=value`, and `name<<END` with lines up to END. */
export function parseOutputs(text: string): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>();
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name = '', mark = '', value = ''] = /^([^=<]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (mark === '<<')
      outputs.set(
        name,
        lines
          .splice(0, lines.indexOf(value) + 1)
          .slice(0, -1)
          .join('\n'),
      );
    if (mark === '=') outputs.set(name, value);
  }
  return outputs;
}

/** What a workflow sees: only outputs that action.yml declares; one that is not set is empty. */
function declaredOutputs({ outputs }: Action, set: ReadonlyMap<string, string>) {
  const names = Object.entries(outputs).map(([name, { value }]) => {
    if (value !== `\${{ steps.adc.outputs.${name} }}`) throw new Error(`the output ${name} is ${value}`);
    return name;
  });
  const strays = [...set.keys()].filter((name) => !names.includes(name));
  if (strays.length > 0) throw new Error(`outputs that are not declared: ${strays.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, set.get(name) ?? '']));
}
