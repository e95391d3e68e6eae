import { sameField } from '../diff/compare.ts';
import { productEntry } from '../dump/product-entry.ts';
import {
  productUpdate,
  type DeclaredPlace,
  type FieldUpdate,
  type ProductUpdate,
} from '../dump/update/product-update.ts';
import { fileUpdate, update, type FileText, type Update } from '../dump/update/update.ts';
import { escapeVariables } from '../fields/edits.ts';
import type { LoadInput } from '../load/load.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, JsonObject } from '../model/product.ts';
import type { RecordEntry, RecordStart } from '../model/record.ts';
import { portalMismatch } from './plan-portal.ts';
import { plannedErrors, type ReadFiles } from './read-files.ts';
import { placedProducts, plannedFiles } from './update-files.ts';

export interface UndoOptions {
  /** The current product files. */
  readonly texts: readonly FileText[];
  /** The input of the files. */
  readonly input: LoadInput;
}

export interface Undo extends Update {
  /** Deleted products of the run, each with the file to which undo adds it; undefined if it cannot be added. */
  readonly added: readonly { readonly product: string; readonly file: string | undefined }[];
  /** Products that the run changed and no file declares. */
  readonly undeclared: readonly string[];
  /** Products that keep the owner label of the run. */
  readonly adopted: readonly string[];
  /** Products whose state is not in the record, because the run ended before its first write. */
  readonly unrecorded: readonly string[];
}

/** A product that the run planned to change. */
interface Touched {
  /** The product before the run; undefined if the run created it. */
  readonly before: LiveProduct | undefined;
  readonly id: string | undefined;
  /** Its name after the run. */
  readonly name: string;
  readonly type: LiveProduct['type'];
  readonly isDeleted: boolean;
  readonly fields: ReadonlySet<FieldName>;
}

/**
 * Edits files so that they declare the portal before a recorded run, for `adc undo` (docs/design/contract.md §15).
 * Includes every product of the plan, even if the run did not change it. Reads no portal and writes nothing. A second
 * undo changes nothing.
 */
export async function undoFiles(
  files: ReadFiles,
  { start, entries }: { readonly start: RecordStart; readonly entries: readonly RecordEntry[] },
  { texts, input }: UndoOptions,
): Promise<Checked<Undo>> {
  const mismatch = portalMismatch(files.declared, start.target);
  if (hasErrors(mismatch)) return { diagnostics: mismatch };
  const directory = directoryOf(start);
  const planned = touchedBy(start, entries);
  // Without its recorded state, an existing product looks like a created one, which undo would remove.
  const isRecorded = ({ id, before }: Touched): boolean => id === undefined || before !== undefined;
  const touched = planned.filter(isRecorded);
  const pairs = placedProducts(files, texts, directory).map(({ product, standing }) => ({
    product,
    standing,
    touched: touched.find((one) => isDeclaredBy(product, one)),
  }));
  const products = pairs.map(({ product, standing, touched: one }) =>
    updateOf(product, one, { standing, directory }),
  );
  const updated = await update(products, texts, true);
  const found = new Set(pairs.map((pair) => pair.touched));
  const missing = touched.filter((one) => one.before !== undefined && !found.has(one));
  const deleted = missing.filter(({ isDeleted }) => isDeleted);
  const withoutAdded = {
    ...updated,
    added: deleted.map(({ name }) => ({ product: name, file: undefined })),
    undeclared: missing.filter(({ isDeleted }) => !isDeleted).map(({ name }) => name),
    adopted: touched.filter(isAdopted).map(({ name }) => name),
    unrecorded: planned.filter((one) => !isRecorded(one)).map(({ name }) => name),
  };
  const value = { ...withoutAdded, ...(await withAdded(updated, deleted, { texts, products, directory })) };
  // A deleted product may be invalid in files. Then adc does not add the deleted products, and undoes the rest.
  if ((await errorsAfter(value, input)).length === 0) return { value, diagnostics: [] };
  const errors = await errorsAfter(withoutAdded, input);
  return errors.length > 0 ? { diagnostics: errors } : { value: withoutAdded, diagnostics: [] };
}

async function errorsAfter(value: Undo, input: LoadInput): Promise<readonly Diagnostic[]> {
  return (await plannedErrors(input, plannedFiles(value))).errors;
}

/**
 * Whether a product declares the touched one: by its id, its name after the run, or its name before the run, which an
 * earlier undo wrote.
 */
function isDeclaredBy(product: DesiredProduct, one: Touched): boolean {
  if (product.id !== undefined) return product.id === one.id;
  if (product.type !== one.type) return false;
  return product.name === one.name || product.name === one.before?.fields.name;
}

function touchedBy(start: RecordStart, entries: readonly RecordEntry[]): readonly Touched[] {
  const before = new Map(
    entries.flatMap((one) => {
      if (one.entry !== 'product') return [];
      const { id, type, fields, unreadable } = one;
      return [[id, { id, type, fields, unreadable, raw: {} }] as const];
    }),
  );
  const keyOf = ({ product, chain }: RecordStart['steps'][number]): string => product.id ?? `new ${chain}`;
  return [...new Set(start.steps.map(keyOf))].flatMap((key) => {
    const steps = start.steps.filter((step) => keyOf(step) === key);
    const last = steps.at(-1);
    if (last === undefined) return [];
    return {
      before: before.get(key),
      id: last.product.id,
      name: last.product.name,
      type: last.product.type,
      isDeleted: last.action === 'delete',
      fields: new Set(steps.flatMap(({ fields }) => fields)),
    };
  });
}

function directoryOf({ directory }: RecordStart): Directory {
  const services = directory.services.map((one) => ({ ...one, hosts: [], plugins: [] }));
  return {
    gatewayGroups: directory.gateway_groups,
    services: new Map(
      directory.gateway_groups.map(({ id }) => [
        id,
        services.filter(({ gateway_group_id }) => gateway_group_id === id),
      ]),
    ),
    dcrProviders: directory.dcr_providers,
    contactPoints: directory.contact_points ?? undefined,
  };
}

/** The update that removes a created product, restores the fields of a changed one, or changes nothing. */
function updateOf(
  desired: DesiredProduct,
  touched: Touched | undefined,
  { standing, directory }: { readonly standing: DeclaredPlace; readonly directory: Directory },
): ProductUpdate {
  const common = { standing, product: desired.name };
  if (touched === undefined) return { ...common, chosen: false, live: undefined, fields: [] };
  const { before: live, fields } = touched;
  if (live === undefined) return { ...common, chosen: true, live, fields: [] };
  const around = { directory, same: sameField, keepsExternalLabels: true, allFields: false };
  const changed = productUpdate({ standing, desired, live }, around).filter(
    ({ field }) => field !== 'type' && fields.has(field),
  );
  return { ...common, chosen: true, live, fields: [...changed, ...renamed(desired, live, standing)] };
}

/** A product without an id needs the new name in `previous_name`: otherwise sync would delete and create it. */
function renamed(
  desired: DesiredProduct,
  live: LiveProduct,
  { index }: DeclaredPlace,
): readonly FieldUpdate[] {
  const { name } = live.fields;
  if (desired.id !== undefined || desired.name === name) return [];
  const set = (key: string, value: string) =>
    ({ op: 'set', path: ['api_products', index, key], value: escapeVariables(value) }) as const;
  return [{ field: 'name', edits: [set('name', name), set('previous_name', desired.name)] }];
}

/** Whether the run changed only the owner label, which files do not declare. */
function isAdopted({ before, fields, isDeleted }: Touched): boolean {
  return (
    before !== undefined && !isDeleted && fields.has('labels') && !('managed-by' in before.fields.labels)
  );
}

interface Adding {
  readonly texts: readonly FileText[];
  readonly products: readonly ProductUpdate[];
  readonly directory: Directory;
}

/** Adds deleted products at the end of the first list of products, without their old id. */
async function withAdded(
  { files }: Update,
  deleted: readonly Touched[],
  { texts, products, directory }: Adding,
): Promise<Pick<Undo, 'files' | 'added'>> {
  const [first] = products;
  const place = texts.find(({ file }) => file === first?.standing.file) ?? texts[0];
  const entries = deleted.flatMap(({ before }) => (before ? [entryOf(before, directory)] : []));
  if (place === undefined || entries.length === 0) return { files, added: [] };
  const { document } = first?.standing ?? { document: 0 };
  const before = files.find(({ path }) => path === place.path)?.content ?? place.text;
  const edits = entries.map((value) => ({ op: 'append', path: ['api_products'], value }) as const);
  const { text, impossible } = await fileUpdate(before, [{ document, field: 'name', edits }]);
  const { file, path } = place;
  const isAdded = impossible.size === 0;
  return {
    files: isAdded ? [...files.filter((one) => one.path !== path), { file, path, content: text }] : files,
    added: deleted.map(({ name }) => ({ product: name, file: isAdded ? file : undefined })),
  };
}

function entryOf(product: LiveProduct, directory: Directory): JsonObject {
  const options = { layout: 'one-file', withId: false, withDefaults: false, directory } as const;
  return productEntry({ product, whyPinned: undefined }, undefined, options).fields;
}
