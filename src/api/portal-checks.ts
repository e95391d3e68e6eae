import { isDeepStrictEqual } from 'node:util';
import { newLinks } from '../diff/conflicts.ts';
import type { Admin } from '../model/admin.ts';
import type { Difference, ProductChange } from '../model/change.ts';
import type { DesiredProduct, Names } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isPlannedId, type Directory } from '../model/directory.ts';
import { AdminError, InterruptedError } from '../model/errors.ts';
import { OWNERSHIP_LABEL } from '../model/ownership.ts';
import { serviceKey, type Link } from '../model/product.ts';
import { actionsFor } from '../plan/chains.ts';
import { preflight, type LinkEffect } from '../preflight/preflight.ts';

interface Checking {
  /** The products to check. */
  readonly products: readonly DesiredProduct[];
  /** The known changes of these products. */
  readonly changes: readonly ProductChange[];
  readonly directory: Directory;
  readonly names: Names;
}

/**
 * Checks products against the portal (docs/design/contract.md §12). Reads the document of each service that they
 * link, and other portals if a service is newly linked.
 */
export async function portalChecks(
  { products, changes, directory, names }: Checking,
  admin: Admin,
): Promise<readonly Diagnostic[]> {
  const added = new Set(changes.flatMap(newLinks).map(serviceKey));
  const [hasOpenapi, holders] = await Promise.all([
    openapiByService(products, admin),
    added.size === 0 ? [] : admin.findHolders(added),
  ]);
  const effects = new Map(
    changes.flatMap((change) => ('desired' in change ? [[change.desired, effectOf(change)] as const] : [])),
  );
  return preflight({ desired: products, directory, names, hasOpenapi, holders, effects });
}

/** The declared products that change. Excludes adoptions, which change only the label. */
export function changedProducts({ changes }: Difference): readonly DesiredProduct[] {
  const label = `labels.${OWNERSHIP_LABEL}`;
  return changes.flatMap((change) =>
    'desired' in change && change.changes.some(({ path }) => path !== label) ? [change.desired] : [],
  );
}

function effectOf(change: Extract<ProductChange, { readonly desired: DesiredProduct }>): LinkEffect {
  const { fields } = change;
  const live = change.kind === 'update' ? change.live.fields : undefined;
  const before = new Map(live?.linked_gateway_services.map((link) => [serviceKey(link), link.linked_hosts]));
  const changed = (fields.linked_gateway_services ?? []).filter(
    (link) => !isDeepStrictEqual(before.get(serviceKey(link)), link.linked_hosts),
  );
  return {
    added: keysOf(newLinks(change)),
    changed: keysOf(changed),
    publishes: live ? actionsFor(live.status, fields).includes('publish') : fields.status === 'published',
  };
}

const keysOf = (links: readonly Link[]): ReadonlySet<string> => new Set(links.map(serviceKey));

/** Whether each service has a document, by serviceKey(); undefined if the server does not report it. */
async function openapiByService(
  products: readonly DesiredProduct[],
  admin: Admin,
): Promise<ReadonlyMap<string, boolean | undefined>> {
  const links = products
    .flatMap(({ fields }) => fields.linked_gateway_services ?? [])
    .filter(({ service_id }) => !isPlannedId(service_id));
  const services = new Map(links.map((link) => [serviceKey(link), link]));
  const entries = [...services].map(async ([key, link]) => {
    const text = await admin.readOpenapi(link).catch(unreported);
    return [key, text === undefined ? undefined : text.trim() !== ''] as const;
  });
  return new Map(await Promise.all(entries));
}

/** Returns undefined for an error response, so that it does not prevent a plan. @throws every other error. */
export function unreported(error: unknown): undefined {
  if (error instanceof InterruptedError || !(error instanceof AdminError) || error.status === undefined)
    throw error;
}
