import { isUtf8 } from 'node:buffer';
import { existsSync, readFile, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { isInside } from '../load/file-name.ts';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { Secret } from '../lib/secret.ts';
import { UsageError } from '../model/errors.ts';
import type { Io } from './io.ts';
import { isPipeline, NO } from './is-pipeline.ts';

export type Flags = Readonly<Record<string, unknown>>;

/** Where an option's value came from: what a pull request can change is trusted least (contract §3). */
type Source = 'flag' | 'environment' | 'env-file';
interface Given {
  readonly text: string;
  readonly source: Source;
}

/**
 * Reads options: flag beats environment beats `.env` beats default. Errors name the option and where its value came
 * from; a wrong value is never a silent default. A variable that is empty counts as not given: in pipelines, one that is not
 * set often is.
 */
export class Settings {
  readonly #flags: Flags;
  readonly #env: Io['env'];
  readonly #envFile: Variables;
  readonly #cwd: string;
  readonly #hidden: Io['hidden'];
  #token: Promise<Secret> | undefined;

  private constructor(flags: Flags, { env, cwd, hidden }: Io, envFile: Variables) {
    this.#flags = flags;
    this.#env = env;
    this.#envFile = envFile;
    this.#cwd = cwd;
    this.#hidden = hidden;
  }

  /**
   * @throws UsageError for a flag that is given empty, and if `--env-file` or ADC_ENV_FILE names a file that can't be read.
   */
  static async read(flags: Flags, io: Io): Promise<Settings> {
    const empty = Object.keys(flags).find((flag) => flags[flag] === '');
    if (empty !== undefined) throw new UsageError(`${dashed(empty)} is empty`);
    const file = namedEnvFile(flags, io);
    const settings = new Settings(flags, io, await readEnvFile(flags, file, io));
    settings.#refuseRedirectedToken(io.cwd, dirname(resolve(io.cwd, file ?? '.env')));
    return settings;
  }

  text(flag: string, variable: Variable | undefined): string | undefined {
    return this.#given(flag, variable)?.text;
  }

  /** The values of a flag that may be repeated. */
  list(flag: string): readonly string[] {
    const given = this.#flags[flag];
    return Array.isArray(given) ? given.map(String) : [];
  }

  choice<Choice extends string>(
    flag: string,
    variable: Variable | undefined,
    choices: readonly Choice[],
  ): Choice {
    const given = this.#given(flag, variable);
    const found = choices.find((choice) => choice === (given?.text ?? choices[0]));
    if (found !== undefined) return found;
    const near = nearest(given?.text ?? '', choices);
    throw new UsageError(
      `${named(flag, variable, given)} must be one of ${choices.join(', ')}`,
      near === undefined ? {} : { hint: `Did you mean ${near}?` },
    );
  }

  /** A whole number from `least` to `most`. */
  count(
    flag: string,
    variable: Variable | undefined,
    fallback: number,
    [least, most]: readonly [number, number],
  ): number {
    const given = this.#given(flag, variable);
    const number = given === undefined ? fallback : Number(/^\s*\d{1,9}\s*$/.exec(given.text)?.[0] ?? NaN);
    if (number >= least && number <= most) return number;
    throw new UsageError(`${named(flag, variable, given)} must be a whole number from ${least} to ${most}`);
  }

  /** A time such as `10s`, `500ms` or `1h10m`, in milliseconds, from `least` to a day. */
  duration(flag: string, variable: Variable | undefined, fallback: string, least = 1): number {
    const given = this.#given(flag, variable);
    const ms = milliseconds((given?.text ?? fallback).trim());
    if (ms >= least && ms <= 86_400_000) return ms;
    throw new UsageError(`${named(flag, variable, given)} must be a time such as 10s, 500ms or 1h10m`);
  }

  /** A boolean means what it says: `false` and `0` are false (acceptance S4). */
  flag(flag: string, variable: Variable | undefined): boolean {
    const given = this.#flags[flag];
    if (typeof given === 'boolean') return given;
    const text = this.#given(flag, variable)?.text.toLowerCase() ?? 'false';
    if (['true', '1', 'yes'].includes(text)) return true;
    if (NO.has(text)) return false;
    throw new UsageError(`${named(flag, variable, this.#given(flag, variable))} must be true or false`);
  }

  /**
   * The token, read once; nothing that is said afterwards holds it.
   * @throws UsageError if there is none, or the file that holds it can't be read.
   */
  async token(): Promise<Secret> {
    this.#token ??= this.#readToken();
    return this.#token;
  }

  /** Reads the token before files are read, which must not be filled with it. What is wrong with it is told by token(). */
  async hideToken(): Promise<void> {
    if (this.#credential() !== undefined) await this.token().catch(() => undefined);
  }

  async #readToken(): Promise<Secret> {
    const { token, file } = this.#credential() ?? {};
    if (token === undefined && file === undefined)
      throw this.missing('no token was given', 'Set ADC_TOKEN, or name a file with --token-file.');
    const path = resolve(this.#cwd, file?.text ?? '');
    const text = token?.text ?? (await readText(path, 'token file')).trim();
    this.#hidden?.add(text);
    return new Secret(text);
  }

  /** What must be given was not; a `.env` that was left alone may have it. */
  missing(message: string, hint: string): UsageError {
    const named = namedEnvFile(this.#flags, { env: this.#env });
    const leftAlone =
      named === undefined && isPipeline(this.#env['CI']) && existsSync(resolve(this.#cwd, '.env'));
    return new UsageError(message, {
      hint: leftAlone ? `${hint} Where CI is set, as here, no .env is read.` : hint,
    });
  }

  /** The token, or the file that holds it: what is given nearer to the command wins, and of two there the token itself. */
  #credential(): { readonly token?: Given; readonly file?: Given } | undefined {
    const token = this.#given('token', 'ADC_TOKEN');
    const file = this.#given('tokenFile', 'ADC_TOKEN_FILE');
    const source = SOURCES.find((one) => token?.source === one || file?.source === one);
    if (token && token.source === source) return { token };
    return file && { file };
  }

  #given(flag: string, variable: Variable | undefined): Given | undefined {
    const given = this.#flags[flag];
    if (typeof given === 'string') return { text: given, source: 'flag' };
    if (variable === undefined) return undefined;
    const ambient = this.#env[variable];
    if (isGiven(ambient)) return { text: ambient, source: 'environment' };
    const local = this.#envFile[variable];
    return isGiven(local) ? { text: local, source: 'env-file' } : undefined;
  }

  /** A file in a repository must not send a token that came from elsewhere to a server of its choosing. */
  #refuseRedirectedToken(cwd: string, folder: string): void {
    if (this.#given('server', 'ADC_SERVER')?.source !== 'env-file') return;
    const { token, file } = this.#credential() ?? {};
    const hint = 'Set --server or ADC_SERVER too: a file must not be able to send your token elsewhere.';
    if ((token ?? file) !== undefined && (token ?? file)?.source !== 'env-file')
      throw new UsageError('the server comes from a .env file, but the token does not', { hint });
    if (file !== undefined && leadsOut(folder, resolve(cwd, file.text)))
      throw new UsageError(
        `the server comes from a .env file, which takes the token from a file elsewhere (${file.text})`,
        { hint },
      );
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

const SOURCES: readonly Source[] = ['flag', 'environment', 'env-file'];

/** Whether a file lies outside of a folder, links followed; one that is not there is told by whoever reads it. */
function leadsOut(folder: string, path: string): boolean {
  try {
    return !isInside(realpathSync.native(folder), realpathSync.native(path));
  } catch {
    return false;
  }
}

/** What a `.env` may set: never that the server's certificate need not be checked. */
const IN_ENV_FILE = [
  'ADC_SERVER',
  'ADC_TOKEN',
  'ADC_TOKEN_FILE',
  'ADC_PORTAL',
  'ADC_OWNER',
  'ADC_DIALECT',
  'ADC_AUTH_SCHEME',
  'ADC_TIMEOUT',
  'ADC_REQUEST_CONCURRENT',
  'ADC_CA_CERT_FILE',
  'ADC_TLS_CLIENT_CERT_FILE',
  'ADC_TLS_CLIENT_KEY_FILE',
] as const;

/** A variable that stands for an option. */
export type Variable = (typeof IN_ENV_FILE)[number] | 'ADC_TLS_SKIP_VERIFY';

function namedEnvFile({ envFile }: Flags, { env: { ADC_ENV_FILE } }: Pick<Io, 'env'>): string | undefined {
  if (typeof envFile === 'string') return envFile;
  return isGiven(ADC_ENV_FILE) ? ADC_ENV_FILE : undefined;
}

async function readEnvFile({ envFile: flag }: Flags, file: string | undefined, io: Io): Promise<Variables> {
  const text = await envText(file, io);
  if (text === undefined) return {};
  const shown = printable(file ?? '.env');
  const variables = parseEnv(assignments(text, shown, io));
  if (typeof flag === 'string' && variables['NODE_OPTIONS'] !== undefined) throw takenByNode(flag);
  const given = Object.keys(variables).filter((name) => name.startsWith('ADC_') && isGiven(variables[name]));
  const [read, others] = [given.filter(isRead), given.filter((name) => !isRead(name))];
  if (read.length > 0) io.err(`read from ${shown}: ${read.join(', ')}\n`);
  for (const name of others) io.err(`warning: ${name} in ${shown} ${noEffect(name)}\n`);
  return Object.fromEntries(read.map((name) => [name, variables[name]]));
}

/** An assignment, whose value may have several lines in quotes; a comment or nothing; or a line that is neither. */
const ENV_LINE =
  /^[^\S\n]*(?:((?:export[^\S\n]+)?\w[\w.-]*[^\S\n]*=[^\S\n]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*)|(?:#[^\n]*)?|([^\n]*))(?:\n|$)/gmu;

/** The assignments alone. Of other lines only the number is told: one with a slip in it may hold a token. */
function assignments(written: string, file: string, io: Io): string {
  const text = written.replaceAll('\r\n', '\n');
  return text.replaceAll(ENV_LINE, (line, _, broken?: string, offset?: number) => {
    if (broken === undefined || broken === '') return line;
    const number = text.slice(0, offset).split('\n').length;
    io.err(`warning: line ${number} of ${file} has no effect: it is not NAME=value\n`);
    return '\n';
  });
}

function isRead(name: string): boolean {
  return IN_ENV_FILE.some((known) => known === name);
}

function noEffect(name: string): string {
  const near = nearest(name, IN_ENV_FILE);
  return `has no effect${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** Of the file that is named, which must be there; else of a `.env`, if there is one and it may be read. */
async function envText(file: string | undefined, { cwd, env }: Io): Promise<string | undefined> {
  if (file !== undefined) return readText(resolve(cwd, file), 'env file');
  if (isPipeline(env['CI'])) return undefined;
  const path = resolve(cwd, '.env');
  const bytes = await promisify(readFile)(path).catch(() => undefined);
  return bytes && decoded(bytes, 'env file', path);
}

/** Node.js looks for `--env-file` among the words of every program, and takes this one variable from such a file. */
function takenByNode(file: string): UsageError {
  return new UsageError(`${file} sets NODE_OPTIONS, which Node.js itself has taken from it already`, {
    hint: 'Take it out, or name the file with ADC_ENV_FILE, which Node.js does not know.',
  });
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

const WHY_UNREAD: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'file not found'],
  ['ENOTDIR', 'file not found'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
]);

/** @throws UsageError that names the file and what is wrong with it. */
export async function readText(
  path: string,
  what: string,
  hint?: string,
  otherwise?: string,
): Promise<string> {
  const bytes = await promisify(readFile)(path).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const why = WHY_UNREAD.get(code) ?? code;
    throw new UsageError(`can't read the ${what} ${path}: ${why}`, { cause: error, ...(hint && { hint }) });
  });
  return decoded(bytes, what, path, otherwise);
}

/** UTF-8, with or without a byte order mark. UTF-16 without one is valid UTF-8, with a NUL in each character of ASCII. */
function decoded(bytes: Uint8Array, what: string, path: string, hint = 'Save the file as UTF-8.'): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return new TextDecoder().decode(bytes);
  throw new UsageError(`the ${what} ${path} is not UTF-8`, { hint });
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]);

/** Of `1h10m` and the like, largest unit first, or of seconds without a unit; NaN for anything else. */
function milliseconds(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const N = String.raw`\d+(?:\.\d+)?`;
  if (!new RegExp(`^(?=.)(?:${N}h)?(?:${N}m)?(?:${N}s)?(?:${N}ms)?$`).test(text)) return NaN;
  const parts = [...text.matchAll(/([\d.]+)([a-z]+)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS.get(unit ?? '') ?? NaN), 0);
}

function named(flag: string, variable: Variable | undefined, given: Given | undefined): string {
  const where = given?.source === 'flag' || variable === undefined ? dashed(flag) : variable;
  return given === undefined ? where : `${where} is ${JSON.stringify(given.text)}; it`;
}

/** `caCertFile` as it is typed: `--ca-cert-file`. */
export function dashed(flag: string): string {
  return `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
