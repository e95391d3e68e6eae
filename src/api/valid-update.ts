import type { FieldUpdate, ProductUpdate } from '../dump/update/product-update.ts';
import { update, type FileText, type Update } from '../dump/update/update.ts';
import { fittingSubset } from '../lib/fitting-subset.ts';
import type { LoadInput, PlannedFiles } from '../load/load.ts';
import { plannedMistakes, type PlannedMistakes } from './read-files.ts';
import { productsAt } from './products-at.ts';

export interface UpdateWork {
  readonly products: readonly ProductUpdate[];
  readonly texts: readonly FileText[];
  /** Whether products that are gone from the portal go from the files too. */
  readonly prune: boolean;
  /** What the files were read with. */
  readonly input: LoadInput;
}

/**
 * The update after which lint finds no errors. Live products can be invalid in files: two products may have one name,
 * or hold one service where only one of them can change here. Fields that would cause an error keep their values.
 */
export async function validUpdate(work: UpdateWork): Promise<Update> {
  const whole = await updateWithout(work, new Map());
  if (whole.files.length + whole.includes.length === 0) return whole;
  if ((await mistakesAfter(work, whole)).errors.length === 0) return whole;
  const wishes = work.products.flatMap(wishesOf);
  const granted = new Set(await grantedWishes(work, wishes));
  const refused = new Map<FieldUpdate, string>();
  for (const wish of wishes.filter((one) => !granted.has(one))) {
    const { errors } = await mistakesWith(work, [...granted, wish]);
    refused.set(wish, errors[0]?.message ?? 'it does not go together with the other changes');
  }
  return updateWithout(work, refused);
}

export function plannedFiles({ files, includes }: Pick<Update, 'files' | 'includes'>): PlannedFiles {
  const contents = [...files, ...includes].map(({ path, content }) => [path, Buffer.from(content)] as const);
  return { contents: new Map(contents), productFiles: [] };
}

/** Fields that are to change. */
function wishesOf({ fields, chosen }: ProductUpdate): readonly FieldUpdate[] {
  return chosen ? fields.filter((field) => !('left' in field)) : [];
}

/** @param refused fields that stay as they are, with the mistakes that they would make. */
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

/** If of all wishes these alone came true. */
async function mistakesWith(work: UpdateWork, wishes: readonly FieldUpdate[]): Promise<PlannedMistakes> {
  return mistakesAfter(work, await updateWith(work, wishes));
}

async function updateWith(work: UpdateWork, wishes: readonly FieldUpdate[]): Promise<Update> {
  const kept = new Set(wishes);
  const others = work.products.flatMap(wishesOf).filter((one) => !kept.has(one));
  return updateWithout(work, new Map(others.map((one) => [one, ''])));
}

/** Those of products that have no part in a mistake, and of the others as many as go together with them. */
async function grantedWishes(
  work: UpdateWork,
  wishes: readonly FieldUpdate[],
): Promise<readonly FieldUpdate[]> {
  const after = await updateWith(work, wishes);
  const { errors, documents } = await mistakesAfter(work, after);
  if (errors.length === 0) return wishes;
  const about = new Set(productsAt(errors, documents, stayingProducts(work, after)).flatMap(wishesOf));
  const suspects = wishes.filter((one) => about.has(one));
  const doubtful = suspects.length === 0 ? wishes : suspects;
  const others = wishes.filter((one) => !doubtful.includes(one));
  const granted = others.length === 0 ? others : await grantedWishes(work, others);
  const fits = async (all: readonly FieldUpdate[]): Promise<boolean> =>
    (await mistakesWith(work, all)).errors.length === 0;
  return fittingSubset(doubtful, fits, granted);
}

/** Those that the updated files have, in the order in which they have them. */
function stayingProducts({ products }: UpdateWork, { gone }: Update): readonly ProductUpdate[] {
  const missing = products.filter(({ chosen, live }) => chosen && live === undefined);
  const removed = new Set(missing.filter((_, index) => gone[index]?.removed === true));
  return products.filter((one) => !removed.has(one));
}
