import { sameField } from '../diff/compare.ts';
import { match, type Match } from '../diff/match.ts';
import { liveReferences } from '../dump/live-references.ts';
import type { Surroundings } from '../dump/update/declaration.ts';
import { productUpdate, type ProductUpdate } from '../dump/update/product-update.ts';
import { standings } from '../dump/update/standing.ts';
import type { FileText, Update } from '../dump/update/update.ts';
import type { Admin } from '../model/admin.ts';
import type { DeclaredProduct } from '../model/declared.ts';
import { hasErrors, type Checked } from '../model/diagnostic.ts';
import type { Directory, References } from '../model/directory.ts';
import type { LivePortal, LiveProduct } from '../model/live.ts';
import { references } from '../resolve/references.ts';
import type { LoadInput } from '../load/load.ts';
import { otherPortal } from './plan-portal.ts';
import type { ReadFiles } from './read-files.ts';
import { validUpdate } from './valid-update.ts';
import { resolveItem, resolveLeniently } from './resolve-leniently.ts';

export interface UpdateOptions {
  /** The product files as they are. */
  readonly texts: readonly FileText[];
  /** Whether a product is meant, by its live state or, if it is gone, by its name alone. */
  readonly include: (product: { readonly name: string; readonly live: LiveProduct | undefined }) => boolean;
  /** Whether products that are gone from the portal go from the files too. */
  readonly prune: boolean;
  /** What the files were read with. */
  readonly input: LoadInput;
}

export interface UpdatedFiles extends Update {
  /** Live products that no file declares. */
  readonly undeclared: readonly LiveProduct[];
  readonly live: LivePortal;
  readonly directory: Directory;
}

/**
 * The story of `dump --update`: what is live is brought into the files that declare it, and nothing else in them
 * changes. Only reads; what the files shall hold is handed back.
 */
export async function updateFiles(
  { declared, documents }: ReadFiles,
  admin: Admin,
  { texts, include, prune, input }: UpdateOptions,
): Promise<Checked<UpdatedFiles>> {
  const elsewhere = otherPortal(declared, admin.target);
  if (hasErrors(elsewhere)) return { diagnostics: elsewhere };
  const live = await admin.readPortal();
  const directory = await admin.readDirectory(joined(references(declared), liveReferences(live)));
  const { matches, diagnostics } = match(resolveLeniently(declared, directory), live.products);
  if (hasErrors(diagnostics)) return { diagnostics };
  const places = standings(documents, new Map(texts.map(({ file, text }) => [file, text])));
  const { keepsExternalLabels } = live;
  const around = { directory, same: sameField, keepsExternalLabels };
  const meant = matches.map((one, index) => ({
    one,
    product: declared.products[index],
    standing: places[index],
  }));
  const products = meant.map(({ one, product, standing }) => {
    const chosen = include({ name: one.desired.name, live: one.live });
    return updateOf(one, present(product), { chosen, standing: present(standing) }, around);
  });
  const found = new Set(matches.map((one) => one.live?.id));
  const undeclared = live.products.filter(
    (one) => !found.has(one.id) && include({ name: one.fields.name, live: one }),
  );
  const updated = await validUpdate({ products, texts, prune, input });
  return { value: { ...updated, undeclared, live, directory }, diagnostics };
}

function updateOf(
  { desired, live }: Match<LiveProduct>,
  product: DeclaredProduct,
  place: Pick<ProductUpdate, 'chosen' | 'standing'>,
  around: Surroundings,
): ProductUpdate {
  const { standing, chosen } = place;
  const common = { ...place, product: desired.name, live };
  const counts = chosen || Object.keys(standing.includes).length > 0;
  if (live === undefined || !counts) return { ...common, fields: [] };
  const { directory } = around;
  const declaration = {
    path: ['api_products', standing.index],
    written: standing.written,
    raw: standing.raw,
    includes: standing.includes,
    fields: desired.fields,
    link: (index: number) => resolveItem(product, 'linked_gateway_services', index, directory).link,
    notification: (index: number) => resolveItem(product, 'notifications', index, directory).notification,
    live,
  };
  return { ...common, fields: productUpdate(declaration, around) };
}

/** Declared products, matches and places are in one order, and as many. */
function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a declared product stands in no document');
  return value;
}

function joined(a: References, b: References): References {
  return {
    gatewayGroups: union(a.gatewayGroups, b.gatewayGroups),
    dcrProviders: union(a.dcrProviders, b.dcrProviders),
    contactPoints: union(a.contactPoints, b.contactPoints),
  };
}

function union(
  a: References[keyof References],
  b: References[keyof References],
): References[keyof References] {
  return { names: new Set([...a.names, ...b.names]), ids: new Set([...a.ids, ...b.ids]) };
}
