import {
  type Node,
  type ToStringOptions,
  Document,
  isMap,
  isScalar,
  isSeq,
  parse,
  Scalar,
  visit,
} from 'yaml';
import { escapeUnsafe, isUnsafe } from '../lib/printable.ts';
import type { Json } from '../model/product.ts';

/** Writes texts of several lines as literal blocks and double-quoted texts on one line, and folds no lines. */
const LAYOUT: ToStringOptions = {
  lineWidth: 0,
  blockQuote: 'literal',
  doubleQuotedMinMultiLineLength: Infinity,
};

/** A YAML 1.2 document whose texts YAML 1.1 parsers also read as texts, not as booleans, numbers or dates. */
export function yamlDocument(value: Json): Document {
  return new Document(value, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

/** The text of a document. It parses to the same value, even with special characters. */
export function yamlText(document: Document): string {
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && needsQuotes(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escapeUnsafe(document.toString(LAYOUT));
}

function needsQuotes(text: string): boolean {
  return isUnsafe(text) || (text.includes('\n') && !survivesAsBlock(text));
}

/**
 * Whether a block scalar can contain a text without changes. The library can lose an empty line at the start, depending
 * on the depth (yaml 2.9), so such texts need quotes; other texts are written and parsed again as a check.
 */
function survivesAsBlock(text: string): boolean {
  if (isPlainBlock(text)) return true;
  if (/^[ \t]*(\n|$)/.test(text)) return false;
  const written = yamlDocument([{ list: [{ text }] }]).toString(LAYOUT);
  const read: unknown = parse(written);
  return JSON.stringify(read) === JSON.stringify([{ list: [{ text }] }]);
}

/** Whether every parser reads a text correctly from a block, which depends on its first line and its end. */
function isPlainBlock(text: string): boolean {
  return /^\S/.test(text) && /\S\n?$/.test(text.slice(-2));
}

/** The style for a value that replaces another one. */
export interface Style {
  /** Whether the file is JSON and must remain JSON. */
  readonly json: boolean;
  /** The style of the replaced text. */
  readonly like?: Scalar.Type | undefined;
  /** Whether the value must be on one line, since other text follows on the line. */
  readonly oneLine?: boolean;
}

/** A value on one line, valid in blocks and inside `{ }` and `[ ]`. */
export function flowText(value: Json, { json, like }: Style): string {
  if (json) return escapeUnsafe(JSON.stringify(value));
  const text = yamlOf(value, { like: isBlockStyle(like) ? undefined : like, flow: true });
  return text.slice('{ k: '.length, -' }'.length);
}

/** A key and its value on one line, as an entry of `{ }`. */
export function flowEntryText(key: string, value: Json, style: Style): string {
  if (style.json) return escapeUnsafe(`${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const document = yamlDocument({ [key]: value });
  setFlow(document.contents);
  return yamlText(document).trimEnd().slice('{ '.length, -' }'.length);
}

/** A text, number, boolean or null after a key or dash at a column. A literal block ends with a line end. */
export function scalarText(value: Json, column: number, { like, oneLine = false, json }: Style): string {
  if (json) return escapeUnsafe(JSON.stringify(value));
  const isQuoted = oneLine && typeof value === 'string' && value.includes('\n');
  const text = yamlOf(value, { like: isQuoted ? Scalar.QUOTE_DOUBLE : like, flow: false });
  return indented(text.slice('k: '.length), column);
}

/** A non-empty mapping or list as lines at a column; the first line is not indented. */
export function blockText(value: Json, column: number): string {
  const lines = yamlText(yamlDocument(value)).replace(/\n$/, '');
  return indented(lines, column);
}

/** An entry of a block mapping whose keys are at a column. */
export function blockEntryText(key: string, value: Json, column: number): string {
  return blockText({ [key]: value }, column);
}

function indented(text: string, column: number): string {
  return text.replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(column)}`);
}

/** The text of `{ k: value }` or `k: value`, in a given style if the value allows it. */
function yamlOf(
  value: Json,
  { like, flow }: { readonly like: Scalar.Type | undefined; readonly flow: boolean },
): string {
  const document = yamlDocument({ k: value });
  if (flow) setFlow(document.contents);
  const node = document.get('k', true);
  if (isScalar(node) && typeof value === 'string' && like !== undefined && allowsStyle(value, like))
    node.type = like;
  const text = yamlText(document);
  return isBlockText(text) ? text : text.trimEnd();
}

const isBlockText = (text: string): boolean => text.startsWith('k: |');

const isBlockStyle = (like: Scalar.Type | undefined): boolean =>
  like === Scalar.BLOCK_LITERAL || like === Scalar.BLOCK_FOLDED;

/** Whether a text can have a style: several lines only in a block or in double quotes, one line only in quotes. */
function allowsStyle(value: string, like: Scalar.Type): boolean {
  if (isBlockStyle(like)) return isPlainBlock(value) && like === Scalar.BLOCK_LITERAL;
  if (value.includes('\n')) return like === Scalar.QUOTE_DOUBLE;
  return like !== Scalar.PLAIN;
}

function setFlow(contents: Node | null): void {
  if (contents === null) return;
  visit(contents, (_, node) => {
    if (isMap(node) || isSeq(node)) node.flow = true;
  });
}
