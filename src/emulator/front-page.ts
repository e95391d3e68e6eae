import type { IncomingMessage, ServerResponse } from 'node:http';
import { shellWord } from '../lib/printable.ts';
import { sendText } from './messages.ts';
import { checkPageHost, protectPage } from './page-guard.ts';
import { Refusal } from './refusal.ts';
import { answerOrRefusal } from './route.ts';
import type { Store } from './store.ts';

/** Which of the two ports of `adc dev` a page is for. */
export type Port = 'dashboard' | 'portal';

/**
 * What stands on `/`: what the address is, and how to use it. Only this machine gets it, by a name that no other site can have
 * (docs/design/contract.md §14.4).
 */
export function serveFrontPage(
  port: Port,
  store: Store,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  protectPage(response);
  const { status, body } = answerOrRefusal(
    () => ({ status: 200, body: textFor(port, store, message) }),
    (refusal) => `${refusal.message}\n`,
  );
  sendText(response, status, String(body));
}

function textFor(port: Port, store: Store, message: IncomingMessage): string {
  checkPageHost(message);
  if (message.method !== 'GET' && message.method !== 'HEAD')
    throw new Refusal(405, 'This page can only be read.');
  return TEXTS[port](`http://${message.headers.host}`, store);
}

const TEXTS: Readonly<Record<Port, (address: string, store: Store) => string>> = {
  dashboard: (
    address,
    { tables },
  ) => `adc dev: an Admin API on this machine, to try adc on. Nothing here is real.

In a terminal:
  export ADC_SERVER=${address}
  export ADC_TOKEN=<the token that adc dev printed>
  export ADC_PORTAL=${shellWord(tables.portals.all()[0]?.name ?? '')}
  adc list

As a developer of the portal, and as its administrator:
  adc dev subscribe <application> <product>
  adc dev approve --all
`,
  portal: (
    address,
    { tables },
  ) => `adc dev: a Developer Portal backend on this machine, for portal sites and their SDK. Nothing here is real.

Developers: ${tables.developers
    .all()
    .map(({ name, id }) => `${name} (${id})`)
    .join(', ')}

In a terminal:
  curl -H 'Authorization: Bearer <the portal token that adc dev printed>' \\
    -H 'X-Portal-Developer-ID: ${tables.developers.all()[0]?.id ?? ''}' ${address}/api/api_products
`,
};
