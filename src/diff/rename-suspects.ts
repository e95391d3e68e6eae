import { canonicalJson } from '../lib/canonical-json.ts';
import type { ProductChange, RenameSuspect } from '../model/change.ts';
import type { LiveProduct } from '../model/live.ts';
import { serviceKey, type ProductFields } from '../model/product.ts';
import { sameOpenapi } from './openapi/same-openapi.ts';

type Creation = Extract<ProductChange, { kind: 'create' }>;

/**
 * Products that no file declares any more, be they deleted or kept, and creations that look like the same under a new
 * name: the same non-empty set of services, or, for external products, the same OpenAPI document or servers (contract §6).
 */
export function renameSuspects(
  changes: readonly ProductChange[],
  kept: readonly LiveProduct[],
): readonly RenameSuspect[] {
  const created = changes.filter((change): change is Creation => change.kind === 'create');
  const deleted = changes.filter((change) => change.kind === 'delete').map(({ live }) => live);
  return [...deleted, ...kept].flatMap((from) => {
    const suspect = created.map((to) => ({ to, because: likeness(from, to) })).find(({ because }) => because);
    return suspect?.because ? [{ from, to: suspect.to.desired, because: suspect.because }] : [];
  });
}

function likeness(from: LiveProduct, { desired, fields }: Creation): RenameSuspect['because'] | undefined {
  if (from.type !== desired.type) return undefined;
  if (desired.type === 'gateway') return sameServices(from.fields, fields) ? 'services' : undefined;
  if (sameDocument(from.fields.raw_openapi, fields.raw_openapi)) return 'openapi';
  return sameServers(from.fields.server_urls, fields.server_urls) ? 'servers' : undefined;
}

function sameServices(from: ProductFields, to: Partial<ProductFields>): boolean {
  const services = servicesOf(from);
  return services.length > 0 && canonicalJson(services) === canonicalJson(servicesOf(to));
}

function servicesOf(fields: Partial<ProductFields>): readonly string[] {
  return (fields.linked_gateway_services ?? []).map(serviceKey);
}

function sameDocument(from: string, to: string | undefined): boolean {
  return from !== '' && to !== undefined && sameOpenapi(from, to);
}

function sameServers(from: readonly string[], to: readonly string[] | undefined): boolean {
  return from.length > 0 && canonicalJson(from) === canonicalJson(to);
}
