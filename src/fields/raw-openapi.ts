import { fitsFile } from '../lib/printable.ts';
import { textOf, type LongText } from '../model/long-text.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { EXTERNAL, structured } from './field.ts';
import { text, texts } from './wire.ts';

export const rawOpenapi = structured<LongText, LongText>({
  on: EXTERNAL,
  nothing: '',
  neededToCreate: true,
  isOpenapi: true,
  read,
  write: textOf,
  resolve: (written) => written,
  items: (value, path) => new Map([[path, textOf(value)]]),
  dump: textOf,
  // Not escaped: documents have no variables.
  edits: ({ path, wanted }) => [{ op: 'set', path, value: textOf(wanted) }],
  include: { key: 'openapi_file', folder: 'openapi', content, extension: openapiExtension },
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
function content(value: string): string | undefined {
  return value !== '' && fitsFile(value) ? value : undefined;
}

/**
 * The extension of the file that an OpenAPI document becomes. Undefined for characters that a file cannot hold: the
 * document then stays inline, with escapes.
 */
export function openapiExtension(value: string): 'yaml' | 'json' | 'txt' | undefined {
  return content(value) === undefined ? undefined : extensionOf(value);
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
