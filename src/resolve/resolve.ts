import type { GatewayProduct } from '../generated/product-file.ts';
import { normalFields } from '../model/field-table.ts';
import type { Declared, DeclaredProduct } from '../model/declared.ts';
import type { DeclaredFields, DesiredProduct, Names } from '../model/desired.ts';
import { hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import type { Directory, Service } from '../model/directory.ts';
import { declaredFields } from './declared-fields.ts';
import { namesOf, servicesByKey } from './names-of.ts';
import { resolveAuth } from './resolve-auth.ts';
import { resolveLinks } from './resolve-links.ts';
import { resolveNotifications } from './resolve-notifications.ts';

export interface Resolved {
  readonly products: readonly DesiredProduct[];
  readonly names: Names;
  /** By serviceKey(). */
  readonly services: ReadonlyMap<string, Service>;
}

/** Declared products with every name turned into the id that it stands for (contract §2). Pure. */
export function resolve(declared: Declared, directory: Directory): Checked<Resolved> {
  const each = declared.products.map((product) => resolveProduct(product, directory));
  const diagnostics = each.flatMap((one) => one.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics };
  const products = each.flatMap(({ value }) => value ?? []);
  return { value: { products, names: namesOf(directory), services: servicesByKey(directory) }, diagnostics };
}

/** One declared product with its names turned into ids; no value where one of them means nothing. */
export function resolveProduct(product: DeclaredProduct, directory: Directory): Checked<DesiredProduct> {
  const { body, owner, at } = product;
  const diagnostics: Diagnostic[] = [];
  const references: DeclaredFields =
    body.type === 'gateway' ? resolveReferences(product, body, directory, diagnostics) : {};
  if (hasErrors(diagnostics)) return { diagnostics };
  const fields = normalFields({ ...declaredFields(body), ...references });
  const value: DesiredProduct = {
    name: body.name,
    type: body.type,
    fields,
    writtenLinks: references.linked_gateway_services ?? [],
    at,
    ...(owner !== undefined && { owner }),
    ...(body.hold !== undefined && { hold: body.hold }),
    ...(body.id !== undefined && { id: body.id }),
    ...(body.previous_name !== undefined && { previous_name: body.previous_name }),
  };
  return { value, diagnostics };
}

function resolveReferences(
  { at }: DeclaredProduct,
  body: GatewayProduct,
  directory: Directory,
  diagnostics: Diagnostic[],
): DeclaredFields {
  const collect = (one: Diagnostic): void => void diagnostics.push(one);
  const { auth, linked_gateway_services: links, notifications } = body;
  return {
    ...(auth !== undefined && { auth: resolveAuth(auth, directory, at, collect) }),
    ...(links !== undefined && {
      linked_gateway_services: resolveLinks(links ?? [], directory, at, collect),
    }),
    ...(notifications !== undefined && {
      notifications: resolveNotifications(notifications ?? [], directory, at, collect),
    }),
  };
}
