import { FIELD_TABLE } from '../../fields/field-table.ts';
import { jsonPointer } from '../../json/pointer.ts';
import type { FileAt, SourceDocument } from '../../model/document.ts';
import type { FieldName, Json, JsonObject } from '../../model/product.ts';
import { isObject } from '../../json/value.ts';
import { productDocuments } from './edit-text.ts';

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
  const list = isObject(value) ? value['api_products'] : undefined;
  return Array.isArray(list) ? list : undefined;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
