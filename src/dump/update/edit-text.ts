import { type Document, isCollection, isMap, isNode, isScalar, parseAllDocuments, visit } from 'yaml';
import type { Edit } from '../../fields/edits.ts';
import { canonicalJson } from '../../json/canonical.ts';
import { isObject } from '../../json/value.ts';
import { groupBy } from '../../lib/lists.ts';
import type { Path } from '../../model/declared.ts';
import type { Json } from '../../model/product.ts';
import { isJson } from '../../yaml/json-text.ts';
import { type EditedFile, editSplices } from './edit-splices.ts';
import { type Splice, applyEdits, unixText } from './splice.ts';

/** Edits of one document of a file; the index is that of productDocuments(). */
export interface DocumentEdits {
  readonly document: number;
  readonly edits: readonly Edit[];
}

/** The values of the documents of a file that have a list of products, with unfilled variables. */
export function productDocuments(original: string): readonly Json[] {
  const documents = parsed(unixText(original).text) ?? [];
  return documents.map(({ value }) => value).filter(hasProducts);
}

/** A product file that can be edited. */
export interface EditableText {
  /**
   * Applies edits and keeps all other bytes: comments, quotes, anchors, the order of keys. Undefined if this is
   * impossible without other changes, for example if a value with an anchor would change in only one place. The edited
   * text is parsed as a check.
   */
  readonly edited: (changes: readonly DocumentEdits[]) => string | undefined;
  /** Whether the edits affect a value that an anchor shares with other places. */
  readonly isShared: (change: DocumentEdits) => boolean;
}

/** Parses a product file for edits; no edit of an invalid file is possible. */
export function editableText(original: string): EditableText {
  const { text, spliced } = unixText(original);
  const documents = parsed(text);
  if (documents === undefined) return { edited: () => undefined, isShared: () => false };
  const editable = documents.filter(({ value }) => hasProducts(value));
  const file = { text, json: isJson(text) };
  const shared = editable.map(({ document }) => sharedAnchors(document));
  return {
    edited: (changes) => {
      const byDocument = groupBy(changes, ({ document }) => editable[document]);
      const editsOf = (one: Parsed): readonly Edit[] =>
        (byDocument.get(one) ?? []).flatMap(({ edits }) => edits);
      const edited = spliced(editable.flatMap((one) => documentSplices(file, one, editsOf(one))));
      const expected = documents.map((one) => applyEdits(one.value, editsOf(one)));
      return edited !== undefined && hasContent(edited, expected, file.json) ? edited : undefined;
    },
    isShared: ({ document, edits }) => {
      const anchors = shared[document] ?? new Set();
      const contents = editable[document]?.document.contents ?? null;
      return anchors.size > 0 && edits.some(({ path }) => touchesAnchor(contents, path, anchors));
    },
  };
}

interface Parsed {
  readonly document: Document.Parsed;
  readonly value: Json;
}

function parsed(text: string): readonly Parsed[] | undefined {
  const options = {
    version: '1.2',
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: true,
  } as const;
  const documents = parseAllDocuments(text, options);
  if (!Array.isArray(documents)) return [];
  const list: readonly Document.Parsed[] = documents;
  if (list.some(({ errors }) => errors.length > 0)) return undefined;
  const values = valuesOf(list);
  return values && list.map((document, index) => ({ document, value: values[index] ?? null }));
}

/** The values of documents; undefined if an alias has no anchor. */
function valuesOf(documents: readonly Document.Parsed[]): readonly Json[] | undefined {
  try {
    // The core schema returns only JSON values.
    return documents.map((document) => document.toJS({ maxAliasCount: -1 }) as Json);
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function hasProducts(value: Json): boolean {
  return isObject(value) && Array.isArray(value['api_products']);
}

function documentSplices(
  file: EditedFile,
  { document, value }: Parsed,
  edits: readonly Edit[],
): readonly Splice[] {
  const node = isMap(document.contents) ? document.contents : null;
  return editSplices(file, { node, after: 0, column: 0, owner: 'document', inFlow: false }, value, edits);
}

/** Whether a text parses to the expected values. */
function hasContent(text: string, expected: readonly Json[], json: boolean): boolean {
  if (json && !isJson(text)) return false;
  const read = parsed(unixText(text).text);
  return read !== undefined && canonicalJson(read.map(({ value }) => value)) === canonicalJson(expected);
}

/** The anchors of a document that aliases use. */
function sharedAnchors(document: Document.Parsed): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Alias: (_, { source }) => void names.add(source) });
  return names;
}

/** Whether one of the anchors is above, at or below a path. */
function touchesAnchor(node: unknown, path: Path, anchors: ReadonlySet<string>): boolean {
  if (!isNode(node)) return false;
  const [step, ...rest] = path;
  if (step === undefined) return containsAnchor(node, anchors);
  if (hasAnchor(node, anchors)) return true;
  return isCollection(node) && touchesAnchor(node.get(step, true), rest, anchors);
}

function containsAnchor(node: Parameters<typeof visit>[0], anchors: ReadonlySet<string>): boolean {
  let found = false;
  visit(node, {
    Node: (_, one) => {
      found ||= hasAnchor(one, anchors);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

function hasAnchor(node: unknown, anchors: ReadonlySet<string>): boolean {
  if (!isCollection(node) && !isScalar(node)) return false;
  return node.anchor !== undefined && anchors.has(node.anchor);
}
