import type { FieldUpdate, ProductUpdate } from '../dump/update/product-update.ts';
import { update, type FileText, type Update } from '../dump/update/update.ts';
import { fittingSubset } from '../lib/lists.ts';
import type { LoadInput, PlannedFiles } from '../load/load.ts';
import { plannedMistakes, type PlannedMistakes } from './read-files.ts';
import { productsAt } from './products-at.ts';

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
