import { canonicalJson } from '../lib/canonical-json.ts';
import { completeFields, fieldsOf, FIELD_TABLE } from '../model/field-table.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, Json, JsonObject } from '../model/product.ts';
import type { ChosenProduct } from './chosen-products.ts';
import { entryComment } from './entry-comment.ts';
import { escapeVariables } from './escape-variables.ts';
import { includedFile, openapiPath, type IncludedFile } from './included-file.ts';
import { writtenField, type Writing } from './written-field.ts';

export interface EntryOptions extends Writing {
  readonly withId: boolean;
  /** As in DumpOptions. */
  readonly putAway?: ReadonlyMap<string, string>;
}

/** One product as it stands in a product file, and the files that it names. */
export interface ProductEntry {
  readonly fields: JsonObject;
  readonly files: readonly IncludedFile[];
  /** Where the OpenAPI document belongs, if it was put away. */
  readonly putAway: string | undefined;
  /** Lines of text that stand before the product; empty: none. */
  readonly comment: readonly string[];
  /** False: the product stands in the file as a comment only. */
  readonly declared: boolean;
}

/** A product with its fields in the order of the field table (contract §8). Without a slug, everything is inline. */
export function productEntry(
  { product, namesake }: ChosenProduct,
  slug: string | undefined,
  options: EntryOptions,
): ProductEntry {
  const [name, ...parts] = fieldsOf(product.type)
    .filter((field) => !product.unreadable.includes(field))
    .flatMap((field) => partOf(field, product, slug, options));
  const id = options.withId || namesake !== undefined ? [['id', escapeVariables(product.id)] as const] : [];
  const entries = [...id, ...(name ? [name.entry] : []), ['type', product.type] as const];
  return {
    fields: Object.fromEntries([...entries, ...parts.map(({ entry }) => entry)]),
    files: parts.flatMap(({ file }) => file ?? []),
    putAway: parts.find(({ putAway }) => putAway !== undefined)?.putAway,
    comment: entryComment(product.unreadable, namesake),
    declared: namesake !== 'spare',
  };
}

/** A product's state is always written, so that an interrupted republish can be finished (contract §6). */
const ALWAYS_WRITTEN: ReadonlySet<FieldName> = new Set(['name', 'status']);
const NOTHING = completeFields({ name: '' });

interface Part {
  readonly entry: readonly [key: string, value: Json];
  readonly file?: IncludedFile;
  readonly putAway?: string;
}

function partOf(
  name: FieldName,
  { id, fields }: LiveProduct,
  slug: string | undefined,
  options: EntryOptions,
): readonly Part[] {
  const extension = name === 'raw_openapi' ? options.putAway?.get(id) : undefined;
  if (slug !== undefined && extension !== undefined) {
    const putAway = openapiPath(slug, extension);
    return [{ entry: ['openapi_file', putAway], putAway }];
  }
  const value = writtenField(name, fields[name], options);
  if (isLeftOut(name, value, options.withDefaults)) return [];
  const file = slug !== undefined && typeof value === 'string' ? includedFile(name, value, slug) : undefined;
  if (file) return [{ entry: [file.field, file.path], file }];
  return [{ entry: [name, FIELD_TABLE[name].compare === 'openapi' ? value : escapeVariables(value)] }];
}

/** Server defaults; and what stands for nothing where a field has no default, since a file can't declare that. */
function isLeftOut(name: FieldName, value: Json, withDefaults: boolean): boolean {
  if (ALWAYS_WRITTEN.has(name)) return false;
  if (withDefaults && FIELD_TABLE[name].fallback !== undefined) return false;
  return canonicalJson(value) === canonicalJson(NOTHING[name]);
}
