import { expect, test } from 'vitest';
import { tableCsv, tableText } from '../../src/report/table.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)'])('no spreadsheet takes %j for a formula', (cell) => {
  expect(tableCsv({ columns: ['a', 'b'], rows: [['x', cell]] })).toBe(`"a","b"\r\n"x","'${cell}"\r\n`);
});

test('a cell of CSV may hold quotes and commas, and holds no line end', () => {
  expect(tableCsv({ columns: ['a'], rows: [['say "hi", b\r\n=1'], [3]] })).toBe(
    '"a"\r\n"say ""hi"", b\\x0d\\x0a=1"\r\n"3"\r\n',
  );
});

test('columns of a table stand below each other, wide characters and missing cells included', () => {
  const rows = [
    ['支付', 'shop', 1],
    ['A', '', 12],
  ] as const;
  expect(tableText({ columns: ['product', 'application', 'n'], rows })).toBe(
    ['PRODUCT  APPLICATION  N', '"支付"   shop         1', '"A"      -            12', ''].join('\n'),
  );
});

test('no line of a table begins with what CI or a terminal acts on', () => {
  const names = ['::error::x', '\u001b[31mx', 'a\n::error::x'];
  const text = tableText({ columns: ['name', 'other'], rows: names.map((name) => [name, name]) });
  expect(text).not.toMatch(/^\s*::/m);
  expect(text).not.toContain('\u001b');
  expect(text.split('\n')).toHaveLength(names.length + 2);
});
