import { escapeText, escapeVariables } from '../fields/edits.ts';
import { fieldOf, fieldsOf } from '../fields/field-table.ts';
import type { Writing } from '../fields/field.ts';
import { openapiExtension, openapiPath } from '../fields/included.ts';
import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/value.ts';
import { printable } from '../lib/printable.ts';
import { OPENAPI_LEFT_OUT, OPENAPI_REFUSED } from '../model/document.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, Json, JsonObject } from '../model/product.ts';

/** Why a product is pinned by its `id`: other products have its name, or lint accepts the name only with an `id`. */
export type WhyPinned = 'shared-name' | 'invalid-name';

export interface ChosenProduct {
  readonly product: LiveProduct;
  readonly whyPinned: WhyPinned | undefined;
}

/** A field that lint or diff would refuse. The dump has an OpenAPI document anyway, in a file that no product names. */
export interface LeftOutField {
  readonly field: FieldName;
  /** The message of the diagnostic. */
  readonly mistake: string;
}

/** By product id. */
export type LeftOutFields = ReadonlyMap<string, readonly LeftOutField[]>;

export interface EntryOptions extends Writing {
  readonly layout: 'one-file' | 'folder';
  readonly withId: boolean;
  readonly variables?: Variables | undefined;
  /** As in DumpOptions. */
  readonly storedDocuments?: ReadonlyMap<string, string>;
  readonly leftOut?: LeftOutFields | undefined;
}

export interface DumpFile {
  /** Relative to the directory of the dump, with `/`; for a dump into one file, its default name. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A product as an item of a product file, and the files that it names. */
export interface ProductEntry {
  readonly fields: JsonObject;
  readonly files: readonly DumpFile[];
  /** The path of the OpenAPI document, if it was stored. */
  readonly storedPath: string | undefined;
  /** Lines of the comment above the product; empty for none. */
  readonly comment: readonly string[];
}

/**
 * Converts a product, with its fields in the order of the field table (docs/design/contract.md §8). In the layout of one
 * file, everything is inline, except an OpenAPI document that lint would refuse.
 * @param slug name of the product's files; undefined if it can have none.
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
  const { file, storedPath } = isRefused('raw_openapi') ? leftOutDocument(product, slug, options) : {};
  const id = options.withId || whyPinned !== undefined ? [['id', escapeVariables(product.id)] as const] : [];
  const entries = [...id, ...(name ? [name.entry] : []), ['type', product.type] as const];
  return {
    fields: Object.fromEntries([...entries, ...parts.map(({ entry }) => entry)]),
    files: [...parts, { file }].flatMap((part) => part.file ?? []),
    storedPath: [{ storedPath }, ...parts].find((part) => part.storedPath !== undefined)?.storedPath,
    comment: entryComment({
      whyPinned,
      unreadable: product.unreadable,
      leftOut,
      document: storedPath ?? file?.path,
    }),
  };
}

/** The file of a document that lint would refuse, for the user to correct. */
function leftOutDocument(
  { id, fields }: LiveProduct,
  slug: string | undefined,
  { storedDocuments }: EntryOptions,
): Pick<Part, 'file' | 'storedPath'> {
  if (slug === undefined) return {};
  const extension = storedDocuments?.get(id);
  if (extension !== undefined) return { storedPath: openapiPath(slug, extension) };
  const { raw_openapi: content } = fields;
  const path = openapiPath(slug, openapiExtension(content) ?? 'txt');
  return { file: { path, content } };
}

interface Part {
  readonly field: FieldName;
  readonly entry: readonly [key: string, value: Json];
  readonly file?: DumpFile;
  readonly storedPath?: string;
}

function partOf(
  name: FieldName,
  { id, fields }: LiveProduct,
  slug: string | undefined,
  options: EntryOptions,
): readonly Part[] {
  const extension = name === 'raw_openapi' ? options.storedDocuments?.get(id) : undefined;
  const inFolder = slug !== undefined && options.layout === 'folder';
  if (inFolder && extension !== undefined) {
    const storedPath = openapiPath(slug, extension);
    return [{ field: name, entry: ['openapi_file', storedPath], storedPath }];
  }
  const { inFile, isOpenapi, dump } = fieldOf(name);
  const value = dump(inFile(fields[name], undefined), options);
  if (isLeftOut(name, value, options.withDefaults)) return [];
  const included = inFolder ? includedPart(name, value, slug) : undefined;
  if (included) return [included];
  return [{ field: name, entry: [name, isOpenapi ? value : withVariables(value, options.variables, name)] }];
}

/** The field as the name of an included file; undefined if no file can contain the value. */
function includedPart(name: FieldName, value: Json, slug: string): Part | undefined {
  const { include } = fieldOf(name);
  if (include === undefined || typeof value !== 'string') return undefined;
  const { key, folder } = include;
  const [content, extension] = [include.content(value), include.extension(value)];
  if (content === undefined || extension === undefined) return undefined;
  const path = `${folder}/${slug}.${extension}`;
  return { field: name, entry: [key, path], file: { path, content } };
}

/**
 * Whether the file omits a field: it has the default of the server, or, for a field without a default, the empty value,
 * which no file can declare.
 */
function isLeftOut(name: FieldName, value: Json, withDefaults: boolean): boolean {
  const { alwaysDumped, fallback, initial } = fieldOf(name);
  if (alwaysDumped || (withDefaults && fallback !== undefined)) return false;
  return canonicalJson(value) === canonicalJson(initial);
}

const PINNED: { readonly [Why in WhyPinned]: string } = {
  'shared-name': 'Other products of the portal have this name too; `id:` identifies this one.',
  'invalid-name': 'The name breaks a rule for new names; `id:` identifies this product.',
};

const OPENAPI = [
  `${OPENAPI_LEFT_OUT}, so it is not dumped.`,
  'Put the document beside this file and name it with `openapi_file:`. Until then, adc cannot compare it, or',
  'create this product on another portal.',
];

interface CommentFacts {
  readonly whyPinned: WhyPinned | undefined;
  readonly unreadable: readonly FieldName[];
  readonly leftOut: readonly LeftOutField[];
  /** The path of the omitted OpenAPI document. */
  readonly document: string | undefined;
}

/** The lines of a comment about facts that the fields of a product do not show (docs/design/contract.md §8). */
function entryComment({ whyPinned, unreadable, leftOut, document }: CommentFacts): readonly string[] {
  const others = unreadable.filter((field) => field !== 'raw_openapi').toSorted();
  return [
    ...(whyPinned === undefined ? [] : [PINNED[whyPinned]]),
    ...(unreadable.includes('raw_openapi') ? OPENAPI : []),
    ...others.map((field) => `The server does not return \`${field}\`, so it is not dumped.`),
    ...leftOut.flatMap(({ field, mistake }) =>
      field === 'raw_openapi'
        ? refusedDocument(printable(mistake), document)
        : [`\`${field}\` is left out, since adc would refuse it: ${printable(mistake)}`],
    ),
  ];
}

function refusedDocument(mistake: string, document: string | undefined): readonly string[] {
  const first = `${OPENAPI_REFUSED}: ${mistake}`;
  return document === undefined
    ? [first]
    : [first, `Correct ${document}, and name it with \`openapi_file: ${document}\`.`];
}

/** Variables of one environment, with their values. */
export type Variables = ReadonlyMap<string, string>;

/** Keys whose values are the same in all environments. */
const FIXED: ReadonlySet<string> = new Set(['event', 'type']);
/** Keys whose values are hosts or URLs. */
const HOSTS: ReadonlySet<string> = new Set(['linked_hosts', 'server_urls']);

/**
 * A value for a product file of several portals (docs/design/contract.md §13.3). `${NAME}` replaces a text that equals
 * the value of a variable, or the end of a host that does; every other `${` is escaped. Of several variables with the
 * value of a text, the first one is used; of several that match the end of a host, the one with the longest value.
 */
export function withVariables(value: Json, variables: Variables = new Map(), key = ''): Json {
  if (variables.size === 0 || FIXED.has(key)) return escapeVariables(value);
  if (typeof value === 'string') return textWith(value, variables, HOSTS.has(key));
  if (Array.isArray(value)) return value.map((item: Json) => withVariables(item, variables, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    // Labels can have any key, so the keys of labels have no special meaning.
    Object.entries(value).map(([name, part]) => [
      name,
      withVariables(part, variables, key === 'labels' ? key : name),
    ]),
  );
}

function textWith(text: string, variables: Variables, hasHost: boolean): string {
  const equal = [...variables].find(([, value]) => value !== '' && value === text);
  if (equal) return `\${${equal[0]}}`;
  const [, before = '', host = '', after = ''] = (hasHost && HOST.exec(text)) || [];
  const [end] = [...variables]
    .filter(([, value]) => endsWith(host, value))
    .toSorted(([, a], [, b]) => b.length - a.length);
  if (end === undefined) return escapeText(text);
  const [name, value] = end;
  const start = before + host.slice(0, host.length - value.length);
  return `${escapeText(start)}\${${name}}${escapeText(after)}`;
}

/** A host or a URL: the text before the host, the host, the text after it. */
const HOST = /^((?:[a-z][a-z\d+.-]*:\/\/)?(?:[^/?#@]*@)?)([^/?#:@]+)(.*)$/is;

/** Whether the last labels of a host equal a value: `badexample.com` does not end with `example.com`. */
function endsWith(host: string, value: string): boolean {
  if (value === '' || value === '.') return false;
  return host === value || host.endsWith(value.startsWith('.') ? value : `.${value}`);
}
