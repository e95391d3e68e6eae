import { randomUUID } from 'node:crypto';
import { startEmulator, type Emulator } from '../emulator/start-emulator.ts';
import type { Switches } from '../emulator/switches.ts';
import type { Portal, Product, Rows, Service as ServiceRow, Subscription } from '../emulator/world.ts';
import { fieldsOf } from '../fields/field-table.ts';
import { groupBy, compareStrings, sortedBy } from '../lib/lists.ts';
import type { ServiceHolder } from '../model/admin.ts';
import type { ContactPoint, Directory, Service } from '../model/directory.ts';
import type { LivePortal, LiveProduct, Target } from '../model/live.ts';
import { serviceKey, serviceOfKey } from '../model/product.ts';
import type { Subscription as LiveSubscription } from '../model/record.ts';

/**
 * A copy of a portal for the embedded Admin API. It contains no headers of DCR providers, settings of plugins, tokens
 * or credentials, and no names or ids of people (docs/design/contract.md §14.2).
 */
export interface Copy {
  readonly target: Target;
  readonly rows: Rows & { readonly portals: readonly Portal[] };
  /** The behaviour of the server, as far as the portal shows it. */
  readonly switches: Partial<Switches>;
  /** Parts of URLs that the server does not serve: lists of subscriptions, and documents. */
  readonly missing: readonly string[];
  /** Ids of the products whose subscriptions the server does not list. */
  readonly unlisted: ReadonlySet<string>;
  /** Services as `group/service` that exist only in files of API7's ADC. The copy has them. */
  readonly planned: readonly string[];
}

/** The data that was read from a portal. */
export interface Original {
  readonly target: Target;
  readonly live: LivePortal;
  readonly directory: Directory;
  /** The contact points of the directory, or, if the server has no list, those that products and files name by id. */
  readonly contactPoints: readonly ContactPoint[];
  /** OpenAPI documents of linked services by serviceKey(): '' if there is none, undefined if unknown. */
  readonly documents: ReadonlyMap<string, string | undefined>;
  /** By product id; undefined if unknown. */
  readonly subscriptions: ReadonlyMap<string, readonly LiveSubscription[] | undefined>;
  /** Products of other portals that link services. */
  readonly holders: readonly ServiceHolder[];
  readonly planned: Copy['planned'];
}

export function copyOf(original: Original): Copy {
  const { target, live, directory, documents, subscriptions } = original;
  const { gatewayGroups, dcrProviders, contactPoints } = directory;
  const { products } = live;
  const others = othersOf(original.holders);
  const unlisted = [...subscriptions].filter(([, list]) => list === undefined).map(([id]) => id);
  return {
    target,
    rows: {
      portals: [portalRow(target.portal), ...others.portals],
      gateway_groups: byId(gatewayGroups).map(named),
      services: byId([...directory.services.values()].flat()).map((one) => serviceRow(one, documents)),
      dcr_providers: byId(dcrProviders).map((one) => ({ ...named(one), issuer: '' })),
      contact_points: byId(original.contactPoints).map((one) => ({
        ...named(one),
        type: one.type === 'webhook' ? 'webhook' : 'email',
      })),
      api_products: [...byId(products).map((one) => productRow(one, target)), ...others.products],
      ...peopleOf(subscriptions, target),
    },
    switches: {
      ...(contactPoints === undefined && { contactPoints: 'off' }),
      ...(live.keepsExternalLabels && products.some(isExternal) && { externalLabels: 'keep' }),
    },
    missing: missingIn(documents, unlisted),
    unlisted: new Set(unlisted),
    planned: original.planned,
  };
}

const TIMES = { created_at: 1_767_225_600, updated_at: 1_767_225_600 };

function named({ id, name }: { readonly id: string; readonly name: string }) {
  return { ...TIMES, id, name, labels: {} };
}

/** The token is new: the copy never has the token of the portal. */
function portalRow(portal: Target['portal']): Portal {
  return { ...named(portal), token: `a7prt-${randomUUID()}` };
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return sortedBy(items, ({ id }) => id);
}

const isExternal = ({ type }: LiveProduct): boolean => type === 'external';

function serviceRow(service: Service, documents: Original['documents']): ServiceRow {
  const { gateway_group_id, id, hosts, plugins, template_id } = service;
  const openapi = documents.get(serviceKey({ gateway_group_id, service_id: id })) ?? '';
  return {
    ...named(service),
    gateway_group_id,
    hosts,
    plugins: Object.fromEntries(plugins.map((plugin) => [plugin, {}])),
    ...(template_id !== undefined && { template_id }),
    ...(openapi !== '' && { openapi }),
  };
}

/** The readable fields. Their live form has the keys and defaults of the Admin API. */
function productRow({ id, type, fields, unreadable }: LiveProduct, { portal }: Target): Product {
  const known = fieldsOf(type).filter((name) => !unreadable.includes(name));
  const kept = Object.fromEntries(known.map((name) => [name, fields[name]])) as unknown as Product['fields'];
  return { ...TIMES, id, portal_id: portal.id, type, fields: kept, extra: {} };
}

/** Other portals with their products that link services of the files. */
function othersOf(holders: readonly ServiceHolder[]) {
  const ofPortals = groupBy(
    sortedBy(holders, (one) => JSON.stringify(Object.values(one))),
    ({ portal }) => portal,
  );
  const portals = [...ofPortals.keys()].map((name, at) => portalRow({ id: `other-portal-${at + 1}`, name }));
  const products = portals.flatMap(({ id, name }) =>
    [...groupBy(ofPortals.get(name) ?? [], ({ product }) => product)].map(([product, held], at): Product => ({
      ...TIMES,
      id: `${id}-product-${at + 1}`,
      portal_id: id,
      type: 'gateway',
      fields: {
        name: product,
        status: 'draft',
        visibility: 'public',
        auth: { key_auth: {} },
        linked_gateway_services: held.map(({ service }) => serviceOfKey(service)),
      },
      extra: {},
    })),
  );
  return { portals, products };
}

/** Subscriptions with neutral names such as `developer 1`: a preview never shows who subscribes. */
function peopleOf(all: Original['subscriptions'], { portal }: Target) {
  const known = sortedBy([...all], ([product]) => product).flatMap(([product, list = []]) =>
    list.map((one) => ({ product, ...one })),
  );
  const developers = numbered(
    'developer',
    known.map((one) => one.developer_id),
  );
  const applications = numbered(
    'application',
    known.map((one) => one.application_id),
  );
  const owners = new Map(known.map((one) => [one.application_id, one.developer_id]));
  const row = (id: string) => named({ id, name: id.replace('-', ' ') });
  const subscriptions = known.map(({ product, application_id, status }, at): Subscription => ({
    ...TIMES,
    id: `subscription-${at + 1}`,
    application_id: applications.get(application_id) ?? '',
    api_product_id: product,
    status: status === 'active' ? 'subscribed' : 'wait_for_approval',
  }));
  return {
    developers: [...developers.values()].map((id) => ({ ...row(id), portal_id: portal.id })),
    applications: [...applications].map(([was, id]) => ({
      ...row(id),
      developer_id: developers.get(owners.get(was) ?? '') ?? '',
    })),
    subscriptions,
  };
}

/** A neutral id for each id. A copy of a copy has the same ones. */
function numbered(what: string, ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(ids)].toSorted((a, b) => a.length - b.length || compareStrings(a, b));
  return new Map(sorted.map((id, at) => [id, `${what}-${at + 1}`]));
}

function missingIn(documents: Original['documents'], unlisted: readonly string[]): readonly string[] {
  const unreported = [...documents]
    .filter(([, text]) => text === undefined)
    .map(([key]) => serviceOfKey(key));
  return [
    ...unreported.map(
      ({ gateway_group_id: group, service_id: service }) =>
        `/gateway_groups/${encodeURIComponent(group)}/services/${encodeURIComponent(service)}/oas`,
    ),
    ...unlisted.flatMap((id) => [
      `/api_products/${encodeURIComponent(id)}/subscriptions`,
      `api_product_id=${encodeURIComponent(id)}`,
    ]),
  ].toSorted(compareStrings);
}

/** Serves a copy on a free local port. */
export async function startCopy(copy: Copy, switches: Partial<Switches>): Promise<Emulator> {
  const { target, rows, missing } = copy;
  const emulator = await startEmulator({
    seed: {},
    dialects: [target.dialect],
    token: randomUUID(),
    basic: `preview:${randomUUID()}`,
    switches: { ...copy.switches, ...switches },
  });
  emulator.store.replaceRows(rows);
  const parts = missing.map((one) => one.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  if (parts.length > 0)
    emulator.faults.add({
      on: { method: 'GET', path: new RegExp(`(?:${parts.join('|')})(?:[?&]|$)`) },
      times: Infinity,
      do: { kind: 'status', status: 404 },
    });
  return emulator;
}
