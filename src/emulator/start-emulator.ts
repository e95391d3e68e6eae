import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener as HttpListener,
  type Server as HttpServer,
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
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1; others than this machine can reach it only if this says so (docs/design/contract.md §9). */
  readonly host?: string;
  /** Default: both. */
  readonly dialects?: readonly ('path' | 'query')[];
  readonly token?: string;
  /** `user:password` for HTTP Basic. */
  readonly basic?: string;
  /** What it holds at first; not used where the state file exists already. */
  readonly seed?: Seed;
  readonly switches?: Partial<Switches>;
  /** HTTPS if given. */
  readonly tls?: ListenTls;
  /** Serves the Developer Portal backend on a second port, the next one if it is free. */
  readonly backend?: boolean;
  /** Keeps everything in this file, so that the next start goes on from there. */
  readonly stateFile?: string;
  /** How late every answer is. */
  readonly latencyMs?: number;
  /** How many requests the journal keeps; default: all. */
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
  /** What pages send with a change (docs/design/contract.md §14.4). */
  readonly pageKey: string;
  readonly switches: Switches;
  readonly store: Store;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Has the listener called before each request; gives the way to end that. */
  onRequest(listener: RequestListener): () => void;
  /** Has the listener called after each change of what is held. */
  onChange(listener: () => void): void;
  /** Serves a page on a port, beside its API: on `/` for browsers, and on the paths that the handler knows. */
  mount(port: Port, page: PageHandler): void;
  /** Cuts all connections. The state file, if any, stays. */
  close(): Promise<void>;
}

/**
 * Starts the embedded Admin API.
 * @throws Error for a seed or a state file that makes no sense, and where the port can't be had.
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
  // Every answer that is late waits for it.
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

/** What is held: as the state file has it, else as the seed has it. */
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

/** Responds to a request for a path of its page; false, with nothing sent, for other paths. */
export type PageHandler = (message: IncomingMessage, response: ServerResponse) => boolean;

interface DevPorts extends DevServer {
  readonly pages: ReadonlyMap<Port, PageHandler>;
}

function listenAdmin(options: EmulatorOptions, dev: DevPorts, server: AdminServer): Promise<Listening> {
  const { host = LOOPBACK, port = 0, tls } = options;
  const listener = withPages('dashboard', dev, (message, response) => {
    void serveAdmin(server, message, response);
  });
  return listen(listener, { host, port, tls });
}

/** On the port after that of the Admin API, or on any free one if that is taken; over plain HTTP. */
function listenBackend(options: EmulatorOptions, dev: DevPorts, server: Server): Promise<Listening> {
  const { host = LOOPBACK, port = 0 } = options;
  const listener = withPages('portal', dev, (message, response) => {
    void serveBackend(server, message, response);
  });
  const at = (wanted: number): Promise<Listening> => listen(listener, { host, port: wanted });
  return port === 0 ? at(0) : at(port + 1).catch(() => at(0));
}

/** Serves the page of a port and what the page asks for, and leaves the rest to the API of that port. */
function withPages(port: Port, dev: DevPorts, api: HttpListener): HttpListener {
  return (message, response) => {
    const path = pathOf(message);
    const isForShell = path === '/' && message.headers.accept?.includes('text/html') !== true;
    if (!isForShell && dev.pages.get(port)?.(message, response) === true) return;
    if (path === '/') serveFrontPage(port, dev.store, message, response);
    else if (path === DEV_PATH || path.startsWith(`${DEV_PATH}/`))
      void serveDev(dev, port, message, response);
    else api(message, response);
  };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0] ?? '';
}

/** PEM texts, as node:tls takes them. */
interface ListenTls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  /** Whom client certificates are checked against. */
  readonly ca?: string | Buffer;
  /** Refuses clients without a certificate. */
  readonly requestCert?: boolean;
}

interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls?: ListenTls | undefined;
}

interface Listening {
  readonly url: string;
  /** Cuts open connections too. */
  close(): Promise<void>;
}

/** Serves over HTTP, or over HTTPS if there is a certificate. Rejects where the port can't be had. */
async function listen(listener: HttpListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls } = options;
  const server = tls
    ? createSecureServer({ ...tls, rejectUnauthorized: tls.requestCert ?? false }, listener)
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return { url: `${tls ? 'https' : 'http'}://${authority(server)}`, close: () => close(server) };
}

function authority(server: HttpServer): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function close(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
