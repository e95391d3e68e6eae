import { canonicalJson } from '../../lib/canonical-json.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Json } from '../../model/product.ts';
import { parseOpenapi } from './parse-openapi.ts';
import { plainText } from './same-openapi.ts';
import { isList, isObject, type Value } from './value.ts';

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
