import { isUtf8 } from 'node:buffer';
import { existsSync, readFile } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { UsageError } from '../model/errors.ts';
import { isPipeline, type Io } from './io.ts';

/** What a `.env` may set: never that the server's certificate need not be checked. */
export const IN_ENV_FILE = [
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

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables of an env file that have an effect; prints which they are, and warns of others.
 * @param file the one that is named; without it `.env` is read, if it exists and CI is not set.
 * @param isFlag whether `--env-file` names it, and not ADC_ENV_FILE.
 * @throws UsageError if the named file cannot be read.
 */
export async function readEnvFile(file: string | undefined, isFlag: boolean, io: Io): Promise<Variables> {
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
export function isEnvFileIgnored({ cwd, env }: Io): boolean {
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
  const bytes = await promisify(readFile)(path).catch(() => undefined);
  return bytes && decoded(bytes, 'env file', path);
}

/** Node.js looks for `--env-file` among the words of every program, and takes this one variable from such a file. */
function takenByNode(file: string): UsageError {
  return new UsageError(`${file} sets NODE_OPTIONS, which Node.js itself has taken from it already`, {
    hint: 'Take it out, or name the file with ADC_ENV_FILE, which Node.js does not know.',
  });
}

const WHY_UNREAD: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'you may not read it'],
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
