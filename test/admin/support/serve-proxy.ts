import { createServer, request as forward } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import { connect as connectSocket } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request to a proxy, or a tunnel through it. */
export interface Tunnel {
  readonly target: string | undefined;
  readonly authorization: string | undefined;
}

export interface Proxy {
  readonly url: string;
  readonly tunnels: readonly Tunnel[];
}

/** A proxy that forwards or tunnels every request, or returns another status. */
export async function serveProxy(
  status = 200,
  tls?: ServerOptions,
  allows = { tunnels: true },
): Promise<Proxy> {
  const tunnels: Tunnel[] = [];
  const sockets = new Set<Socket>();
  const proxy = tls ? createTlsServer(tls) : createServer();
  proxy.on('request', (request, response) => {
    const target = new URL(request.url ?? '');
    const { 'proxy-authorization': authorization, ...headers } = request.headers;
    tunnels.push({ target: target.host, authorization });
    if (status !== 200) return void response.writeHead(status).end();
    const { hostname, port, pathname, search } = target;
    const out = forward(
      { hostname, port, path: pathname + search, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    out.on('error', () => response.destroy());
    return void request.pipe(out);
  });
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (status !== 200 || !allows.tunnels)
      return void socket.end(`HTTP/1.1 ${status === 200 ? 403 : status} No\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const out = connectSocket(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      out.pipe(socket).pipe(out);
    });
    sockets.add(out);
    out.on('error', () => socket.destroy());
    return undefined;
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return { tunnels, url: `${tls ? 'https' : 'http'}://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}
