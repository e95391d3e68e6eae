import type { Edit } from '../../fields/edits.ts';
import { fittingSubset, groupBy } from '../../lib/lists.ts';
import type { FileAt } from '../../model/document.ts';
import type { FieldName } from '../../model/product.ts';
import { editableText } from './edit-text.ts';
import type { FieldUpdate, ProductUpdate, WhyLeft } from './product-update.ts';

/** A field with its product and file. */
export interface FieldOf {
  readonly file: string;
  readonly product: string;
  readonly field: FieldName | 'type';
}

/** A field that differs but was not updated. `mistake` is the error that the update would cause. */
export interface LeftField extends FieldOf {
  readonly why: WhyLeft;
  readonly mistake?: string | undefined;
}

/** A declared product that the portal no longer has. */
export interface Gone {
  readonly file: string;
  readonly product: string;
  readonly removed: boolean;
  /** Why a requested removal was impossible. */
  readonly why?: WhyImpossible | undefined;
}

export interface Update {
  /** The product files that change, with their new texts. */
  readonly files: readonly (FileAt & { readonly content: string })[];
  /** The included files that change. */
  readonly includes: readonly IncludeUpdate[];
  readonly changed: readonly FieldOf[];
  readonly left: readonly LeftField[];
  readonly gone: readonly Gone[];
}

/** A product file with its current text. */
export interface FileText extends FileAt {
  readonly text: string;
}

/**
 * Updates the product files, then the files that the remaining products include. Returns the new contents and a report.
 * Pure.
 * @param products all declared products, chosen for the update or not.
 * @param prune whether to remove products that the portal no longer has.
 */
export async function update(
  products: readonly ProductUpdate[],
  texts: readonly FileText[],
  prune: boolean,
): Promise<Update> {
  const chosen = products.filter((one) => one.chosen);
  const groups = groupBy(
    chosen.flatMap((one) => groupsOf(one, prune)),
    ({ of }) => of.standing.file,
  );
  const edited = await Promise.all(
    texts.map(async ({ text: before, ...one }) => ({
      ...one,
      before,
      ...(await fileUpdate(before, groups.get(one.file) ?? [])),
    })),
  );
  const impossible = new Map(edited.flatMap((one) => [...one.impossible]));
  const applied = edited
    .flatMap(({ file }) => groups.get(file) ?? [])
    .filter((group) => !impossible.has(group));
  const removed = new Set(applied.flatMap(({ of, field }) => (field === undefined ? [of] : [])));
  const kept = new Map([...impossible].flatMap(([{ of, field }, why]) => (field ? [] : [[of, why]])));
  const remaining = products.filter((one) => !removed.has(one));
  const includes = includeUpdates(remaining, new Set(texts.map(({ path }) => path)));
  const isDisputed = (one: FieldUpdate): boolean =>
    'include' in one && includes.disputed.has(one.include.path);
  return {
    files: edited.flatMap(({ file, path, before, text }) =>
      text === before ? [] : [{ file, path, content: text }],
    ),
    includes: includes.files,
    changed: [
      ...applied.flatMap(({ of, field }) => (field === undefined ? [] : [at(of, field)])),
      ...chosen.flatMap((one) =>
        one.fields.flatMap((field) =>
          'include' in field && !isDisputed(field) ? [at(one, field.field)] : [],
        ),
      ),
    ],
    left: [
      ...chosen.flatMap((one) => leftFields(one, isDisputed)),
      ...[...impossible].flatMap(([{ of, field }, why]) => (field ? [{ ...at(of, field), why }] : [])),
    ],
    gone: chosen
      .filter(({ live }) => live === undefined)
      .map((one) => ({
        file: one.standing.file,
        product: one.product,
        removed: removed.has(one),
        why: kept.get(one),
      })),
  };
}

function leftFields(one: ProductUpdate, isDisputed: (field: FieldUpdate) => boolean): readonly LeftField[] {
  return one.fields.flatMap((field): readonly LeftField[] => {
    const left = 'left' in field ? { why: field.left, mistake: field.mistake } : undefined;
    const disputed = isDisputed(field) ? { why: 'shared-file' as const } : undefined;
    const found = left ?? disputed;
    return found === undefined ? [] : [{ ...at(one, field.field), ...found }];
  });
}

function at<Field>({ standing: { file }, product }: ProductUpdate, field: Field) {
  return { file, product, field };
}

/** Edits that adc applies together or not at all: of one field of a product, or the removal of a product. */
export interface EditGroup {
  readonly document: number;
  /** Undefined: the whole product is removed. */
  readonly field: FieldName | undefined;
  readonly edits: readonly Edit[];
}

interface Group extends EditGroup {
  readonly of: ProductUpdate;
}

function groupsOf(of: ProductUpdate, prune: boolean): readonly Group[] {
  const { live, fields } = of;
  const { document, index } = of.standing;
  const removal: Edit = { op: 'remove', path: ['api_products', index] };
  if (live === undefined) return prune ? [{ of, document, field: undefined, edits: [removal] }] : [];
  return fields.flatMap((one) =>
    'edits' in one ? [{ of, document, field: one.field, edits: one.edits }] : [],
  );
}

/** Why edits are impossible: an anchor shares the edited part with other places, or other text would change. */
export type WhyImpossible = 'shared' | 'inseparable';

interface FileUpdate<Group> {
  readonly text: string;
  /** The groups that would cause other changes, and why. */
  readonly impossible: ReadonlyMap<Group, WhyImpossible>;
}

/**
 * Applies all possible groups of edits to a product file. Groups that affect shared anchors come last, so that all
 * others are applied together.
 */
export async function fileUpdate<Group extends EditGroup>(
  original: string,
  groups: readonly Group[],
): Promise<FileUpdate<Group>> {
  if (groups.length === 0) return { text: original, impossible: new Map() };
  const { edited, isShared } = editableText(original);
  let text = original;
  const canApply = (all: readonly Group[]): boolean => {
    const attempt = edited(all);
    text = attempt ?? text;
    return attempt !== undefined;
  };
  const shared = new Set(groups.filter(isShared));
  const separate = groups.filter((group) => !shared.has(group));
  const all = [...separate, ...shared];
  const applied = new Set(
    canApply(all) ? all : await fittingSubset([...shared], canApply, await fittingSubset(separate, canApply)),
  );
  const impossible = groups.filter((group) => !applied.has(group));
  return {
    text,
    impossible: new Map(impossible.map((group) => [group, shared.has(group) ? 'shared' : 'inseparable'])),
  };
}

/** An included file with new contents. */
export interface IncludeUpdate extends FileAt {
  readonly content: string | Uint8Array;
}

interface IncludeUpdates {
  readonly files: readonly IncludeUpdate[];
  /** Paths of files whose products need different contents. */
  readonly disputed: ReadonlySet<string>;
}

/**
 * The updates of included files. A file changes only if its new contents are the live value of every product that
 * includes it, by any path, chosen for the update or not.
 * @param products the products that remain in the files.
 * @param productFiles paths of the product files, which cannot contain the value of a field.
 */
function includeUpdates(
  products: readonly ProductUpdate[],
  productFiles: ReadonlySet<string>,
): IncludeUpdates {
  const wantedByPath = groupBy(products.flatMap(wantedContents), ({ path }) => path);
  const files: IncludeUpdate[] = [];
  const disputed = new Set<string>();
  for (const [path, list] of wantedByPath) {
    const wanted = list.find(({ chosen, content }) => chosen && content !== undefined);
    if (wanted === undefined) continue;
    const { file, link, content = '' } = list[0] ?? wanted;
    const isAgreed = list.every((one) => sameContent(one.content, wanted.content));
    if (productFiles.has(path) || !isAgreed) disputed.add(path);
    else files.push({ file, path, content, ...(link !== undefined && { link }) });
  }
  return { files, disputed };
}

/** The new contents of a file for one product; undefined if they are unchanged or unknown. */
interface WantedContent extends FileAt {
  readonly chosen: boolean;
  readonly content: string | Uint8Array | undefined;
}

function wantedContents({ standing, fields, chosen }: ProductUpdate): readonly WantedContent[] {
  return Object.entries(standing.includes).map(([field, place]) => {
    const own = fields.find((one) => one.field === field);
    return { ...place, chosen, content: own && 'content' in own ? own.content : undefined };
  });
}

function sameContent(a: WantedContent['content'], b: WantedContent['content']): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.from(a).equals(Buffer.from(b));
}
