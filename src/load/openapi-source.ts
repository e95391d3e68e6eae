import type { Checked, Diagnostic, Location } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { OpenapiSource } from '../model/document.ts';
import { lintComments } from './lint-comments.ts';
import { parseText } from './parse-text.ts';
import type { SourceText } from './source-text.ts';
import { sourceText } from './source-text.ts';

/**
 * An OpenAPI document that stands inline in a product file. `block` is its text where that stands in the file line by
 * line; without it, whatever is wrong in the document is shown at its field, with the line counted within the text.
 */
export function openapiSource(
  text: string,
  field: Location,
  block: SourceText | undefined,
): Checked<OpenapiSource> {
  const checked = openapiInFile(block ?? sourceText('', unixLines(text)), text);
  const value = { ...checked.value, comments: [] };
  if (block !== undefined) return { value, diagnostics: checked.diagnostics };
  const diagnostics = checked.diagnostics.map((one) => movedTo(field, one));
  return { value: { ...value, locate: () => field }, diagnostics };
}

function movedTo(field: Location, one: Diagnostic): Diagnostic {
  const line = one.location?.line ?? 1;
  const { related: _, ...rest } = one;
  return { ...rest, message: `${one.message} (line ${line} of the OpenAPI document)`, location: field };
}

/** An OpenAPI document in a file of its own; `sent` is its text as it is sent. It always has a value. */
export function openapiInFile(
  source: SourceText,
  sent: string,
): { readonly value: OpenapiSource; readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = parseText(source, 'scalar');
  const [document, ...others] = documents;
  const several = others.map((other) => severalDocuments(source.at(...other.rangeOf([]))));
  const locate: OpenapiSource['locate'] = (path, part) =>
    source.at(...(document?.rangeOf(path, part) ?? [0, 0]));
  const nothing = documents.length === 0 && diagnostics.length === 0 ? { value: null } : {};
  const parsed = document === undefined ? nothing : { value: document.value };
  const comments = lintComments(source);
  return { value: { text: sent, ...parsed, locate, comments }, diagnostics: [...diagnostics, ...several] };
}

function severalDocuments(location: Location): Diagnostic {
  return diagnostic('several-documents', {
    message: 'an OpenAPI document is one YAML document, and here a second one begins',
    hint: 'Put it into a file of its own.',
    location,
  });
}

/** Line ends as the parser and people count them. */
export const unixLines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
