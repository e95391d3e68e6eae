import type { Declared, DeclaredProduct } from '../model/declared.ts';
import type { DesiredProduct } from '../model/desired.ts';
import type { Directory } from '../model/directory.ts';
import type { FieldName, Link, Notification } from '../model/product.ts';
import { resolveProduct } from '../resolve/resolve.ts';

/** The fields that refer to things by name. */
const REFERRING = [
  'auth',
  'linked_gateway_services',
  'notifications',
] as const satisfies readonly FieldName[];

/**
 * Declared products with names resolved, in their order. A field with a name that means nothing any more is left out
 * instead of being a mistake: whatever is live, it is not that.
 */
export function resolveLeniently(declared: Declared, directory: Directory): readonly DesiredProduct[] {
  return declared.products.map(
    (product) => resolveProduct(product, directory).value ?? withoutStale(product, directory),
  );
}

/** What one item of a list of a declared product refers to; undefined if its names mean nothing any more. */
export function resolveItem(
  product: DeclaredProduct,
  field: 'linked_gateway_services' | 'notifications',
  index: number,
  directory: Directory,
): { readonly link: Link | undefined; readonly notification: Notification | undefined } {
  const { name, type } = product.body;
  const item = (partsOf(product)[field] as readonly unknown[] | null)?.[index];
  const body = { name, type, [field]: [item] } as DeclaredProduct['body'];
  const fields = resolveProduct({ ...product, body }, directory).value?.fields;
  return { link: fields?.linked_gateway_services?.[0], notification: fields?.notifications?.[0] };
}

function withoutStale(product: DeclaredProduct, directory: Directory): DesiredProduct {
  const parts = partsOf(product);
  const { name, type } = product.body;
  const isStale = (field: string): boolean => {
    const body = { name, type, [field]: parts[field] } as DeclaredProduct['body'];
    return resolveProduct({ ...product, body }, directory).value === undefined;
  };
  const stale = new Set<string>(REFERRING.filter((field) => Object.hasOwn(parts, field) && isStale(field)));
  const kept = Object.fromEntries(Object.entries(parts).filter(([field]) => !stale.has(field)));
  const { value } = resolveProduct(
    { ...product, body: kept as unknown as DeclaredProduct['body'] },
    directory,
  );
  if (value === undefined) throw new Error('a product without references does not resolve');
  return value;
}

/** A product's fields by name, whatever its type. */
function partsOf({ body }: DeclaredProduct): Readonly<Record<string, unknown>> {
  return { ...body };
}
