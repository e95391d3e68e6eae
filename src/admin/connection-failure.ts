/** Why no answer came, in words, and whether it may come if one asks again. */
export interface ConnectionFailure {
  readonly words: string;
  readonly hint?: string;
  /**
   * `always`: the connection was lost on the way. `once-answered`: nobody was reached, which is a wrong address as long
   * as that server never answered. `never`: asking again gives the same.
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
