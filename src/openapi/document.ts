import { canonicalJson, sameJson } from '../json/canonical.ts';
import type { Maybe } from '../json/value.ts';
import { sha256 } from '../lib/sha256.ts';
import { type LongText, isKnownEqual, textOf } from '../model/long-text.ts';
import { parseYaml } from '../yaml/exact-yaml.ts';
import { parseJson } from '../yaml/json-text.ts';
import { plainYaml } from '../yaml/plain-yaml.ts';
import { sourceText, unixLines } from '../yaml/source-text.ts';
import { onlyValue, cached } from './read-openapi.ts';

/** Maximum length of a text in UTF-16 units, like the maximum size of a file. */
const MAX_LENGTH = 20 * 1024 * 1024;

/**
 * The value of a document in JSON or YAML 1.2; null for an empty one. Never throws.
 * @returns undefined for a text with syntax errors, except duplicate keys, and for several documents.
 */
export function openapiValue(text: string): Maybe {
  const plain = plainText(text);
  return cached(plain, () => fromJson(plain) ?? fromPlainYaml(plain) ?? fromYaml(plain));
}

/** A JSON integer that JSON.parse may round. A match inside a string only costs time. */
const LONG_INTEGER = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

function fromJson(text: string): Maybe {
  return LONG_INTEGER.test(text) ? undefined : parseJson(text);
}

function fromPlainYaml(text: string): Maybe {
  const [value, ...others] = plainYaml(text, 'scalar') ?? [];
  return others.length === 0 ? value : undefined;
}

function fromYaml(text: string): Maybe {
  return text.length > MAX_LENGTH ? undefined : onlyValue(parseYaml(sourceText('', text), 'scalar'));
}

/**
 * Whether two documents have the same meaning (docs/design/contract.md §5): the format (YAML or JSON), the order of
 * keys, comments and line ends do not matter; the order of lists does. Never throws. Invalid documents are compared as
 * text, with normalized line ends and without a byte order mark.
 */
export function sameOpenapi(before: LongText, after: LongText): boolean {
  if (isKnownEqual(before, after)) return true;
  const texts = [textOf(before), textOf(after)] as const;
  if (texts[0] === texts[1]) return true;
  const [value, other] = [openapiValue(texts[0]), openapiValue(texts[1])];
  if (value === undefined && other === undefined) return plainText(texts[0]) === plainText(texts[1]);
  return sameJson(value, other);
}

/**
 * A digest that is equal for documents with the same meaning, to compare many without keeping them in memory
 * (docs/design/contract.md §6).
 */
export function openapiDigest(text: string): string {
  const value = openapiValue(text);
  return sha256(canonicalJson(value === undefined ? { text: plainText(text) } : { value }), 'base64');
}

/** A text with normalized line ends and without a byte order mark. */
const plainText = (text: string): string => unixLines(text.replace(/^\uFEFF/, ''));
