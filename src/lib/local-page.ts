/** Headers of every response to a local page of adc (docs/design/contract.md §14.4). */
export const PAGE_HEADERS = new Map([
  ['cache-control', 'no-store'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
]);

/** The checked parts of a request of node:http. */
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
 * The refusal of a request whose `Host` is not a name of this machine; undefined if it is. No other website can have
 * such a name (docs/design/contract.md §14.4).
 */
export function foreignHost({ headers, socket }: PageRequest): PageRefusal | undefined {
  const hosts = ['127.0.0.1', '[::1]', 'localhost'].map((name) => `${name}:${socket.localPort}`);
  if (hosts.includes(headers.host ?? '')) return undefined;
  return { status: 403, message: `This page is only at http://${hosts.join(', http://')}` };
}

/** The refusal of a request with a foreign `Host` or with a method other than GET and HEAD; otherwise undefined. */
export function refusedRead(request: PageRequest): PageRefusal | undefined {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return (
    foreignHost(request) ?? (isRead ? undefined : { status: 405, message: 'This page can only be read.' })
  );
}
