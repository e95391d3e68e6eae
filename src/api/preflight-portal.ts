import { inScope } from '../diff/diff.ts';
import { heldByOthers } from '../diff/service-conflicts.ts';
import { preflight } from '../preflight/preflight.ts';
import type { Admin } from '../model/admin.ts';
import type { Declared } from '../model/declared.ts';
import type { DesiredProduct, Names } from '../model/desired.ts';
import { hasErrors, type Diagnostic } from '../model/diagnostic.ts';
import { isPlannedId } from '../model/gateway-file.ts';
import { serviceKey } from '../model/product.ts';
import type { Scope } from '../model/scope.ts';
import { references } from '../fields/references.ts';
import { namesOf, resolveProduct } from '../resolve/resolve.ts';
import { withGatewayFiles } from '../resolve/planned-services.ts';
import { holder } from './holder.ts';
import { otherPortal, planPortal } from './plan-portal.ts';

/**
 * The story of `validate`: everything that planning would find wrong, and what the portal would make of the products whose
 * names all mean something (docs/design/contract.md §3). Only reads.
 */
export async function preflightPortal(
  declared: Declared,
  admin: Admin,
  scope: Scope,
): Promise<readonly Diagnostic[]> {
  const { diagnostics } = await planPortal(declared, admin, scope);
  if (hasErrors(otherPortal(declared, admin.target))) return diagnostics;
  const directory = withGatewayFiles(
    await admin.readDirectory(references(declared.products.map(({ body }) => body))),
    declared.gateways,
  );
  const resolved = declared.products.flatMap((product) => resolveProduct(product, directory).value ?? []);
  const desired = resolved.filter((product) => inScope(product, scope));
  const hasOpenapi = await askForOpenapi(desired, admin);
  const names = namesOf(directory);
  const held =
    resolved.length < declared.products.length
      ? await heldUnread({ declared, desired, names, scope }, admin)
      : [];
  return [...diagnostics, ...held, ...preflight({ desired, directory, names, hasOpenapi })];
}

interface Unread {
  readonly declared: Declared;
  readonly desired: readonly DesiredProduct[];
  readonly names: Names;
  readonly scope: Scope;
}

/**
 * The services held by others where planning stopped reading the portal, since a name means nothing. Reads it only for
 * products that link services.
 */
async function heldUnread({ declared, ...rest }: Unread, admin: Admin): Promise<readonly Diagnostic[]> {
  if (rest.desired.every(({ fields }) => fields.linked_gateway_services === undefined)) return [];
  const { products: live } = await admin.readPortal({ mayUseRows: true, keep: holder(declared) });
  const { owners, products } = declared;
  return heldByOthers({ ...rest, declared: products.map(({ body }) => body), owners, live });
}

async function askForOpenapi(
  desired: readonly DesiredProduct[],
  admin: Admin,
): Promise<ReadonlyMap<string, boolean | undefined>> {
  const links = desired.flatMap(({ fields }) => fields.linked_gateway_services ?? []);
  const live = links.filter(({ service_id }) => !isPlannedId(service_id));
  const answers = live.map(async (link) => {
    const text = await admin.readOpenapi(link);
    return [serviceKey(link), text === undefined ? undefined : text.trim() !== ''] as const;
  });
  return new Map(await Promise.all(answers));
}
