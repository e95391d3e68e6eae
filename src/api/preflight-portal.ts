import { inScope } from '../diff/diff.ts';
import { serviceConflicts } from '../diff/service-conflicts.ts';
import { preflight } from '../preflight/preflight.ts';
import type { Admin } from '../model/admin.ts';
import type { Declared } from '../model/declared.ts';
import type { DesiredProduct, Names } from '../model/desired.ts';
import { hasErrors, type Diagnostic } from '../model/diagnostic.ts';
import { isOwnedBy } from '../model/ownership.ts';
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
  const { value: plan, diagnostics } = await planPortal(declared, admin, scope);
  if (hasErrors(otherPortal(declared, admin.target))) return diagnostics;
  const directory = await admin.readDirectory(references(declared));
  const desired = declared.products
    .flatMap((product) => resolveProduct(product, directory).value ?? [])
    .filter((product) => inScope(product, scope));
  const hasOpenapi = await askForOpenapi(desired, admin);
  const names = namesOf(directory);
  const held = plan === undefined ? await heldByOthers({ declared, desired, names, scope }, admin) : [];
  const known = new Set(diagnostics.map(({ message }) => message));
  return [
    ...diagnostics,
    ...held.filter(({ message }) => !known.has(message)),
    ...preflight({ desired, directory, names, hasOpenapi }),
  ];
}

interface Claims {
  readonly declared: Declared;
  readonly desired: readonly DesiredProduct[];
  readonly names: Names;
  readonly scope: Scope;
}

/** Services that live products hold which no file declares and adc does not own: known also where there is no plan. */
async function heldByOthers(
  { declared, desired, names, scope }: Claims,
  admin: Admin,
): Promise<readonly Diagnostic[]> {
  if (scope.deleteUnmanaged) return [];
  const bodies = declared.products.map(({ body }) => body);
  const meant = new Set(bodies.flatMap(({ id, name, previous_name }) => [id, name, previous_name]));
  const { products } = await admin.readPortal();
  const others = products.filter(
    (one) => !isOwnedBy(one, declared.owners) && !meant.has(one.id) && !meant.has(one.fields.name),
  );
  const creates = desired.map((one) => {
    const { linked_gateway_services = [] } = one.fields;
    return { kind: 'create', desired: one, fields: { linked_gateway_services }, changes: [] } as const;
  });
  return serviceConflicts(creates, others, names, scope.selector).filter(
    ({ code }) => code === 'service-held',
  );
}

async function askForOpenapi(
  desired: readonly DesiredProduct[],
  admin: Admin,
): Promise<ReadonlyMap<string, boolean | undefined>> {
  const links = desired.flatMap(({ fields }) => fields.linked_gateway_services ?? []);
  const answers = links.map(async (link) => [serviceKey(link), await admin.hasOpenapi(link)] as const);
  return new Map(await Promise.all(answers));
}
