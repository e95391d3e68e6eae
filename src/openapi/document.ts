import { canonicalJson, sameJson } from '../json/canonical.ts';
import type { Maybe } from '../json/value.ts';
import { sha256 } from '../lib/sha256.ts';
import { type LongText, isKnownEqual, textOf } from '../model/long-text.ts';
import { parseYaml } from '../yaml/exact-yaml.ts';
import { parseJson } from '../yaml/json-text.ts';
import { plainYaml } from '../yaml/plain-yaml.ts';
import { sourceText, unixLines } from '../yaml/source-text.ts';
import { onlyValue, remembered } from './read-openapi.ts';

/** Maximum number of UTF-16 units of a text, as large as a file may be. */
const MAX_LENGTH = 20 * 1024 * 1024;

/**
 * The value of a document in JSON or YAML 1.2; null for an empty one. Never throws.
 * @returns undefined for a text with syntax errors, or with several documents; duplicate keys are allowed
 */
export function openapiValue(text: string): Maybe {
  const plain = plainText(text);
  return remembered(plain, () => fromJson(plain) ?? fromPlainYaml(plain) ?? fromYaml(plain));
}

/**
 * A JSON integer of sixteen or more digits, which JSON.parse may round. Text inside strings may match too, which only
 * costs time.
 */
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
 * Whether two documents are equal by meaning (docs/design/contract.md §5): the format (YAML or JSON), the order of
 * keys, comments and line ends do not matter; the order of lists does. Never throws. Documents that cannot be parsed
 * are compared as text, with normalized line ends and without a byte order mark.
 */
export function sameOpenapi(before: LongText, after: LongText): boolean {
  if (isKnownEqual(before, after)) return true;
  const [was, is] = [textOf(before), textOf(after)];
  if (was === is) return true;
  const [value, other] = [openapiValue(was), openapiValue(is)];
  if (value === undefined && other === undefined) return plainText(was) === plainText(is);
  return sameJson(value, other);
}

/**
 * A short text that is equal for documents with the same meaning, to compare many without keeping them in memory
 * (docs/design/contract.md §6).
 */
export function openapiSign(text: string): string {
  const value = openapiValue(text);
  return sha256(canonicalJson(value === undefined ? { text: plainText(text) } : { value }), 'base64');
}

/** A text with normalized line ends and without a byte order mark. */
const plainText = (text: string): string => unixLines(text.replace(/^\uFEFF/, ''));
