import { array, assert, constantFrom, property } from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { yamlDocument, yamlText } from '../../src/dump/yaml-text.ts';
import { DIFFICULT_TEXTS } from './support/difficult-texts.ts';

const written = (value: string): string => yamlText(yamlDocument({ list: [{ value }], next: 'end' }));

test.each(DIFFICULT_TEXTS.map((text) => [text]))('%j reads as the same text', (value) => {
  expect(parse(written(value))).toEqual({ list: [{ value }], next: 'end' });
});

test('text of any lines reads back unchanged, by two parsers', () => {
  const parts = constantFrom('a', ' ', '\t', '\n', '\n\n', '#', '- ', ': ', '|', '---', '...', '"', "'", 'é');
  assert(
    property(array(parts, { maxLength: 12 }), (text) => {
      const value = text.join('');
      const expected = { list: [{ value }], next: 'end' };
      expect(parse(written(value))).toEqual(expected);
      expect(load(written(value))).toEqual(expected);
    }),
  );
});

test.each(['no', 'on', 'y', '1.10', '0o7', '0x1F', '1_000', '1:30', '2026-01-01', '~', '.inf'])(
  '%j is a text for readers of YAML 1.1 too',
  (value) => {
    expect(parse(written(value), { version: '1.1' })).toEqual({ list: [{ value }], next: 'end' });
  },
);

test.each([' two\n  lines\n', 'trailing \n spaces\t\n', 'é \u{1f600}\n\ttabs\n\n'])(
  '%j stays readable, as a literal block',
  (value) => {
    expect(written(value)).toMatch(/value: \|/);
  },
);

test.each(['a\r\nb', '    \n', 'a\n\u2028'])('%j is one line in double quotes', (value) => {
  expect(written(value)).toMatch(/value: "[^\n]*"\n/);
});
