import type { Edit } from '../../fields/edits.ts';
import { FIELD_TABLE, fieldOf, fieldsOf, nonDefaultFields } from '../../fields/field-table.ts';
import { isObject, jsonPointer, valueAt } from '../../json/value.ts';
import type { Locate } from '../../model/declared.ts';
import type { DesiredProduct } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Directory } from '../../model/directory.ts';
import type { FileAt, SourceDocument } from '../../model/document.ts';
import type { LiveProduct } from '../../model/live.ts';
import type { FieldName, CompactFields, Json, JsonObject } from '../../model/product.ts';
import { productDocuments } from './edit-text.ts';

/** A declared product with its live product. */
export interface Declaration {
  readonly standing: DeclaredPlace;
  /** Without fields whose names are unknown. */
  readonly desired: DesiredProduct;
  readonly live: LiveProduct;
}

/** The portal and the options of an update. */
export interface UpdateContext {
  readonly directory: Directory;
  /** Whether two values of a field, in the compared form, are equal. */
  readonly same: (name: FieldName, a: CompactFields[FieldName], b: CompactFields[FieldName]) => boolean;
  /** Whether to add fields that the file does not declare and that do not have their default. */
  readonly allFields: boolean;
  /** False if the server keeps no labels on external products (docs/design/contract.md §5). */
  readonly keepsExternalLabels: boolean;
}

/**
 * Why a different field keeps its value in the file: the value comes from a variable; an anchor shares it with other
 * places; other text would change with it; no file can hold the live value; several products include the same file
 * with different values; the files would be invalid; a type cannot change in place, which skips the whole product.
 */
export type WhyLeft = 'variable' | 'shared' | 'inseparable' | 'unfit' | 'shared-file' | 'invalid' | 'type';

/** The update of a declared field that differs from the portal. */
export type FieldUpdate =
  | { readonly field: FieldName; readonly edits: readonly Edit[] }
  | { readonly field: FieldName; readonly include: FileAt; readonly content: string | Uint8Array }
  | { readonly field: FieldName | 'type'; readonly left: WhyLeft; readonly mistake?: string };

/** The update of one declared product. */
export interface ProductUpdate {
  readonly standing: DeclaredPlace;
  readonly product: string;
  /** Whether to update the product. The list includes other products, since they may include the same files. */
  readonly chosen: boolean;
  /** The live product, if there is one. */
  readonly live: LiveProduct | undefined;
  readonly fields: readonly FieldUpdate[];
}

/**
 * The smallest updates that set the declared fields to their live values. Leaves out fields that the server does not
 * return and, without `allFields`, undeclared fields.
 */
export function productUpdate(one: Declaration, context: UpdateContext): readonly FieldUpdate[] {
  if (one.standing.written['type'] !== one.live.type) return [{ field: 'type', left: 'type' }];
  return fieldsOf(one.live.type)
    .filter(
      (name) =>
        (isDeclared(name, one.standing) || isAdded(name, one, context)) && isComparable(name, one, context),
    )
    .filter((name) => differs(name, one, context))
    .map((name) => fieldUpdate(name, one, context));
}

/** Whether to add a field that the file does not declare (docs/design/contract.md §13.4). */
function isAdded(name: FieldName, { live }: Declaration, context: UpdateContext): boolean {
  return context.allFields && nonDefaultFields(live, context.keepsExternalLabels).includes(name);
}

export function isDeclared(name: FieldName, { written }: DeclaredPlace): boolean {
  // The name identifies the product, unless it has an id.
  if (name === 'name') return Object.hasOwn(written, 'id');
  return Object.hasOwn(written, name) || Object.hasOwn(written, fieldOf(name).include?.key ?? name);
}

function isComparable(
  name: FieldName,
  { live }: Declaration,
  { keepsExternalLabels }: UpdateContext,
): boolean {
  if (live.unreadable.includes(name)) return false;
  return name !== 'labels' || live.type === 'gateway' || keepsExternalLabels;
}

/** The part of the live value that a file declares. */
function wantedValue(name: FieldName, { live, desired }: Declaration): CompactFields[FieldName] {
  return fieldOf(name).inFile(live.fields[name], desired.fields[name]);
}

function differs(name: FieldName, one: Declaration, { same }: UpdateContext): boolean {
  const declared = one.desired.fields[name];
  return declared === undefined || !same(name, declared, wantedValue(name, one));
}

function fieldUpdate(name: FieldName, one: Declaration, { directory }: UpdateContext): FieldUpdate {
  const { index, written, includes } = one.standing;
  const include = includes[name];
  if (include !== undefined) return includedUpdate(name, include, one);
  const { edits: editsOf, isOpenapi } = fieldOf(name);
  const wanted = wantedValue(name, one);
  const mistake = danglingReference(name, wanted, one.desired.at, directory);
  if (mistake !== undefined) return { field: name, left: 'invalid', mistake };
  const edits = editsOf({
    path: ['api_products', index, name],
    written: written[name],
    declared: one.desired.fields[name],
    wanted,
    resolved: (part) => resolvedField(name, part, one.desired.at, directory).value,
    directory,
  });
  const fromVariable = !isOpenapi && edits.some((edit) => replacesVariable(edit, one.standing));
  return fromVariable ? { field: name, left: 'variable' } : { field: name, edits };
}

/**
 * The mistake of a live value that refers to something that the portal no longer has, such as an unpublished service.
 * Diff would refuse the product, and with it all others.
 */
export function danglingReference(
  name: FieldName,
  value: CompactFields[FieldName],
  at: Locate,
  directory: Directory,
): string | undefined {
  const written = fieldOf(name).dump(value, { directory, withDefaults: true });
  return written === null ? undefined : resolvedField(name, written, at, directory).mistake;
}

/** A part of a field with names resolved, or the mistake of an unknown name. */
function resolvedField(
  name: FieldName,
  written: Json,
  at: Locate,
  directory: Directory,
): { readonly value?: CompactFields[FieldName]; readonly mistake?: string } {
  const mistakes: string[] = [];
  const collect = ({ message }: Diagnostic): void => void mistakes.push(message);
  // A part of a value that the schema has accepted.
  const value = fieldOf(name).resolve(written as never, { directory, at, collect });
  const [mistake] = mistakes;
  return mistake === undefined ? { value } : { mistake };
}

function includedUpdate(name: FieldName, include: FileAt, { live }: Declaration): FieldUpdate {
  const content = fieldOf(name).include?.content(live.fields[name] as string);
  return content === undefined ? { field: name, left: 'unfit' } : { field: name, include, content };
}

/** Whether an edit would remove or overwrite a value from a variable (docs/design/contract.md §2). */
function replacesVariable({ op, path: [, , ...below] }: Edit, { raw }: DeclaredPlace): boolean {
  return op !== 'append' && hasVariable(valueAt(raw, below));
}

function hasVariable(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.replaceAll('\\${', '').includes('${');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasVariable);
}

/** The place of a declared product, and its text. */
export interface DeclaredPlace {
  /** As messages show it. */
  readonly file: string;
  /** Index among the documents of the file that have products. */
  readonly document: number;
  /** Index in the list of products. */
  readonly index: number;
  /** The product with variables filled in. */
  readonly written: JsonObject;
  /** The product with unfilled variables. */
  readonly raw: JsonObject;
  /** The included files, by field. */
  readonly includes: Includes;
}

export type Includes = { readonly [Name in FieldName]?: FileAt };

/** Every product of the documents, in order. `texts` are the texts of the files. */
export function declaredPlaces(
  documents: readonly SourceDocument[],
  texts: ReadonlyMap<string, string>,
): readonly DeclaredPlace[] {
  const raw = new Map([...texts].map(([file, text]) => [file, productDocuments(text)]));
  const counts = new Map<string, number>();
  return documents.flatMap(({ file, value, includes }) => {
    const list = listOf(value);
    if (list === undefined) return [];
    const document = counts.get(file) ?? 0;
    counts.set(file, document + 1);
    const rawList = listOf(raw.get(file)?.[document]) ?? [];
    return list.map((one, index) => ({
      file,
      document,
      index,
      written: objectOf(one),
      raw: objectOf(rawList[index]),
      includes: includesOf(includes, index),
    }));
  });
}

function includesOf(includes: SourceDocument['includes'], index: number): Includes {
  const found = Object.entries(FIELD_TABLE).flatMap(([field, { include }]) => {
    const at = include && includes.get(jsonPointer(['api_products', index, include.key]));
    return at === undefined ? [] : [[field, at] as const];
  });
  return Object.fromEntries(found);
}

function listOf(value: Json | undefined): readonly Json[] | undefined {
  const list = valueAt(value, ['api_products']);
  return Array.isArray(list) ? list : undefined;
}

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
