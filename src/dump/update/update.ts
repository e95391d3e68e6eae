import type { Edit } from '../../fields/edits.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { FileAt } from '../../model/document.ts';
import type { FieldName } from '../../model/product.ts';
import { fileUpdate, type EditGroup, type WhyImpossible } from './file-update.ts';
import { includeUpdates, type IncludeUpdate, type IncludeUpdates } from './include-updates.ts';
import type { ProductUpdate, WhyLeft } from './product-update.ts';

/** A field, and the product and file that it stands in. */
export interface FieldOf {
  readonly file: string;
  readonly product: string;
  readonly field: FieldName | 'type';
}

/** A field that differs and was left as it stands; `mistake` says what would be wrong with it. */
export interface LeftField extends FieldOf {
  readonly why: WhyLeft;
  readonly mistake?: string;
}

/** A declared product that the portal does not have any more. */
export interface Gone {
  readonly file: string;
  readonly product: string;
  readonly removed: boolean;
  /** Why it could not be removed, if that was asked for. */
  readonly why?: WhyImpossible;
}

export interface Update {
  /** The product files that change, with their new texts. */
  readonly files: readonly (FileAt & { readonly content: string })[];
  /** Files beside them that change. */
  readonly includes: readonly IncludeUpdate[];
  readonly changed: readonly FieldOf[];
  readonly left: readonly LeftField[];
  readonly gone: readonly Gone[];
}

interface Group extends EditGroup {
  readonly of: ProductUpdate;
}

/** A product file as it is. */
export interface FileText extends FileAt {
  readonly text: string;
}

/**
 * New texts for the files that change, and the story of it. Pure.
 * @param products every declared one, whether it is to be updated or not.
 * @param prune whether products that are gone go from the files too.
 */
export async function update(
  products: readonly ProductUpdate[],
  texts: readonly FileText[],
  prune: boolean,
): Promise<Update> {
  const byFile = groupBy(products, ({ standing }) => standing.file);
  const done = await Promise.all(
    texts.map(async (one) => {
      const groups = (byFile.get(one.file) ?? []).flatMap((product) => groupsOf(product, prune));
      return { ...one, groups, ...(await fileUpdate(one.text, groups)), before: one.text };
    }),
  );
  const impossible = new Map(done.flatMap((one) => [...one.impossible]));
  const made = done.flatMap(({ file, groups }) =>
    groups.filter((group) => !impossible.has(group)).map((group) => ({ file, ...group })),
  );
  const removed = new Set(made.flatMap((group) => (group.field === undefined ? [group.of] : [])));
  const kept = new Map([...impossible].flatMap(([group, why]) => (group.field ? [] : [[group.of, why]])));
  const staying = products.filter((one) => !removed.has(one));
  const includes = includeUpdates(staying, new Set(texts.map(({ path }) => path)));
  const chosen = products.filter((one) => one.chosen);
  return {
    files: done.flatMap(({ before, text, file, path }) =>
      text === before ? [] : [{ file, path, content: text }],
    ),
    includes: includes.files,
    changed: [
      ...made.flatMap(({ file, of, field }) =>
        field === undefined ? [] : [{ file, product: of.product, field }],
      ),
      ...chosen.flatMap((one) => changedIncludes(one, includes)),
    ],
    left: [
      ...chosen.flatMap((one) => leftOf(one, includes)),
      ...[...impossible].flatMap(([group, why]) => notMade(group, why)),
    ],
    gone: chosen
      .filter(({ live }) => live === undefined)
      .map((one) => ({
        file: one.standing.file,
        product: one.product,
        removed: removed.has(one),
        ...whyKept(kept.get(one)),
      })),
  };
}

function groupsOf(of: ProductUpdate, prune: boolean): readonly Group[] {
  if (!of.chosen) return [];
  const { standing, live, fields } = of;
  const { document, index } = standing;
  const removal: Edit = { op: 'remove', path: ['api_products', index] };
  if (live === undefined) return prune ? [{ of, document, field: undefined, edits: [removal] }] : [];
  return fields.flatMap((one) =>
    'edits' in one ? [{ of, document, field: one.field, edits: one.edits }] : [],
  );
}

function changedIncludes(
  { standing, product, fields }: ProductUpdate,
  { disputed }: IncludeUpdates,
): readonly FieldOf[] {
  const { file } = standing;
  return fields.flatMap((one) =>
    'include' in one && !disputed.has(one.include.path) ? [{ file, product, field: one.field }] : [],
  );
}

function leftOf({ standing, product, fields }: ProductUpdate, { disputed }: IncludeUpdates): Update['left'] {
  const { file } = standing;
  return fields.flatMap((one) => {
    const { field } = one;
    if ('left' in one) return [{ file, product, field, why: one.left, ...mistakeOf(one) }];
    const isDisputed = 'include' in one && disputed.has(one.include.path);
    return isDisputed ? [{ file, product, field, why: 'shared-file' as const }] : [];
  });
}

function mistakeOf({ mistake }: Pick<LeftField, 'mistake'>): Pick<LeftField, 'mistake'> {
  return mistake === undefined ? {} : { mistake };
}

function notMade({ of, field }: Group, why: WhyImpossible): Update['left'] {
  return field === undefined ? [] : [{ file: of.standing.file, product: of.product, field, why }];
}

function whyKept(why: WhyImpossible | undefined): Pick<Gone, 'why'> {
  return why === undefined ? {} : { why };
}
