import type { IncomingMessage, ServerResponse } from 'node:http';
import { ownHosts } from '../model/portal-view.ts';
import { isSecret } from './credentials.ts';
import { Refusal } from './refusal.ts';

/** The header in which a page sends the key of the process, which only the page holds. */
const KEY_HEADER = 'x-adc-key';

/** Headers of every response to a page (docs/design/contract.md §14.4). */
export function protectPage(response: ServerResponse): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('x-content-type-options', 'nosniff');
}

/**
 * Pages are only for this machine, by names that no other site can have (docs/design/contract.md §14.4).
 * @throws Refusal with 403 for every other `Host`.
 */
export function checkPageHost({ socket, headers }: IncomingMessage): void {
  const hosts = ownHosts(socket.localPort);
  if (!hosts.includes(headers.host ?? ''))
    throw new Refusal(403, `This page is only at http://${hosts.join(', http://')}`);
}

/** Whether a request comes from a page, this one or another: a shell sends neither header. */
export function isOfPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers[KEY_HEADER] !== undefined;
}

/** @throws Refusal with 403 unless a page of this process and address sends the change (docs/design/contract.md §14.4). */
export function checkPageChange(message: IncomingMessage, key: string): void {
  checkPageHost(message);
  const { origin, host, [KEY_HEADER]: given = '' } = message.headers;
  if (origin !== `http://${host}`) throw new Refusal(403, 'the request comes from another site');
  if (!isSecret(given, key))
    throw new Refusal(403, 'this page is of another run of adc dev; reload it and try again');
}
