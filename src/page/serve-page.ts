import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ownHosts, type PageSource } from '../model/portal-view.ts';
import { asset } from './assets.ts';
import { documentHtml, PAGE_POLICY, pageHtml } from './html.ts';

/** The page as a part of a server. */
export interface MountedPage {
  /** Responds to a request for a path of the page; false, with nothing sent, for other paths. */
  handle(message: IncomingMessage, response: ServerResponse): boolean;
  /** Has open pages load their data again. */
  changed(): void;
}

export interface PageServer {
  readonly url: string;
  changed(): void;
  close(): Promise<void>;
}

/** Serves the page on a port of this machine (docs/design/contract.md §14.4). Rejects if the port is not free. */
export async function servePage(
  source: PageSource,
  options: { readonly port?: number; readonly host?: string } = {},
): Promise<PageServer> {
  const { port = 0, host = '127.0.0.1' } = options;
  const page = mountPage(source);
  const server = createServer((message, response) => {
    if (!page.handle(message, response)) send(response, 404, 'text/plain', 'Not found.\n');
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, host, resolve));
  const { address, family, port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}/`,
    changed: () => page.changed(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The page as a part of a server that has more on other paths. */
export function mountPage(source: PageSource): MountedPage {
  const open = new Set<ServerResponse>();
  return {
    handle: (message, response) => {
      const path = message.url?.split('?')[0] ?? '';
      const route = ROUTES.find(({ pattern }) => pattern.test(path));
      if (route === undefined) return false;
      guarded(message, response, () => respond(route, { source, open, path, message, response }));
      return true;
    },
    changed: () => {
      for (const response of open) response.write('data: changed\n\n');
    },
  };
}

/** Responds with a part of a page, to this machine only. */
export function guarded(message: IncomingMessage, response: ServerResponse, respond: () => void): void {
  protect(response);
  const refused = refusal(message);
  if (refused) send(response, refused[0], 'text/plain', refused[1]);
  else respond();
}

/** Headers of everything that the page is made of. */
function protect(response: ServerResponse): void {
  response.setHeader('content-security-policy', PAGE_POLICY);
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-dns-prefetch-control', 'off');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('referrer-policy', 'no-referrer');
}

/** Only this machine gets the page, by a name that no other site can have. */
function refusal({ headers, method = '', socket }: IncomingMessage): [number, string] | undefined {
  const hosts = ownHosts(socket.localPort);
  if (!hosts.includes(headers.host ?? ''))
    return [403, `This page is only at http://${hosts.join(', http://')}\n`];
  return method === 'GET' || method === 'HEAD' ? undefined : [405, 'This page can only be read.\n'];
}

interface Request {
  readonly source: PageSource;
  /** Event streams of open pages. */
  readonly open: Set<ServerResponse>;
  readonly path: string;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';

interface Route {
  readonly pattern: RegExp;
  readonly respond: (request: Request) => void;
}

const ROUTES: readonly Route[] = [
  { pattern: /^\/$/, respond: ({ response }) => send(response, 200, HTML, pageHtml()) },
  {
    pattern: /^\/page\.js$/,
    respond: ({ response }) => send(response, 200, 'text/javascript; charset=utf-8', asset('page.js')),
  },
  {
    pattern: /^\/page\.css$/,
    respond: ({ response }) => send(response, 200, 'text/css; charset=utf-8', asset('page.css')),
  },
  {
    pattern: /^\/data\.json$/,
    respond: ({ source, response }) => send(response, 200, 'application/json', JSON.stringify(source.data())),
  },
  { pattern: /^\/events$/, respond: follow },
  { pattern: /^\/document\.html$/, respond: sendDocumentPage },
  { pattern: /^\/documents\/\w+$/, respond: sendDocument },
];

/** A source that cannot be read is shown on the page, which keeps what it had. */
function respond(route: Route, request: Request): void {
  try {
    route.respond(request);
  } catch (error) {
    send(request.response, 500, TEXT, error instanceof Error ? error.message : String(error));
  }
}

function follow({ open, message, response }: Request): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (message.method === 'HEAD') return void response.end();
  response.write('retry: 1000\n\n');
  open.add(response);
  response.on('close', () => open.delete(response));
}

function sendDocumentPage({ response }: Request): void {
  // The page has a policy of its own inside. It is sandboxed also when it is opened outside of the frame.
  response.setHeader('content-security-policy', "frame-ancestors 'self'; sandbox allow-scripts");
  send(response, 200, HTML, documentHtml());
}

function sendDocument({ source, path, response }: Request): void {
  const text = source.document(path.slice('/documents/'.length));
  if (text === undefined) send(response, 404, TEXT, 'Not found.\n');
  else send(response, 200, TEXT, text);
}

/** Node.js leaves out the body where the request is HEAD. */
export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
