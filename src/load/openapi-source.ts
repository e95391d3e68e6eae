import type { Locate } from '../model/declared.ts';
import type { Checked, Diagnostic, Location } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { OpenapiSource } from '../model/document.ts';
import type { Json } from '../model/product.ts';
import { lintComments } from './lint-comments.ts';
import type { ParsedDocument } from './parsed-text.ts';
import { parseExactly, parseQuickly } from './parse-text.ts';
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
  const quick = parseQuickly(source.text, 'scalar');
  const { documents, diagnostics } = quick ?? (await parseExactly(source, 'scalar'));
  const [document, ...others] = documents;
  const several = others.map((other) => severalDocuments(source.at(...other.rangeOf([]))));
  // Not by way of the document, which would be kept for it.
  const rangeOf = document?.rangeOf;
  const locate: OpenapiSource['locate'] = (path, part) => source.at(...(rangeOf?.(path, part) ?? [0, 0]));
  const nothing = documents.length === 0 && diagnostics.length === 0 ? null : undefined;
  const value = document ? valueOf(document, quick && source.text) : () => nothing;
  const comments = lintComments(source);
  return { value: { text: sent, value, locate, comments }, diagnostics: [...diagnostics, ...several] };
}

/** Characters; smaller documents are kept. */
const LARGE = 100_000;

/** What is kept of a document: of a large one whose text is read quickly, no more than that text. */
function valueOf({ value }: ParsedDocument, text: string | undefined): () => Json | undefined {
  return text === undefined || text.length < LARGE ? kept(value) : readAgain(text);
}

const kept = (value: Json) => (): Json => value;
const readAgain = (text: string) => (): Json | undefined => parseQuickly(text, 'scalar')?.documents[0]?.value;

function severalDocuments(location: Location): Diagnostic {
  return diagnostic('several-documents', {
    message: 'an OpenAPI document is one YAML document, and here a second one begins',
    hint: 'Put it into a file of its own.',
    location,
  });
}

/** Line ends as the parser and people count them. */
export const unixLines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
