import type { Dialect } from '../model/live.ts';

/** How the portal is talked to, apart from where it is and who asks. Of types alone: the library's users see it. */
export interface PortalSettings extends ConnectionSettings {
  readonly dialect: 'auto' | Dialect;
  readonly authScheme: 'auto' | AuthScheme;
  /** Milliseconds for all attempts of one request and the pauses between them; `timeoutMs` is for one attempt. */
  readonly retryTimeoutMs: number;
  /** Stops whatever is under way. */
  readonly signal?: AbortSignal | undefined;
  /** One line each, safe to print: what the server warns of, unverified TLS, an old server. */
  readonly onWarning: (text: string) => void;
}

/**
 * How connections are made. Certificates and the key are PEM texts, not paths. A CA certificate stands in place of those that
 * Node.js brings, as with curl.
 */
export interface ConnectionSettings {
  readonly timeoutMs: number;
  /** The most requests in flight. Undefined: as many as the server has room for, at most 64 reads and 20 writes. */
  readonly concurrency?: number | undefined;
  readonly caCert?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly tlsSkipVerify: boolean;
  readonly proxy: ProxySettings;
}

/** Values of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
export interface ProxySettings {
  readonly httpsProxy?: string | undefined;
  readonly httpProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

export type AuthScheme = 'api-key' | 'bearer' | 'basic';

/** One request as it went over the wire, for `--verbose`; safe to print. */
export interface Exchange {
  readonly method: string;
  /** With its query, without the server's address. */
  readonly path: string;
  /** HTTP status; undefined if no answer came. */
  readonly status: number | undefined;
  /** Milliseconds from sending to the last byte, or to giving up. */
  readonly ms: number;
  /** Counts from 1; above 1 it is a repetition. */
  readonly attempt: number;
  /** Why no answer came. */
  readonly error?: string;
}
