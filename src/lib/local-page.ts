/** Headers of every response to a local page of adc (docs/design/contract.md §14.4). */
export const PAGE_HEADERS = new Map([
  ['cache-control', 'no-store'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
]);

/** The part of a request of node:http that decides whether it may read a page. */
interface PageRequest {
  readonly method?: string | undefined;
  readonly headers: { readonly host?: string | undefined };
  readonly socket: { readonly localPort?: number | undefined };
}

interface PageRefusal {
  readonly status: 403 | 405;
  readonly message: string;
}

/**
 * Refuses a request with a `Host` other than the names of this machine, which no other site can have
 * (docs/design/contract.md §14.4). @returns undefined if the host is right.
 */
export function foreignHost({ headers, socket }: PageRequest): PageRefusal | undefined {
  const hosts = ['127.0.0.1', '[::1]', 'localhost'].map((name) => `${name}:${socket.localPort}`);
  if (hosts.includes(headers.host ?? '')) return undefined;
  return { status: 403, message: `This page is only at http://${hosts.join(', http://')}` };
}

/** Refuses a request that may not read a page: one with a foreign host, and any method except GET and HEAD. */
export function refusedRead(request: PageRequest): PageRefusal | undefined {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return (
    foreignHost(request) ?? (isRead ? undefined : { status: 405, message: 'This page can only be read.' })
  );
}
