import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** PEM texts, as node:tls takes them. */
export interface ListenTls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  /** Whom client certificates are checked against. */
  readonly ca?: string | Buffer;
  /** Refuses clients without a certificate. */
  readonly requestCert?: boolean;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls?: ListenTls | undefined;
}

export interface Listening {
  readonly url: string;
  /** Cuts open connections too. */
  close(): Promise<void>;
}

/** Serves over HTTP, or over HTTPS if there is a certificate. Rejects where the port can't be had. */
export async function listen(listener: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls } = options;
  const server = tls
    ? createSecureServer({ ...tls, rejectUnauthorized: tls.requestCert ?? false }, listener)
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return { url: `${tls ? 'https' : 'http'}://${authority(server)}`, close: () => close(server) };
}

function authority(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
