import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Path } from '../../src/model/declared.ts';
import type { Json } from '../../src/model/product.ts';
import { parseYaml } from '../../src/yaml/exact-yaml.ts';
import { plainRanges } from '../../src/yaml/parse-text.ts';
import { plainYaml } from '../../src/yaml/plain-yaml.ts';
import type { RangeOf, Keys } from '../../src/yaml/source-text.ts';
import { sourceText } from '../../src/yaml/source-text.ts';
import { mutatedYaml, programYaml, yamlFragments } from '../support/arbitrary-yaml.ts';
import { runs } from '../support/runs.ts';

/** Compares with the exact parser: if the fast parser reads a text, the exact one finds no error and equal values and places. */
function agrees(text: string, keys: Keys): boolean {
  const values = plainYaml(text, keys);
  if (values === undefined) return false;
  const source = sourceText('a.yaml', text);
  const { documents, diagnostics } = parseYaml(source, keys);
  expect(diagnostics).toEqual([]);
  expect(JSON.stringify(documents.map(({ value }) => value))).toBe(JSON.stringify(values));
  const ranges = plainRanges(text);
  const places = (rangeOf: RangeOf | undefined, value: Json) =>
    pathsIn(value).flatMap((path) => [
      { path, value: source.at(...rangeOf!(path)), key: source.at(...rangeOf!(path, 'key')) },
    ]);
  for (const [index, value] of values.entries()) {
    expect(places(ranges(index), value)).toEqual(places(documents[index]?.rangeOf, value));
  }
  return true;
}

/** Every path of a value, and a missing path below each. */
function pathsIn(value: Json): readonly Path[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const deeper = below.flatMap(([step, part]) => pathsIn(part).map((path) => [step, ...path]));
  return [[], ['nowhere', 7], ...deeper];
}

const KEYS = ['text', 'scalar'] as const;

describe('plain YAML has the values and places of the exact parser', () => {
  test('arbitrary text of the characters of YAML', () => {
    fc.assert(
      fc.property(yamlFragments(), fc.constantFrom(...KEYS), (text, keys) => void agrees(text, keys)),
      runs(1500),
    );
  });

  test('files with a removed, repeated, moved or inserted piece', () => {
    fc.assert(
      fc.property(mutatedYaml(), fc.constantFrom(...KEYS), (text, keys) => void agrees(text, keys)),
      runs(500),
    );
  });

  test('output of programs', () => {
    fc.assert(
      fc.property(programYaml(), fc.constantFrom(...KEYS), (text, keys) => void agrees(text, keys)),
      runs(500),
    );
  });
});

test.each([
  'api_products:\n  - name: A\n    labels: { a: b, "c": \'d\' } # why\n    raw_openapi: |\n      openapi: 3.0.0\n',
  'a: 1\n---\nb:\n- x\n-   - y\n    - z\n',
  'a: >-  # folded\n  one\n  two\n\n\nb: plain text\n  on two lines\nc:\nd: [1.10, 0x1F, 007, 1e3, true, ~, no, 2026-01-01]\n',
])('%j is plain', (text) => {
  expect(agrees(text, 'text')).toBe(true);
});

test('response codes are keys only in OpenAPI', () => {
  expect(agrees('responses: { 200: {}, default: {} }\n', 'scalar')).toBe(true);
  expect(plainYaml('responses: { 200: {}, default: {} }\n', 'text')).toBeUndefined();
});

test.each([
  ['anchors', 'a: &a 1\n'],
  ['aliases', 'a: *a\n'],
  ['tags', 'a: !!str 1\n'],
  ['directives', '%YAML 1.1\n---\na: no\n'],
  ['directives that are indented', '  %YAML 1.1\n---\na: no\n'],
  ['merge keys', 'a: { <<: { b: 1 } }\n'],
  ['keys that stand twice', 'a: 1\na: 2\n'],
  ['keys that are no text', '[a]: 1\n'],
  ['keys that are spelled in another way than they are meant', '0x1F: 1\n'],
  ['__proto__', '__proto__: 1\n'],
  ['integers that would be rounded', 'a: 12345678901234567890\n'],
  ['numbers that are too large', 'a: 1e999\n'],
  ['documents without contents', 'a: 1\n---\n'],
  ['lone values', 'a\n'],
  ['tabs in an indentation', 'a:\n\t b\n'],
  ['an end of spaces alone', '- |+\n\n  '],
  ['line ends that a backslash escapes before an empty line', 'a: "x\\\n\n  y"\n'],
  ['line ends that a backslash escapes before a blank line', 'a: "x\\\n  \n  y"\n'],
  ['keys of more than 1024 characters', `${'k'.repeat(1025)}: 1\n`],
  ['such keys in quotes', `- "${'k'.repeat(1025)}": 1\n`],
  ['such keys by the blanks behind them', `k${' '.repeat(1025)}: 1\n`],
  ['comments in braces that are not indented', '- { a: b\n#c\n  }\n'],
  ['comments in brackets that are not indented', '- [\n#c\n  [a] ]\n'],
  ['values below a comment that is not indented', 'a:\n# c\n\n  # d\n  b\n'],
  ['blocks below a comment that is not indented', 'a:\n# c\n  |-\n  b\n'],
  ['text after a quoted one', '- "a"b\n'],
  ['keys after a quoted text', "a:\n- 's' b:\n"],
  ['mistakes', 'a: [\n'],
])('%s are left to the exact parser', (_, text) => {
  expect(plainYaml(text, 'scalar')).toBeUndefined();
});
