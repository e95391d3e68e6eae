import type { Dialect } from '../model/live.ts';

/**
 * Settings of the connection to a portal, without its address and credential. This file has only types, because users
 * of the library see them.
 */
export interface PortalSettings extends ConnectionSettings {
  readonly dialect: 'auto' | Dialect;
  readonly authScheme: 'auto' | AuthScheme;
  /** Milliseconds for all attempts of one request and the pauses between them; `timeoutMs` is for one attempt. */
  readonly retryTimeoutMs: number;
  /** Aborts the running requests. */
  readonly signal?: AbortSignal | undefined;
  /** Called with one printable line for each warning: a warning of the server, unverified TLS, an old server. */
  readonly onWarning: (text: string) => void;
}

/**
 * How connections are made. Certificates and the key are PEM texts, not paths. A CA certificate replaces the built-in
 * ones of Node.js, as with curl.
 */
export interface ConnectionSettings {
  readonly timeoutMs: number;
  /** Maximum number of requests in flight. Undefined: adapts to the server, at most 64 reads and 20 writes. */
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

/** One sent request, for `--verbose`; safe to print. */
export interface Exchange {
  readonly method: string;
  /** Includes the query, without the server's address. */
  readonly path: string;
  /** HTTP status; undefined if no response arrived. */
  readonly status: number | undefined;
  /** Milliseconds from sending to the last byte, or to the end of the attempt. */
  readonly ms: number;
  /** Starts at 1; a higher number is a retry. */
  readonly attempt: number;
  /** Why no response arrived. */
  readonly error?: string;
}
