import { dirname, resolve } from 'node:path';
import { imageExtension } from '../fields/included.ts';
import { isObject, itemsOf, jsonPointer, valueAt } from '../json/value.ts';
import type { Path } from '../model/declared.ts';
import { type Diagnostic, type DiagnosticCode, type Location, diagnostic } from '../model/diagnostic.ts';
import type { FileAt, OpenapiSource, SourceText } from '../model/document.ts';
import { PackedText } from '../model/long-text.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { lintComments, sourceText, unixLines } from '../yaml/source-text.ts';
import { type Files, DISK, isHidden, shownName } from './files.ts';
import { type Read, decodeText, readBytes, startOf, storedInstead } from './read-text.ts';

interface IncludingDocument {
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

/** Reads the included files of a document's products. The OpenAPI documents include inline ones. */
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
    const results = [['openapi_file', source] as const, ['logo_file', logo] as const];
    diagnostics.push(...results.map(([, result]) => result?.diagnostics ?? []));
    if (source?.value !== undefined) openapi.set(index, source.value);
    if (logo?.value !== undefined) logos.set(index, logo.value);
    for (const [field, result] of results) {
      if (result?.at !== undefined) includes.set(jsonPointer(['api_products', index, field]), result.at);
    }
  }
  return { openapi, logos, includes, diagnostics: diagnostics.flat() };
}

/** One shared object: a file may have tens of thousands of documents without includes. */
const NO_INCLUDES: Includes = {
  openapi: new Map<number, never>(),
  logos: new Map<number, never>(),
  includes: new Map<string, never>(),
  diagnostics: [],
};

const hasInclude = (product: JsonObject): boolean =>
  ['raw_openapi', 'openapi_file', 'logo_file'].some((key) => Object.hasOwn(product, key));

function productsOf(value: Json): readonly (readonly [number, JsonObject])[] {
  const products = itemsOf(valueAt(value, ['api_products']));
  return products.flatMap((product, index) => (isObject(product) ? [[index, product]] : []));
}

type Included<T> = ReadInclude<T> | undefined;

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

interface ReadInclude<T> {
  readonly value?: T;
  /** The file, if it exists. */
  readonly at?: FileAt;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads each included file once, and only from allowed directories. */
export interface IncludeReader {
  /** `path` as written, relative to `folder`; `at` returns the place where it is written. */
  openapi(folder: string, path: string, at: () => Location): Promise<ReadInclude<OpenapiSource>>;
  /** The bytes as base64, the form of the Admin API (docs/design/admin-api.md §5). */
  logo(folder: string, path: string, at: () => Location): Promise<ReadInclude<string>>;
}

interface IncludeOptions {
  readonly files?: Files | undefined;
  /** Called with the number of bytes of each OpenAPI document. */
  readonly afterDocument?: ((bytes: number) => void) | undefined;
  /** New contents of files that adc has not written yet, by path. */
  readonly planned?: ReadonlyMap<string, Uint8Array> | undefined;
}

/**
 * A reader that shares the results of all its reads.
 * @param roots the directories whose files may be included, absolute and after following symlinks
 * (docs/design/contract.md §9).
 */
export function includeReader(roots: readonly string[], cwd: string, options: IncludeOptions): IncludeReader {
  const folders = new Set(roots);
  const openapi = new Map<string, Promise<ReadInclude<OpenapiSource>>>();
  const logos = new Map<string, Promise<ReadInclude<string>>>();
  const readWith =
    <T>(
      reading: Map<string, Promise<ReadInclude<T>>>,
      readFile: (path: string, file: string) => Promise<ReadInclude<T>>,
    ) =>
    async (folder: string, path: string, at: () => Location): Promise<ReadInclude<T>> => {
      const named = resolve(folder, path);
      const allowed = await allowedPath({ roots: folders, ...options }, named, path, at);
      if ('mistake' in allowed) return { diagnostics: [allowed.mistake] };
      const real = allowed.value;
      const result = reading.get(real) ?? readFile(real, shownName(named, cwd));
      reading.set(real, result);
      const link = real === named ? {} : { link: shownName(named, cwd) };
      return { ...atField(await result, at), at: { path: real, file: shownName(real, cwd), ...link } };
    };
  return {
    openapi: readWith(openapi, async (path, file) => readOpenapi(path, file, options)),
    logo: readWith(logos, async (path, file) => readLogo(path, file, options)),
  };
}

/** Moves diagnostics about whole files to the field that names the file. */
function atField<T>(result: ReadInclude<T>, at: () => Location): ReadInclude<T> {
  const diagnostics = result.diagnostics.map((one) =>
    FILE_CODES.has(one.code) ? { ...one, location: at() } : one,
  );
  return { ...result, diagnostics };
}

const FILE_CODES: ReadonlySet<string> = new Set<DiagnosticCode>([
  'unreadable-file',
  'file-too-large',
  'not-an-image',
]);

async function readOpenapi(
  path: string,
  file: string,
  options: IncludeOptions,
): Promise<ReadInclude<OpenapiSource>> {
  const bytes = await readBytes(path, file, options);
  const text = 'mistake' in bytes ? bytes : decodeText(bytes.value, file);
  if ('mistake' in text) return { diagnostics: [text.mistake] };
  if ('value' in bytes) options.afterDocument?.(bytes.value.length);
  const comments = lintComments(sourceText(file, unixLines(text.value)));
  return { value: { text: PackedText.of(text.value), place: { file }, comments }, diagnostics: [] };
}

async function readLogo(path: string, file: string, options: IncludeOptions): Promise<ReadInclude<string>> {
  const bytes = await readBytes(path, file, options);
  if ('mistake' in bytes) return { diagnostics: [bytes.mistake] };
  const problem = imageProblem(bytes.value, file);
  if (problem !== undefined) return { diagnostics: [problem] };
  return { value: Buffer.from(bytes.value).toString('base64'), diagnostics: [] };
}

function imageProblem(bytes: Uint8Array, file: string): Diagnostic | undefined {
  if (imageExtension(bytes) !== undefined) return undefined;
  const stored = storedInstead(bytes);
  return diagnostic('not-an-image', {
    message: `"${file}" ${stored?.what ?? (bytes.length === 0 ? 'is empty' : 'is not an image')}`,
    hint: stored?.hint ?? 'Name a PNG, JPEG, GIF, WebP, SVG, AVIF, BMP, TIFF or ICO file.',
    location: startOf(file),
  });
}

/**
 * The path of an included file after following symlinks. For a path outside of the roots, the message does not depend
 * on whether the file exists.
 */
async function allowedPath(
  { roots, planned, files = DISK }: { readonly roots: ReadonlySet<string> } & IncludeOptions,
  path: string,
  written: string,
  at: () => Location,
): Promise<Read<string>> {
  try {
    const real = planned?.has(path) === true ? path : await files.realpath(path);
    return isAllowed(roots, real) ? { value: real } : { mistake: outside(written, at()) };
  } catch {
    const isInside = rootAbove(roots, path) !== undefined;
    return { mistake: isInside ? notFound(written, at()) : outside(written, at()) };
  }
}

/** Whether a file may be included. Hidden files may not: `.git/config` and `.env` contain credentials. */
function isAllowed(roots: ReadonlySet<string>, path: string): boolean {
  const root = rootAbove(roots, path);
  return root !== undefined && !isHidden(root, path);
}

/** The nearest root at or above a path. Looks up each parent, since there may be as many roots as files. */
function rootAbove(roots: ReadonlySet<string>, path: string): string | undefined {
  let folder = path.length > MAX_PATH ? dirname(path.slice(0, MAX_PATH)) : path;
  while (!roots.has(folder)) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return folder;
}

/** Maximum length of a path: no operating system allows longer ones. */
const MAX_PATH = 32_768;

function notFound(written: string, location: Location): Diagnostic {
  return diagnostic('no-such-include', {
    message: `file not found: ${written}`,
    hint: 'Paths are relative to the directory of the product file.',
    location,
  });
}

function outside(written: string, location: Location): Diagnostic {
  return diagnostic('file-outside', {
    message: `"${written}" is hidden or outside the directory of the product files`,
    hint: 'Put the file below the product files or the working directory, not behind a symlink or in a hidden directory.',
    location,
  });
}
