import { sameField } from '../diff/compare.ts';
import { match, type Match } from '../diff/match.ts';
import { fieldsNotDeclared } from '../diff/undeclared.ts';
import {
  declaredPlaces,
  isDeclared,
  productUpdate,
  type FieldUpdate,
  type ProductUpdate,
  type Surroundings,
} from '../dump/update/product-update.ts';
import { update, type FileText, type Update } from '../dump/update/update.ts';
import { references } from '../fields/field-table.ts';
import { fittingSubset } from '../lib/lists.ts';
import type { LoadInput, PlannedFiles } from '../load/load.ts';
import type { Admin } from '../model/admin.ts';
import { hasErrors, type Checked, type Diagnostic, type Location } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { SourceDocument } from '../model/document.ts';
import type { LivePortal, LiveProduct } from '../model/live.ts';
import type { FieldName, Json } from '../model/product.ts';
import { resolveKnown } from '../resolve/resolve.ts';
import { portalMismatch } from './plan-portal.ts';
import { plannedMistakes, type PlannedMistakes, type ReadFiles } from './read-files.ts';

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

export interface UpdateWork {
  readonly products: readonly ProductUpdate[];
  readonly texts: readonly FileText[];
  /** Whether to remove products from the files that are no longer on the portal. */
  readonly prune: boolean;
  /** The input that the files were read with. */
  readonly input: LoadInput;
}

/**
 * An update after which lint finds no errors. Live products can be invalid in files: two may have the same name, or
 * link the same service while only one of them can change here. Fields that would cause an error keep their values.
 */
export async function validUpdate(work: UpdateWork): Promise<Update> {
  const whole = await updateWithout(work, new Map());
  if (whole.files.length + whole.includes.length === 0) return whole;
  if ((await mistakesAfter(work, whole)).errors.length === 0) return whole;
  const requested = work.products.flatMap(requestedUpdates);
  const accepted = new Set(await validUpdates(work, requested));
  const refused = new Map<FieldUpdate, string>();
  for (const field of requested.filter((one) => !accepted.has(one))) {
    const { errors } = await mistakesWith(work, [...accepted, field]);
    refused.set(field, errors[0]?.message ?? 'it conflicts with the other changes');
  }
  return updateWithout(work, refused);
}

export function plannedFiles({ files, includes }: Pick<Update, 'files' | 'includes'>): PlannedFiles {
  const contents = [...files, ...includes].map(({ path, content }) => [path, Buffer.from(content)] as const);
  return { contents: new Map(contents), productFiles: [] };
}

/** The fields to change. */
function requestedUpdates({ fields, chosen }: ProductUpdate): readonly FieldUpdate[] {
  return chosen ? fields.filter((field) => !('left' in field)) : [];
}

/** @param refused fields that keep their values, with the errors that they would cause. */
async function updateWithout(
  { products, texts, prune }: UpdateWork,
  refused: ReadonlyMap<FieldUpdate, string>,
): Promise<Update> {
  const left = (one: FieldUpdate): FieldUpdate => {
    const mistake = refused.get(one);
    return mistake === undefined ? one : { field: one.field, left: 'invalid', mistake };
  };
  const kept = products.map((one) => ({ ...one, fields: one.fields.map(left) }));
  return update(kept, texts, prune);
}

async function mistakesAfter({ input }: UpdateWork, after: Update): Promise<PlannedMistakes> {
  return plannedMistakes(input, plannedFiles(after));
}

/** The errors if only these fields change. */
async function mistakesWith(work: UpdateWork, requested: readonly FieldUpdate[]): Promise<PlannedMistakes> {
  return mistakesAfter(work, await updateWith(work, requested));
}

async function updateWith(work: UpdateWork, requested: readonly FieldUpdate[]): Promise<Update> {
  const kept = new Set(requested);
  const others = work.products.flatMap(requestedUpdates).filter((one) => !kept.has(one));
  return updateWithout(work, new Map(others.map((one) => [one, ''])));
}

/**
 * The fields that can change: all fields of products without errors, and as many of the others as cause no error
 * together.
 */
async function validUpdates(
  work: UpdateWork,
  requested: readonly FieldUpdate[],
): Promise<readonly FieldUpdate[]> {
  const after = await updateWith(work, requested);
  const { errors, documents } = await mistakesAfter(work, after);
  if (errors.length === 0) return requested;
  const about = new Set(
    productsAt(errors, documents, stayingProducts(work, after)).flatMap(requestedUpdates),
  );
  const suspects = requested.filter((one) => about.has(one));
  const doubtful = suspects.length === 0 ? requested : suspects;
  const others = requested.filter((one) => !doubtful.includes(one));
  const accepted = others.length === 0 ? others : await validUpdates(work, others);
  const fits = async (all: readonly FieldUpdate[]): Promise<boolean> =>
    (await mistakesWith(work, all)).errors.length === 0;
  return fittingSubset(doubtful, fits, accepted);
}

/** The products of the updated files, in their order. */
function stayingProducts({ products }: UpdateWork, { gone }: Update): readonly ProductUpdate[] {
  const missing = products.filter(({ chosen, live }) => chosen && live === undefined);
  const removed = new Set(missing.filter((_, index) => gone[index]?.removed === true));
  return products.filter((one) => !removed.has(one));
}

/**
 * The products that the diagnostics concern, by position or by included file. `products` must have the order of the
 * documents.
 */
export function productsAt<Product extends { readonly standing: { readonly includes: Includes } }>(
  mistakes: readonly Diagnostic[],
  documents: readonly SourceDocument[],
  products: readonly Product[],
): readonly Product[] {
  const starts = documents.flatMap(({ value, locate }) =>
    listOf(value).map((_, index) => locate(['api_products', index])),
  );
  if (starts.length !== products.length) return [];
  const places = mistakes.flatMap(({ location, related = [] }) => [
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

function listOf(value: Json): readonly Json[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const list = (value as { readonly [key: string]: Json })['api_products'];
  return Array.isArray(list) ? list : [];
}

function isAtOrAfter(place: Location, start: Location | undefined): boolean {
  if (start === undefined || start.file !== place.file) return false;
  return place.line > start.line || (place.line === start.line && place.column >= start.column);
}
