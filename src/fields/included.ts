import { fitsFile } from '../lib/printable.ts';
import { textOf, type LongText } from '../model/long-text.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { BOTH, EXTERNAL, plain, structured, text, texts } from './field.ts';

/* Fields whose value a product file can keep in a separate file: images and OpenAPI documents. */

export const logo = plain<string>({
  on: BOTH,
  fallback: '',
  read: text,
  describe,
  include: {
    key: 'logo_file',
    folder: 'logos',
    content: imageBytes,
    extension: (value) => imageExtension(Buffer.from(value, 'base64')),
  },
});

function describe(value: string): string {
  return value === '' ? '' : `${Buffer.byteLength(value, 'base64')} bytes`;
}

/** The content of an image file; undefined unless the value is plain base64, since a file is read as base64. */
function imageBytes(value: string): Uint8Array | undefined {
  const bytes = Buffer.from(value, 'base64');
  return value !== '' && bytes.toString('base64') === value ? bytes : undefined;
}

/* oxlint-disable no-control-regex -- image files begin with control characters */
const IMAGES: readonly (readonly [extension: string, start: RegExp])[] = [
  ['png', /^\x89PNG\r\n/],
  ['jpg', /^\xff\xd8\xff/],
  ['gif', /^GIF8/],
  ['webp', /^RIFF[^]{4}WEBP/],
  ['svg', /^(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml[^]*<svg|!--[^]*<svg|!DOCTYPE svg)/i],
  ['bmp', /^BM[^]{4}\0\0\0\0/],
  ['ico', /^\0\0\x01\0/],
  ['avif', /^[^]{4}ftypavi[fs]/],
  ['tiff', /^(?:II\*\0|MM\0\*)/],
];

/** The usual extension of an image, by its first bytes; undefined for a type that adc cannot read from a file. */
export function imageExtension(content: Uint8Array): string | undefined {
  const start = Buffer.from(content.subarray(0, 4096)).toString('latin1');
  return IMAGES.find(([, pattern]) => pattern.test(start))?.[0];
}

export const rawOpenapi = structured<LongText, LongText>({
  on: EXTERNAL,
  initial: '',
  neededToCreate: true,
  isOpenapi: true,
  read,
  write: textOf,
  resolve: (written) => written,
  items: (value, path) => new Map([[path, textOf(value)]]),
  dump: textOf,
  // Not escaped: documents have no variables.
  edits: ({ path, wanted }) => [{ op: 'set', path, value: textOf(wanted) }],
  include: { key: 'openapi_file', folder: 'openapi', content: documentText, extension: openapiExtension },
});

function read(value: Json | undefined, name: string, raw: JsonObject): string | undefined {
  const written = text(value, name);
  const [first] = written ? [written] : (texts(raw['raw_openapis'], 'raw_openapis') ?? []);
  return first === '' ? undefined : first;
}

/** The path of a document in a dump. */
export function openapiPath(slug: string, extension: string): string {
  return `openapi/${slug}.${extension}`;
}

/** The content, byte for byte (docs/design/contract.md §8). */
function documentText(value: string): string | undefined {
  return value !== '' && fitsFile(value) ? value : undefined;
}

/**
 * The extension of the file for an OpenAPI document. Undefined if the document has characters that a file cannot
 * contain: then it stays inline, with escapes.
 */
export function openapiExtension(value: string): 'yaml' | 'json' | 'txt' | undefined {
  return documentText(value) === undefined ? undefined : extensionOf(value);
}

/**
 * adc reads directories recursively, and skips files that are clearly OpenAPI (docs/design/contract.md §2). Any other
 * text gets the extension `txt`, so that adc does not read it as a product file: otherwise a document on the portal
 * could declare products.
 */
function extensionOf(value: string): 'yaml' | 'json' | 'txt' {
  if (isOpenapiJson(value)) return 'json';
  const isOpenapi = /^["']?(?:openapi|swagger)["']?[ \t]*:/m.test(value);
  return isOpenapi && !/^\s*\{?\s*["']?api_products["']?[ \t]*:/m.test(value) ? 'yaml' : 'txt';
}

function isOpenapiJson(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed !== 'object' || parsed === null || 'api_products' in parsed) return false;
    return 'openapi' in parsed || 'swagger' in parsed;
  } catch {
    return false;
  }
}
