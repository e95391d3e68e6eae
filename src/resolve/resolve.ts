import { fieldOf, fieldsBy, fieldsOf, normalFields } from '../fields/field-table.ts';
import { hintOfNames } from '../fields/look-up.ts';
import { nearest } from '../lib/nearest.ts';
import type { Declared, DeclaredProduct } from '../model/declared.ts';
import type { DesiredFields, DesiredProduct, Names } from '../model/desired.ts';
import { diagnostic, hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import {
  type Directory,
  type Named,
  type Service,
  plannedId,
  type FileService,
  type Gateways,
} from '../model/directory.ts';
import { serviceKey, type FieldName } from '../model/product.ts';

export interface Resolved {
  readonly products: readonly DesiredProduct[];
  readonly names: Names;
  /** By serviceKey(). */
  readonly services: ReadonlyMap<string, Service>;
}

/** Resolves the names in declared products to ids (docs/design/contract.md §2). Pure. */
export function resolve(declared: Declared, directory: Directory): Checked<Resolved> {
  const each = declared.products.map((product) => resolveProduct(product, directory));
  const diagnostics = each.flatMap((one) => one.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics };
  const products = each.flatMap(({ value }) => value ?? []);
  return { value: { products, names: namesOf(directory), services: servicesByKey(directory) }, diagnostics };
}

/** Resolves the names in one declared product to ids; no value if a name is unknown. */
export function resolveProduct(product: DeclaredProduct, directory: Directory): Checked<DesiredProduct> {
  const diagnostics: Diagnostic[] = [];
  const fields = resolveFields(product, directory, (one) => void diagnostics.push(one));
  return hasErrors(diagnostics) ? { diagnostics } : { value: desiredProduct(product, fields), diagnostics };
}

/**
 * Resolves the names in a declared product, without errors. Omits fields with an unknown name, which cannot equal the
 * live value; `stale` contains their names.
 */
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
  return fieldsBy(fieldsOf(body.type), (name) => {
    const [written, { fallback, resolve: resolved }] = [given[name], fieldOf(name)];
    if (written === undefined) return undefined;
    const resolving = { directory, at, collect: (one: Diagnostic) => collect(one, name) };
    // The compiled schema has checked the shape.
    return written === null ? fallback : resolved(written, resolving);
  });
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
  const services = [...servicesByKey(directory)];
  return {
    gatewayGroups: namesById(directory.gatewayGroups),
    services: new Map(services.map(([key, { name }]) => [key, name])),
    dcrProviders: namesById(directory.dcrProviders),
    contactPoints: namesById(directory.contactPoints ?? []),
  };
}

function namesById(items: readonly Named[]): ReadonlyMap<string, string> {
  return new Map(items.map(({ id, name }) => [id, name]));
}

/** The services of a directory by serviceKey(). */
export function servicesByKey(directory: Directory): ReadonlyMap<string, Service> {
  const services = [...directory.services.values()].flat();
  return new Map(
    services.map((one) => [serviceKey({ gateway_group_id: one.gateway_group_id, service_id: one.id }), one]),
  );
}

/**
 * Adds the declarations of services in files of API7's ADC to a directory, and the services that only these files
 * declare (docs/design/contract.md §17). Pure.
 */
export function withGatewayFiles(directory: Directory, gateways: Gateways = new Map()): Directory {
  const services = new Map(directory.services);
  for (const { id, name } of directory.gatewayGroups) {
    const [files, live] = [gateways.get(name) ?? gateways.get(id), services.get(id)];
    if (files === undefined || live === undefined) continue;
    const byName = new Map(files.map((one) => [one.name, one]));
    const known = live.map((service) => withFile(service, byName.get(service.name)));
    const names = new Set(live.map((service) => service.name));
    const planned = files.filter((one) => !names.has(one.name)).map((one) => plannedService(one, id));
    services.set(id, [...known, ...planned]);
  }
  return { ...directory, services };
}

const withFile = (service: Service, file: FileService | undefined): Service =>
  file === undefined ? service : { ...service, file };

function plannedService(file: FileService, gateway_group_id: string): Service {
  const { name, hosts } = file;
  return { id: plannedId(name), name, gateway_group_id, hosts, plugins: [], file };
}

/** Errors for gateway groups of `--gateway` that the control plane lacks: their files would have no effect. */
export function unknownGroups(
  { gatewayGroups }: Directory,
  gateways: Gateways = new Map(),
): readonly Diagnostic[] {
  if (gatewayGroups.length === 0) return [];
  const known = new Set(gatewayGroups.flatMap(({ id, name }) => [id, name]));
  const unknown = [...gateways.keys()].filter((group) => !known.has(group));
  return unknown.map((group) => {
    const near = nearest(
      group,
      gatewayGroups.map(({ name }) => name),
    );
    const hint = hintOfNames('gateway group', gatewayGroups, near);
    return diagnostic('unknown-name', { message: `--gateway: gateway group not found: "${group}"`, hint });
  });
}
