import type { Maybe } from '../json/value.ts';
import type { SourceText } from '../model/document.ts';
import { parseText } from '../yaml/parse-text.ts';
import type { ParsedText } from '../yaml/source-text.ts';

/** The YAML documents of an OpenAPI text, exactly one if it is valid, and its syntax errors. */
export async function readOpenapi(source: SourceText): Promise<ParsedText> {
  const read = await parseText(source, 'scalar');
  // Parsing JSON again is faster than keeping its value.
  if (!/^\s*\{/.test(source.text)) remembered(source.text, () => onlyValue(read));
  return read;
}

/** The value of the only document of a text; null if it is empty; undefined if the text is invalid. */
export function onlyValue({ documents, diagnostics }: ParsedText): Maybe {
  // Of duplicate keys, the last one counts, as in JSON.
  const isRead = documents.length < 2 && diagnostics.every(({ code }) => code === 'duplicate-key');
  return isRead ? (documents[0]?.exact ?? null) : undefined;
}

/** Maximum number of UTF-16 units of texts with kept values, in addition to the last two: a comparison needs two. */
const MOST_KEPT = 4 * 1024 * 1024;

/** The values of texts, the oldest first. */
const known = new Map<string, Maybe>();
let kept = 0;

/** The value of a text, computed only if it is not among the last ones: validation and comparison share it. */
export function remembered(text: string, make: () => Maybe): Maybe {
  const isKnown = known.has(text);
  const value = isKnown ? known.get(text) : make();
  if (!isKnown) kept += text.length;
  known.delete(text);
  known.set(text, value);
  for (const oldest of known.keys()) {
    if (kept <= MOST_KEPT || known.size <= 2) break;
    known.delete(oldest);
    kept -= oldest.length;
  }
  return value;
}
