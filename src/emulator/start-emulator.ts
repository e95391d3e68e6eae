import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener as HttpListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serveBackend } from './backend.ts';
import { DEV_PATH, serveDev, serveFrontPage, type DevServer, type Port } from './dev-routes.ts';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import { defaultSeed, plantSeed, type Seed } from './seed.ts';
import { adminRoutes, serveAdmin, type AdminServer, type RequestListener, type Server } from './serve.ts';
import { readState, Store, writeState } from './store.ts';
import { completeSwitches, type Switches } from './switches.ts';
import { World } from './world.ts';

export interface EmulatorOptions {
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1, which other machines cannot reach (docs/design/contract.md §9). */
  readonly host?: string;
  /** Default: both. */
  readonly dialects?: readonly ('path' | 'query')[];
  readonly token?: string;
  /** `user:password` for HTTP Basic. */
  readonly basic?: string;
  /** The initial data, unless the state file exists. */
  readonly seed?: Seed;
  readonly switches?: Partial<Switches>;
  /** Serves HTTPS. */
  readonly tls?: ListenTls;
  /** Serves the Developer Portal backend on a second port: the next one if it is free. */
  readonly backend?: boolean;
  /** Keeps the data in this file, for the next start. */
  readonly stateFile?: string;
  /** Least time from a request to its response. */
  readonly latencyMs?: number;
  /** Number of requests that the journal keeps (default: all). */
  readonly journalled?: number;
  readonly onRequest?: RequestListener;
}

/** A running Admin API. */
export interface Emulator {
  readonly url: string;
  readonly token: string;
  readonly backendUrl?: string;
  /** Token of the first portal, for the Developer Portal backend. */
  readonly portalToken: string;
  /** Authorizes the changes of pages (docs/design/contract.md §14.4). */
  readonly pageKey: string;
  readonly switches: Switches;
  readonly store: Store;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Calls the listener before each request. @returns a function that removes the listener. */
  onRequest(listener: RequestListener): () => void;
  /** Calls the listener after each change of the data. */
  onChange(listener: () => void): void;
  /** Adds a page to a port: on `/` for browsers, and on the other paths of the handler. */
  mount(port: Port, page: PageHandler): void;
  /** Cuts all connections. Keeps the state file. */
  close(): Promise<void>;
}

/**
 * Starts the embedded Admin API.
 * @throws Error for an invalid seed or state file, and for a port that is in use.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { token = 'a7ee-dev', basic = 'admin:admin', dialects = ['path', 'query'] } = options;
  const switches = completeSwitches(options.switches);
  const journal = new Journal(options.journalled);
  const faults = new Faults();
  const listeners = new Set(options.onRequest ? [options.onRequest] : []);
  const changeListeners = new Set<() => void>();
  const store = openStore(switches, journal, options, changeListeners);
  const closing = new AbortController();
  // Each delayed response listens to it, without limit.
  setMaxListeners(0, closing.signal);
  const guard = { token, basic, dialects, switches };
  const pageKey = randomBytes(32).toString('base64url');
  const pages = new Map<Port, PageHandler>();
  const dev = { store, switches, guard, journal, faults, pageKey, pages };
  const server: AdminServer = {
    ...dev,
    listeners,
    routes: adminRoutes(dialects, switches),
    latencyMs: options.latencyMs ?? 0,
    closing: closing.signal,
  };
  const admin = await listenAdmin(options, dev, server);
  const backend = options.backend === true ? await listenBackend(options, dev, server) : undefined;
  return {
    url: admin.url,
    token,
    switches,
    store,
    journal,
    faults,
    ...(backend && { backendUrl: backend.url }),
    portalToken: store.tables.portals.all()[0]?.token ?? '',
    pageKey,
    onRequest: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onChange: (listener) => void changeListeners.add(listener),
    mount: (port, page) => void pages.set(port, page),
    close: async () => {
      closing.abort();
      await Promise.all([admin.close(), backend?.close()]);
    },
  };
}

const LOOPBACK = '127.0.0.1';

/** Reads the state file if it exists, otherwise plants the seed. */
function openStore(
  switches: Switches,
  journal: Journal,
  options: EmulatorOptions,
  listeners: ReadonlySet<() => void>,
): Store {
  const world = new World(switches, (effect) => journal.record(effect));
  const file = options.stateFile;
  const save = (): void => (file === undefined ? undefined : writeState(world, file));
  if (file === undefined || !readState(world, file)) {
    plantSeed(world, options.seed ?? defaultSeed());
    journal.clear();
    save();
  }
  return new Store(world, () => {
    save();
    for (const listener of listeners) listener();
  });
}

/** Responds to a request for a path of its page; returns false, without a response, for other paths. */
export type PageHandler = (message: IncomingMessage, response: ServerResponse) => boolean;

interface DevPorts extends DevServer {
  readonly pages: ReadonlyMap<Port, PageHandler>;
}

function listenAdmin(options: EmulatorOptions, dev: DevPorts, server: AdminServer): Promise<Listening> {
  const listener = withPages('dashboard', dev, (message, response) => {
    void serveAdmin(server, message, response);
  });
  return listen(listener, options);
}

/** Listens on the port after that of the Admin API, or on any free port if it is in use. Always plain HTTP. */
function listenBackend(options: EmulatorOptions, dev: DevPorts, server: Server): Promise<Listening> {
  const { host = LOOPBACK, port = 0 } = options;
  const listener = withPages('portal', dev, (message, response) => {
    void serveBackend(server, message, response);
  });
  const at = (wanted: number): Promise<Listening> => listen(listener, { host, port: wanted });
  return port === 0 ? at(0) : at(port + 1).catch(() => at(0));
}

/** Serves the page of a port and the requests of the page; the API serves all other requests. */
function withPages(port: Port, dev: DevPorts, api: HttpListener): HttpListener {
  return (message, response) => {
    const path = (message.url ?? '/').split('?')[0] ?? '';
    const isForShell = path === '/' && message.headers.accept?.includes('text/html') !== true;
    if (!isForShell && dev.pages.get(port)?.(message, response) === true) return;
    if (path === '/') serveFrontPage(port, dev.store, message, response);
    else if (path === DEV_PATH || path.startsWith(`${DEV_PATH}/`))
      void serveDev(dev, port, message, response);
    else api(message, response);
  };
}

/** PEM texts for node:tls. */
interface ListenTls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  /** Certificate authority of client certificates. */
  readonly ca?: string | Buffer;
  /** Refuses clients without a certificate. */
  readonly requestCert?: boolean;
}

interface Listening {
  readonly url: string;
  /** Cuts open connections. */
  close(): Promise<void>;
}

/** Serves HTTP, or HTTPS with a certificate. Rejects if the port is in use. */
async function listen(
  listener: HttpListener,
  { host = LOOPBACK, port = 0, tls }: Pick<EmulatorOptions, 'host' | 'port' | 'tls'>,
): Promise<Listening> {
  const server = tls
    ? createSecureServer({ ...tls, rejectUnauthorized: tls.requestCert ?? false }, listener)
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { address, family, port: actual } = server.address() as AddressInfo;
  const authority = `${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
  return {
    url: `${tls ? 'https' : 'http'}://${authority}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
