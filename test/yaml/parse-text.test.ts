import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/yaml/exact-yaml.ts';
import { parseText } from '../../src/yaml/parse-text.ts';
import { sourceText } from '../../src/yaml/source-text.ts';

const parse = (text: string) => parseText(sourceText('a.yaml', text), 'text');
const valueOf = (text: string) => parse(text).documents[0]?.value;
const codesOf = (text: string) => parse(text).diagnostics.map(({ code }) => code);

test('words with another meaning in YAML 1.1 stay text', () => {
  const words = ['no', 'on', 'off', 'y', 'yes', '2026-01-01', '1:30', '1_000', '0b1'];
  expect(valueOf(words.map((word) => `- ${word}\n`).join(''))).toEqual(words);
});

test('the own keys of a map override merged ones, in any order', () => {
  const base = 'a: &a { x: 1, y: 1 }\nb: &b { x: 2, z: 2 }\n';
  expect(valueOf(`${base}c: { <<: [*a, *b], y: 3 }\nd: { y: 3, <<: *b }\n`)).toMatchObject({
    c: { x: 1, y: 3, z: 2 },
    d: { x: 2, y: 3, z: 2 },
  });
});

test('an alias refers to the last anchor before it', () => {
  expect(valueOf('- &a 1\n- *a\n- &a 2\n- *a\n')).toEqual([1, 1, 2, 2]);
});

test('a quoted "<<" is an ordinary key', () => {
  expect(valueOf('"<<": { a: 1 }\n')).toEqual({ '<<': { a: 1 } });
});

test('__proto__ is an ordinary key', () => {
  const value = valueOf('__proto__: { polluted: true }\n');
  expect(Object.keys(value as object)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.each([
  ['{"a":1,"a":2}', ['duplicate-key']],
  ['{"a":{"b":1,"b":2}}', ['duplicate-key']],
  ['{"a":"\\"a\\":","b":"\\\\"}', []],
  ['{"a":1,"\\u0061":2}', ['duplicate-key']],
  ['{"a":1,}', []],
  ['{"a":"x" "b":2}', ['yaml-syntax']],
])('%s has the errors %j', (text, codes) => {
  expect(codesOf(text)).toEqual(codes);
});

describe('JSON', () => {
  test('means the same by the fast parser and as YAML', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(0, 2, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const { documents, diagnostics } = parseYaml(sourceText('a.json', text), 'text');
          expect(diagnostics).toEqual([]);
          expect(JSON.stringify(documents[0]?.value)).toBe(JSON.stringify(value));
          expect(JSON.stringify(valueOf(text))).toBe(JSON.stringify(value));
        },
      ),
    );
  });

  test('has places', () => {
    const source = sourceText('a.json', '{\n\t"a": [\n\t\t{ "b": 1 }\n\t]\n}');
    const [document] = parseText(source, 'text').documents;
    expect(source.at(...document!.rangeOf(['a', 0, 'b']))).toMatchObject({ line: 3, column: 10, length: 1 });
    expect(source.at(...document!.rangeOf(['a', 0, 'b'], 'key'))).toMatchObject({
      line: 3,
      column: 5,
      length: 3,
    });
    expect(source.at(...document!.rangeOf(['a', 0, 'c']))).toMatchObject({ line: 3, column: 3 });
    expect(source.at(...document!.rangeOf(['a', 7, 'c']))).toMatchObject({ line: 2, column: 7 });
  });
});
