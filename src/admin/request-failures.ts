import { isObject } from '../json/value.ts';
import type { Redact } from '../lib/redaction.ts';
import { AdminError, messageOf } from '../model/errors.ts';
import { requestTitle, type ApiRequest, type ApiResponse, type Credential } from './client.ts';
import { HTML, type HttpResponse } from './http.ts';

interface Context {
  readonly response: ApiResponse;
  readonly credential: Credential;
  readonly redact: Redact;
  /** Whether the server may have applied any attempt. */
  readonly mayHaveHappened: boolean;
  readonly retryAfterMs: number;
}

/**
 * The error for a response outside 2xx: request, status, the server's message, what to do (docs/design/contract.md
 * §3.3). The message is `error_msg`, else `message`, else the text itself; a page or an empty body is named as such
 * (docs/design/admin-api.md §1.3).
 */
export function refusal(request: ApiRequest, raw: HttpResponse, context: Context): AdminError {
  const { status } = raw;
  if (status >= 300 && status < 400) return redirect(request, raw, context);
  const { mayHaveHappened, retryAfterMs } = context;
  const words = shortened(context.redact(serverWords(raw, context.response)));
  const size = status === 413 ? ` with ${sizeOf(request)}` : '';
  const message = `${context.redact(requestTitle(request))} failed${size}: ${statusWords(status, words)}`;
  const isPage = context.response.problem?.startsWith(HTML) === true;
  const hint = status === 403 && isPage ? BLOCKED : hintFor(status, context.credential);
  return new AdminError(message, { status, words, mayHaveHappened, retryAfterMs, hint });
}

/** `401 Unauthorized`, and the server's message if it says more. */
function statusWords(status: number, words: string): string {
  const reason = process.getBuiltinModule('node:http').STATUS_CODES[status] ?? '';
  const known = `${status} ${reason}`.trim();
  return words.toLowerCase() === reason.toLowerCase() ? known : `${known}: ${words}`;
}

/** Size of the body in KiB or MiB, to compare it with limits. */
function sizeOf({ body }: ApiRequest): string {
  const bytes = Buffer.byteLength(JSON.stringify(body ?? ''));
  return bytes < 1024 * 1024
    ? `a body of ${Math.ceil(bytes / 1024)} KiB`
    : `a body of ${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/**
 * The error for a redirect, which adc never follows: the response would decide where the credential goes
 * (docs/design/contract.md §9).
 */
function redirect(request: ApiRequest, raw: HttpResponse, { redact, mayHaveHappened }: Context): AdminError {
  const target = raw.header('location');
  const where = target === undefined ? 'elsewhere' : `to ${target}`;
  return new AdminError(
    shortened(redact(`${requestTitle(request)} failed: ${raw.status}, redirected ${where}`)),
    {
      status: raw.status,
      mayHaveHappened,
      hint: 'adc follows no redirects, so that the token goes nowhere else. If the target is the Admin API, pass its address with --server.',
    },
  );
}

function serverWords(raw: HttpResponse, { body, problem }: ApiResponse): string {
  if (problem === 'text that is not JSON') return raw.bytes.toString('utf8').trim();
  if (problem !== undefined) return problem;
  const responseMessage = isObject(body) ? (body.error_msg ?? body.message) : body;
  return typeof responseMessage === 'string' && responseMessage !== ''
    ? responseMessage
    : JSON.stringify(responseMessage ?? body);
}

const MAX_WORDS = 1000;

/** A message shortened for a terminal. Redact it before: a part of a token is also a secret. */
export function shortened(text: string): string {
  return text.length <= MAX_WORDS ? text : `${text.slice(0, MAX_WORDS)} … (${text.length} characters)`;
}

const TOO_LARGE =
  'The body is too large for the server or for a proxy in front of it. Raise its limit (client_max_body_size in nginx), or reduce the OpenAPI document or the logo.';

const BLOCKED =
  'A proxy or firewall in front of the server sent this page: it may block this machine, or the text of the request. Ask its administrator.';

const WANTS_PROXY_CREDENTIALS =
  'The proxy requires credentials: set HTTPS_PROXY or HTTP_PROXY to http://user:password@proxy:3128, or list the server in NO_PROXY.';

function hintFor(status: number, { shown }: Credential): string | undefined {
  if (status === 401) {
    return `The token was sent as ${shown}. Check --token or ADC_TOKEN, and --auth-scheme.`;
  }
  if (status === 403) {
    return `The token, sent as ${shown}, lacks the permission, or this machine's address is blocked. Ask the administrator of the control plane.`;
  }
  if (status === 407) return WANTS_PROXY_CREDENTIALS;
  if (status === 413) return TOO_LARGE;
  if (status === 429) return 'Lower --request-concurrent, or raise --retry-timeout.';
  return status >= 500 ? 'The server failed. Try again later, or check its logs.' : undefined;
}

/** Status codes that do not concern the body. */
const NOT_THE_BODY: ReadonlySet<number> = new Set([401, 403, 404, 408, 429]);

/** Whether the server refuses a request because of its body. */
export function isAboutBody(error: unknown): error is AdminError {
  if (!(error instanceof AdminError) || error.status === undefined) return false;
  return error.status >= 400 && error.status < 500 && !NOT_THE_BODY.has(error.status);
}

/** The reason why no response arrived, and whether a retry may succeed. */
export interface ConnectionFailure {
  readonly words: string;
  readonly hint?: string;
  /**
   * `always`: the connection was lost. `if-reached`: no server was reached, which means a wrong address unless
   * that server has responded before. `never`: another attempt would fail the same way.
   */
  readonly retry: 'always' | 'if-reached' | 'never';
  readonly cause: unknown;
}

type Failure = Omit<ConnectionFailure, 'cause'>;

const CHECK_ADDRESS = 'Check the address (--server or ADC_SERVER), and whether the Admin API runs there.';
const CHECK_PROXY = 'Check HTTPS_PROXY and HTTP_PROXY, or list the server in NO_PROXY.';
const CHECK_CERTIFICATE =
  'Check the address and the date. --tls-skip-verify skips the check, at your own risk.';

export const WANTS_CERTIFICATE =
  'The server may require a client certificate: --tls-client-cert-file and --tls-client-key-file.';

export const WANTS_TLS =
  'Check the address (--server or ADC_SERVER): if the server uses TLS, it begins with https://.';

const lost = (words: string): Failure => ({ words, retry: 'always' });
const unreachable = (words: string): Failure => ({
  words,
  hint: CHECK_ADDRESS,
  retry: 'if-reached',
});
const untrusted: Failure = {
  words: "the server's TLS certificate is not trusted",
  hint: 'Pass the certificate of the authority that signed it with --ca-cert-file.',
  retry: 'never',
};
const badCertificate = (words: string): Failure => ({ words, hint: CHECK_CERTIFICATE, retry: 'never' });
const wantsCertificate: Failure = {
  words: 'the server refused the TLS handshake',
  hint: WANTS_CERTIFICATE,
  retry: 'never',
};

/** The code of an error of a proxy that closed the connection in place of opening a tunnel. */
export const PROXY_CLOSED = 'ADC_PROXY_CLOSED';

const otherTls: Failure = {
  words: 'the server has no TLS version in common with Node.js',
  hint: 'Enable TLS 1.2 or 1.3 on the server, and check NODE_OPTIONS here.',
  retry: 'never',
};

/** By the error code of Node.js, OpenSSL or undici. */
const ROWS: ReadonlyMap<string, Failure> = new Map(
  Object.entries({
    ECONNREFUSED: unreachable('the connection was refused'),
    ENOTFOUND: unreachable('the host name is not known'),
    EHOSTUNREACH: unreachable('the host is unreachable'),
    ENETUNREACH: unreachable('the network is unreachable'),
    UND_ERR_CONNECT_TIMEOUT: unreachable('the connection timed out'),
    [PROXY_CLOSED]: unreachable('the proxy closed the connection'),
    EAI_AGAIN: lost('the name server does not respond'),
    ECONNRESET: lost('the connection was lost'),
    EPIPE: lost('the connection was lost'),
    ETIMEDOUT: lost('the connection was lost'),
    UND_ERR_SOCKET: lost('the connection was lost'),
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: lost('the response was cut off'),
    TimeoutError: lost('no complete response in time'),
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
      words: 'the server does not use TLS on that port',
      hint: 'Check the port, or use http:// if the server does not use TLS.',
      retry: 'never',
    },
    ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: otherTls,
    ERR_SSL_UNSUPPORTED_PROTOCOL: otherTls,
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: wantsCertificate,
    ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: wantsCertificate,
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: wantsCertificate,
    ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: wantsCertificate,
  } satisfies Readonly<Record<string, Failure>>),
);

/** Explains a connection error of undici. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const [row = unknownFailure(error)] = codesOf(error).flatMap((code) => ROWS.get(code) ?? []);
  return { ...row, cause: error };
}

/** Error codes from the outside in: of the error, of its parts (one for each address tried), of its cause. */
function codesOf(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const inner = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause];
  return [code, ...inner.flatMap((one) => codesOf(one, depth + 1))];
}

function unknownFailure(error: unknown): Failure {
  const words = messageOf(error);
  const [, status] = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(words) ?? [];
  if (status !== undefined) {
    const hint = status === '407' ? WANTS_PROXY_CREDENTIALS : CHECK_PROXY;
    return { words: `the proxy refused the connection with ${status}`, hint, retry: 'never' };
  }
  const code = codesOf(error)[0] ?? '';
  // undici does not know the code of each parser error.
  if (code.startsWith('HPE_') || code === 'HTTPParserError') {
    return { words: 'the response is not HTTP', hint: CHECK_ADDRESS, retry: 'never' };
  }
  return { words, retry: 'never' };
}
