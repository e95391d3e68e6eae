import { setTimeout } from 'node:timers/promises';
import { compareStrings } from '../lib/lists.ts';
import type { Admin, PortalReading } from '../model/admin.ts';
import type { Declared } from '../model/declared.ts';
import type { Directory, PlannedService, References } from '../model/directory.ts';
import { InterruptedError } from '../model/errors.ts';
import { countOf, type CompactProduct, type LiveProduct, type Subscriber } from '../model/live.ts';
import { PackedText, type LongText } from '../model/long-text.ts';
import type { Link } from '../model/product.ts';
import type { ChainContext, SubscribersOf } from '../plan/chains.ts';

/**
 * Returns a function that removes the data of a live product that the comparison does not need. It keeps only one copy
 * of equal live and declared documents, and compresses other long documents: documents are most of the memory of a
 * large portal.
 */
export function productReducer({ products }: Declared): (product: LiveProduct) => CompactProduct {
  const declared = products.flatMap(({ body }) => (body.type === 'external' ? (body.raw_openapi ?? []) : []));
  const texts = new Map(declared.flatMap((one) => (typeof one === 'string' ? [[one, one]] : [])));
  const packed = new Map(declared.flatMap((one) => (typeof one === 'string' ? [] : [[one.digest, one]])));
  const document = (text: string): LongText => texts.get(text) ?? PackedText.of(text, packed);
  return ({ id, type, fields, unreadable, fromRow }) => ({
    id,
    type,
    fields: { ...fields, raw_openapi: document(fields.raw_openapi) },
    unreadable,
    ...(fromRow && { fromRow }),
  });
}

/** Removes the document, which is most of a product in memory. */
export function withoutDocument({ id, type, fields, unreadable }: LiveProduct): CompactProduct {
  return { id, type, fields: { ...fields, raw_openapi: '' }, unreadable };
}

/** The services of the gateway groups of some links; undefined if there are no links. */
export async function readServices(
  links: readonly Pick<Link, 'gateway_group_id'>[],
  admin: Admin,
  known?: Directory,
): Promise<Directory | undefined> {
  const ids = new Set(links.map((link) => link.gateway_group_id));
  return ids.size === 0 ? undefined : admin.readDirectory(onlyGroups({ names: new Set(), ids }), known);
}

/** References to gateway groups, and to nothing else. */
export function onlyGroups(gatewayGroups: References['gatewayGroups']): References {
  const none = { names: new Set<string>(), ids: new Set<string>() };
  return { gatewayGroups, dcrProviders: none, contactPoints: none };
}

/** The subscribers of products, by product id; undefined if they are unknown. */
export async function readSubscribers(
  products: readonly Pick<CompactProduct, 'id'>[],
  admin: Admin,
): Promise<SubscribersOf> {
  const read = products.map(async ({ id }) => [id, await admin.readSubscriberNames(id)] as const);
  return new Map(await Promise.all(read));
}

/** The number of subscriptions of each product, and the subscribers if `withNames` is true. */
export function subscriptionsIn(
  read: SubscribersOf,
  withNames = false,
): Pick<ChainContext, 'subscriptions' | 'subscribers'> {
  const subscriptions = new Map([...read].map(([id, subscribers]) => [id, countOf(subscribers)] as const));
  return { subscriptions, ...(withNames && { subscribers: read }) };
}

export interface SubscribedProduct {
  readonly product: CompactProduct;
  /** Undefined if the server has no reliable list. */
  readonly subscribers: readonly Subscriber[] | undefined;
}

/** Products with their subscribers, sorted by name and id. External products have none (docs/design/admin-api.md §7). */
export async function withSubscribers(
  admin: Admin,
  products: readonly CompactProduct[],
): Promise<readonly SubscribedProduct[]> {
  const sorted = products.toSorted(
    (a, b) => compareStrings(a.fields.name, b.fields.name) || compareStrings(a.id, b.id),
  );
  const subscribersOf = async ({ id, type }: CompactProduct): Promise<SubscribedProduct['subscribers']> =>
    type === 'external' ? [] : admin.readSubscriberNames(id);
  return Promise.all(sorted.map(async (product) => ({ product, subscribers: await subscribersOf(product) })));
}

/** The products of the portal without documents and logos, which would need too much memory for a large portal. */
export async function readWithoutDocuments(
  admin: Admin,
  reading: Pick<PortalReading, 'mayUseRows'> = {},
): Promise<readonly CompactProduct[]> {
  const keep = (live: LiveProduct): CompactProduct => {
    const product = withoutDocument(live);
    return { ...product, fields: { ...product.fields, logo: '' } };
  };
  return (await admin.readPortal({ ...reading, keep })).products;
}

/** The wait of `sync` for services that the gateway lacks. */
export interface ServiceWait {
  readonly ms: number;
  /** Called when the wait starts. */
  readonly onWait?: ((planned: readonly PlannedService[]) => void) | undefined;
}

interface Waiting<Found> {
  readonly read: () => Promise<Found>;
  readonly plannedIn: (found: Found) => readonly PlannedService[];
  readonly admin: Admin;
  /** Undefined: does not wait. */
  readonly wait: ServiceWait | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Reads, waits until the gateway has all planned services, and reads again. Returns the first result after a timeout. */
export async function readWhenServicesExist<Found>(waiting: Waiting<Found>): Promise<Found> {
  const { read, plannedIn, admin, wait, signal } = waiting;
  const found = await read();
  const planned = plannedIn(found);
  if (planned.length === 0 || wait === undefined) return found;
  wait.onWait?.(planned);
  const end = performance.now() + wait.ms;
  const left = (): number => Math.max(0, end - performance.now());
  for (let pause = 500; left() > 0; pause = Math.min(2 * pause, 5_000)) {
    await setTimeout(Math.min(pause, left()), undefined, signal && { signal }).catch(() => {
      throw new InterruptedError('the wait for services was interrupted');
    });
    if (await allExist(planned, admin))
      return readWhenServicesExist({ ...waiting, wait: { ...wait, ms: left() } });
  }
  return found;
}

async function allExist(planned: readonly PlannedService[], admin: Admin): Promise<boolean> {
  const directory = await readServices(planned, admin);
  return planned.every(({ gateway_group_id, name }) =>
    directory?.services.get(gateway_group_id)?.some((one) => one.name === name),
  );
}
