import { expect, test } from 'vitest';
import { tableCsv, tableText } from '../../src/report/page.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)'])('no spreadsheet reads %j as a formula', (cell) => {
  expect(tableCsv({ columns: ['a', 'b'], rows: [['x', cell]] })).toBe(`"a","b"\r\n"x","'${cell}"\r\n`);
});

test('a cell of CSV may hold quotes and commas, and holds no line end', () => {
  expect(tableCsv({ columns: ['a'], rows: [['say "hi", b\r\n=1'], [3]] })).toBe(
    '"a"\r\n"say ""hi"", b\\x0d\\x0a=1"\r\n"3"\r\n',
  );
});

test('aligns columns of a table, including wide characters and missing cells', () => {
  const rows = [
    ['支付', 'shop', 1],
    ['A', '', 12],
  ] as const;
  expect(tableText({ columns: ['product', 'application', 'n'], rows })).toBe(
    ['PRODUCT  APPLICATION  N', '"支付"   shop         1', '"A"      -            12', ''].join('\n'),
  );
});

test('no line of a table begins with a command of CI or a terminal', () => {
  const names = ['::error::x', '\u001b[31mx', 'a\n::error::x'];
  const text = tableText({ columns: ['name', 'other'], rows: names.map((name) => [name, name]) });
  expect(text).not.toMatch(/^\s*::/m);
  expect(text).not.toContain('\u001b');
  expect(text.split('\n')).toHaveLength(names.length + 2);
});
