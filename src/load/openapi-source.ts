import type { Locate } from '../model/declared.ts';
import type { Checked, Diagnostic, Location } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { OpenapiCheck, OpenapiFacts, OpenapiSource } from '../model/document.ts';
import type { LongText } from '../model/long-text.ts';
import { LONG } from '../model/long-text.ts';
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
export async function openapiSource(
  text: string,
  place: InlinePlace,
  check: OpenapiCheck,
): Promise<Checked<OpenapiSource>> {
  let asked: { readonly block: SourceText | undefined } | undefined;
  const block = (): SourceText | undefined => (asked ??= { block: place.block() }).block;
  const alone = sourceText('', unixLines(text));
  const source = { ...alone, at: (start: number, end: number) => (block() ?? alone).at(start, end) };
  const { facts, diagnostics } = await lookedAt(source, ({ value, locate }) =>
    check({ value, locate: (path, part) => (block() === undefined ? place.at() : locate(path, part)) }),
  );
  return {
    value: { text, facts, comments: [] },
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

interface LookedAt {
  readonly facts: OpenapiFacts;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * An OpenAPI document in a file of its own. It always has a value.
 * @param text as it is sent.
 * @param source has it as it is parsed.
 */
export async function openapiInFile(
  text: string,
  source: SourceText,
  check: OpenapiCheck,
): Promise<OpenapiInFile> {
  const { facts, diagnostics } = await lookedAt(source, check);
  return { value: { text: await held(text), facts, comments: lintComments(source) }, diagnostics };
}

/** Of what a document says no more is kept than what was found. */
async function lookedAt(source: SourceText, check: OpenapiCheck): Promise<LookedAt> {
  const { documents, diagnostics } = await parseText(source, 'scalar');
  const [document, ...others] = documents;
  const several = others.map((other) => severalDocuments(source.at(...other.rangeOf([]))));
  const nothing = documents.length === 0 && diagnostics.length === 0 ? null : undefined;
  const locate: Locate = (path, part) => source.at(...(document?.rangeOf(path, part) ?? [0, 0]));
  const facts = await check({ value: document ? document.value : nothing, locate });
  return { facts, diagnostics: [...diagnostics, ...several] };
}

async function held(text: string): Promise<LongText> {
  return text.length < LONG ? text : (await import('../model/packed-text.ts')).packedText(text);
}

function severalDocuments(location: Location): Diagnostic {
  return diagnostic('several-documents', {
    message: 'an OpenAPI file must have one YAML document, and a second one begins here',
    hint: 'Put each document in its own file.',
    location,
  });
}

/** Line ends as the parser and people count them. */
export const unixLines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
