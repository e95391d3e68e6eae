import type { Locate } from '../model/declared.ts';
import type { Checked, Diagnostic, Location } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { OpenapiSource } from '../model/document.ts';
import { LONG, textOf } from '../model/long-text.ts';
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
  let asked: { readonly block: SourceText | undefined } | undefined;
  const block = (): SourceText | undefined => (asked ??= { block: place.block() }).block;
  const { value, diagnostics } = await openapiInFile(text, (whole) => {
    const alone = sourceText('', unixLines(whole));
    return { ...alone, at: (start, end) => (block() ?? alone).at(start, end) };
  });
  const places = (): Locate => (block() === undefined ? place.at : value.places());
  return {
    value: { ...value, places, comments: [] },
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

/**
 * An OpenAPI document in a file of its own. It always has a value.
 * @param text as it is sent.
 * @param sourceOf gives it as it is parsed.
 */
export async function openapiInFile(
  text: string,
  sourceOf: (text: string) => SourceText,
): Promise<OpenapiInFile> {
  const source = sourceOf(text);
  const quick = parseQuickly(source.text, 'scalar');
  const { documents, diagnostics } = quick ?? (await parseExactly(source, 'scalar'));
  const [document, ...others] = documents;
  const several = others.map((other) => severalDocuments(source.at(...other.rangeOf([]))));
  const nothing = documents.length === 0 && diagnostics.length === 0 ? null : undefined;
  const isPacked = quick !== undefined && document !== undefined && text.length >= LONG;
  const held = isPacked ? await packed(text, sourceOf) : { text, ...open(source, document, nothing) };
  return { value: { ...held, comments: lintComments(source) }, diagnostics: [...diagnostics, ...several] };
}

type Opened = Pick<OpenapiSource, 'value' | 'places'>;

/** @param nothing is the value where there is no document. */
function open(source: SourceText, document: ParsedDocument | undefined, nothing?: null): Opened {
  // Not by way of the document, which would be kept for it.
  const rangeOf = document?.rangeOf;
  const locate: Locate = (path, part) => source.at(...(rangeOf?.(path, part) ?? [0, 0]));
  const value = document ? document.value : nothing;
  return { value: () => value, places: () => locate };
}

/** Of a large document that is read quickly no more is kept than its text, packed: its value takes several times the room. */
async function packed(
  text: string,
  sourceOf: (text: string) => SourceText,
): Promise<Opened & Pick<OpenapiSource, 'text'>> {
  const { packedText } = await import('../model/packed-text.ts');
  const held = packedText(text);
  const opened = (): Opened => {
    const source = sourceOf(textOf(held));
    return open(source, parseQuickly(source.text, 'scalar')?.documents[0]);
  };
  return { text: held, value: () => opened().value(), places: () => opened().places() };
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
