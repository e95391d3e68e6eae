import type { FieldName } from '../../model/product.ts';
import type { Edit } from './edit.ts';
import { fileUpdate, type EditGroup } from './file-update.ts';
import { includedPath, includeUpdates, type IncludeUpdate, type IncludeUpdates } from './include-updates.ts';
import type { ProductUpdate, WhyLeft } from './product-update.ts';

/** A field, and the product and file that it stands in. */
export interface FieldOf {
  readonly file: string;
  readonly product: string;
  readonly field: FieldName | 'type';
}

export interface Update {
  /** The product files that change, with their new texts. */
  readonly files: readonly { readonly file: string; readonly content: string }[];
  /** Files beside them that change. */
  readonly includes: readonly IncludeUpdate[];
  readonly changed: readonly FieldOf[];
  /** Fields that differ and were left as they stand. */
  readonly left: readonly (FieldOf & { readonly why: WhyLeft })[];
  /** Declared products that the portal does not have any more. */
  readonly gone: readonly { readonly file: string; readonly product: string; readonly removed: boolean }[];
}

/**
 * New texts for the files that change, and the story of it. Pure.
 * @param texts the texts of the product files, by the names that standings have.
 * @param prune whether products that are gone go from the files too.
 */
export function update(
  products: readonly ProductUpdate[],
  texts: ReadonlyMap<string, string>,
  prune: boolean,
): Update {
  const includes = includeUpdates(products);
  const byFile = [...texts].map(([file, text]) => {
    const own = products.filter(({ standing }) => standing.file === file);
    return { file, before: text, groups: own.flatMap((one) => groupsOf(one, prune)) };
  });
  const done = byFile.map((one) => ({ ...one, ...fileUpdate(one.before, one.groups) }));
  const impossible = new Set(done.flatMap((one) => one.impossible));
  const made = done.flatMap(({ file, groups }) =>
    groups.filter((group) => !impossible.has(group)).map((group) => ({ file, ...group })),
  );
  return {
    files: done
      .filter(({ before, text }) => text !== before)
      .map(({ file, text }) => ({ file, content: text })),
    includes: includes.files,
    changed: [
      ...made.flatMap(({ file, product, field }) => (field === undefined ? [] : [{ file, product, field }])),
      ...products.flatMap((one) => changedIncludes(one, includes)),
    ],
    left: [
      ...products.flatMap((one) => leftOf(one, includes)),
      ...done.flatMap(({ file, impossible: not }) => not.flatMap((group) => shared(file, group))),
    ],
    gone: products.flatMap((one) => goneOf(one, prune, impossible)),
  };
}

function groupsOf({ standing, product, live, fields }: ProductUpdate, prune: boolean): readonly EditGroup[] {
  const { document, index } = standing;
  const removal: Edit = { op: 'remove', path: ['api_products', index] };
  if (live === undefined) return prune ? [{ document, product, field: undefined, edits: [removal] }] : [];
  return fields.flatMap((one) =>
    'edits' in one ? [{ document, product, field: one.field, edits: one.edits }] : [],
  );
}

function changedIncludes(
  { standing, product, fields }: ProductUpdate,
  { disputed }: IncludeUpdates,
): readonly FieldOf[] {
  const { file } = standing;
  return fields.flatMap((one) =>
    'include' in one && !disputed.has(includedPath(file, one.include))
      ? [{ file, product, field: one.field }]
      : [],
  );
}

function leftOf({ standing, product, fields }: ProductUpdate, { disputed }: IncludeUpdates): Update['left'] {
  const { file } = standing;
  return fields.flatMap((one) => {
    const { field } = one;
    if ('left' in one) return [{ file, product, field, why: one.left }];
    const isDisputed = 'include' in one && disputed.has(includedPath(file, one.include));
    return isDisputed ? [{ file, product, field, why: 'shared-file' as const }] : [];
  });
}

function shared(file: string, { product, field }: EditGroup): Update['left'] {
  return field === undefined ? [] : [{ file, product, field, why: 'shared' }];
}

function goneOf(
  { standing, product, live }: ProductUpdate,
  prune: boolean,
  impossible: ReadonlySet<EditGroup>,
): Update['gone'] {
  if (live !== undefined) return [];
  const kept = [...impossible].some((group) => group.field === undefined && group.product === product);
  return [{ file: standing.file, product, removed: prune && !kept }];
}
