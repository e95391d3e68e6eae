import type { Locate } from '../model/declared.ts';
import type { Checked, Diagnostic, Location } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { OpenapiSource } from '../model/document.ts';
import { lintComments } from './lint-comments.ts';
import { parseText } from './parse-text.ts';
import type { SourceText } from './source-text.ts';
import { sourceText } from './source-text.ts';

/** Where an inline document stands; both are asked for only if something in it has to be shown. */
export interface InlinePlace {
  readonly at: () => Location;
  /** Its text where that stands in the file line by line. */
  readonly block: () => SourceText | undefined;
}

/**
 * An OpenAPI document that stands inline in a product file. Where its text is no block, whatever is wrong in the document
 * is shown at its field, with the line counted within the text.
 */
export async function openapiSource(text: string, place: InlinePlace): Promise<Checked<OpenapiSource>> {
  const alone = sourceText('', unixLines(text));
  let asked: { readonly block: SourceText | undefined } | undefined;
  const block = (): SourceText | undefined => (asked ??= { block: place.block() }).block;
  const source: SourceText = { ...alone, at: (start, end) => (block() ?? alone).at(start, end) };
  const { value, diagnostics } = await openapiInFile(source, text);
  const locate: Locate = (path, part) => (block() === undefined ? place.at() : value.locate(path, part));
  return {
    value: { ...value, locate, comments: [] },
    diagnostics: diagnostics.map((one) => (block() === undefined ? movedTo(place.at(), one) : one)),
  };
}

function movedTo(field: Location, one: Diagnostic): Diagnostic {
  const line = one.location?.line ?? 1;
  const { related: _, ...rest } = one;
  return { ...rest, message: `${one.message} (line ${line} of the OpenAPI document)`, location: field };
}

interface OpenapiInFile {
  readonly value: OpenapiSource;
  readonly diagnostics: readonly Diagnostic[];
}

/** An OpenAPI document in a file of its own; `sent` is its text as it is sent. It always has a value. */
export async function openapiInFile(source: SourceText, sent: string): Promise<OpenapiInFile> {
  const { documents, diagnostics } = await parseText(source, 'scalar');
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
