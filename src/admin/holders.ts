import type { ServiceHolder } from '../model/admin.ts';
import { AdminError, InterruptedError } from '../model/errors.ts';
import type { HeldProduct, LiveProduct } from '../model/live.ts';
import { serviceKey } from '../model/product.ts';
import type { Client } from './client.ts';
import { readPortal } from './read-products.ts';
import type { Session } from './session.ts';

/** Maximum number of requests to other portals (docs/design/contract.md §12). */
const MOST_READS = 500;

/**
 * Products of other portals that link one of the services, by serviceKey(). Skips portals that cannot be read, and
 * products beyond the limit of requests: the result can show a conflict, but not exclude one.
 */
export async function findHolders(
  session: Session,
  services: ReadonlySet<string>,
): Promise<readonly ServiceHolder[]> {
  const found: ServiceHolder[] = [];
  const client = limited(session.client);
  for (const portal of session.portals) {
    if (portal.id === session.target.portal.id) continue;
    const there = { ...session, client, target: { ...session.target, portal } };
    const keep = ({ id, type, fields, unreadable }: LiveProduct): HeldProduct => {
      const { name, linked_gateway_services: links } = fields;
      for (const service of links.map(serviceKey))
        if (services.has(service)) found.push({ service, product: name, portal: portal.name });
      return { id, type, unreadable, fields: { ...fields, raw_openapi: '' } };
    };
    await readPortal(there, { mayUseRows: true, keep }).catch(unlessInterrupted);
  }
  return found;
}

function unlessInterrupted(error: unknown): void {
  if (error instanceof InterruptedError || !(error instanceof AdminError)) throw error;
}

function limited(client: Client): Client {
  let sent = 0;
  const count = (): void => {
    sent += 1;
    if (sent > MOST_READS) throw new AdminError('too many requests to other portals');
  };
  return {
    credential: client.credential,
    redact: client.redact,
    invalidResponse: (ask, what) => client.invalidResponse(ask, what),
    send: async (ask) => {
      count();
      return client.send(ask);
    },
    sendFor: async (ask, use) => {
      count();
      return client.sendFor(ask, use);
    },
  };
}
