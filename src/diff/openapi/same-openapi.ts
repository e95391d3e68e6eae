import { canonicalJson, sameJson } from '../../json/canonical.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { LongText } from '../../model/long-text.ts';
import { isKnownEqual, textOf } from '../../model/long-text.ts';
import type { Json } from '../../model/product.ts';
import { parseOpenapi } from './read-openapi.ts';
import type { Value } from '../../json/value.ts';
import { isList, isObject } from '../../json/value.ts';

/**
 * Whether two documents mean the same (contract §5, acceptance D3): YAML or JSON, the order of keys, comments and line
 * ends do not matter; the order of lists does. Never throws.
 * What can't be parsed is compared as text, with line ends and byte order mark brought into one form.
 */
export function sameOpenapi(before: LongText, after: LongText): boolean {
  if (isKnownEqual(before, after)) return true;
  const [was, is] = [textOf(before), textOf(after)];
  return was === is || sameDocument(parsed(was), parsed(is));
}

function parsed(text: string): ParsedDocument {
  return { text, value: parseOpenapi(text) };
}

/** A document and its value; undefined where it can't be parsed. */
export interface ParsedDocument {
  readonly text: string;
  readonly value: Value | undefined;
}

export function sameDocument(before: ParsedDocument, after: ParsedDocument): boolean {
  if (before.value === undefined && after.value === undefined) {
    return plainText(before.text) === plainText(after.text);
  }
  return sameJson(before.value, after.value);
}

/** A document that can not be parsed, with line ends and byte order mark in one form. */
export function plainText(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
}

/** A short text that documents of one meaning share, so that many can be compared without each being held (contract §6). */
export function openapiSign(text: string): string {
  const value = parseOpenapi(text);
  const meaning = value === undefined ? { text: plainText(text) } : { value: spelled(value) };
  return sha256(canonicalJson(meaning), 'base64');
}

/** Integers that a double can't hold, as what no other value becomes. */
function spelled(value: Value): Json {
  if (typeof value === 'bigint') return { '': `${value}`, integer: null };
  if (isList(value)) return value.map(spelled);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spelled(one)]));
}
