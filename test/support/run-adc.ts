import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { validReport } from './published-schemas.ts';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** A folder with files, an Admin API, and a function to run adc with both. */
export interface Workplace {
  readonly folder: string;
  readonly emulator: Emulator;
  /** Runs a command line without the word `adc`. Pass a list if an argument contains spaces. */
  readonly adc: (line: string | readonly string[], io?: Partial<Io>) => Promise<Ran>;
  write(files: Readonly<Record<string, string>>): Promise<void>;
}

/** Creates a workplace, passes it to `use`, and always removes it. */
export async function atWorkplace<Result>(
  options: EmulatorOptions & { readonly files?: Readonly<Record<string, string>> },
  use: (place: Workplace) => Promise<Result>,
): Promise<Result> {
  const { files = {}, ...emulatorOptions } = options;
  const folder = await mkdtemp(join(tmpdir(), 'adc-test-'));
  const emulator = await startEmulator(emulatorOptions);
  const write = async (named: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(named)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  };
  const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token };
  try {
    await write(files);
    return await use({
      folder,
      emulator,
      write,
      adc: (line, io) =>
        runAdc(typeof line === 'string' ? line.split(' ') : line, { env, cwd: folder, ...io }),
    });
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a command in this process and returns its output. Validates JSON output against its published schema
 * (docs/design/contract.md §3.2).
 */
export async function runAdc(argv: readonly string[], given: Partial<Io> & Pick<Io, 'cwd'>): Promise<Ran> {
  const output = { out: '', err: '' };
  const keep = (stream: 'out' | 'err') => (text: string) => {
    output[stream] += text;
    given[stream]?.(text);
  };
  const io: Io = {
    env: {},
    readStdin: () => Promise.resolve(new Uint8Array()),
    colour: false,
    interactive: false,
    confirm: () => Promise.resolve(false),
    today: '2026-11-30',
    signal: new AbortController().signal,
    ...given,
    out: keep('out'),
    err: keep('err'),
  };
  const exitCode = await main(argv, io);
  if (requestsJson(argv)) validReport(output.out);
  return { exitCode, ...output };
}

/** Whether the arguments contain `--format json` or `--format=json`, even if others are invalid. */
function requestsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, place) => word === '--format=json' || (word === 'json' && argv[place - 1] === '--format'),
  );
}
