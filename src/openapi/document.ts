import { canonicalJson, sameJson } from '../json/canonical.ts';
import type { Maybe } from '../json/value.ts';
import { sha256 } from '../lib/sha256.ts';
import type { LongText } from '../model/long-text.ts';
import { isKnownEqual, textOf } from '../model/long-text.ts';
import { parseYaml } from '../yaml/exact-yaml.ts';
import { parseJson } from '../yaml/json-text.ts';
import { plainYaml } from '../yaml/plain-yaml.ts';
import { sourceText, unixLines } from '../yaml/source-text.ts';
import { onlyValue, remembered } from './read-openapi.ts';

/** UTF-16 units of text that is not plain: no file may be larger. */
const MAX_LENGTH = 20 * 1024 * 1024;

/**
 * The value of a document in JSON or YAML 1.2; null for an empty one. Never throws.
 * @returns undefined for a text that has mistakes in its syntax, or is several documents; two equal keys are no mistake
 */
export function openapiValue(text: string): Maybe {
  const plain = plainText(text);
  return remembered(plain, () => fromJson(plain) ?? fromPlainYaml(plain) ?? fromYaml(plain));
}

/**
 * An integer of sixteen digits or more where JSON has a value: JSON.parse may round it. Text inside strings may match
 * too; that costs time, nothing else.
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
 * Whether two documents mean the same (docs/design/contract.md §5): YAML or JSON, the order of keys, comments and line
 * ends do not matter; the order of lists does. Never throws.
 * Documents that cannot be parsed are compared as text, with line ends and byte order mark in one form.
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
 * A short text that documents of one meaning share, so that many can be compared without each being held
 * (docs/design/contract.md §6).
 */
export function openapiSign(text: string): string {
  const value = openapiValue(text);
  return sha256(canonicalJson(value === undefined ? { text: plainText(text) } : { value }), 'base64');
}

/** A text with line ends and byte order mark in one form. */
const plainText = (text: string): string => unixLines(text.replace(/^\uFEFF/, ''));
