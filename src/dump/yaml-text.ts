import { Document, parse, Scalar, visit, type ToStringOptions } from 'yaml';
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
  if (/^[ \t]*(\n|$)/.test(text)) return false;
  const written = yamlDocument([{ list: [{ text }] }]).toString(LAYOUT);
  const read: unknown = parse(written);
  return JSON.stringify(read) === JSON.stringify([{ list: [{ text }] }]);
}
