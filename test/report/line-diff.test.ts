import { expect, test } from 'vitest';
import { lineDiff } from '../../src/report/change-text.ts';

const told = (before: string, after: string): readonly string[] =>
  lineDiff(before, after).map(({ sign, text }) => `${sign}${text}`);

test('shows the changed line between its neighbours', () => {
  expect(told('a\nb\nc\n', 'a\nB\nc\n')).toEqual([' a', '-b', '+B', ' c']);
});

test('marks the lines that it leaves out', () => {
  const text = (first: string, last: string) => `${first}\n1\n2\n3\n4\n${last}\n5\n6\n`;
  expect(told(text('a', 'b'), text('A', 'B'))).toEqual(['-a', '+A', ' 1', ' …', ' 4', '-b', '+B', ' 5']);
  expect(told('1\n2\n3\na\n', '1\n2\n3\nb\n')).toEqual([' …', ' 3', '-a', '+b']);
});

test('shows a line end that only one of the texts has', () => {
  expect(told('a\nb', 'a\nb\n')).toEqual([' a', '-b', ' \\ No newline at end of file', '+b']);
  expect(told('a\nb', 'a\nc')).toEqual([' a', '-b', '+c']);
});

test('shows a text that was not there before as new', () => {
  expect(told('', 'a\nb')).toEqual(['+a', '+b']);
});

test('does not compare long texts without common lines', () => {
  const text = (word: string) => Array.from({ length: 2000 }, (_, line) => `${word} ${line}`).join('\n');
  const lines = told(text('old'), text('new'));
  expect(lines).toHaveLength(4000);
  expect(lines[0]).toBe('-old 0');
  expect(lines.at(-1)).toBe('+new 1999');
});
