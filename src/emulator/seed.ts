import { isObject } from '../json/value.ts';
import type { JsonObject, Labels } from '../model/product.ts';
import type { ContactPointType, SubscriptionStatus } from './rows.ts';

interface SeedItem {
  /** Left out: one is given, the same at every start. */
  readonly id?: string;
  readonly name: string;
  readonly labels?: Labels;
}

export interface SeedService extends SeedItem {
  /** Name or id, as in all other references of a seed. */
  readonly gateway_group: string;
  readonly hosts?: readonly string[];
  readonly plugins?: JsonObject;
  /** Services published from one template bear the same id here. */
  readonly template_id?: string;
  /** The OpenAPI document, as text. */
  readonly openapi?: string;
}

export interface SeedSubscription {
  readonly application: string;
  readonly api_product: string;
  readonly status?: SubscriptionStatus;
}

/** A body as a POST takes it, with auth spelled either way, and where it goes. */
export type SeedProduct = JsonObject & { readonly portal: string; readonly id?: string };

/** What the embedded Admin API holds at its start: plain JSON, so that it can stand in a file. */
export interface Seed {
  readonly portals?: readonly (SeedItem & { readonly token?: string })[];
  readonly gateway_groups?: readonly SeedItem[];
  readonly services?: readonly SeedService[];
  readonly dcr_providers?: readonly (SeedItem & { readonly issuer?: string })[];
  readonly contact_points?: readonly (SeedItem & { readonly type: ContactPointType })[];
  readonly api_products?: readonly SeedProduct[];
  readonly developers?: readonly (SeedItem & { readonly portal: string })[];
  readonly applications?: readonly (SeedItem & { readonly developer: string })[];
  readonly subscriptions?: readonly SeedSubscription[];
}

const LISTS: ReadonlySet<string> = new Set([
  'portals',
  'gateway_groups',
  'services',
  'dcr_providers',
  'contact_points',
  'api_products',
  'developers',
  'applications',
  'subscriptions',
] satisfies (keyof Seed)[]);

/** A small company: two portals, two gateway groups with services of equal names, no products yet. */
export function defaultSeed(): Seed {
  return {
    portals: [
      { id: '90000000-0000-4000-8000-000000000001', name: 'default', token: 'a7prt-dev' },
      { id: '90000000-0000-4000-8000-000000000002', name: 'default-partners', token: 'a7prt-partners' },
    ],
    gateway_groups: [
      { id: 'default', name: 'default' },
      { id: '66000000-0000-4000-8000-000000000002', name: 'default-2' },
    ],
    services: [...services('default', 1), ...services('default-2', 101)],
    dcr_providers: [
      {
        id: 'dc000000-0000-4000-8000-000000000001',
        name: 'keycloak',
        issuer: 'https://keycloak.example.com/realms/portal',
      },
    ],
    contact_points: [
      { id: 'c0000000-0000-4000-8000-000000000001', name: 'api-team', type: 'email' },
      { id: 'c0000000-0000-4000-8000-000000000002', name: 'ops-webhook', type: 'webhook' },
    ],
    developers: [{ id: 'de000000-0000-4000-8000-000000000001', name: 'dora', portal: 'default' }],
    applications: [
      { id: 'ab000000-0000-4000-8000-000000000001', name: 'shop', developer: 'dora' },
      { id: 'ab000000-0000-4000-8000-000000000002', name: 'mobile', developer: 'dora' },
    ],
  };
}

/**
 * Reads a seed that stands in a file.
 * @throws Error where it is no JSON, or has another outline. What the items refer to is checked at the start.
 */
export function parseSeed(text: string): Seed {
  const seed: unknown = JSON.parse(text);
  if (!isObject(seed)) throw new Error('seed: it must be an object');
  for (const [key, list] of Object.entries(seed)) {
    if (!LISTS.has(key)) throw new Error(`seed: unknown list "${key}"; known are ${[...LISTS].join(', ')}`);
    if (!Array.isArray(list) || !list.every(isObject))
      throw new Error(`seed: ${key} must be a list of objects`);
  }
  return seed;
}

/** What `default` serves; `default-2` serves two of the names, with other ids. */
const SERVICES: readonly Omit<SeedService, 'gateway_group'>[] = [
  { name: 'payments', hosts: ['payments.example.com', 'pay.example.com'] },
  { name: 'orders', hosts: ['orders.example.com'] },
  { name: 'refunds', hosts: ['refunds.example.com'] },
  { name: 'users', hosts: ['users.example.com', 'accounts.example.com'] },
  { name: 'catalog', hosts: ['catalog.example.com'] },
  { name: 'ledger', hosts: ['ledger.example.com'] },
  { name: 'payments-internal', hosts: ['payments.internal.example.com'] },
  { name: 'protected', hosts: ['protected.example.com'], plugins: { 'key-auth': {} } },
  { name: 'undocumented', hosts: ['undocumented.example.com'] },
];
const SECOND_GROUP: ReadonlySet<string> = new Set(['payments', 'orders', 'users']);

/** `users` was published from one template in both groups; every other service has a template of its own. */
const SHARED_TEMPLATE = '7e000000-0000-4000-8000-000000000001';

function services(group: string, first: number): readonly SeedService[] {
  const here = group === 'default' ? SERVICES : SERVICES.filter(({ name }) => SECOND_GROUP.has(name));
  return here.map((service, index) => ({
    ...service,
    id: `5e000000-0000-4000-8000-${String(first + index).padStart(12, '0')}`,
    gateway_group: group,
    ...(service.name === 'users' && { template_id: SHARED_TEMPLATE }),
    ...(service.name !== 'undocumented' && { openapi: openapi(service.name, service.hosts ?? []) }),
  }));
}

function openapi(name: string, hosts: readonly string[]): string {
  return `openapi: 3.0.3
info: { title: ${name}, version: 1.0.0 }
servers:
${hosts.map((host) => `  - url: https://${host}`).join('\n')}
paths:
  /${name}:
    get:
      responses: { '200': { description: All ${name} } }
`;
}
