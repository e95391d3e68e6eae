import type { Json, JsonObject } from '../model/product.ts';
import type {
  Approval,
  ContactPoint,
  DcrProvider,
  GatewayGroup,
  NamedRow,
  Portal,
  Row,
  Service,
  Subscription,
} from './rows.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** A time in an answer: ISO 8601 or seconds (admin-api §1.6). */
export function shownTime(seconds: number, switches: Pick<Switches, 'timestamps'>): Json {
  return switches.timestamps === 'unix' ? seconds : new Date(seconds * 1000).toISOString();
}

export function shownTimes(row: Row, switches: Pick<Switches, 'timestamps'>): JsonObject {
  return {
    created_at: shownTime(row.created_at, switches),
    updated_at: shownTime(row.updated_at, switches),
  };
}

export function showPortal(portal: Portal, switches: Switches): JsonObject {
  return { ...showNamed(portal, switches), public_url: `https://${portal.name}.portal.example.com` };
}

export function showGatewayGroup(group: GatewayGroup, switches: Switches): JsonObject {
  return { ...showNamed(group, switches), type: 'api7_gateway', description: '' };
}

/** `service_id` is the id of the template that the service was published from (admin-api §8). */
export function showService(service: Service, switches: Switches): JsonObject {
  return {
    ...showNamed(service, switches),
    type: 'http',
    desc: '',
    status: 1,
    gateway_group_id: service.gateway_group_id,
    hosts: service.hosts,
    plugins: service.plugins,
    path_prefix: '/',
    strip_path_prefix: true,
    upstream: { type: 'roundrobin', scheme: 'http', nodes: [{ host: 'upstream', port: 80, weight: 1 }] },
    ...(service.template_id !== undefined && { service_id: service.template_id }),
  };
}

/** Never with the headers, which hold a secret (admin-api §9). */
export function showDcrProvider(provider: DcrProvider, switches: Switches): JsonObject {
  return { ...showNamed(provider, switches), provider_type: 'oidc', issuer: provider.issuer };
}

export function showContactPoint(point: ContactPoint, switches: Switches): JsonObject {
  return { ...showNamed(point, switches), type: point.type };
}

/** As the Developer Portal backend documents it (admin-api §7.1); the time of subscribing is absent while pending. */
export function showSubscription(row: Subscription, store: Store, switches: Switches): JsonObject {
  const application = store.tables.applications.get(row.application_id);
  const developer = store.tables.developers.get(application?.developer_id ?? '');
  return {
    ...shownTimes(row, switches),
    id: row.id,
    status: row.status,
    developer_id: developer?.id ?? '',
    developer_name: developer?.name ?? '',
    application_id: row.application_id,
    application_name: application?.name ?? '',
    api_product_id: row.api_product_id,
    api_product_name: store.tables.api_products.get(row.api_product_id)?.fields.name ?? '',
    ...(row.status === 'subscribed' && { subscribed_at: shownTime(row.updated_at, switches) }),
  };
}

export function showApproval(row: Approval, store: Store, switches: Switches): JsonObject {
  return {
    ...shownTimes(row, switches),
    id: row.id,
    event: 'api_product_subscription',
    status: row.status,
    ...(row.result !== undefined && { result: row.result }),
    resource_type: 'api_product',
    resource_id: row.api_product_id,
    resource_name: row.resource_name,
    applicant_id: row.applicant_id,
    applicant_name: row.applicant_name,
    applied_at: shownTime(row.created_at, switches),
    portal_name: store.tables.portals.get(row.portal_id)?.name ?? '',
  };
}

export function showNamed(row: NamedRow, switches: Pick<Switches, 'timestamps'>): JsonObject {
  return { ...shownTimes(row, switches), id: row.id, name: row.name, labels: row.labels };
}
