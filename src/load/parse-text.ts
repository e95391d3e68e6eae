import type { Keys, ParsedText } from './parsed-text.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';
import type { SourceText } from './source-text.ts';

/**
 * The documents of a YAML or JSON text, and every mistake in its syntax. JSON goes the fast way: a hundred times as
 * fast as YAML, and places are looked up only when somebody asks for one.
 */
export function parseText(source: SourceText, keys: Keys): ParsedText {
  const value = parseJson(source.text);
  if (value === undefined) return parseYaml(source, keys);
  let slow: ParsedText | undefined;
  return {
    diagnostics: [],
    documents: [
      {
        value,
        rangeOf: (path, part) => {
          slow ??= parseYaml(source, 'scalar');
          return slow.documents[0]?.rangeOf(path, part) ?? [0, 0];
        },
      },
    ],
  };
}
