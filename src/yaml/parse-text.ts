import { jsonRanges, parseJson } from './json-text.ts';
import { plainRanges } from './plain-ranges.ts';
import { plainYaml } from './plain-yaml.ts';
import type { SourceText } from '../model/document.ts';
import type { Keys, ParsedText } from './source-text.ts';

/**
 * The documents of a YAML or JSON text, and every mistake in its syntax. JSON is read a hundred times as fast as YAML, and
 * plain YAML several times as fast as any other, for which alone the exact parser is loaded.
 */
export async function parseText(source: SourceText, keys: Keys): Promise<ParsedText> {
  return parseQuickly(source.text, keys) ?? (await import('./exact-yaml.ts')).parseYaml(source, keys);
}

/** Undefined for what is left to the exact parser. */
function parseQuickly(text: string, keys: Keys): ParsedText | undefined {
  const value = parseJson(text);
  if (value !== undefined)
    return { diagnostics: [], documents: [{ value, exact: value, rangeOf: jsonRanges(text) }] };
  const values = plainYaml(text, keys);
  if (values === undefined) return undefined;
  const rangesOf = plainRanges(text);
  return {
    diagnostics: [],
    documents: values.map((one, index) => ({ value: one, exact: one, rangeOf: rangesOf(index) })),
  };
}
