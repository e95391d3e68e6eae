import { isObject } from '../json/value.ts';
import type { PortalBackend, SubscriptionApproval } from '../model/admin.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { Subscription } from '../model/record.ts';
import { unlessStatus, type Client, type Route, SYSTEM_CLOCK } from './client.ts';
import { HttpClient } from './http-client.ts';
import { readList, type Row } from './paging.ts';
import { credential, wireOf, type WireOptions } from './session.ts';
import { COUNTED_AS } from './subscriptions.ts';

/**
 * Opens a connection to the Developer Portal backend, with the token of a portal, which can act as each of its
 * developers (docs/design/admin-api.md §7.4). Sends nothing yet.
 * @throws UsageError for invalid settings.
 */
export async function connectBackend(options: WireOptions): Promise<PortalBackend> {
  const wire = await wireOf(options, SYSTEM_CLOCK);
  return backendOn(new HttpClient(wire, credential('bearer', options.token)), async () =>
    wire.dispatcher.destroy(),
  );
}

function backendOn(client: Client, close: () => Promise<void>): PortalBackend {
  const list = async (path: string, query: Route['query'], developer?: string): Promise<readonly Row[]> =>
    readList(
      client,
      { path, query },
      { ordered: false, headers: developer === undefined ? {} : headersOf(developer) },
    );
  return {
    close,
    isServed: async () => {
      const query = { page_size: '1' };
      const found = await client
        .send({ method: 'GET', path: '/api/developers', query })
        .catch(unlessStatus(404));
      return found !== undefined;
    },
    readProducts: async (developer) =>
      (await list('/api/api_products', {}, developer).catch(unlessStatus(404)))?.map((row) => ({
        id: row.id,
        name: textOf(row, 'name'),
        authTypes: isObject(row.auth)
          ? Object.keys(row.auth).map((type) => type.replaceAll('-', '_'))
          : undefined,
      })),
    readApplications: async (developer) => {
      const rows = await list('/api/applications', {}, developer).catch(unlessStatus(404));
      return rows && new Set(rows.map(({ id }) => id));
    },
    readSubscriptions: async (developer, product) =>
      (await list('/api/subscriptions', { api_product_id: product }, developer))
        .filter((row) => row.api_product_id === product)
        .map((row) => subscriptionOf(row, developer, client)),
    readApprovals: async () => {
      const rows = await list('/api/approvals', { event: SUBSCRIPTION }).catch(unlessStatus(404, 405));
      return rows?.flatMap(approvalOf);
    },
    subscribe: async (developer, application, product) => {
      const body = { applications: [application], api_products: [product] };
      await client.send({
        method: 'POST',
        path: '/api/subscriptions',
        body,
        headers: headersOf(developer),
      });
    },
    accept: async (approval) => {
      await client.send({ method: 'POST', path: `/api/approvals/${encodeURIComponent(approval)}/accept` });
    },
  };
}

const SUBSCRIPTION = 'api_product_subscription';

function headersOf(developer: string): Readonly<Record<string, string>> {
  return { 'x-portal-developer-id': developer };
}

/** @throws AdminError for a status that adc does not know: subscribing again could duplicate the subscription. */
function subscriptionOf(row: Row, developer: string, client: Client): Subscription {
  const status = COUNTED_AS.get(row.status);
  const application = textOf(row, 'application_id');
  if (status === undefined || application === '') {
    throw client.invalidResponse(
      { method: 'GET', path: '/api/subscriptions' },
      'a subscription without a known status',
    );
  }
  return { developer_id: developer, application_id: application, status };
}

function approvalOf(row: Row): readonly SubscriptionApproval[] {
  if (row.event !== SUBSCRIPTION) return [];
  const result = row.status === 'pending' ? 'pending' : row.result;
  if (result !== 'pending' && result !== 'accepted' && result !== 'rejected' && result !== 'cancelled')
    return [];
  return [
    {
      id: row.id,
      product: textOf(row, 'resource_id'),
      developer: textOf(row, 'applicant_id'),
      result,
      decidedAt: timeOf(row.operated_at),
    },
  ];
}

/** A time as ISO 8601: of a text, or of seconds since 1970 (docs/design/admin-api.md §1.6). Undefined if not readable. */
function timeOf(value: Json | undefined): string | undefined {
  const time = new Date(typeof value === 'number' ? value * 1000 : typeof value === 'string' ? value : NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function textOf(row: JsonObject, key: string): string {
  const value = row[key];
  return typeof value === 'string' ? value : '';
}
