import { isAuthPlugin } from '../model/directory.ts';
import { serviceKey } from '../model/product.ts';
import type {
  SandboxProduct,
  SandboxService,
  SandboxSubscription,
  SandboxView,
} from '../model/portal-view.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Product, Service, Subscription } from './rows.ts';
import type { Store } from './store.ts';

/** How many requests the page shows, and `adc dev` keeps. */
export const MOST_REQUESTS = 100;

interface Sandbox {
  readonly store: Store;
  readonly journal: Journal;
  readonly faults: Faults;
}

/** Everything that the dashboard page of `adc dev` shows, as it is now. */
export function sandboxView({ store, journal, faults }: Sandbox): SandboxView {
  const { tables } = store;
  return {
    portals: tables.portals.all().map(({ name }) => name),
    products: store.products.map((product) => productView(product, store)),
    services: tables.services.all().map((service) => serviceView(service, store)),
    applications: tables.applications.all().map(({ id, name, developer_id }) => {
      const developer = tables.developers.get(developer_id);
      const portal = portalName(store, developer?.portal_id);
      return { id, name, developer: developer?.name ?? '', portal };
    }),
    subscriptions: store.subscriptions.map((row) => subscriptionView(row, store)),
    requests: journal.requests
      .slice(-MOST_REQUESTS)
      .toReversed()
      .map(({ n, method, path, status, struck = false }) => ({ n, method, path, status, struck })),
    faults: faults.waiting.map(({ text = '' }) => text),
  };
}

function portalName({ tables }: Store, id = ''): string {
  return tables.portals.get(id)?.name ?? '';
}

function productView({ id, portal_id, type, fields }: Product, store: Store): SandboxProduct {
  const { name, desc = '', labels = {}, status, visibility, auth = {} } = fields;
  const { subscription_auto_approval: approves, can_view_unsubscribed: open } = fields;
  return {
    id,
    portal: portalName(store, portal_id),
    name,
    type,
    desc,
    labels,
    status,
    visibility,
    ...(approves !== undefined && { subscription_auto_approval: approves }),
    ...(open !== undefined && { can_view_unsubscribed: open }),
    auth: Object.keys(auth),
  };
}

function serviceView(service: Service, { tables }: Store): SandboxService {
  const { id, name, hosts, plugins } = service;
  const group = tables.gateway_groups.get(service.gateway_group_id)?.name ?? '';
  const product = tables.api_products.holderOf(serviceKey({ ...service, service_id: id }))?.fields;
  const pushed = product?.status === 'published' ? Object.keys(product.auth ?? {}) : [];
  return {
    name: `${group}/${name}`,
    hosts,
    ...(product && { product: product.name }),
    auth: [...pushed, ...Object.keys(plugins).filter(isAuthPlugin)],
  };
}

function subscriptionView(row: Subscription, { tables }: Store): SandboxSubscription {
  const approval = tables.approvals.find(
    ({ subscription_id, status }) => subscription_id === row.id && status === 'pending',
  );
  return {
    id: row.id,
    application: row.application_id,
    product: row.api_product_id,
    status: row.status,
    ...(approval && { approval: approval.id }),
  };
}
