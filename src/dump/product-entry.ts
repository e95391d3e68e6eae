import { escapeVariables } from '../fields/edits.ts';
import { fieldOf, fieldsOf } from '../fields/field-table.ts';
import type { Writing } from '../fields/field.ts';
import { openapiExtension, openapiPath } from '../fields/raw-openapi.ts';
import { canonicalJson } from '../json/canonical.ts';
import { printable } from '../lib/printable.ts';
import { OPENAPI_LEFT_OUT, OPENAPI_REFUSED } from '../model/document.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, Json, JsonObject } from '../model/product.ts';
import { withVariables, type Variables } from './portable.ts';

/** Why a product is pinned by its `id`: others have its name, or lint accepts its name of pinned products only. */
export type WhyPinned = 'shared-name' | 'invalid-name';

export interface ChosenProduct {
  readonly product: LiveProduct;
  readonly whyPinned: WhyPinned | undefined;
}

/** A field that lint would refuse. Of an OpenAPI document, the text is dumped all the same, into a file that nothing names. */
export interface LeftOutField {
  readonly field: FieldName;
  /** What lint would say. */
  readonly mistake: string;
}

/** By the ids of products. */
export type LeftOutFields = ReadonlyMap<string, readonly LeftOutField[]>;

export interface EntryOptions extends Writing {
  readonly layout: 'one-file' | 'folder';
  readonly withId: boolean;
  readonly variables?: Variables | undefined;
  /** As in DumpOptions. */
  readonly putAway?: ReadonlyMap<string, string>;
  readonly leftOut?: LeftOutFields | undefined;
}

export interface DumpFile {
  /** Relative to the dump, separated by `/`; for a dump into one file, its default name. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** One product as it stands in a product file, and the files that it names. */
export interface ProductEntry {
  readonly fields: JsonObject;
  readonly files: readonly DumpFile[];
  /** Where the OpenAPI document belongs, if it was put away. */
  readonly putAway: string | undefined;
  /** Lines of text that stand before the product; empty: none. */
  readonly comment: readonly string[];
}

/**
 * A product with its fields in the order of the field table (docs/design/contract.md §8). In one file everything is inline,
 * except an OpenAPI document that is left out, which gets a file if there is a slug to name it.
 */
export function productEntry(
  { product, whyPinned }: ChosenProduct,
  slug: string | undefined,
  options: EntryOptions,
): ProductEntry {
  const leftOut = options.leftOut?.get(product.id) ?? [];
  const isRefused = (name: FieldName): boolean => leftOut.some(({ field }) => field === name);
  const [name, ...all] = fieldsOf(product.type)
    .filter((field) => !product.unreadable.includes(field))
    .flatMap((field) => partOf(field, product, slug, options));
  const parts = all.filter(({ field }) => !isRefused(field));
  const { file, putAway } = isRefused('raw_openapi') ? leftOutDocument(product, slug, options) : {};
  const id = options.withId || whyPinned !== undefined ? [['id', escapeVariables(product.id)] as const] : [];
  const entries = [...id, ...(name ? [name.entry] : []), ['type', product.type] as const];
  return {
    fields: Object.fromEntries([...entries, ...parts.map(({ entry }) => entry)]),
    files: [...parts, { file }].flatMap((part) => part.file ?? []),
    putAway: [{ putAway }, ...parts].find((part) => part.putAway !== undefined)?.putAway,
    comment: entryComment({
      whyPinned,
      unreadable: product.unreadable,
      leftOut,
      document: putAway ?? file?.path,
    }),
  };
}

/** It stands beside the product file, for people to correct, and nothing names it. */
function leftOutDocument(
  { id, fields }: LiveProduct,
  slug: string | undefined,
  { putAway }: EntryOptions,
): Pick<Part, 'file' | 'putAway'> {
  if (slug === undefined) return {};
  const extension = putAway?.get(id);
  if (extension !== undefined) return { putAway: openapiPath(slug, extension) };
  const { raw_openapi: content } = fields;
  const path = openapiPath(slug, openapiExtension(content) ?? 'txt');
  return { file: { path, content } };
}

interface Part {
  readonly field: FieldName;
  readonly entry: readonly [key: string, value: Json];
  readonly file?: DumpFile;
  readonly putAway?: string;
}

function partOf(
  name: FieldName,
  { id, fields }: LiveProduct,
  slug: string | undefined,
  options: EntryOptions,
): readonly Part[] {
  const extension = name === 'raw_openapi' ? options.putAway?.get(id) : undefined;
  const inFolder = slug !== undefined && options.layout === 'folder';
  if (inFolder && extension !== undefined) {
    const putAway = openapiPath(slug, extension);
    return [{ field: name, entry: ['openapi_file', putAway], putAway }];
  }
  const { inFile, isOpenapi, dump } = fieldOf(name);
  const value = dump(inFile(fields[name], undefined), options);
  if (isLeftOut(name, value, options.withDefaults)) return [];
  const included = inFolder ? includedPart(name, value, slug) : undefined;
  if (included) return [included];
  return [{ field: name, entry: [name, isOpenapi ? value : withVariables(value, options.variables, name)] }];
}

/** The field as the name of a file beside the product file; undefined if no file can hold the value. */
function includedPart(name: FieldName, value: Json, slug: string): Part | undefined {
  const { include } = fieldOf(name);
  if (include === undefined || typeof value !== 'string') return undefined;
  const { key, folder } = include;
  const [content, extension] = [include.content(value), include.extension(value)];
  if (content === undefined || extension === undefined) return undefined;
  const path = `${folder}/${slug}.${extension}`;
  return { field: name, entry: [key, path], file: { path, content } };
}

/** Server defaults; and what stands for nothing where a field has no default, since a file can't declare that. */
function isLeftOut(name: FieldName, value: Json, withDefaults: boolean): boolean {
  const { alwaysDumped, fallback, nothing } = fieldOf(name);
  if (alwaysDumped || (withDefaults && fallback !== undefined)) return false;
  return canonicalJson(value) === canonicalJson(nothing);
}

const PINNED: { readonly [Why in WhyPinned]: string } = {
  'shared-name': 'Other products of the portal have this name too; `id:` says which of them this is.',
  'invalid-name': 'The name breaks a rule for new names; `id:` says which product this is.',
};

const OPENAPI = [
  `${OPENAPI_LEFT_OUT}, so it is not dumped.`,
  'Put the document beside this file and name it with `openapi_file:`. Until then, adc cannot compare it, or',
  'create this product on another portal.',
];

interface Remarks {
  readonly whyPinned: WhyPinned | undefined;
  readonly unreadable: readonly FieldName[];
  readonly leftOut: readonly LeftOutField[];
  /** Where the OpenAPI document is that was left out. */
  readonly document: string | undefined;
}

/** What people must know about a dumped product that its fields do not say, line by line (docs/design/contract.md §8). */
function entryComment({ whyPinned, unreadable, leftOut, document }: Remarks): readonly string[] {
  const others = unreadable.filter((field) => field !== 'raw_openapi').toSorted();
  return [
    ...(whyPinned === undefined ? [] : [PINNED[whyPinned]]),
    ...(unreadable.includes('raw_openapi') ? OPENAPI : []),
    ...others.map((field) => `The server does not give back \`${field}\`, so it is not dumped.`),
    ...leftOut.flatMap(({ field, mistake }) =>
      field === 'raw_openapi'
        ? refusedDocument(printable(mistake), document)
        : [`\`${field}\` is left out, since lint would refuse it: ${printable(mistake)}`],
    ),
  ];
}

function refusedDocument(mistake: string, document: string | undefined): readonly string[] {
  const first = `${OPENAPI_REFUSED}: ${mistake}`;
  return document === undefined
    ? [first]
    : [first, `Correct ${document}, and name it with \`openapi_file: ${document}\`.`];
}
