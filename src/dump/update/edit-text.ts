import { type Document, isCollection, isMap, isNode, isScalar, parseAllDocuments, visit } from 'yaml';
import type { Edit } from '../../fields/edits.ts';
import { canonicalJson } from '../../json/canonical.ts';
import { isObject } from '../../json/value.ts';
import { groupBy } from '../../lib/lists.ts';
import type { Path } from '../../model/declared.ts';
import type { Json } from '../../model/product.ts';
import { editSplices } from './edit-splices.ts';
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
   * The edited text, in which all other bytes stay: comments, quotes, anchors, the order of keys. Undefined if the
   * edit is impossible without other changes, which is checked by parsing the result: for example, if a value with an
   * anchor should change in only one place.
   */
  readonly edited: (changes: readonly DocumentEdits[]) => string | undefined;
  /** Whether the edits affect a value that an anchor shares with other places. */
  readonly isShared: (change: DocumentEdits) => boolean;
}

export function editableText(original: string): EditableText {
  const { text, spliced } = unixText(original);
  const documents = parsed(text);
  if (documents === undefined) return { edited: () => undefined, isShared: () => false };
  const wanted = documents.filter(({ value }) => hasProducts(value));
  const page = { text, json: isJson(text) };
  const shared = wanted.map(({ document }) => sharedAnchors(document));
  return {
    edited: (changes) => {
      const byDocument = groupBy(changes, ({ document }) => wanted[document]);
      const editsOf = (one: Parsed): readonly Edit[] =>
        (byDocument.get(one) ?? []).flatMap(({ edits }) => edits);
      const edited = spliced(wanted.flatMap((one) => documentSplices(page, one, editsOf(one))));
      const expected = documents.map((one) => applyEdits(one.value, editsOf(one)));
      return edited !== undefined && hasContent(edited, expected, page.json) ? edited : undefined;
    },
    isShared: ({ document, edits }) => {
      const anchors = shared[document] ?? new Set();
      const contents = wanted[document]?.document.contents ?? null;
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

/** Undefined if an alias has no anchor. */
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function documentSplices(
  page: Parameters<typeof editSplices>[0],
  { document, value }: Parsed,
  edits: readonly Edit[],
): readonly Splice[] {
  const node = isMap(document.contents) ? document.contents : null;
  return editSplices(page, { node, after: 0, column: 0, owner: 'document', inFlow: false }, value, edits);
}

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
  if (step === undefined) return holdsAnchor(node, anchors);
  if (hasAnchor(node, anchors)) return true;
  return isCollection(node) && touchesAnchor(node.get(step, true), rest, anchors);
}

function holdsAnchor(node: Parameters<typeof visit>[0], anchors: ReadonlySet<string>): boolean {
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
