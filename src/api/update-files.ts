import { sameField } from '../diff/compare.ts';
import { match, type Match } from '../diff/match.ts';
import { fieldsNotDeclared } from '../diff/undeclared.ts';
import {
  declaredPlaces,
  isDeclared,
  productUpdate,
  type DeclaredPlace,
  type FieldUpdate,
  type ProductUpdate,
  type UpdateContext,
} from '../dump/update/product-update.ts';
import { update, type FileText, type Update } from '../dump/update/update.ts';
import { references } from '../fields/field-table.ts';
import { listAt } from '../json/value.ts';
import { fittingSubset } from '../lib/lists.ts';
import type { LoadInput, PlannedFiles } from '../load/load.ts';
import type { Admin } from '../model/admin.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { hasErrors, type Checked, type Diagnostic, type Location } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { SourceDocument } from '../model/document.ts';
import type { LivePortal, LiveProduct } from '../model/live.ts';
import type { FieldName } from '../model/product.ts';
import { resolveKnown } from '../resolve/resolve.ts';
import { portalMismatch } from './plan-portal.ts';
import { plannedErrors, refusedItems, type PlannedErrors, type ReadFiles } from './read-files.ts';

export interface UpdateOptions {
  /** The current product files. */
  readonly texts: readonly FileText[];
  /** Whether to update a product. `name` is its declared name; `live` is undefined if it no longer exists. */
  readonly include: (product: { readonly name: string; readonly live: LiveProduct | undefined }) => boolean;
  /** Whether to remove products from the files that are no longer on the portal. */
  readonly prune: boolean;
  /** Whether fields that the files do not declare are added, unless they have their default. */
  readonly allFields: boolean;
  /** The input of the files. */
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
  files: ReadFiles,
  admin: Admin,
  { texts, include, prune, allFields, input }: UpdateOptions,
): Promise<Checked<UpdatedFiles>> {
  const { declared } = files;
  const mismatch = portalMismatch(declared, admin.target);
  if (hasErrors(mismatch)) return { diagnostics: mismatch };
  const live = await admin.readPortal();
  const referring = [
    ...declared.products.map(({ body }) => body),
    ...live.products.map(({ fields }) => fields),
  ];
  const directory = await admin.readDirectory(references(referring));
  const placed = placedProducts(files, texts, directory);
  const { matches, diagnostics } = match(
    placed.map(({ product }) => product),
    live.products,
  );
  if (hasErrors(diagnostics)) return { diagnostics };
  const { keepsExternalLabels } = live;
  const around = { directory, same: sameField, allFields, keepsExternalLabels };
  const updates = placed.flatMap(({ standing }, index) => {
    const one = matches[index];
    if (one === undefined) return [];
    const chosen = include({ name: one.desired.name, live: one.live });
    return { ...one, standing, update: updateOf(one, { chosen, standing }, around) };
  });
  const products = updates.map(({ update: one }) => one);
  const found = new Set(matches.map((one) => one.live?.id));
  const undeclared = live.products.filter(
    (one) => !found.has(one.id) && include({ name: one.fields.name, live: one }),
  );
  const updated = await validUpdate({ products, texts, prune, input });
  const chosen = updates
    .filter((one) => one.update.chosen)
    .map((one) => ({ ...one, declares: (field: FieldName) => isDeclared(field, one.standing) }));
  const undeclaredFields = allFields ? [] : fieldsNotDeclared(chosen, keepsExternalLabels);
  const value = { ...updated, undeclared, live, directory };
  return { value, diagnostics: [...diagnostics, ...undeclaredFields] };
}

function updateOf(
  { desired, live }: Match<LiveProduct>,
  place: Pick<ProductUpdate, 'chosen' | 'standing'>,
  around: UpdateContext,
): ProductUpdate {
  const { standing, chosen } = place;
  const common = { ...place, product: desired.name, live };
  const counts = chosen || Object.keys(standing.includes).length > 0;
  if (live === undefined || !counts) return { ...common, fields: [] };
  return { ...common, fields: productUpdate({ standing, desired, live }, around) };
}

/** The declared products with their known names resolved, each with its place in the files. */
export function placedProducts(
  { declared, documents }: ReadFiles,
  texts: readonly FileText[],
  directory: Directory,
): readonly { readonly product: DesiredProduct; readonly standing: DeclaredPlace }[] {
  const places = declaredPlaces(documents, new Map(texts.map(({ file, text }) => [file, text])));
  return declared.products.map((product, index) => {
    const standing = places[index];
    if (standing === undefined) throw new Error('a declared product is in no document');
    return { product: resolveKnown(product, directory).product, standing };
  });
}

interface UpdateWork {
  readonly products: readonly ProductUpdate[];
  readonly texts: readonly FileText[];
  /** Whether to remove products from the files that are no longer on the portal. */
  readonly prune: boolean;
  /** The input of the files. */
  readonly input: LoadInput;
}

/**
 * An update after which lint finds no errors. Live products can be invalid in files: two may have the same name, or
 * link the same service while only one of them can change here. Fields that would cause an error keep their values.
 */
async function validUpdate(work: UpdateWork): Promise<Update> {
  const full = await updateWithout(work, new Map());
  if (full.files.length + full.includes.length === 0) return full;
  if ((await lintAfter(work, full)).errors.length === 0) return full;
  const requested = work.products.flatMap(requestedUpdates);
  const accepted = await validUpdates(work, requested);
  const refused = await refusedItems(requested, accepted, (some) => errorsWith(work, some));
  return updateWithout(work, new Map(refused));
}

/** The new contents of an update, for lint. */
export function plannedFiles({ files, includes }: Pick<Update, 'files' | 'includes'>): PlannedFiles {
  const contents = [...files, ...includes].map(({ path, content }) => [path, Buffer.from(content)] as const);
  return { contents: new Map(contents), productFiles: [] };
}

/** The fields to change. */
function requestedUpdates({ fields, chosen }: ProductUpdate): readonly FieldUpdate[] {
  return chosen ? fields.filter((field) => !('left' in field)) : [];
}

/** @param refused fields that keep their values, each with the error that its change would cause. */
async function updateWithout(
  { products, texts, prune }: UpdateWork,
  refused: ReadonlyMap<FieldUpdate, string>,
): Promise<Update> {
  const withoutRefused = (one: FieldUpdate): FieldUpdate => {
    const mistake = refused.get(one);
    return mistake === undefined ? one : { field: one.field, left: 'invalid', mistake };
  };
  const kept = products.map((one) => ({ ...one, fields: one.fields.map(withoutRefused) }));
  return update(kept, texts, prune);
}

async function lintAfter({ input }: UpdateWork, after: Update): Promise<PlannedErrors> {
  return plannedErrors(input, plannedFiles(after));
}

/** The errors if only these fields change. */
async function errorsWith(
  work: UpdateWork,
  requested: readonly FieldUpdate[],
): Promise<readonly Diagnostic[]> {
  return (await lintAfter(work, await updateWith(work, requested))).errors;
}

async function updateWith(work: UpdateWork, requested: readonly FieldUpdate[]): Promise<Update> {
  const kept = new Set(requested);
  const others = work.products.flatMap(requestedUpdates).filter((one) => !kept.has(one));
  return updateWithout(work, new Map(others.map((one) => [one, ''])));
}

/** The fields that can change: all fields of products without errors, and a valid subset of the other fields. */
async function validUpdates(
  work: UpdateWork,
  requested: readonly FieldUpdate[],
): Promise<readonly FieldUpdate[]> {
  const after = await updateWith(work, requested);
  const { errors, documents } = await lintAfter(work, after);
  if (errors.length === 0) return requested;
  const ofErrors = new Set(
    productsAt(errors, documents, remainingProducts(work, after)).flatMap(requestedUpdates),
  );
  const suspects = requested.filter((one) => ofErrors.has(one));
  const doubtful = suspects.length === 0 ? requested : suspects;
  const others = requested.filter((one) => !doubtful.includes(one));
  const accepted = others.length === 0 ? others : await validUpdates(work, others);
  const fits = async (all: readonly FieldUpdate[]): Promise<boolean> =>
    (await errorsWith(work, all)).length === 0;
  return fittingSubset(doubtful, fits, accepted);
}

/** The products that remain in the updated files, in their order. */
function remainingProducts({ products }: UpdateWork, { gone }: Update): readonly ProductUpdate[] {
  const missing = products.filter(({ chosen, live }) => chosen && live === undefined);
  const removed = new Set(missing.filter((_, index) => gone[index]?.removed === true));
  return products.filter((one) => !removed.has(one));
}

/**
 * The products of the diagnostics, by their positions and their included files. `products` must have the order of the
 * documents.
 */
function productsAt<Product extends { readonly standing: { readonly includes: Includes } }>(
  errors: readonly Diagnostic[],
  documents: readonly SourceDocument[],
  products: readonly Product[],
): readonly Product[] {
  const starts = documents.flatMap(({ value, locate }) =>
    listAt(value, 'api_products').map((_, index) => locate(['api_products', index])),
  );
  if (starts.length !== products.length) return [];
  const places = errors.flatMap(({ location, related = [] }) => [
    location,
    ...related.map((one) => one.location),
  ]);
  const found = new Set<Product>();
  for (const place of places) {
    if (place === undefined) continue;
    const last = products.findLast((_, index) => isAtOrAfter(place, starts[index]));
    if (last !== undefined) found.add(last);
    for (const one of products.filter(({ standing }) => includes(standing.includes, place.file)))
      found.add(one);
  }
  return [...found];
}

type Includes = { readonly [field: string]: { readonly file: string } | undefined };

const includes = (files: Includes, file: string): boolean =>
  Object.values(files).some((one) => one?.file === file);

function isAtOrAfter(place: Location, start: Location | undefined): boolean {
  if (start === undefined || start.file !== place.file) return false;
  return place.line > start.line || (place.line === start.line && place.column >= start.column);
}
