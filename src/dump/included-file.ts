import { imageExtension } from '../model/image-type.ts';
import type { FieldName } from '../model/product.ts';
import { fitsFile } from './unsafe-text.ts';

export interface IncludedFile {
  /** The field that names the file, instead of the one that holds its contents. */
  readonly field: 'openapi_file' | 'logo_file';
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** The file beside the product file that a field's value goes to; undefined if it stays in the product file. */
export function includedFile(name: FieldName, text: string, slug: string): IncludedFile | undefined {
  if (text === '') return undefined;
  if (name === 'raw_openapi') return openapiFile(text, slug);
  return name === 'logo' ? logoFile(text, slug) : undefined;
}

/** Where an OpenAPI document goes. */
export function openapiPath(slug: string, extension: string): string {
  return `openapi/${slug}.${extension}`;
}

/** Byte for byte (contract §8). */
function openapiFile(text: string, slug: string): IncludedFile | undefined {
  const extension = openapiExtension(text);
  return extension && { field: 'openapi_file', path: openapiPath(slug, extension), content: text };
}

/**
 * The extension of the file that an OpenAPI document becomes. Undefined: it has characters that no file may hold, and
 * stays inline, as escapes.
 */
export function openapiExtension(text: string): 'yaml' | 'json' | 'txt' | undefined {
  return text !== '' && fitsFile(text) ? extensionOf(text) : undefined;
}

/**
 * Folders are read to any depth, and what is plainly OpenAPI is passed over there (contract §2). A text that is not
 * plainly OpenAPI must not be read as a product file, so it does not look like one: people who publish a document on
 * the portal would else declare products with it.
 */
function extensionOf(text: string): 'yaml' | 'json' | 'txt' {
  if (isOpenapiJson(text)) return 'json';
  const isOpenapi = /^["']?(?:openapi|swagger)["']?[ \t]*:/m.test(text);
  return isOpenapi && !/^\s*\{?\s*["']?api_products["']?[ \t]*:/m.test(text) ? 'yaml' : 'txt';
}

function isOpenapiJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || 'api_products' in value) return false;
    return 'openapi' in value || 'swagger' in value;
  } catch {
    return false;
  }
}

/** A logo is read back as base64, so only what is plain base64 can be a file, and only images are read back. */
function logoFile(text: string, slug: string): IncludedFile | undefined {
  const content = Buffer.from(text, 'base64');
  const extension = imageExtension(content);
  if (extension === undefined || content.toString('base64') !== text) return undefined;
  return { field: 'logo_file', path: `logos/${slug}.${extension}`, content };
}
