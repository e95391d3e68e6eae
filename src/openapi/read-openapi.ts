import type { Maybe } from '../json/value.ts';
import type { SourceText } from '../model/document.ts';
import { parseText } from '../yaml/parse-text.ts';
import type { ParsedText } from '../yaml/source-text.ts';

/** The YAML documents of an OpenAPI text, and its syntax errors. A valid text has exactly one document. */
export function readOpenapi(source: SourceText): ParsedText {
  const read = parseText(source, 'scalar');
  // Parsing JSON again is faster than keeping its value.
  if (!/^\s*\{/.test(source.text)) cached(source.text, () => onlyValue(read));
  return read;
}

/** The value of the only document of a text; null if it is empty; undefined if the text is invalid. */
export function onlyValue({ documents, diagnostics }: ParsedText): Maybe {
  // Duplicate keys are allowed: the last one counts, as in JSON.
  const isRead = documents.length < 2 && diagnostics.every(({ code }) => code === 'duplicate-key');
  return isRead ? (documents[0]?.exact ?? null) : undefined;
}

/** Maximum length of the cached texts in UTF-16 units. The last two are always cached: a comparison needs two. */
const MAX_CACHED = 4 * 1024 * 1024;

/** The values of texts, the oldest first. */
const cache = new Map<string, Maybe>();
let cachedLength = 0;

/** The cached value of a text, which validation and comparison share; computed if it is not cached. */
export function cached(text: string, compute: () => Maybe): Maybe {
  const isCached = cache.has(text);
  const value = isCached ? cache.get(text) : compute();
  if (!isCached) cachedLength += text.length;
  cache.delete(text);
  cache.set(text, value);
  for (const oldest of cache.keys()) {
    if (cachedLength <= MAX_CACHED || cache.size <= 2) break;
    cache.delete(oldest);
    cachedLength -= oldest.length;
  }
  return value;
}
