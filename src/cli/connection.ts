import { resolve } from 'node:path';
import type { ConnectionOptions } from '../admin/connect.ts';
import type { Exchange } from '../admin/portal-settings.ts';
import type { PlanSource } from '../api/apply-plan.ts';
import { DEFAULTS } from '../api/connection.ts';
import { refuseShared, type Address } from '../api/project.ts';
import { Secret } from '../lib/redaction.ts';
import { printable } from '../lib/printable.ts';
import type { PortalBackend } from '../model/admin.ts';
import { connectionVariables, sameAddress, type Environment } from '../model/config.ts';
import { diagnostic } from '../model/diagnostic.ts';
import { InvalidConfig, OperationalError, UsageError } from '../model/errors.ts';
import type { Call } from './define-command.ts';
import { readText } from './disk.ts';
import type { Io } from './io.ts';
import { choice, count, duration, flag, group, longName, optional, text } from './options.ts';
import { namesSubscribers, type OUTPUT, type SUBSCRIBERS } from './output.ts';
import { chosenEnvironment, fileInput, PROJECT, type FILES, type GATEWAYS } from './project.ts';
import { scopeOf, type SCOPE } from './scope.ts';

const { timeoutMs, retryTimeoutMs } = DEFAULTS;

/** Options for requests to any server. */
export const TRANSPORT = group('Connection:', {
  timeout: duration('--timeout <time>', 'time limit for one attempt', {
    fallback: `${timeoutMs / 1_000}s`,
    env: 'ADC_TIMEOUT',
  }),
  retryTimeout: duration('--retry-timeout <time>', 'time limit for a request with all retries', {
    fallback: `${retryTimeoutMs / 1_000}s`,
  }),
  requestConcurrent: optional(
    count('--request-concurrent <n>', 'most requests at a time', [1, 256], {
      fallback: '',
      env: 'ADC_REQUEST_CONCURRENT',
    }),
    'adapts to the server',
  ),
  caCertFile: text('--ca-cert-file <path>', 'CA certificates to trust instead of the built-in ones', {
    env: 'ADC_CA_CERT_FILE',
  }),
  tlsClientCertFile: text('--tls-client-cert-file <path>', 'client certificate for mutual TLS', {
    env: 'ADC_TLS_CLIENT_CERT_FILE',
  }),
  tlsClientKeyFile: text('--tls-client-key-file <path>', 'private key of the client certificate', {
    env: 'ADC_TLS_CLIENT_KEY_FILE',
  }),
  tlsSkipVerify: flag('--tls-skip-verify', 'accept any server certificate, with a warning', {
    env: 'ADC_TLS_SKIP_VERIFY',
  }),
});

const OPTIONS = group('Connection:', {
  server: text('--server <url>', 'address of the Admin API, e.g. https://dashboard.example.com:7443', {
    env: 'ADC_SERVER',
  }),
  token: text('--token <token>', 'API token; other users of the machine can see it', { env: 'ADC_TOKEN' }),
  tokenFile: text('--token-file <path>', 'file with the API token', { env: 'ADC_TOKEN_FILE' }),
  portal: text('--portal <name>', 'name or id of the portal, if the files name none', { env: 'ADC_PORTAL' }),
  dialect: choice('--dialect <dialect>', 'API dialect; auto detects it', ['auto', 'path', 'query'], {
    fallback: 'auto',
    env: 'ADC_DIALECT',
  }),
  authScheme: choice(
    '--auth-scheme <scheme>',
    'scheme that sends the token; auto follows the dialect',
    ['auto', 'api-key', 'bearer', 'basic'],
    { fallback: 'auto', env: 'ADC_AUTH_SCHEME' },
  ),
  ...TRANSPORT,
  envFile: text('--env-file <path>', 'file with ADC_* variables', {
    fallback: '.env, or none if CI is set',
    env: 'ADC_ENV_FILE',
  }),
});

/** Options for the connection to a portal, and the config with its environments. */
export const CONNECTION = { ...PROJECT, ...OPTIONS };

type Connecting = Pick<
  Call<typeof OPTIONS & Omit<typeof OUTPUT, 'format'>>,
  'options' | 'settings' | 'project' | 'io'
>;
type Transporting = Pick<Call<typeof TRANSPORT & Omit<typeof OUTPUT, 'format'>>, 'options' | 'io'>;
type Planning = Connecting &
  Pick<Call<typeof FILES & typeof GATEWAYS & typeof SCOPE & typeof SUBSCRIBERS>, 'options'>;

/** The source of a plan. A missing server or token is reported only if the files have no errors. */
export function planSource(call: Planning): PlanSource {
  const { options, io, project } = call;
  chosenEnvironment(project);
  const connect: PlanSource['connect'] = (portal) => connectionOf(call, portal);
  return {
    scope: scopeOf(options, project),
    withNames: namesSubscribers(options, io),
    input: fileInput(options, io, project),
    connect,
  };
}

/**
 * How to reach the portal (docs/design/contract.md §3).
 * @param portal from the files; `--portal` overrides it. Whether they are the same portal is known only after a request,
 * since each may be a name or an id.
 * @throws UsageError for missing settings, and for unreadable files.
 */
export async function connectionOf(call: Connecting, portal?: string): Promise<ConnectionOptions> {
  const { options, settings, project } = call;
  const environment = chosenEnvironment(project);
  const required = (given: string | undefined, what: string, hint: string): string => {
    if (given !== undefined) return given;
    throw settings.missing(`no ${what} was given`, hint);
  };
  const server = required(
    settings.server(),
    'server',
    environment === undefined
      ? 'Set ADC_SERVER or give --server.'
      : `Set ${connectionVariables(environment.name).server} and ${connectionVariables(environment.name).token}, or ADC_SERVER and ADC_TOKEN.`,
  );
  const token = await settings.token();
  const named = required(
    options.portal ?? environment?.portal ?? portal,
    'portal',
    'Set ADC_PORTAL or give --portal; product files may name it with `portal:`.',
  );
  if (environment !== undefined) refuseOtherTarget(call, environment, { server, portal: named });
  return {
    server,
    token,
    portal: named,
    dialect: options.dialect,
    authScheme: options.authScheme,
    ...(await transportOf(call)),
  };
}

type Transport = Omit<ConnectionOptions, 'server' | 'token' | 'portal' | 'dialect' | 'authScheme'>;

async function transportOf({ options, io }: Transporting): Promise<Transport> {
  compileLess();
  const read = async (name: 'caCertFile' | 'tlsClientCertFile' | 'tlsClientKeyFile') => {
    const path = options[name];
    if (path === undefined) return undefined;
    return readText(resolve(io.cwd, path), `file of ${longName(TRANSPORT[name].flags)}`, undefined, true);
  };
  const proxy = (name: string): string | undefined => io.env[name.toLowerCase()] ?? io.env[name];
  return {
    timeoutMs: options.timeout,
    retryTimeoutMs: options.retryTimeout,
    concurrency: options.requestConcurrent,
    caCert: await read('caCertFile'),
    clientCert: await read('tlsClientCertFile'),
    clientKey: await read('tlsClientKeyFile'),
    tlsSkipVerify: options.tlsSkipVerify,
    proxy: { httpsProxy: proxy('HTTPS_PROXY'), httpProxy: proxy('HTTP_PROXY'), noProxy: proxy('NO_PROXY') },
    onWarning: (warning) => io.err(`warning: ${warning}\n`),
    signal: io.signal,
    onExchange: options.verbose.showsRequests ? exchangePrinter(io) : undefined,
  };
}

/**
 * Refuses a target that differs from the environment, or that another environment shares, before adc sends anything.
 * @throws InvalidConfig with the place in the config.
 */
function refuseOtherTarget(
  { options, project, settings }: Connecting,
  environment: Environment,
  target: Address,
): void {
  const { name, server, portal, at } = environment;
  if (server !== undefined && !sameAddress(server, target.server))
    throw new InvalidConfig([
      diagnostic('server-mismatch', {
        message: `the environment "${name}" is on ${server}, and the address of this run is ${withoutCredentials(target.server)}`,
        hint: `Correct ${connectionVariables(name).server}, ADC_SERVER or --server, or the config. adc sent nothing.`,
        location: at(['server']),
      }),
    ]);
  if (portal !== undefined && options.portal !== undefined && portal !== options.portal)
    throw new InvalidConfig([
      diagnostic('portal-mismatch', {
        message: `the environment "${name}" is the portal "${portal}", and --portal or ADC_PORTAL names "${options.portal}"`,
        hint: `Remove --portal and ADC_PORTAL, or set them to "${portal}". adc sent nothing.`,
        location: at(['portal']),
      }),
    ]);
  refuseShared(project, environment, target, (other) => settings.serverOf(other));
}

function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  [url.username, url.password] = ['', ''];
  return url.href;
}

function exchangePrinter(io: Io): (exchange: Exchange) => void {
  return ({ method, path, status, ms }) => {
    io.err(`${method} ${printable(path)} ${status ?? 'no response'} (${Math.round(ms)} ms)\n`);
  };
}

/** The Developer Portal backend, which has its own token (docs/design/contract.md §15). */
export const PORTAL_BACKEND = group('Restore:', {
  portalServer: text('--portal-server <url>', 'address of the Developer Portal backend', {
    env: 'ADC_PORTAL_SERVER',
  }),
  portalTokenFile: text('--portal-token-file <path>', 'file with its token; or set ADC_PORTAL_TOKEN'),
});

/** @throws UsageError for a missing address or token, or a token file that cannot be read. */
export async function portalBackend(
  call: Transporting & Pick<Call<typeof PORTAL_BACKEND>, 'options'>,
): Promise<PortalBackend> {
  const { options, io } = call;
  const { portalServer: server, portalTokenFile: file } = options;
  if (server === undefined) {
    throw new UsageError('no address of the Developer Portal backend was given', {
      hint: 'Set ADC_PORTAL_SERVER or give --portal-server.',
    });
  }
  const text =
    file === undefined
      ? (io.env['ADC_PORTAL_TOKEN'] ?? '')
      : (await readText(resolve(io.cwd, file), 'portal token file')).trim();
  if (text === '') {
    throw new UsageError('no portal token was given', {
      hint: 'Set ADC_PORTAL_TOKEN, or name a file with --portal-token-file.',
    });
  }
  io.redactor?.add(text);
  const { connectBackend } = await import('../admin/portal-backend.ts');
  // A signal stops the restore between two subscriptions. It aborts no request, whose result would be unknown.
  const wire = { server, token: new Secret(text), ...(await transportOf(call)), signal: undefined };
  return connectBackend(wire).catch((error: unknown) => {
    throw ofPortalBackend(error);
  });
}

/** An error of the client, which names the Admin API and its options, in the words for the portal backend. */
export function ofPortalBackend(error: unknown): unknown {
  if (!(error instanceof OperationalError)) return error;
  const words = (text = ''): string =>
    text
      .replaceAll('the Admin API', 'the Developer Portal backend')
      .replaceAll('--server or ADC_SERVER', '--portal-server or ADC_PORTAL_SERVER');
  return new OperationalError(words(error.message), { hint: words(error.hint), cause: error });
}

/**
 * Reduces compilation by V8, for commands that send requests: they end before optimized code saves the time of its
 * compilation.
 *
 * V8 inlines at most a quarter of its default, so it compiles a function faster. Gain: a first `adc sync` of 500
 * products takes 2,270 instead of 2,680 ms of CPU, and an `adc diff` of 3,000 products 3,310 instead of 3,760 ms (best
 * of 6 and of 2, Node.js 20).
 *
 * undici reads HTTP with llhttp in WebAssembly. After a few responses, V8 compiles it again with optimizations, and
 * Node.js waits for that at the end of the program. The unoptimized code reads ten thousand responses as fast. Node.js
 * 24 does not need this. Gain: `adc ping` takes 219 instead of 520 ms of CPU and 51 instead of 87 MiB, `adc diff` of one
 * product 296 instead of 587 ms and 56 instead of 91 MiB (best of 15, Node.js 20).
 */
function compileLess(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=200');
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 24) setFlagsFromString('--liftoff-only');
}
