import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Option, type Command } from 'commander';
import { isInside } from '../load/file-name.ts';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { Secret } from '../lib/secret.ts';
import { UsageError } from '../model/errors.ts';
import { readText, readTextIfReadable } from './disk.ts';
import { isPipeline, type Io } from './io.ts';
import {
  IN_ENV_FILE,
  longName,
  type Given,
  type OptionSpec,
  type OptionSpecs,
  type Values,
} from './options.ts';

/**
 * What the options of a command were given: a flag beats the environment, which beats `.env`, which beats the default. An empty
 * variable counts as not given: in pipelines, a variable that is not set is often empty.
 */
export class Settings {
  readonly #given: ReadonlyMap<string, Given>;
  readonly #io: Io;
  #token: Promise<Secret> | undefined;

  private constructor(given: ReadonlyMap<string, Given>, io: Io) {
    this.#given = given;
    this.#io = io;
  }

  /**
   * Reads the options in one pass, and the token before any file that could be filled with it.
   * @throws UsageError for an invalid value, an empty flag, an env file that cannot be read, and a `.env` that redirects a token.
   */
  static async read<Specs extends OptionSpecs>(specs: Specs, command: Command, io: Io) {
    const { envFile } = specs;
    const named = envFile && givenOf(envFile, command, io.env, {});
    const variables = envFile ? await readEnvFile(named?.texts[0], named?.source === 'flag', io) : {};
    const given = new Map<string, Given>();
    const values = Object.entries(specs).map(([name, spec]) => {
      const one = givenOf(spec, command, io.env, variables);
      if (one !== undefined) given.set(name, one);
      return [name, spec.read(one)] as const;
    });
    const settings = new Settings(given, io);
    settings.#refuseRedirectedToken();
    if (settings.#credential() !== undefined) await settings.token().catch(() => undefined);
    return { options: Object.fromEntries(values) as Values<Specs>, settings };
  }

  /**
   * The token, read once; nothing that is printed afterwards contains it.
   * @throws UsageError if there is none, or its file cannot be read.
   */
  async token(): Promise<Secret> {
    this.#token ??= this.#readToken();
    return this.#token;
  }

  /** The error for a required value that is missing. */
  missing(message: string, hint: string): UsageError {
    const isIgnored = !this.#given.has('envFile') && isEnvFileIgnored(this.#io);
    return new UsageError(message, {
      hint: isIgnored ? `${hint} Where CI is set, as here, no .env is read.` : hint,
    });
  }

  async #readToken(): Promise<Secret> {
    const { token, file } = this.#credential() ?? {};
    if (token === undefined && file === undefined)
      throw this.missing('no token was given', 'Set ADC_TOKEN, or name a file with --token-file.');
    const path = resolve(this.#io.cwd, textOf(file));
    const text = token ? textOf(token) : (await readText(path, 'token file')).trim();
    this.#io.hidden?.add(text);
    return new Secret(text);
  }

  /** The token, or the file that holds it: what is given nearer to the command wins, and of two there the token itself. */
  #credential(): { readonly token?: Given; readonly file?: Given } | undefined {
    const [token, file] = [this.#given.get('token'), this.#given.get('tokenFile')];
    const source = SOURCES.find((one) => token?.source === one || file?.source === one);
    if (token && token.source === source) return { token };
    return file && { file };
  }

  /** A file in a repository must not send a token that came from elsewhere to a server of its choosing. */
  #refuseRedirectedToken(): void {
    if (this.#given.get('server')?.source !== 'env-file') return;
    const { cwd } = this.#io;
    const { token, file } = this.#credential() ?? {};
    const folder = dirname(resolve(cwd, textOf(this.#given.get('envFile'), '.env')));
    const hint = 'Set --server or ADC_SERVER too: a file must not be able to send your token elsewhere.';
    if ((token ?? file) !== undefined && (token ?? file)?.source !== 'env-file')
      throw new UsageError('the server comes from a .env file, but the token does not', { hint });
    if (file !== undefined && leadsOut(folder, resolve(cwd, textOf(file))))
      throw new UsageError(
        `the server comes from a .env file, which takes the token from a file elsewhere (${textOf(file)})`,
        { hint },
      );
  }
}

const SOURCES: readonly Given['source'][] = ['flag', 'environment', 'env-file'];

/** @throws UsageError for a flag that is given empty. */
function givenOf(
  spec: OptionSpec<unknown>,
  command: Command,
  environment: Variables,
  envFile: Variables,
): Given | undefined {
  const name = new Option(spec.flags).attributeName();
  if (command.getOptionValueSource(name) === 'cli') {
    const texts = [command.getOptionValue(name)].flat().map(String);
    if (texts.includes('')) throw new UsageError(`${longName(spec.flags)} is empty`);
    return { source: 'flag', texts };
  }
  const variable = spec.env ?? '';
  const [ambient, local] = [environment[variable] ?? '', envFile[variable] ?? ''];
  if (ambient !== '') return { source: 'environment', texts: [ambient] };
  return local === '' ? undefined : { source: 'env-file', texts: [local] };
}

function textOf(given: Given | undefined, otherwise = ''): string {
  return given?.texts.at(-1) ?? otherwise;
}

/** Whether a file lies outside of a folder, links followed. A missing file is an error later, when it is read. */
function leadsOut(folder: string, path: string): boolean {
  try {
    return !isInside(realpathSync.native(folder), realpathSync.native(path));
  } catch {
    return false;
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables of an env file that have an effect; prints which they are, and warns of others.
 * @param file the one that is named; without it `.env` is read, if it exists and CI is not set.
 * @param isFlag whether `--env-file` names it, and not ADC_ENV_FILE.
 * @throws UsageError if the named file cannot be read.
 */
async function readEnvFile(file: string | undefined, isFlag: boolean, io: Io): Promise<Variables> {
  const text = await envText(file, io);
  if (text === undefined) return {};
  const shown = printable(file ?? '.env');
  const variables = parseEnv(assignments(text, shown, io));
  if (isFlag && variables['NODE_OPTIONS'] !== undefined) throw takenByNode(shown);
  const given = Object.keys(variables).filter((name) => name.startsWith('ADC_') && variables[name] !== '');
  const [read, others] = [given.filter(isRead), given.filter((name) => !isRead(name))];
  if (read.length > 0) io.err(`read from ${shown}: ${read.join(', ')}\n`);
  for (const name of others) io.err(`warning: ${name} in ${shown} ${noEffect(name)}\n`);
  return Object.fromEntries(read.map((name) => [name, variables[name]]));
}

/** Whether a `.env` was not read because CI is set. */
function isEnvFileIgnored({ cwd, env }: Io): boolean {
  return isPipeline(env['CI']) && existsSync(resolve(cwd, '.env'));
}

/** An assignment, whose value may have several lines in quotes; a comment or nothing; or a line that is neither. */
const ENV_LINE =
  /^[^\S\n]*(?:((?:export[^\S\n]+)?\w[\w.-]*[^\S\n]*=[^\S\n]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*)|(?:#[^\n]*)?|([^\n]*))(?:\n|$)/gmu;

/** Only the assignments. A warning names other lines by number: a line with a slip in it may hold a token. */
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

async function envText(file: string | undefined, { cwd, env }: Io): Promise<string | undefined> {
  if (file !== undefined) return readText(resolve(cwd, file), 'env file');
  if (isPipeline(env['CI'])) return undefined;
  const path = resolve(cwd, '.env');
  return readTextIfReadable(path, 'env file');
}

/** Node.js looks for `--env-file` among the words of every program, and takes this one variable from such a file. */
function takenByNode(file: string): UsageError {
  return new UsageError(`${file} sets NODE_OPTIONS, which Node.js itself has taken from it already`, {
    hint: 'Take it out, or name the file with ADC_ENV_FILE, which Node.js does not know.',
  });
}
