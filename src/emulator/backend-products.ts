import { isObject } from '../json/value.ts';
import type { JsonObject } from '../model/product.ts';
import { openapiValue } from '../openapi/document.ts';
import { operationsOf } from '../openapi/operations.ts';
import { sourceOf } from '../openapi/references.ts';
import { listAnswer, type ListedAs } from './list-answer.ts';
import { accessOf, openapisOf } from './page-views.ts';
import { defaultedAuth, spelledAuth } from './product-fields.ts';
import { ownRow, Refusal, refuse } from './refusal.ts';
import { param, route, type Answer, type Call, type Route } from './route.ts';
import { shownTimes } from './show.ts';
import type { Switches } from './switches.ts';
import type { Application, Developer, Portal, Product, Row, StoredFields } from './world.ts';
import type { SubscriptionStatus } from './world.ts';

/** A request of a portal's site, for one of its developers or for a guest. */
export interface PortalCall extends Call {
  readonly portal: Portal;
  readonly developer: Developer | undefined;
}

/** The switches without those that change the form of responses: here the form is documented (docs/design/admin-api.md §16.2). */
export function documentedSwitches(switches: Switches): Switches {
  const uncut = { paging: 'honoured', defaultPageSize: 'none', maxPageSize: Infinity } as const;
  return { ...switches, timestamps: 'iso', rowOrder: 'stable', ...uncut };
}

/** A list with documented parameters. It refuses others, so that a client notices a filter without effect. */
export function documentedList<Item extends Row>(
  call: PortalCall,
  rows: readonly Item[],
  listed: ListedAs<Item>,
): Answer {
  return listAnswer(call, rows, { documented: [], ...listed });
}

/** @throws Refusal with 401 for a guest. */
export function developerOf({ developer }: PortalCall): Developer {
  if (developer === undefined) throw new Refusal(401, 'X-Portal-Developer-ID is required');
  return developer;
}

export function applicationsOf(call: PortalCall): readonly Application[] {
  const { id } = developerOf(call);
  return call.store.tables.applications.filter((row) => row.developer_id === id);
}

export const PRODUCT_ROUTES: readonly Route<PortalCall>[] = [
  route('GET', '/api/api_products', listProducts),
  route('GET', '/api/api_products/:id', getProduct),
  route('GET', '/api/labels/:type', listLabels),
];

/** The products of the portal that are visible to the developer or the guest. */
function productsOf(call: PortalCall): readonly Product[] {
  const audience = call.developer === undefined ? 'guest' : 'developer';
  return call.store.products.filter(
    (row) => row.portal_id === call.portal.id && accessOf(row, audience) !== 'hidden',
  );
}

export function productOf(call: PortalCall, id = param(call, 'id')): Product {
  return ownRow(productsOf(call), 'API product', id);
}

/** Rows have the number of operations instead of the documents. */
function listProducts(call: PortalCall): Answer {
  const statusOf = subscriptionStatus(call, call.query.get('application_id') ?? undefined);
  return documentedList(call, productsOf(call), {
    show: (row) => ({ ...shown(row, call, statusOf(row)), api_count: countOperations(row, call) }),
    name: (row) => row.fields.name,
    filters: {
      subscription_status: {
        of: (row) => statusOf(row) ?? 'unsubscribed',
        oneOf: ['unsubscribed', 'wait_for_approval', 'subscribed'],
      },
    },
    documented: ['application_id'],
  });
}

/**
 * `can_view_unsubscribed: false` hides the documents but not the product: the site offers a subscription instead
 * (docs/design/admin-api.md §16.2).
 */
function getProduct(call: PortalCall): Answer {
  const product = productOf(call);
  const status = subscriptionStatus(call)(product);
  const access = accessOf(product, status === 'subscribed' ? 'subscriber' : 'developer');
  const raw_openapis = access === 'locked' ? [] : openapisOf(product, call.store);
  return { status: 200, body: { ...shown(product, call, status), raw_openapis } };
}

/** The fields that a portal's site reads, none about the gateway (docs/design/admin-api.md §16.1). */
const KEYS: Readonly<Record<Product['type'], readonly (keyof StoredFields)[]>> = {
  gateway: [
    'name',
    'desc',
    'labels',
    'status',
    'visibility',
    'subscription_auto_approval',
    'can_view_unsubscribed',
  ],
  external: ['name', 'desc', 'status', 'visibility'],
};

function shown(product: Product, call: PortalCall, status: string | undefined): JsonObject {
  const { fields, type, id, extra } = product;
  const { auth, logo = '', server_urls: urls = [] } = fields;
  return {
    ...shownTimes(product, call.switches),
    id,
    type,
    ...Object.fromEntries(KEYS[type].map((key) => [key, fields[key] ?? null])),
    ...(auth && { auth: spelledAuth(defaultedAuth(auth), 'hyphen') }),
    ...(type === 'gateway' && logo !== '' && { logo }),
    ...(urls.length > 0 && { server_urls: urls }),
    ...(urls.length === 0 && typeof extra['server_url'] === 'string' && { server_url: extra['server_url'] }),
    ...(status !== undefined && { subscription_status: status }),
  };
}

/**
 * Returns the subscription status of a product: that of the given application, or the best one of the developer's applications.
 * Undefined for guests.
 */
function subscriptionStatus(
  call: PortalCall,
  application?: string,
): (product: Product) => SubscriptionStatus | 'unsubscribed' | undefined {
  if (application === undefined && call.developer === undefined) return () => undefined;
  const all = applicationsOf(call);
  const counted = application === undefined ? all : [ownRow(all, 'application', application)];
  const ids = new Set(counted.map((row) => row.id));
  return (product) => {
    const own = call.store.subscriptions.filter(
      (row) => row.api_product_id === product.id && ids.has(row.application_id),
    );
    return own.find((row) => row.status === 'subscribed')?.status ?? own[0]?.status ?? 'unsubscribed';
  };
}

function countOperations(product: Product, call: PortalCall): number {
  const roots = openapisOf(product, call.store).map(openapiValue).filter(isObject);
  return roots.flatMap((root) => operationsOf(sourceOf(root))).length;
}

const LABELLED = ['api_product', 'developer_application', 'developer_credential'] as const;

/** The labels in use, each with its values. */
function listLabels(call: PortalCall): Answer {
  const type = LABELLED.find((one) => one === param(call, 'type'));
  const rows =
    type === undefined ? refuse(`the type must be one of ${LABELLED.join(', ')}`) : labelledRows(call, type);
  const all: Record<string, string[]> = {};
  for (const [key, value] of rows.flatMap(({ labels = {} }) => Object.entries(labels)))
    if (!(all[key] ??= []).includes(value)) all[key].push(value);
  return { status: 200, body: all };
}

function labelledRows(
  call: PortalCall,
  type: (typeof LABELLED)[number],
): readonly Partial<Pick<StoredFields, 'labels'>>[] {
  if (type === 'api_product') return productsOf(call).map(({ fields }) => fields);
  const applications = applicationsOf(call);
  if (type === 'developer_application') return applications;
  const ids = new Set(applications.map((row) => row.id));
  return call.store.tables.credentials.filter((row) => ids.has(row.application_id));
}
