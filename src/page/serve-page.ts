import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PAGE_HEADERS, refusedRead } from '../lib/local-page.ts';
import { messageOf } from '../model/errors.ts';
import type { PageSource } from '../model/portal-view.ts';
import { asset, dashboardHtml, documentHtml, PAGE_POLICY, pageHtml, type DashboardParts } from './html.ts';

/** Responds to a request for a path of its page; returns false, without a response, for other paths. */
type PageHandler = (message: IncomingMessage, response: ServerResponse) => boolean;

interface MountedPage {
  readonly handle: PageHandler;
  /** Makes open pages load their data again. */
  readonly changed: () => void;
}

export interface PageServer extends Pick<MountedPage, 'changed'> {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page on a local port (docs/design/contract.md §14.4). Rejects if the port is in use. */
export async function servePage(
  source: PageSource,
  { port = 0, host = '127.0.0.1' }: { readonly port?: number; readonly host?: string } = {},
): Promise<PageServer> {
  const page = mountPage(source);
  const server = createServer((message, response) => {
    if (!page.handle(message, response)) send(response, 404, 'text/plain', 'Not found.\n');
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, host, resolve));
  const { address, family, port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}/`,
    changed: page.changed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The page of a portal, for a server that has other paths as well. */
export function mountPage(source: PageSource): MountedPage {
  const open = new Set<ServerResponse>();
  return {
    handle: (message, response) => {
      const path = pathOf(message);
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

/** The dashboard page of `adc dev` (docs/design/contract.md §14.1). */
export function mountDashboard(parts: DashboardParts): PageHandler {
  return (message, response) => {
    const name = pathOf(message).slice(1);
    const isAsset = ['dashboard.js', 'dashboard.css', 'page.css'].includes(name);
    if (name !== '' && !isAsset) return false;
    guarded(message, response, () =>
      isAsset ? sendAsset(response, name) : send(response, 200, TYPES.html, dashboardHtml(parts)),
    );
    return true;
  };
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?')[0] ?? '';
}

/** Sets the headers of a page, and responds unless the request may not read it. */
function guarded(message: IncomingMessage, response: ServerResponse, respond: () => void): void {
  response.setHeaders(PAGE_HEADERS);
  response.setHeader('content-security-policy', PAGE_POLICY);
  response.setHeader('x-dns-prefetch-control', 'off');
  const refused = refusedRead(message);
  if (refused) send(response, refused.status, 'text/plain', `${refused.message}\n`);
  else respond();
}

interface Request {
  readonly source: PageSource;
  /** Event streams of open pages. */
  readonly open: Set<ServerResponse>;
  readonly path: string;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  text: 'text/plain; charset=utf-8',
} as const;

interface Route {
  readonly pattern: RegExp;
  readonly respond: (request: Request) => void;
}

const ROUTES: readonly Route[] = [
  { pattern: /^\/$/, respond: ({ response }) => send(response, 200, TYPES.html, pageHtml()) },
  { pattern: /^\/page\.(?:js|css)$/, respond: ({ path, response }) => sendAsset(response, path.slice(1)) },
  {
    pattern: /^\/data\.json$/,
    respond: ({ source, response }) => send(response, 200, 'application/json', JSON.stringify(source.data())),
  },
  { pattern: /^\/events$/, respond: openStream },
  { pattern: /^\/document\.html$/, respond: sendDocumentPage },
  { pattern: /^\/documents\/\w+$/, respond: sendDocument },
];

/** Responds with 500 if the source cannot be read: the page shows the reason and keeps its last state. */
function respond(route: Route, request: Request): void {
  try {
    route.respond(request);
  } catch (error) {
    send(request.response, 500, TYPES.text, messageOf(error));
  }
}

function openStream({ open, message, response }: Request): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (message.method === 'HEAD') return void response.end();
  response.write('retry: 1000\n\n');
  open.add(response);
  response.on('close', () => open.delete(response));
}

function sendDocumentPage({ response }: Request): void {
  // The page contains its own policy. The header also sandboxes it when it is opened without the frame.
  response.setHeader('content-security-policy', "frame-ancestors 'self'; sandbox allow-scripts");
  send(response, 200, TYPES.html, documentHtml());
}

function sendDocument({ source, path, response }: Request): void {
  const text = source.document(path.slice('/documents/'.length));
  send(response, text === undefined ? 404 : 200, TYPES.text, text ?? 'Not found.\n');
}

function sendAsset(response: ServerResponse, name: string): void {
  send(response, 200, name.endsWith('.js') ? TYPES.js : TYPES.css, asset(name));
}

/** Sends a response. For HEAD, Node.js omits the body. */
function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
