import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Option, type Command } from 'commander';
import { Secret } from '../lib/redaction.ts';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { isInside } from '../load/files.ts';
import { connectionVariables } from '../model/config.ts';
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
 * The values of the options of a command, in this order of precedence: flag, environment, `.env`, default. An empty
 * variable counts as unset: in pipelines, unset variables are often empty.
 */
export class Settings {
  readonly #given: ReadonlyMap<string, Given>;
  readonly #envFile: Variables;
  readonly #io: Io;
  #environment: string | undefined;
  /** Whether the variables without an environment name apply to an environment without its own variables. */
  #allowsPlain = true;
  #token: Promise<Secret> | undefined;

  private constructor(given: ReadonlyMap<string, Given>, envFile: Variables, io: Io) {
    this.#given = given;
    this.#envFile = envFile;
    this.#io = io;
  }

  /**
   * Reads the options in one pass.
   * @throws UsageError for an invalid value, an empty flag, and an env file that cannot be read.
   */
  static async read<Specs extends OptionSpecs>(specs: Specs, command: Command, io: Io) {
    const { envFile } = specs;
    const named = envFile && givenOf(envFile, command, io.env, {});
    const variables = envFile ? await readEnvFile(named?.texts[0], named?.source === 'flag', io) : {};
    const given = new Map<string, Given>();
    const values = Object.entries(specs).map(([name, spec]) => {
      const mayBeLocal = spec.env === 'ADC_ENV' && named !== undefined;
      const one = givenOf(spec, command, io.env, variables, mayBeLocal || isForEnvFile(spec));
      if (one !== undefined) given.set(name, one);
      return [name, spec.read(one)] as const;
    });
    const settings = new Settings(given, variables, io);
    return { options: Object.fromEntries(values) as Values<Specs>, settings };
  }

  /**
   * Selects the address and the token of an environment (docs/design/contract.md §13). Reads the token before product
   * files, in which the token must not occur.
   * @param allowsPlain whether the variables without an environment name apply if there are none with it.
   * @throws UsageError for a `.env` that redirects a token.
   */
  async choose(environment: string | undefined, allowsPlain = true): Promise<void> {
    this.#environment = environment;
    this.#allowsPlain = allowsPlain;
    this.#token = undefined;
    const pair = this.#pair();
    if (!('error' in pair)) this.#refuseRedirectedToken(pair);
    if (credentialOf(pair) !== undefined) await this.token().catch(() => undefined);
  }

  /** Reports the variables of an env file, and warns of entries without effect. */
  reportEnvFile(environments: readonly string[]): void {
    const all = Object.keys(this.#envFile);
    if (all.length === 0) return;
    const named = this.#given.get('envFile');
    const shown = printable(textOf(named, '.env'));
    // The environments of adc init are not in a config yet.
    const newNames = textOf(this.#given.get('environments'), '')
      .split(',')
      .filter((one) => one !== '');
    const known: readonly string[] = [
      ...(named === undefined ? [] : ['ADC_ENV']),
      ...IN_ENV_FILE,
      ...[...environments, ...newNames].flatMap((one) => Object.values(connectionVariables(one))),
    ];
    const ours = all.filter((name) => name.startsWith('ADC_') && this.#envFile[name] !== '');
    const [read, others] = [
      ours.filter((name) => known.includes(name)),
      ours.filter((name) => !known.includes(name)),
    ];
    if (read.length > 0) this.#io.err(`read from ${shown}: ${read.join(', ')}\n`);
    for (const name of others) this.#io.err(`warning: ${name} in ${shown} ${noEffect(name, known)}\n`);
    const ignored = all.filter((name) => !ours.includes(name));
    if (named !== undefined && ignored.length > 0)
      this.#io.err(
        `warning: ignored in ${shown}, since they are empty or not ADC_*: ${ignored.map(printable).join(', ')}\n`,
      );
  }

  /** Whether an option was given on the command line. */
  isFlag(name: string): boolean {
    return this.#given.get(name)?.source === 'flag';
  }

  /** The address, if there is one. @throws UsageError if the address and the token are from different sources. */
  server(): string | undefined {
    const pair = this.#pair();
    if ('error' in pair) throw pair.error;
    return pair.server && textOf(pair.server);
  }

  /** The value of the address variable of an environment; undefined if it is not set. */
  serverOf(environment: string): string | undefined {
    const given = this.#variable(connectionVariables(environment).server);
    return given && textOf(given);
  }

  /**
   * The token. adc reads it once, and redacts it in all later output.
   * @throws UsageError if there is none, its file cannot be read, or it does not belong to the address.
   */
  async token(): Promise<Secret> {
    this.#token ??= this.#readToken();
    return this.#token;
  }

  /** The error for a missing value. */
  missing(message: string, hint: string): UsageError {
    const isIgnored = !this.#given.has('envFile') && isEnvFileIgnored(this.#io);
    return new UsageError(message, {
      hint: isIgnored ? `${hint} Where CI is set, as here, no .env is read.` : hint,
    });
  }

  async #readToken(): Promise<Secret> {
    const pair = this.#pair();
    if ('error' in pair) throw pair.error;
    const { token, file } = credentialOf(pair) ?? {};
    if (token === undefined && file === undefined)
      throw this.missing('no token was given', 'Set ADC_TOKEN, or name a file with --token-file.');
    const text = token ? textOf(token) : (await this.#readTokenFile(textOf(file))).trim();
    this.#io.redactor?.add(text);
    return new Secret(text);
  }

  /** @throws UsageError that does not show a name that may be the token itself. */
  async #readTokenFile(name: string): Promise<string> {
    const hint = 'Name a readable file, or pass the token itself with ADC_TOKEN.';
    return readText(resolve(this.#io.cwd, name), 'token file', hint).catch((error: unknown) => {
      if (MAY_BE_TOKEN.test(name)) this.#io.redactor?.add(name);
      throw error;
    });
  }

  /**
   * The address and the token of the environment, or those without an environment name. Never mixes the two: a token
   * must not be sent to the server of another environment.
   */
  #pair(): Pair | InvalidPair {
    const [server, token, tokenFile] = ['server', 'token', 'tokenFile'].map((name) => this.#given.get(name));
    const plain = { server, token, tokenFile };
    if (this.#environment === undefined) return plain;
    const names = connectionVariables(this.#environment);
    const own = {
      server: this.#variable(names.server),
      token: this.#variable(names.token),
      tokenFile: this.#variable(names.tokenFile),
    };
    const isNone = Object.values(own).every((one) => one === undefined);
    if (isNone && this.#allowsPlain) return plain;
    const flags = Object.entries(plain).filter(([, one]) => one?.source === 'flag');
    const hasBoth = server?.source === 'flag' && flags.length > 1;
    if (hasBoth && this.#allowsPlain) return plain;
    const error = pairError(names, own, flags[0]?.[0]);
    return error === undefined ? own : { error };
  }

  /** A variable of the process, or else of the `.env`, even if it is empty. */
  #variable(name: string): Given | undefined {
    const [ambient, local] = [this.#io.env[name], this.#envFile[name]];
    if (ambient !== undefined) return { source: 'environment', texts: [ambient] };
    return local === undefined ? undefined : { source: 'env-file', texts: [local] };
  }

  /** Refuses a server from a `.env` file with a token from another source: a repository must not redirect a token. */
  #refuseRedirectedToken(pair: Pair): void {
    if (pair.server?.source !== 'env-file') return;
    const { cwd } = this.#io;
    const { token, file } = credentialOf(pair) ?? {};
    const folder = dirname(resolve(cwd, textOf(this.#given.get('envFile'), '.env')));
    const own = connectionVariables(this.#environment ?? '').server;
    const variable = own in this.#envFile ? own : '--server or ADC_SERVER';
    const hint = `Set ${variable} too, outside of the file: a file must not be able to send your token elsewhere.`;
    const credential = token ?? file;
    if (credential !== undefined && credential.source !== 'env-file')
      throw new UsageError('the server comes from a .env file, but the token does not', { hint });
    if (file !== undefined && isOutside(folder, resolve(cwd, textOf(file))))
      throw new UsageError(
        `the server comes from a .env file, which takes the token from a file elsewhere (${textOf(file)})`,
        { hint },
      );
  }
}

/** A word without an extension, or a JSON Web Token. */
const MAY_BE_TOKEN = /^[\w-]{8,}$|^(?:[\w-]{16,}\.){2}[\w-]+$/;

/** An address and a token from the same source, if given. */
interface Pair {
  readonly server?: Given | undefined;
  readonly token?: Given | undefined;
  readonly tokenFile?: Given | undefined;
}

interface InvalidPair {
  readonly error: UsageError;
}

/** The token or its file, from the source with the highest precedence. In the same source, the token has precedence. */
function credentialOf(
  pair: Pair | InvalidPair,
): { readonly token?: Given; readonly file?: Given } | undefined {
  if ('error' in pair) return undefined;
  const { token, tokenFile: file } = pair;
  const source = SOURCES.find((one) => token?.source === one || file?.source === one);
  if (token && token.source === source) return { token };
  return file && { file };
}

type Names = ReturnType<typeof connectionVariables>;

/**
 * The error for an incomplete pair of variables of an environment.
 * @param flag an option that would replace one part of the pair.
 */
function pairError(names: Names, own: Pair, flag: string | undefined): UsageError | undefined {
  const { server, token, tokenFile } = names;
  const both = `${server} with ${token} or ${tokenFile}`;
  if (flag !== undefined)
    return new UsageError(
      `--${flag === 'tokenFile' ? 'token-file' : flag} would replace one half of ${server} and ${token}`,
      { hint: 'Pass both --server and --token-file, or neither: adc never mixes two sources.' },
    );
  const empty = (['server', 'token', 'tokenFile'] as const).find((name) => own[name]?.texts[0] === '');
  if (empty !== undefined)
    return new UsageError(`${names[empty]} is empty`, { hint: `Set ${both}, or none of them.` });
  const missing =
    own.server === undefined
      ? server
      : own.token === undefined && own.tokenFile === undefined
        ? token
        : undefined;
  if (missing === undefined) return undefined;
  return new UsageError(`${missing} is not set`, {
    hint: `Set ${both}. adc never mixes two sources.`,
  });
}

const SOURCES: readonly Given['source'][] = ['flag', 'environment', 'env-file'];

const isForEnvFile = ({ env }: OptionSpec<unknown>): boolean => IN_ENV_FILE.some((known) => known === env);

/** @throws UsageError for an empty flag. */
function givenOf(
  spec: OptionSpec<unknown>,
  command: Command,
  environment: Variables,
  envFile: Variables,
  mayBeLocal = isForEnvFile(spec),
): Given | undefined {
  const name = new Option(spec.flags).attributeName();
  if (command.getOptionValueSource(name) === 'cli') {
    const texts = [command.getOptionValue(name)].flat().map(String);
    if (texts.includes('')) throw new UsageError(`${longName(spec.flags)} is empty`);
    return { source: 'flag', texts };
  }
  const variable = spec.env ?? '';
  const [ambient, local] = [environment[variable] ?? '', (mayBeLocal && envFile[variable]) || ''];
  if (ambient !== '') return { source: 'environment', texts: [ambient] };
  return local === '' ? undefined : { source: 'env-file', texts: [local] };
}

function textOf(given: Given | undefined, otherwise = ''): string {
  return given?.texts.at(-1) ?? otherwise;
}

/** Whether a file is outside of a directory, after following symlinks. A missing file causes an error when adc reads it. */
function isOutside(folder: string, path: string): boolean {
  try {
    return !isInside(realpathSync.native(folder), realpathSync.native(path));
  } catch {
    return false;
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables of an env file; warns of lines that set none.
 * @param file the named file; without it, `.env` is read if it exists and CI is not set.
 * @param isFlag whether `--env-file` names it, not ADC_ENV_FILE.
 * @throws UsageError if the named file cannot be read.
 */
async function readEnvFile(file: string | undefined, isFlag: boolean, io: Io): Promise<Variables> {
  const text = await envText(file, io);
  if (text === undefined) return {};
  const shown = printable(file ?? '.env');
  const variables = parseEnv(assignments(text, shown, io));
  if (isFlag && variables['NODE_OPTIONS'] !== undefined) throw appliedByNode(shown);
  return variables;
}

/** Whether a `.env` was not read because CI is set. */
function isEnvFileIgnored({ cwd, env }: Io): boolean {
  return isPipeline(env['CI']) && existsSync(resolve(cwd, '.env'));
}

/** An assignment, whose quoted value may have several lines; a comment or empty line; or any other line. */
const ENV_LINE =
  /^[^\S\n]*(?:((?:export[^\S\n]+)?\w[\w.-]*[^\S\n]*=[^\S\n]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*)|(?:#[^\n]*)?|([^\n]*))(?:\n|$)/gmu;

/** The assignments of the file. Warnings contain only the numbers of other lines, since a line may contain a token. */
function assignments(written: string, file: string, io: Io): string {
  const text = written.replaceAll(/\r\n?/g, '\n');
  return text.replaceAll(ENV_LINE, (line: string, _, broken?: string, offset?: number) => {
    // parseEnv() knows `export` only with one space after it.
    if (broken === undefined || broken === '') return line.replace(/^\s*export\s+/, '');
    const number = text.slice(0, offset).split('\n').length;
    io.err(`warning: line ${number} of ${file} has no effect: it is not NAME=value\n`);
    return '\n';
  });
}

function noEffect(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `has no effect${near === undefined ? '' : `; did you mean ${near}?`}`;
}

async function envText(file: string | undefined, { cwd, env, err }: Io): Promise<string | undefined> {
  if (file !== undefined) return readText(resolve(cwd, file), 'env file');
  if (isPipeline(env['CI'])) return undefined;
  const path = resolve(cwd, '.env');
  return readTextIfReadable(path, 'env file', (text) => err(`warning: ${text}\n`));
}

/** Node.js reads `--env-file` from the arguments of every program, and applies only this variable. */
function appliedByNode(file: string): UsageError {
  return new UsageError(`${file} sets NODE_OPTIONS, which Node.js has already applied`, {
    hint: 'Remove it, or name the file with ADC_ENV_FILE, which Node.js ignores.',
  });
}
