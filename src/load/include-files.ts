import { isObject } from '../json/value.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { Path } from '../model/declared.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { FileAt, OpenapiSource, SourceText } from '../model/document.ts';
import { jsonPointer } from '../json/pointer.ts';
import type { IncludeReader, ReadInclude } from './include-reader.ts';
import { unixLines } from '../yaml/source-text.ts';

export interface IncludingDocument {
  readonly value: Json;
  readonly unfilled: ReadonlySet<string>;
  readonly locate: (path: Path, part?: 'key' | 'value') => Location;
  /** The text at a path as a separate source with locations of the file; undefined if they are unknown. */
  readonly within: (path: Path, text: string) => SourceText | undefined;
  /** Absolute; base of the paths in the document. */
  readonly folder: string;
}

export interface Includes {
  readonly openapi: ReadonlyMap<number, OpenapiSource>;
  readonly logos: ReadonlyMap<number, string>;
  /** The included files, by JSON pointer of the field. */
  readonly includes: ReadonlyMap<string, FileAt>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the included files of a document's products, and their OpenAPI documents, included or inline. */
export async function includeFiles(document: IncludingDocument, reader: IncludeReader): Promise<Includes> {
  const including = productsOf(document.value).filter(([, product]) => hasInclude(product));
  if (including.length === 0) return NO_INCLUDES;
  const openapi = new Map<number, OpenapiSource>();
  const logos = new Map<number, string>();
  const includes = new Map<string, FileAt>();
  const diagnostics: (readonly Diagnostic[])[] = [];
  for (const [index, product] of including) {
    const source = await openapiOf(document, reader, index, product);
    const logo = await logoOf(document, reader, index, product);
    diagnostics.push(source?.diagnostics ?? [], logo?.diagnostics ?? []);
    if (source?.value !== undefined) openapi.set(index, source.value);
    if (logo?.value !== undefined) logos.set(index, logo.value);
    for (const [field, at] of placesOf(source, logo)) {
      includes.set(jsonPointer(['api_products', index, field]), at);
    }
  }
  return { openapi, logos, includes, diagnostics: diagnostics.flat() };
}

/** Shared: a file may have tens of thousands of documents without includes. */
const NO_INCLUDES: Includes = {
  openapi: new Map<number, never>(),
  logos: new Map<number, never>(),
  includes: new Map<string, never>(),
  diagnostics: [],
};

const hasInclude = (product: JsonObject): boolean =>
  ['raw_openapi', 'openapi_file', 'logo_file'].some((key) => Object.hasOwn(product, key));

function productsOf(value: Json): readonly (readonly [number, JsonObject])[] {
  const list = isObject(value) ? value['api_products'] : undefined;
  const products: readonly Json[] = Array.isArray(list) ? list : [];
  return products.flatMap((product, index) => (isObject(product) ? [[index, product]] : []));
}

type Included<T> = ReadInclude<T> | undefined;

function placesOf(
  source: Included<OpenapiSource>,
  logo: Included<string>,
): readonly (readonly [string, FileAt])[] {
  const found = [['openapi_file', source?.at] as const, ['logo_file', logo?.at] as const];
  return found.flatMap(([field, at]) => (at === undefined ? [] : [[field, at] as const]));
}

async function openapiOf(
  document: IncludingDocument,
  reader: IncludeReader,
  index: number,
  product: JsonObject,
): Promise<Included<OpenapiSource>> {
  const inline = product['raw_openapi'];
  const path = ['api_products', index, 'raw_openapi'];
  if (typeof inline === 'string') {
    const block = () => document.within(path, unixLines(inline));
    const place = { field: () => document.locate(path), block };
    return { value: { text: inline, place, comments: [] }, diagnostics: [] };
  }
  const named = includedPath(document, product, index, 'openapi_file');
  return named && reader.openapi(document.folder, named.path, named.at);
}

async function logoOf(
  document: IncludingDocument,
  reader: IncludeReader,
  index: number,
  product: JsonObject,
): Promise<Included<string>> {
  const named = includedPath(document, product, index, 'logo_file');
  return named && reader.logo(document.folder, named.path, named.at);
}

/** The path in a field; undefined if it has none. */
function includedPath(
  document: IncludingDocument,
  product: JsonObject,
  index: number,
  field: 'openapi_file' | 'logo_file',
): { readonly path: string; readonly at: () => Location } | undefined {
  const written = product[field];
  const path = ['api_products', index, field];
  if (typeof written !== 'string' || written === '' || document.unfilled.has(jsonPointer(path)))
    return undefined;
  return { path: written, at: () => document.locate(path) };
}
