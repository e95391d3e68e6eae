import { resolve } from 'node:path';
import type { ConnectionOptions } from '../admin/connect.ts';
import type { Exchange } from '../admin/exchange.ts';
import { DEFAULTS } from '../api/connection.ts';
import type { PlanSource } from '../api/apply-plan.ts';
import { printable } from '../lib/printable.ts';
import { UsageError } from '../model/errors.ts';
import { labelOf, OWNERSHIP_LABEL } from '../model/ownership.ts';
import type { Labels } from '../model/product.ts';
import type { Scope } from '../model/scope.ts';
import { fileInput } from './file-input.ts';
import type { Io } from './io.ts';
import { keepLlhttpAsItIs } from './llhttp.ts';
import { dashed, readText, type Flags, type Settings, type Variable } from './settings.ts';

/** What to plan from. A missing server or token is reported only if the files have no errors. */
export function planSource(settings: Settings, flags: Flags, io: Io): PlanSource {
  const connect: PlanSource['connect'] = (portal) => connectionOf(settings, io, portal);
  return { scope: scopeOf(settings), input: fileInput(flags, io, ownerOf(settings)), connect };
}

/** How to reach the portal, from flags, environment and files (contract §3). @throws UsageError for what is missing or wrong. */
export async function connectionOf(settings: Settings, io: Io, portal?: string): Promise<ConnectionOptions> {
  const { env, cwd } = io;
  const { timeoutMs, retryTimeoutMs, concurrency } = DEFAULTS;
  keepLlhttpAsItIs();
  const read = async (flag: string, variable: Variable | undefined): Promise<string | undefined> => {
    const path = settings.text(flag, variable);
    return path === undefined
      ? undefined
      : readText(resolve(cwd, path), `file of ${dashed(flag)}`, undefined, PEM);
  };
  const proxy = (name: string): string | undefined => env[name.toLowerCase()] ?? env[name];
  return {
    server: serverOf(settings),
    token: await settings.token(),
    portal: portalOf(settings, portal),
    dialect: settings.choice('dialect', 'ADC_DIALECT', ['auto', 'path', 'query']),
    authScheme: settings.choice('authScheme', 'ADC_AUTH_SCHEME', ['auto', 'api-key', 'bearer', 'basic']),
    timeoutMs: settings.duration('timeout', 'ADC_TIMEOUT', `${timeoutMs}ms`),
    retryTimeoutMs: settings.duration('retryTimeout', undefined, `${retryTimeoutMs}ms`),
    concurrency: settings.count('requestConcurrent', 'ADC_REQUEST_CONCURRENT', concurrency, [1, 256]),
    caCert: await read('caCertFile', 'ADC_CA_CERT_FILE'),
    clientCert: await read('tlsClientCertFile', 'ADC_TLS_CLIENT_CERT_FILE'),
    clientKey: await read('tlsClientKeyFile', 'ADC_TLS_CLIENT_KEY_FILE'),
    tlsSkipVerify: settings.flag('tlsSkipVerify', 'ADC_TLS_SKIP_VERIFY'),
    proxy: { httpsProxy: proxy('HTTPS_PROXY'), httpProxy: proxy('HTTP_PROXY'), noProxy: proxy('NO_PROXY') },
    onWarning: (text) => io.err(`warning: ${text}\n`),
    signal: io.signal,
    onExchange: settings.count('verbose', undefined, 1, [0, 2]) === 2 ? exchangePrinter(io) : undefined,
  };
}

/** The owner that --owner or ADC_OWNER names. */
export function ownerOf(settings: Settings): string | undefined {
  return settings.text('owner', 'ADC_OWNER');
}

const PEM = 'It must be in PEM form, which begins with -----BEGIN.';

/** What the run may touch (contract §5). */
export function scopeOf(settings: Settings): Scope {
  const selector = labelsOf(settings.text('labelSelector', undefined));
  const managedByLabel = settings.flag('managedByLabel', undefined);
  if (managedByLabel && labelOf(selector, OWNERSHIP_LABEL) !== undefined) {
    throw new UsageError(`--label-selector selects by ${OWNERSHIP_LABEL}, which adc writes itself`, {
      hint: 'Select by another label; --owner and `owner:` say whose products a run manages.',
    });
  }
  return {
    selector,
    products: settings.list('product'),
    managedByLabel,
    deleteUnmanaged: settings.flag('deleteUnmanaged', undefined),
    noDelete: !settings.flag('delete', undefined),
  };
}

/** As a label, `team!=payments` would be put on what is written. */
const NO_CONDITIONS = 'A selector has no != and no ==: it selects products that have all of the labels.';

/** `k=v[,k=v]` as labels. @throws UsageError for anything else. */
export function labelsOf(text: string | undefined): Labels {
  if (text === undefined) return {};
  const pairs = text.split(',').map((pair) => {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const condition = key?.endsWith('!') === true || value?.startsWith('=') === true;
    if (key === undefined || value === undefined || value === '' || condition) {
      throw new UsageError(
        `--label-selector is ${JSON.stringify(text)}; it must be key=value[,key=value]`,
        condition ? { hint: NO_CONDITIONS } : {},
      );
    }
    return [key, value] as const;
  });
  const twice = pairs.find(([key], place) => pairs.findIndex(([other]) => other === key) !== place);
  if (twice)
    throw new UsageError(
      `--label-selector names ${JSON.stringify(twice[0])} twice; no product has both values`,
    );
  return Object.fromEntries(pairs);
}

function serverOf(settings: Settings): string {
  const given = settings.text('server', 'ADC_SERVER');
  if (given !== undefined) return given;
  throw settings.missing('no server was given', 'Set ADC_SERVER or give --server.');
}

/** --portal beats what a file names; that the two agree is checked against the live portal, which knows name and id. */
function portalOf(settings: Settings, named: string | undefined): string {
  const given = settings.text('portal', 'ADC_PORTAL') ?? named;
  if (given !== undefined) return given;
  const hint = 'Set ADC_PORTAL or give --portal; product files may name it with `portal:`.';
  throw settings.missing('no portal was given', hint);
}

function exchangePrinter(io: Io): (exchange: Exchange) => void {
  return ({ method, path, status, ms }) => {
    io.err(`${method} ${printable(path)} ${status ?? 'no answer'} (${Math.round(ms)} ms)\n`);
  };
}
