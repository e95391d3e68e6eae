import { Composer } from 'yaml';
import { yamlTokens } from '../../lib/yaml-tokens.ts';
import { MAX_DEPTH, MAX_YAML_LENGTH, withinBounds } from './bounds.ts';
import type { Value } from './value.ts';
import { yamlValue } from './yaml-value.ts';

/**
 * An integer of sixteen digits or more where JSON has a value: JSON.parse may round it. Text inside strings may match
 * too; that costs time, nothing else.
 */
const LONG_INTEGER = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * The value of a document in JSON or YAML 1.2; null for an empty one. Never throws.
 * @returns undefined for what is malformed, is several documents, has unknown tags, is YAML 1.1 by its own word, or is
 * larger or deeper than the bounds.
 */
export function parseOpenapi(text: string): Value | undefined {
  const plain = text.replace(/^\uFEFF/, '');
  const value = fromJson(plain) ?? fromYaml(plain);
  return value !== undefined && withinBounds(value) ? value : undefined;
}

function fromJson(text: string): Value | undefined {
  if (!/^\s*\{/.test(text) || LONG_INTEGER.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

const OPTIONS = { uniqueKeys: false, intAsBigInt: true, logLevel: 'error', prettyErrors: false } as const;

function fromYaml(text: string): Value | undefined {
  if (text.length > MAX_YAML_LENGTH) return undefined;
  try {
    // The library does not know a carriage return alone as the line end that it is in YAML.
    const unix = text.replaceAll(/\r\n?/g, '\n');
    const read = yamlTokens(unix, MAX_DEPTH);
    if ('tooDeepAt' in read) return undefined;
    const [document, ...others] = new Composer(OPTIONS).compose(read.tokens, true, unix.length);
    if (document === undefined || others.length > 0) return undefined;
    const { errors, warnings, directives } = document;
    const isRead = errors.length === 0 && warnings.length === 0 && directives.yaml.version === '1.2';
    return isRead ? yamlValue(document.contents) : undefined;
  } catch {
    // UnreadableYaml, or the parser gave up: either way there is no value.
    return undefined;
  }
}
