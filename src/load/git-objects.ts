import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { printable } from '../lib/printable.ts';
import { OperationalError } from '../model/errors.ts';
import { MAX_BYTES } from './read-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings on the command line override those of the repository. */
const SAFE = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting]);
/** The only environment variables for git: no GIT_DIR, and no GIT_CONFIG_… */
const PASSED = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot'];
/** Maximum output in bytes: enough for the file names of a large repository. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/**
 * Runs git in a directory, only for commands that read objects, so no code of the repository runs: no hook, filter or
 * text conversion, no fetch, no submodule (docs/design/contract.md §12).
 */
export class GitObjects {
  readonly #options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
  #batch: ChildProcessWithoutNullStreams | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(cwd: string, given: Environment) {
    const kept = PASSED.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
    const env = {
      ...Object.fromEntries(kept),
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_LAZY_FETCH: '1',
    };
    this.#options = { cwd, env };
  }

  /** The output of a command. @throws OperationalError if git is missing or fails. */
  async run(...args: readonly string[]): Promise<string> {
    const options = { ...this.#options, maxBuffer: MOST_OUTPUT };
    try {
      const running = promisify(execFile)('git', commandOf(args), options);
      running.child.stdin?.end();
      return (await running).stdout;
    } catch (error) {
      throw gitFailed(args[0] ?? '', error);
    }
  }

  /** The bytes of a blob. One process reads all blobs in order. */
  async blob(id: string): Promise<Buffer> {
    const read = this.#last.then(async () => this.#read(id));
    this.#last = read.catch(() => this.close());
    return read;
  }

  /** Ends the process that reads blobs; the next read starts it again. */
  close(): void {
    this.#batch?.kill();
    this.#batch = undefined;
  }

  async #read(id: string): Promise<Buffer> {
    this.#batch ??= started(commandOf(['cat-file', '--batch']), this.#options);
    const { stdin, stdout } = this.#batch;
    stdin.write(`${id}\n`);
    const [, type, size = ''] = (await line(stdout)).split(' ');
    if (type !== 'blob') throw new Error(`git has no object ${id}`);
    if (Number(size) > MAX_BYTES) throw new Error(`it has ${size} bytes`);
    const bytes = size === '0' ? Buffer.alloc(0) : await taken(stdout, Number(size));
    await taken(stdout, 1);
    return bytes;
  }
}

const commandOf = (args: readonly string[]): readonly string[] => [
  '--no-pager',
  '--no-replace-objects',
  ...SAFE,
  ...args,
];

function started(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
) {
  const child = spawn('git', args, options);
  // A failure ends the output; standard error is not read.
  child.on('error', () => child.stdout.destroy());
  child.stdin.on('error', () => undefined);
  child.stderr.resume();
  return child;
}

type Output = ChildProcessWithoutNullStreams['stdout'];

async function line(output: Output): Promise<string> {
  let text = '';
  for (;;) {
    const char = (await taken(output, 1)).toString('latin1');
    if (char === '\n') return text;
    text += char;
  }
}

async function taken(output: Output, size: number): Promise<Buffer> {
  for (;;) {
    const bytes = output.read(size) as Buffer | null;
    if (bytes?.length === size) return bytes;
    if (output.destroyed || output.readableEnded) throw new Error('git cat-file ended');
    await Promise.race([once(output, 'readable'), once(output, 'close')]);
  }
}

function gitFailed(command: string, error: unknown): OperationalError {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new OperationalError('--base needs git, which is not installed', {
      hint: 'Install git, or remove --base.',
    });
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const why = printable(stderr.split('\n')[0] ?? '').replace(/^fatal: /, '');
  return new OperationalError(`--base: git ${command} failed${why === '' ? '' : `: ${why}`}`, {
    hint: 'Run adc in a clone of the repository with its history, or remove --base.',
  });
}
