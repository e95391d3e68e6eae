import type { Edit } from '../../fields/edits.ts';
import { FIELD_TABLE, fieldOf, fieldsOf, tellingFields } from '../../fields/field-table.ts';
import { jsonPointer } from '../../json/pointer.ts';
import { isObject, valueAt } from '../../json/value.ts';
import type { Locate } from '../../model/declared.ts';
import type { DesiredProduct } from '../../model/desired.ts';
import type { Directory } from '../../model/directory.ts';
import type { FileAt, SourceDocument } from '../../model/document.ts';
import type { LiveProduct } from '../../model/live.ts';
import type { FieldName, HeldFields, Json, JsonObject } from '../../model/product.ts';
import { productDocuments } from './edit-text.ts';

/** A product of a file beside the live one that it means. */
export interface Declaration {
  readonly standing: Standing;
  /** Fields whose names mean nothing any more are left out. */
  readonly desired: DesiredProduct;
  readonly live: LiveProduct;
}

/** What updates need to know of the portal. */
export interface Surroundings {
  readonly directory: Directory;
  /** Whether two values of a field, in the compared form, mean the same. */
  readonly same: (name: FieldName, a: HeldFields[FieldName], b: HeldFields[FieldName]) => boolean;
  /** Whether fields that the file does not declare are added, unless they have their default. */
  readonly allFields: boolean;
  /** False where the server keeps no labels on external products (docs/design/contract.md §5). */
  readonly keepsExternalLabels: boolean;
}

/**
 * Why a field that differs keeps its value in the file: the value comes from a variable; it is part of something that
 * other places share; something else would change with it; no file can hold the live value; several products include
 * one file and disagree; the files would be invalid; a type cannot change in place, which skips the whole product.
 */
export type WhyLeft = 'variable' | 'shared' | 'inseparable' | 'unfit' | 'shared-file' | 'invalid' | 'type';

/** What becomes of a declared field that is not as it is on the portal. */
export type FieldUpdate =
  | { readonly field: FieldName; readonly edits: readonly Edit[] }
  | { readonly field: FieldName; readonly include: FileAt; readonly content: string | Uint8Array }
  | { readonly field: FieldName | 'type'; readonly left: WhyLeft; readonly mistake?: string };

/** What becomes of one declared product. */
export interface ProductUpdate {
  readonly standing: Standing;
  readonly product: string;
  /** Whether it is to be updated; others are there for the files that they share with those that are. */
  readonly chosen: boolean;
  /** The live product that it means, if there is one. */
  readonly live: LiveProduct | undefined;
  readonly fields: readonly FieldUpdate[];
}

/**
 * What brings the fields that a file declares to what is live, with as few changes as can be. Fields that it does not
 * declare stay undeclared, and so does what the server does not give back.
 */
export function productUpdate(one: Declaration, around: Surroundings): readonly FieldUpdate[] {
  if (one.standing.written['type'] !== one.live.type) return [{ field: 'type', left: 'type' }];
  return fieldsOf(one.live.type)
    .filter(
      (name) =>
        (isDeclared(name, one.standing) || isAdded(name, one, around)) && isComparable(name, one, around),
    )
    .filter((name) => differs(name, one, around))
    .map((name) => fieldUpdate(name, one, around));
}

/** Undeclared fields that are not the default, if they are to be declared (docs/design/contract.md §13.4). */
function isAdded(name: FieldName, { live }: Declaration, around: Surroundings): boolean {
  return around.allFields && tellingFields(live, around.keepsExternalLabels).includes(name);
}

export function isDeclared(name: FieldName, { written }: Standing): boolean {
  // By its name a product is found, unless an id says which one it is.
  if (name === 'name') return Object.hasOwn(written, 'id');
  return Object.hasOwn(written, name) || Object.hasOwn(written, fieldOf(name).include?.key ?? name);
}

function isComparable(
  name: FieldName,
  { live }: Declaration,
  { keepsExternalLabels }: Surroundings,
): boolean {
  if (live.unreadable.includes(name)) return false;
  return name !== 'labels' || live.type === 'gateway' || keepsExternalLabels;
}

/** The live value, as far as a file declares it. */
function wantedValue(name: FieldName, { live, desired }: Declaration): HeldFields[FieldName] {
  return fieldOf(name).inFile(live.fields[name], desired.fields[name]);
}

function differs(name: FieldName, one: Declaration, { same }: Surroundings): boolean {
  const declared = one.desired.fields[name];
  return declared === undefined || !same(name, declared, wantedValue(name, one));
}

function fieldUpdate(name: FieldName, one: Declaration, { directory }: Surroundings): FieldUpdate {
  const { index, written, includes } = one.standing;
  const include = includes[name];
  if (include !== undefined) return includedUpdate(name, include, one);
  const { edits: editsOf, isOpenapi } = fieldOf(name);
  const edits = editsOf({
    path: ['api_products', index, name],
    written: written[name],
    declared: one.desired.fields[name],
    wanted: wantedValue(name, one),
    resolved: (part) => resolvedField(name, part, one.desired.at, directory),
    directory,
  });
  const fromVariable = !isOpenapi && edits.some((edit) => touchesVariable(edit, one.standing));
  return fromVariable ? { field: name, left: 'variable' } : { field: name, edits };
}

/** Undefined if a name in it means nothing any more. */
function resolvedField(
  name: FieldName,
  written: Json,
  at: Locate,
  directory: Directory,
): HeldFields[FieldName] | undefined {
  let isStale = false;
  const collect = (): void => {
    isStale = true;
  };
  // A part of a value that the schema has accepted.
  const value = fieldOf(name).resolve(written as never, { directory, at, collect });
  return isStale ? undefined : value;
}

function includedUpdate(name: FieldName, include: FileAt, { live }: Declaration): FieldUpdate {
  const content = fieldOf(name).include?.content(live.fields[name] as string);
  return content === undefined ? { field: name, left: 'unfit' } : { field: name, include, content };
}

/** Whether an edit would take away, or write over, something that a variable fills (docs/design/contract.md §2). */
function touchesVariable({ op, path: [, , ...below] }: Edit, { raw }: Standing): boolean {
  return op !== 'append' && hasVariable(valueAt(raw, below));
}

function hasVariable(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.replaceAll('\\${', '').includes('${');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasVariable);
}

/** Where a declared product stands, and what stands there. */
export interface Standing {
  /** As people are shown it. */
  readonly file: string;
  /** Among the documents of the file that have products. */
  readonly document: number;
  /** In the list of products. */
  readonly index: number;
  /** With variables filled in. */
  readonly written: JsonObject;
  /** With the variables themselves. */
  readonly raw: JsonObject;
  /** The files that it includes, by the fields that they hold. */
  readonly includes: Includes;
}

export type Includes = { readonly [Name in FieldName]?: FileAt };

/** Every product of the documents, in their order. `texts` are the texts of the files. */
export function standings(
  documents: readonly SourceDocument[],
  texts: ReadonlyMap<string, string>,
): readonly Standing[] {
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
