import { inScope } from '../diff/diff.ts';
import { preflight } from '../preflight/preflight.ts';
import type { Admin } from '../model/admin.ts';
import type { Declared } from '../model/declared.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { hasErrors, type Diagnostic } from '../model/diagnostic.ts';
import { serviceKey } from '../model/product.ts';
import type { Scope } from '../model/scope.ts';
import { namesOf } from '../resolve/names-of.ts';
import { references } from '../resolve/references.ts';
import { resolveProduct } from '../resolve/resolve.ts';
import { otherPortal, planPortal } from './plan-portal.ts';

/**
 * The story of `validate`: everything that planning would find wrong, and what the portal would make of the products whose
 * names all mean something (contract §3). Only reads.
 */
export async function preflightPortal(
  declared: Declared,
  admin: Admin,
  scope: Scope,
): Promise<readonly Diagnostic[]> {
  const { diagnostics } = await planPortal(declared, admin, scope);
  if (hasErrors(otherPortal(declared, admin.target))) return diagnostics;
  const directory = await admin.readDirectory(references(declared));
  const desired = declared.products
    .flatMap((product) => resolveProduct(product, directory).value ?? [])
    .filter((product) => inScope(product, scope));
  const hasOpenapi = await askForOpenapi(desired, admin);
  return [...diagnostics, ...preflight({ desired, directory, names: namesOf(directory), hasOpenapi })];
}

async function askForOpenapi(
  desired: readonly DesiredProduct[],
  admin: Admin,
): Promise<ReadonlyMap<string, boolean | undefined>> {
  const links = desired.flatMap(({ fields }) => fields.linked_gateway_services ?? []);
  const answers = links.map(async (link) => [serviceKey(link), await admin.hasOpenapi(link)] as const);
  return new Map(await Promise.all(answers));
}
