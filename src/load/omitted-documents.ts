import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import { OPENAPI_LEFT_OUT, OPENAPI_REFUSED, type SourceText } from '../model/document.ts';

/** Diagnostics for comments of a dump about a missing document, until a person adds it (docs/design/contract.md §8). */
export function omittedDocuments(source: SourceText): readonly Diagnostic[] {
  if (![OPENAPI_LEFT_OUT, OPENAPI_REFUSED].some((words) => source.text.includes(words))) return [];
  const comments = source.text.matchAll(
    new RegExp(`^[ \\t]*# (?:${OPENAPI_LEFT_OUT}|${OPENAPI_REFUSED})`, 'gm'),
  );
  return [...comments].map((match) => {
    const end = match.index + match[0].length;
    return diagnostic('openapi-left-out', {
      message: 'the OpenAPI document of the next product was not dumped',
      hint: 'Add the document with openapi_file, and remove this comment.',
      location: source.at(match.index + match[0].indexOf('#'), end),
    });
  });
}
