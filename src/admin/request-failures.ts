import { AdminError } from '../model/errors.ts';
import { about, type Ask, type Reply } from './client.ts';
import type { Credential, Redact } from './credential.ts';
import type { HttpAnswer } from './http.ts';
import { isObject } from '../json/value.ts';

interface Context {
  readonly reply: Reply;
  readonly credential: Credential;
  readonly redact: Redact;
  /** Whether any attempt at it may have been carried out. */
  readonly doubt: boolean;
  readonly retryAfterMs: number;
}

/**
 * The error for an answer outside 2xx: what was asked, status, the server's words, what to do (docs/design/contract.md §3.3).
 * Words are `error_msg`, else `message`, else the text itself; a page or an empty body is named as such
 * (docs/design/admin-api.md §1.3).
 */
export function refusal(ask: Ask, answer: HttpAnswer, context: Context): AdminError {
  const { status } = answer;
  if (status >= 300 && status < 400) return redirect(ask, answer, context);
  const { doubt: mayHaveHappened, retryAfterMs } = context;
  const words = shortened(context.redact(serverWords(answer, context.reply)));
  const size = status === 413 ? ` with ${sizeOf(ask)}` : '';
  const message = `${context.redact(about(ask))} failed${size}: ${statusWords(status, words)}`;
  const hint = hintFor(status, context.credential);
  return new AdminError(message, { status, words, mayHaveHappened, retryAfterMs, hint });
}

/** `401 Unauthorized`, and the server's words where they say more. */
function statusWords(status: number, words: string): string {
  const reason = process.getBuiltinModule('node:http').STATUS_CODES[status] ?? '';
  const known = `${status} ${reason}`.trim();
  return words.toLowerCase() === reason.toLowerCase() ? known : `${known}: ${words}`;
}

/** Of the body, in a unit that people compare limits in. */
function sizeOf({ body }: Ask): string {
  const bytes = Buffer.byteLength(JSON.stringify(body ?? ''));
  return bytes < 1024 * 1024
    ? `a body of ${Math.ceil(bytes / 1024)} KiB`
    : `a body of ${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** A redirect is never followed: the credential would go wherever the answer says (docs/design/contract.md §9). */
function redirect(ask: Ask, answer: HttpAnswer, { redact, doubt }: Context): AdminError {
  const target = answer.header('location');
  const where = target === undefined ? 'elsewhere' : `to ${target}`;
  return new AdminError(shortened(redact(`${about(ask)} failed: ${answer.status}, redirected ${where}`)), {
    status: answer.status,
    mayHaveHappened: doubt,
    hint: 'adc follows no redirects, so that the token goes nowhere else. If the target is the Admin API, pass its address with --server.',
  });
}

function serverWords(answer: HttpAnswer, { body, problem }: Reply): string {
  if (problem === 'text that is not JSON') return answer.bytes.toString('utf8').trim();
  if (problem !== undefined) return problem;
  const said = isObject(body) ? (body.error_msg ?? body.message) : body;
  return typeof said === 'string' && said !== '' ? said : JSON.stringify(said ?? body);
}

const MOST_WORDS = 1000;

/** What the server said, cut to what fits a terminal; after redaction, since half a token is a secret too. */
export function shortened(text: string): string {
  return text.length <= MOST_WORDS ? text : `${text.slice(0, MOST_WORDS)} … (${text.length} characters)`;
}

const TOO_LARGE =
  'The body is too large for the server or for a proxy before it. Raise its limit (client_max_body_size in nginx), or reduce the OpenAPI document or the logo.';

function hintFor(status: number, { shown }: Credential): string | undefined {
  if (status === 401) {
    return `The token was sent as ${shown}. Check --token or ADC_TOKEN, and --auth-scheme.`;
  }
  if (status === 403) {
    return `The token, sent as ${shown}, lacks the permission, or this machine's address is blocked. Ask the administrator of the control plane.`;
  }
  if (status === 407) {
    return 'The proxy requires credentials: set HTTP_PROXY=http://user:password@proxy:3128, or list the server in NO_PROXY.';
  }
  if (status === 413) return TOO_LARGE;
  if (status === 429) return 'Lower --request-concurrent, or raise --retry-timeout.';
  return status >= 500 ? 'The server failed. Try again later, or check its logs.' : undefined;
}

/** Not about what was in the body. */
const NOT_THE_BODY: ReadonlySet<number> = new Set([401, 403, 404, 408, 429]);

/** Whether the server refuses a request for what its body says. */
export function isAboutBody(error: unknown): error is AdminError {
  if (!(error instanceof AdminError) || error.status === undefined) return false;
  return error.status >= 400 && error.status < 500 && !NOT_THE_BODY.has(error.status);
}

/** Why no answer came, in words, and whether it may come if one asks again. */
export interface ConnectionFailure {
  readonly words: string;
  readonly hint?: string;
  /**
   * `always`: the connection was lost on the way. `once-answered`: no server was reached, which means a wrong address
   * as long as that server never answered. `never`: another attempt would fail the same way.
   */
  readonly again: 'always' | 'once-answered' | 'never';
  readonly cause: unknown;
}

type Row = Omit<ConnectionFailure, 'cause'>;

const CHECK_ADDRESS = 'Check the address (--server or ADC_SERVER), and whether the Admin API runs there.';
const CHECK_CERTIFICATE =
  'Check the address and the date. --tls-skip-verify goes on without a check, at your risk.';

export const WANTS_CERTIFICATE =
  'The server may want a client certificate: --tls-client-cert-file and --tls-client-key-file.';

export const WANTS_TLS =
  'Check the address (--server or ADC_SERVER): where the server speaks TLS, it begins with https://.';

const lost = (words: string): Row => ({ words, again: 'always' });
const unreachable = (words: string): Row => ({ words, hint: CHECK_ADDRESS, again: 'once-answered' });
const untrusted: Row = {
  words: "the server's TLS certificate is not trusted",
  hint: 'Pass the certificate of the authority that signed it with --ca-cert-file.',
  again: 'never',
};
const badCertificate = (words: string): Row => ({ words, hint: CHECK_CERTIFICATE, again: 'never' });
const wantsCertificate: Row = {
  words: 'the server refused the TLS handshake',
  hint: WANTS_CERTIFICATE,
  again: 'never',
};

/** By the code of the error: of Node, OpenSSL or undici. */
const ROWS: ReadonlyMap<string, Row> = new Map(
  Object.entries({
    ECONNREFUSED: unreachable('the connection was refused'),
    ENOTFOUND: unreachable('the host name is not known'),
    EHOSTUNREACH: unreachable('the host is unreachable'),
    ENETUNREACH: unreachable('the network is unreachable'),
    UND_ERR_CONNECT_TIMEOUT: unreachable('no connection came about in time'),
    EAI_AGAIN: lost('the name server does not answer'),
    ECONNRESET: lost('the connection was lost'),
    EPIPE: lost('the connection was lost'),
    ETIMEDOUT: lost('the connection was lost'),
    UND_ERR_SOCKET: lost('the connection was lost'),
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: lost('the answer was cut off'),
    TimeoutError: lost('no complete answer came in time'),
    DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
    SELF_SIGNED_CERT_IN_CHAIN: untrusted,
    UNABLE_TO_GET_ISSUER_CERT: untrusted,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
    CERT_UNTRUSTED: untrusted,
    CERT_HAS_EXPIRED: badCertificate("the server's TLS certificate has expired"),
    CERT_NOT_YET_VALID: badCertificate("the server's TLS certificate is not valid yet"),
    ERR_TLS_CERT_ALTNAME_INVALID: badCertificate("the server's TLS certificate is for another host name"),
    ERR_SSL_WRONG_VERSION_NUMBER: {
      words: 'the server does not speak TLS at that port',
      hint: 'Check the port, or use http:// if the server does not use TLS.',
      again: 'never',
    },
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: wantsCertificate,
    ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: wantsCertificate,
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: wantsCertificate,
    ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: wantsCertificate,
  } satisfies Readonly<Record<string, Row>>),
);

/** What is wrong with the connection, from whatever undici threw. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const [row = otherwise(error)] = codesOf(error).flatMap((code) => ROWS.get(code) ?? []);
  return { ...row, cause: error };
}

/** Codes from the outside in: of the error, of each of several (one for each address tried), of its cause. */
function codesOf(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const inner = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause];
  return [code, ...inner.flatMap((one) => codesOf(one, depth + 1))];
}

function otherwise(error: unknown): Row {
  const words = error instanceof Error ? error.message : String(error);
  const proxy = /^Proxy response \((\d+)\)/.exec(words);
  if (proxy) {
    return {
      words: `the proxy refused the connection with ${proxy[1]}`,
      hint: 'Check HTTPS_PROXY and HTTP_PROXY, or list the server in NO_PROXY.',
      again: 'never',
    };
  }
  const code = codesOf(error)[0] ?? '';
  if (code.startsWith('HPE_')) {
    return { words: 'the response is not HTTP', hint: CHECK_ADDRESS, again: 'never' };
  }
  return { words, again: 'never' };
}
