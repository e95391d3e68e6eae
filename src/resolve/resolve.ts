import { fieldOf, fieldsOf, normalFields } from '../fields/field-table.ts';
import type { Declared, DeclaredProduct } from '../model/declared.ts';
import type { DesiredFields, DesiredProduct, Names } from '../model/desired.ts';
import { hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import type { Directory, Named, Service } from '../model/directory.ts';
import { serviceKey, type FieldName, type HeldFields } from '../model/product.ts';

export interface Resolved {
  readonly products: readonly DesiredProduct[];
  readonly names: Names;
  /** By serviceKey(). */
  readonly services: ReadonlyMap<string, Service>;
}

/** The declared products with names resolved to ids (docs/design/contract.md §2). Pure. */
export function resolve(declared: Declared, directory: Directory): Checked<Resolved> {
  const each = declared.products.map((product) => resolveProduct(product, directory));
  const diagnostics = each.flatMap((one) => one.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics };
  const products = each.flatMap(({ value }) => value ?? []);
  return { value: { products, names: namesOf(directory), services: servicesByKey(directory) }, diagnostics };
}

/** One declared product with names resolved to ids; no value if a name is unknown. */
export function resolveProduct(product: DeclaredProduct, directory: Directory): Checked<DesiredProduct> {
  const diagnostics: Diagnostic[] = [];
  const fields = resolveFields(product, directory, (one) => void diagnostics.push(one));
  return hasErrors(diagnostics) ? { diagnostics } : { value: desiredProduct(product, fields), diagnostics };
}

/**
 * A declared product with names resolved. A field with an unknown name is omitted instead of an error, since it
 * cannot equal the live value.
 */
export function resolveLeniently(product: DeclaredProduct, directory: Directory): DesiredProduct {
  return resolveKnown(product, directory).product;
}

/** Like resolveLeniently(), with the names of the omitted fields. */
export function resolveKnown(
  declared: DeclaredProduct,
  directory: Directory,
): { readonly product: DesiredProduct; readonly stale: ReadonlySet<string> } {
  const stale = new Set<string>();
  const fields = resolveFields(declared, directory, (_, field) => void stale.add(field));
  const kept = Object.entries(fields).filter(([field]) => !stale.has(field));
  return { product: desiredProduct(declared, Object.fromEntries(kept)), stale };
}

/** The fields that a product declares. `null` becomes the server's default (docs/design/contract.md §2). */
function resolveFields(
  { body, at }: DeclaredProduct,
  directory: Directory,
  collect: (diagnostic: Diagnostic, field: FieldName) => void,
): DesiredFields {
  const given = body as Partial<Record<FieldName, unknown>>;
  const fields: Partial<Record<FieldName, HeldFields[FieldName] | undefined>> = {};
  for (const name of fieldsOf(body.type)) {
    const [written, { fallback, resolve: resolved }] = [given[name], fieldOf(name)];
    if (written === undefined) continue;
    const resolving = { directory, at, collect: (one: Diagnostic) => collect(one, name) };
    // The compiled schema has checked the shape.
    fields[name] = written === null ? fallback : resolved(written, resolving);
  }
  return fields as DesiredFields;
}

function desiredProduct({ body, owner, at }: DeclaredProduct, fields: DesiredFields): DesiredProduct {
  return {
    name: body.name,
    type: body.type,
    fields: normalFields(fields),
    writtenLinks: fields.linked_gateway_services ?? [],
    at,
    ...(owner !== undefined && { owner }),
    ...(body.hold !== undefined && { hold: body.hold }),
    ...(body.id !== undefined && { id: body.id }),
    ...(body.previous_name !== undefined && { previous_name: body.previous_name }),
  };
}

/** The names of the resources of a directory, by id. */
export function namesOf(directory: Directory): Names {
  const services = [...directory.services.values()].flat();
  return {
    gatewayGroups: namesById(directory.gatewayGroups),
    services: new Map(
      services.map(({ gateway_group_id, id, name }) => [
        serviceKey({ gateway_group_id, service_id: id }),
        name,
      ]),
    ),
    dcrProviders: namesById(directory.dcrProviders),
    contactPoints: namesById(directory.contactPoints ?? []),
  };
}

function namesById(items: readonly Named[]): ReadonlyMap<string, string> {
  return new Map(items.map(({ id, name }) => [id, name]));
}

/** The services of a directory by serviceKey(). */
export function servicesByKey(directory: Directory): ReadonlyMap<string, Service> {
  return new Map(
    [...directory.services.values()].flat().map((service) => {
      const { gateway_group_id, id } = service;
      return [serviceKey({ gateway_group_id, service_id: id }), service] as const;
    }),
  );
}
