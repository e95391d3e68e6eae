import { canonicalJson } from '../json/canonical.ts';
import type { ProductChange, RenameSuspect } from '../model/change.ts';
import type { CompactProduct } from '../model/live.ts';
import { textOf } from '../model/long-text.ts';
import { serviceKey, type CompactFields, type ProductType } from '../model/product.ts';
import { openapiDigest } from '../openapi/document.ts';

/**
 * Undeclared products, deleted or kept, and created products that look like the same product under a new name: the
 * same non-empty set of services, or, for external products, the same OpenAPI document or servers
 * (docs/design/contract.md §6). Of several created products, the first one is reported.
 */
export function renameSuspects(
  changes: readonly ProductChange[],
  kept: readonly CompactProduct[],
): readonly RenameSuspect[] {
  const creations = changes.filter((change) => change.kind === 'create');
  const deleted = changes.filter((change) => change.kind === 'delete').map(({ live }) => live);
  // Signs of OpenAPI documents need parsing, so they are computed only if there is something to compare.
  const missing = ofTypes(
    [...deleted, ...kept],
    ({ type }) => type,
    creations.map(({ desired }) => desired.type),
  );
  const created = ofTypes(
    creations,
    ({ desired }) => desired.type,
    missing.map(({ type }) => type),
  );
  const firstIndexes = bySign(created);
  return missing.flatMap((from) => {
    const similar = signsOf(from.type, from.fields).flatMap(({ because, sign }) => {
      const index = firstIndexes.get(sign);
      return index === undefined ? [] : [{ because, index }];
    });
    const [first] = similar.toSorted((a, b) => a.index - b.index);
    const to = first && created[first.index];
    return first && to ? [{ from, to: to.desired, because: first.because }] : [];
  });
}

function ofTypes<Item>(
  items: readonly Item[],
  typeOf: (item: Item) => ProductType,
  types: readonly ProductType[],
): readonly Item[] {
  const known = new Set(types);
  return items.filter((item) => known.has(typeOf(item)));
}

type Creation = Extract<ProductChange, { kind: 'create' }>;

/** The index of the first creation with each sign. */
function bySign(created: readonly Creation[]): ReadonlyMap<string, number> {
  const firstIndexes = created.flatMap(({ desired, fields }, index) =>
    signsOf(desired.type, fields).map(({ sign }) => [sign, index] as const),
  );
  return new Map(firstIndexes.toReversed());
}

interface Sign {
  readonly because: RenameSuspect['because'];
  readonly sign: string;
}

/** Signs that two products of one type are the same product, the strongest first. */
function signsOf(type: ProductType, fields: Partial<CompactFields>): readonly Sign[] {
  const {
    linked_gateway_services: links = [],
    raw_openapi: document = '',
    server_urls: servers = [],
  } = fields;
  if (type === 'gateway') return links.length === 0 ? [] : [signOf('services', links.map(serviceKey))];
  return [
    ...(document === '' ? [] : [signOf('openapi', openapiDigest(textOf(document)))]),
    ...(servers.length === 0 ? [] : [signOf('servers', servers)]),
  ];
}

function signOf(because: RenameSuspect['because'], value: unknown): Sign {
  return { because, sign: canonicalJson([because, value]) };
}
