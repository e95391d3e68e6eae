import { unreported } from '../api/portal-checks.ts';
import { references } from '../fields/field-table.ts';
import { groupBy } from '../lib/lists.ts';
import type { Admin } from '../model/admin.ts';
import type { Declared, DeclaredProduct } from '../model/declared.ts';
import {
  type ContactPoint,
  type Directory,
  type Named,
  type Service,
  isPlannedId,
} from '../model/directory.ts';
import type { LiveProduct, Target } from '../model/live.ts';
import { serviceKey } from '../model/product.ts';
import type { Subscription } from '../model/record.ts';
import { withGatewayFiles } from '../resolve/resolve.ts';
import { copyOf, type Copy } from './copy.ts';

/** Milliseconds in which another run of a preview uses the same reading of a portal. */
const FRESH_MS = 60_000;

/** The reading of a portal: a page that follows its files does not read hundreds of products at each save. */
export class PortalReads {
  #of = '';
  #since = 0;
  #reads = new Map<string, Promise<unknown>>();
  #ageMs = 0;

  /** The age of the reading when the last run began, in milliseconds. */
  get ageMs(): number {
    return this.#ageMs;
  }

  /** Forgets a reading of another portal, and one that is too old. */
  begin({ server, portal }: Target): void {
    const of = JSON.stringify([server, portal.id]);
    const now = Date.now();
    if (of !== this.#of || now - this.#since > FRESH_MS) {
      [this.#of, this.#since] = [of, now];
      this.#reads = new Map();
    }
    this.#ageMs = now - this.#since;
  }

  /** The result of an earlier call with the key, unless it failed. */
  async once<Read>(key: string, read: () => Promise<Read>): Promise<Read> {
    const known = (this.#reads.get(key) as Promise<Read> | undefined) ?? read();
    this.#reads.set(key, known);
    try {
      return await known;
    } catch (error) {
      this.#reads.delete(key);
      throw error;
    }
  }
}

/**
 * Copies a portal, with the objects that its products and the files refer to. Sends only GET requests.
 * @throws AdminError if a part cannot be read.
 */
export async function copyPortal(
  admin: Admin,
  { products: declared, gateways }: Declared,
  reads = new PortalReads(),
): Promise<Copy> {
  reads.begin(admin.target);
  const live = await reads.once('products', async () => admin.readPortal());
  const { products } = live;
  const bodies = [...declared.map(({ body }) => body), ...products.map(({ fields }) => fields)];
  const referred = references(bodies);
  const read = await admin.readDirectory(referred);
  const { directory, planned } = withPlanned(read, gateways);
  const held = new Set(products.flatMap(({ fields }) => fields.linked_gateway_services.map(serviceKey)));
  const wanted = new Set(
    declared.flatMap(linksOf).flatMap(({ service, service_id }) => service ?? service_id ?? []),
  );
  const linked = [...directory.services.values()]
    .flat()
    .filter((one) => held.has(keyOf(one)) || wanted.has(one.name) || wanted.has(one.id));
  const free = linked.map(keyOf).filter((key) => !held.has(key));
  const [documents, subscriptions, holders] = await Promise.all([
    each(linked, keyOf, async (one) =>
      planned.includes(one)
        ? undefined
        : reads.once(`document ${keyOf(one)}`, async () =>
            admin.readOpenapi({ ...one, service_id: one.id }).catch(unreported),
          ),
    ),
    each(
      products,
      ({ id }) => id,
      async (one) => reads.once(`subscriptions ${one.id}`, async () => subscriptionsOf(one, admin)),
    ),
    free.length === 0
      ? []
      : reads.once(`holders ${free.join(' ')}`, async () => admin.findHolders(new Set(free))),
  ]);
  return copyOf({
    target: admin.target,
    live,
    directory,
    contactPoints: directory.contactPoints ?? [...referred.contactPoints.ids].map(called),
    documents,
    subscriptions,
    holders,
    planned: planned.map((one) => `${groupOf(one, read)}/${one.name}`),
  });
}

/** A portal without products, with the objects that the files refer to. */
export function emptyPortal({ products, gateways = new Map() }: Declared, target: Target): Copy {
  const referred = references(products.map(({ body }) => body));
  const contactPoints = [...new Map(products.flatMap(contactPointsOf)).values()];
  const links = groupBy(
    products.flatMap(linksOf),
    (link) => link.gateway_group ?? link.gateway_group_id ?? '',
  );
  const groups = [...new Set([...gateways.keys(), ...links.keys()])];
  const bare: Directory = {
    gatewayGroups: groups.map(called),
    services: new Map(
      groups.map((group) => {
        const inFiles = new Set(gateways.get(group)?.map(({ name }) => name));
        const named = groupBy(
          links.get(group) ?? [],
          ({ service, service_id }) => service ?? service_id ?? '',
        );
        const services = [...named]
          .filter(([name]) => !inFiles.has(name))
          .map(([name, ofName]): Service => ({
            ...called(name),
            gateway_group_id: group,
            hosts: [...new Set(ofName.flatMap(({ linked_hosts: hosts }) => hosts ?? []))],
            plugins: [],
          }));
        return [group, services];
      }),
    ),
    dcrProviders: [...referred.dcrProviders.names, ...referred.dcrProviders.ids].map(called),
    contactPoints,
  };
  const copy = copyOf({
    target,
    live: { products: [], keepsExternalLabels: true },
    directory: withPlanned(bare, gateways).directory,
    contactPoints,
    documents: new Map(),
    subscriptions: new Map(),
    holders: [],
    planned: [],
  });
  // Without a server, nothing refuses labels.
  return { ...copy, switches: { externalLabels: 'keep' } };
}

/** Adds the services that exist only in files of API7's ADC to a directory. Returns both. */
function withPlanned(read: Directory, gateways: Declared['gateways']) {
  const known = withGatewayFiles(read, gateways);
  const planned: Service[] = [];
  const onGateway = (service: Service): Service => {
    const { id, name, hosts, file } = service;
    if (file === undefined || !isPlannedId(id)) return service;
    const served = {
      ...service,
      id: file.id ?? name,
      hosts: [...new Set([...hosts, ...file.routeHosts])],
      plugins: file.plugins.map((path) => String(path.at(-1))),
    };
    planned.push(served);
    return served;
  };
  const services = new Map([...known.services].map(([group, all]) => [group, all.map(onGateway)] as const));
  return { directory: { ...known, services }, planned };
}

const groupOf = ({ gateway_group_id: id }: Service, { gatewayGroups }: Directory): string =>
  gatewayGroups.find((group) => group.id === id)?.name ?? id;

/** An object of which only the name or the id is known: the text serves as both. */
const called = (name: string): Named => ({ id: name, name });

const keyOf = ({ gateway_group_id, id }: Service): string => serviceKey({ gateway_group_id, service_id: id });

function linksOf({ body }: DeclaredProduct) {
  return body.type === 'gateway' ? (body.linked_gateway_services ?? []) : [];
}

function contactPointsOf({ body }: DeclaredProduct): readonly (readonly [string, ContactPoint])[] {
  const notifications = body.type === 'gateway' ? (body.notifications ?? []) : [];
  return notifications.flatMap(({ contact_points: names = [], contact_point_ids: ids = [], type }) =>
    [...names, ...ids].map((one) => [one, { ...called(one), type }] as const),
  );
}

/** Subscriptions by ids, or by names if the server has no ids. External products have none (docs/design/admin-api.md §7). */
async function subscriptionsOf(
  { id, type }: LiveProduct,
  admin: Admin,
): Promise<readonly Subscription[] | undefined> {
  if (type === 'external') return [];
  const listed = await admin.readSubscriptionIds(id);
  if (listed !== undefined) return listed;
  const named = await admin.readSubscriberNames(id);
  return named?.map(({ developer, application, status }) => ({
    developer_id: developer,
    application_id: JSON.stringify([developer, application]),
    status,
  }));
}

async function each<Item, Read>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  read: (item: Item) => Promise<Read>,
): Promise<ReadonlyMap<string, Read>> {
  return new Map(await Promise.all(items.map(async (item) => [keyOf(item), await read(item)] as const)));
}
