import { fieldsNotDeclared } from '../diff/undeclared.ts';
import { sameField } from '../diff/compare.ts';
import { match, type Match } from '../diff/match.ts';
import {
  isDeclared,
  productUpdate,
  type ProductUpdate,
  type Surroundings,
} from '../dump/update/product-update.ts';
import { declaredPlaces } from '../dump/update/product-update.ts';
import type { FileText, Update } from '../dump/update/update.ts';
import { references } from '../fields/field-table.ts';
import type { Admin } from '../model/admin.ts';
import { hasErrors, type Checked } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { LivePortal, LiveProduct } from '../model/live.ts';
import type { FieldName } from '../model/product.ts';
import { resolveKnown } from '../resolve/resolve.ts';
import type { LoadInput } from '../load/load.ts';
import { portalMismatch } from './plan-portal.ts';
import type { ReadFiles } from './read-files.ts';
import { validUpdate } from './valid-update.ts';

export interface UpdateOptions {
  /** The current product files. */
  readonly texts: readonly FileText[];
  /** Whether to update a product, by its live state or, if it no longer exists, by its name. */
  readonly include: (product: { readonly name: string; readonly live: LiveProduct | undefined }) => boolean;
  /** Whether to remove products from the files that are no longer on the portal. */
  readonly prune: boolean;
  /** Whether fields that the files do not declare are added, unless they have their default. */
  readonly allFields: boolean;
  /** The input that the files were read with. */
  readonly input: LoadInput;
}

export interface UpdatedFiles extends Update {
  /** Live products that no file declares. */
  readonly undeclared: readonly LiveProduct[];
  readonly live: LivePortal;
  readonly directory: Directory;
}

/**
 * Updates files for `dump --update`: writes live values into the files that declare them, and changes nothing else.
 * Only reads; returns the new contents of the files.
 */
export async function updateFiles(
  { declared, documents }: ReadFiles,
  admin: Admin,
  { texts, include, prune, allFields, input }: UpdateOptions,
): Promise<Checked<UpdatedFiles>> {
  const elsewhere = portalMismatch(declared, admin.target);
  if (hasErrors(elsewhere)) return { diagnostics: elsewhere };
  const live = await admin.readPortal();
  const referring = [
    ...declared.products.map(({ body }) => body),
    ...live.products.map(({ fields }) => fields),
  ];
  const directory = await admin.readDirectory(references(referring));
  const desired = declared.products.map((product) => resolveKnown(product, directory).product);
  const { matches, diagnostics } = match(desired, live.products);
  if (hasErrors(diagnostics)) return { diagnostics };
  const places = declaredPlaces(documents, new Map(texts.map(({ file, text }) => [file, text])));
  const { keepsExternalLabels } = live;
  const around = { directory, same: sameField, allFields, keepsExternalLabels };
  const products = matches.map((one, index) => {
    const chosen = include({ name: one.desired.name, live: one.live });
    return updateOf(one, { chosen, standing: present(places[index]) }, around);
  });
  const found = new Set(matches.map((one) => one.live?.id));
  const undeclared = live.products.filter(
    (one) => !found.has(one.id) && include({ name: one.fields.name, live: one }),
  );
  const updated = await validUpdate({ products, texts, prune, input });
  const chosen = matches.flatMap((one, index) => {
    const { standing, chosen: isChosen } = present(products[index]);
    return isChosen ? [{ ...one, declares: (field: FieldName) => isDeclared(field, standing) }] : [];
  });
  const silent = allFields ? [] : fieldsNotDeclared(chosen, keepsExternalLabels);
  const value = { ...updated, undeclared, live, directory };
  return { value, diagnostics: [...diagnostics, ...silent] };
}

function updateOf(
  { desired, live }: Match<LiveProduct>,
  place: Pick<ProductUpdate, 'chosen' | 'standing'>,
  around: Surroundings,
): ProductUpdate {
  const { standing, chosen } = place;
  const common = { ...place, product: desired.name, live };
  const counts = chosen || Object.keys(standing.includes).length > 0;
  if (live === undefined || !counts) return { ...common, fields: [] };
  return { ...common, fields: productUpdate({ standing, desired, live }, around) };
}

/** Matches and places have the same order and length. */
function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a declared product is in no document');
  return value;
}
