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

/** Texts of several lines are literal blocks, lines are not folded, and double-quoted texts are on one line. */
const LAYOUT: ToStringOptions = {
  lineWidth: 0,
  blockQuote: 'literal',
  doubleQuotedMinMultiLineLength: Infinity,
};

/** A YAML 1.2 document whose texts YAML 1.1 parsers also read as texts, not as booleans, numbers or dates. */
export function yamlDocument(value: Json): Document {
  return new Document(value, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

/** The text of a document, which parses to the same value, with any characters. */
export function yamlText(document: Document): string {
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && needsQuotes(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escapeUnsafe(document.toString(LAYOUT));
}

function needsQuotes(text: string): boolean {
  return isUnsafe(text) || (text.includes('\n') && !keepsAsBlock(text));
}

/**
 * Whether a text survives as a block scalar. The library can lose an initial empty line, depending on the depth (yaml
 * 2.9), so such texts are quoted, and the others are parsed again as a check.
 */
function keepsAsBlock(text: string): boolean {
  if (isPlainBlock(text)) return true;
  if (/^[ \t]*(\n|$)/.test(text)) return false;
  const written = yamlDocument([{ list: [{ text }] }]).toString(LAYOUT);
  const read: unknown = parse(written);
  return JSON.stringify(read) === JSON.stringify([{ list: [{ text }] }]);
}

/** A text that every parser reads back from a block: its first line and its end determine how the block is read. */
function isPlainBlock(text: string): boolean {
  return /^\S/.test(text) && /\S\n?$/.test(text.slice(-2));
}

/** The style of a value that replaces another one. */
export interface Style {
  /** Whether the file is JSON, which it must remain. */
  readonly json: boolean;
  /** The style of the replaced text. */
  readonly like?: Scalar.Type | undefined;
  /** Whether text follows on the same line, so that the value must be on one line. */
  readonly oneLine?: boolean;
}

/** A value on one line, valid inside `{ }` and `[ ]` and elsewhere. */
export function flowText(value: Json, { json, like }: Style): string {
  if (json) return escapeUnsafe(JSON.stringify(value));
  const text = written(value, { like: isBlockStyle(like) ? undefined : like, flow: true });
  return text.slice('{ k: '.length, -' }'.length);
}

/** A key and its value on one line, as an entry of `{ }`. */
export function flowEntryText(key: string, value: Json, style: Style): string {
  if (style.json) return escapeUnsafe(`${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const document = yamlDocument({ [key]: value });
  setFlow(document.contents);
  return yamlText(document).trimEnd().slice('{ '.length, -' }'.length);
}

/** A text, number, boolean or null after a key or dash in a column. A block of lines ends with a line end. */
export function scalarText(value: Json, column: number, { like, oneLine = false, json }: Style): string {
  if (json) return escapeUnsafe(JSON.stringify(value));
  const quoted = oneLine && typeof value === 'string' && value.includes('\n');
  const text = written(value, { like: quoted ? Scalar.QUOTE_DOUBLE : like, flow: false });
  return indented(text.slice('k: '.length), column);
}

/** A non-empty mapping or list as lines at a column; the first line is not indented. */
export function blockText(value: Json, column: number): string {
  const lines = yamlText(yamlDocument(value)).replace(/\n$/, '');
  return indented(lines, column);
}

/** An entry of a block mapping with keys at the column. */
export function blockEntryText(key: string, value: Json, column: number): string {
  return blockText({ [key]: value }, column);
}

function indented(text: string, column: number): string {
  return text.replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(column)}`);
}

function written(
  value: Json,
  { like, flow }: { readonly like: Scalar.Type | undefined; readonly flow: boolean },
): string {
  const document = yamlDocument({ k: value });
  if (flow) setFlow(document.contents);
  const node = document.get('k', true);
  if (isScalar(node) && typeof value === 'string' && like !== undefined && suits(value, like))
    node.type = like;
  const text = yamlText(document);
  return isBlockText(text) ? text : text.trimEnd();
}

const isBlockText = (text: string): boolean => text.startsWith('k: |');

const isBlockStyle = (like: Scalar.Type | undefined): boolean =>
  like === Scalar.BLOCK_LITERAL || like === Scalar.BLOCK_FOLDED;

/** Whether a style can keep the text: several lines as a block, one line quoted or plain. */
function suits(value: string, like: Scalar.Type): boolean {
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
