import type { Maybe } from '../json/value.ts';
import type { SourceText } from '../model/document.ts';
import { parseText } from '../yaml/parse-text.ts';
import type { ParsedText } from '../yaml/source-text.ts';

/** The documents of the text of an OpenAPI document, of which there is one if it is right, and the mistakes in its syntax. */
export async function readOpenapi(source: SourceText): Promise<ParsedText> {
  const read = await parseText(source, 'scalar');
  // JSON is read again in less time than it takes to keep it.
  if (!/^\s*\{/.test(source.text)) remembered(source.text, () => onlyValue(read));
  return read;
}

/** The value of the one document of a text, null if it is empty; undefined if the text cannot be read. */
export function onlyValue({ documents, diagnostics }: ParsedText): Maybe {
  // Of two equal keys the later one counts, as in JSON.
  const isRead = documents.length < 2 && diagnostics.every(({ code }) => code === 'duplicate-key');
  return isRead ? (documents[0]?.exact ?? null) : undefined;
}

/** UTF-16 units of texts whose values are kept, beside the last two: a comparison needs two. */
const MOST_KEPT = 4 * 1024 * 1024;

/** The values of texts, the oldest first. */
const known = new Map<string, Maybe>();
let kept = 0;

/** The value of a text, which is made only if it is not among the last that were made: validation and comparison share it. */
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
