import {
  Document,
  isMap,
  isScalar,
  isSeq,
  parse,
  Scalar,
  visit,
  type Node,
  type ToStringOptions,
} from 'yaml';
import { escapeUnsafe, isUnsafe } from '../lib/unsafe-text.ts';
import type { Json } from '../model/product.ts';

/** Texts of several lines are literal blocks, no line is folded, and double-quoted texts stand on one line. */
const LAYOUT: ToStringOptions = {
  lineWidth: 0,
  blockQuote: 'literal',
  doubleQuotedMinMultiLineLength: Infinity,
};

/** A YAML 1.2 document whose texts readers of YAML 1.1 do not take for booleans, numbers or dates either. */
export function yamlDocument(value: Json): Document {
  return new Document(value, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

/** The document as text that parses to the same value, whatever characters its texts are made of. */
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
 * The library's blocks are not trusted blindly: whether one comes back that begins with an empty line depends on
 * how deep it stands (yaml 2.9), so that those are quoted, and the others are read back.
 */
function keepsAsBlock(text: string): boolean {
  if (isPlainBlock(text)) return true;
  if (/^[ \t]*(\n|$)/.test(text)) return false;
  const written = yamlDocument([{ list: [{ text }] }]).toString(LAYOUT);
  const read: unknown = parse(written);
  return JSON.stringify(read) === JSON.stringify([{ list: [{ text }] }]);
}

/** A text that every parser reads back from a block: only its first line and its end decide how the block is read. */
function isPlainBlock(text: string): boolean {
  return /^\S/.test(text) && /\S\n?$/.test(text.slice(-2));
}

/** How a value that takes the place of another one is written. */
export interface Style {
  /** The file is JSON, and has to stay so. */
  readonly json: boolean;
  /** How the text that stood there was written. */
  readonly like?: Scalar.Type | undefined;
  /** Something follows on the same line, so that the value must not have lines of its own. */
  readonly oneLine?: boolean;
}

/** A value on one line, as it may stand within `{ }` and `[ ]`, and anywhere else. */
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

/**
 * A text, number, boolean or null after a key or dash of a column. It may be a block of lines, the last of which then
 * has its line end.
 */
export function scalarText(value: Json, column: number, { like, oneLine = false, json }: Style): string {
  if (json) return escapeUnsafe(JSON.stringify(value));
  const quoted = oneLine && typeof value === 'string' && value.includes('\n');
  const text = written(value, { like: quoted ? Scalar.QUOTE_DOUBLE : like, flow: false });
  return indented(text.slice('k: '.length), column);
}

/** A mapping or list that is not empty as lines, of which the first begins at the column and is not indented itself. */
export function blockText(value: Json, column: number): string {
  const lines = yamlText(yamlDocument(value)).replace(/\n$/, '');
  return indented(lines, column);
}

/** An entry of a block mapping whose keys stand at the column. */
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

/** A style is kept where it is sure to bring the text back: lines as a block, one line in quotes or without. */
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
