import { groupBy } from '../../lib/group-by.ts';
import type { FileAt } from '../../model/document.ts';
import type { FieldName } from '../../model/product.ts';
import type { Edit } from './edit.ts';
import { fileUpdate, type EditGroup } from './file-update.ts';
import { includeUpdates, type IncludeUpdate, type IncludeUpdates } from './include-updates.ts';
import type { ProductUpdate, WhyLeft } from './product-update.ts';

/** A field, and the product and file that it stands in. */
export interface FieldOf {
  readonly file: string;
  readonly product: string;
  readonly field: FieldName | 'type';
}

export interface Update {
  /** The product files that change, with their new texts. */
  readonly files: readonly (FileAt & { readonly content: string })[];
  /** Files beside them that change. */
  readonly includes: readonly IncludeUpdate[];
  readonly changed: readonly FieldOf[];
  /** Fields that differ and were left as they stand. */
  readonly left: readonly (FieldOf & { readonly why: WhyLeft })[];
  /** Declared products that the portal does not have any more. */
  readonly gone: readonly { readonly file: string; readonly product: string; readonly removed: boolean }[];
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
export function update(
  products: readonly ProductUpdate[],
  texts: readonly FileText[],
  prune: boolean,
): Update {
  const byFile = groupBy(products, ({ standing }) => standing.file);
  const done = texts.map((one) => {
    const groups = (byFile.get(one.file) ?? []).flatMap((product) => groupsOf(product, prune));
    return { ...one, groups, ...fileUpdate(one.text, groups), before: one.text };
  });
  const impossible = new Set(done.flatMap((one) => one.impossible));
  const made = done.flatMap(({ file, groups }) =>
    groups.filter((group) => !impossible.has(group)).map((group) => ({ file, ...group })),
  );
  const removed = new Set(made.flatMap((group) => (group.field === undefined ? [group.of] : [])));
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
      ...done.flatMap(({ file, impossible: not }) => not.flatMap((group) => shared(file, group))),
    ],
    gone: chosen
      .filter(({ live }) => live === undefined)
      .map((one) => ({ file: one.standing.file, product: one.product, removed: removed.has(one) })),
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
    if ('left' in one) return [{ file, product, field, why: one.left }];
    const isDisputed = 'include' in one && disputed.has(one.include.path);
    return isDisputed ? [{ file, product, field, why: 'shared-file' as const }] : [];
  });
}

function shared(file: string, { of, field }: Group): Update['left'] {
  return field === undefined ? [] : [{ file, product: of.product, field, why: 'shared' }];
}
