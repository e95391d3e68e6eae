import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/lib/printable.ts';
import { type Diagnostic, type Location, diagnostic } from '../../src/model/diagnostic.ts';
import { codeFrame, diagnosticsText } from '../../src/report/diagnostics-text.ts';
import { COLOURS } from '../../src/report/colours.ts';
import { NO_COLOURS } from '../../src/report/page.ts';
import { diagnosticsGithub } from '../../src/report/github-report.ts';
import { diagnosticsJson } from '../../src/report/json-report.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/runs.ts';

const plain = { paints: NO_COLOURS, wrapAt: Infinity };
const at = (file: string, line: number, text: string, column: number, length = 1): Location => ({
  file,
  line,
  column,
  length,
  text,
});
const mistake = (parts: Partial<Diagnostic>): Diagnostic => ({
  code: 'unknown-key',
  severity: 'error',
  message: 'unknown key "stats"',
  ...parts,
});

test('a diagnostic has its code, place, line, caret, hint and related places, and the count is at the end', () => {
  const first = mistake({
    hint: 'Did you mean "status"?',
    location: at('b.yaml', 7, '    stats: draft', 5, 5),
    related: [{ message: 'the other one', location: at('a.yaml', 10, '\tstats: x', 2, 5) }],
  });
  const second = mistake({
    severity: 'warning',
    code: 'not-a-url',
    message: 'odd',
    location: at('a.yaml', 1, 'é: x', 4),
  });
  expect(diagnosticsText([first, second, mistake({ message: 'no place' })], plain))
    .toBe(`error[unknown-key]: no place

warning[not-a-url]: odd
 --> a.yaml:1:4
1 | é: x
  |    ^

error[unknown-key]: unknown key "stats"
 --> b.yaml:7:5
7 |     stats: draft
  |     ^^^^^
  note: the other one
  --> a.yaml:10:2
10 |   stats: x
   |   ^^^^^
  hint: Did you mean "status"?

2 errors, 1 warning in 2 files
`);
});

test('on a terminal, messages and hints go on under themselves', () => {
  const one = mistake({
    message: 'an external product has none',
    hint: 'Remove it, or make this another one.',
  });
  expect(diagnosticsText([one], { ...plain, wrapAt: 40 })).toBe(`error[unknown-key]: an external product
  has none
  hint: Remove it, or make this another
        one.

1 error
`);
});

test('has no output without diagnostics', () => {
  expect(diagnosticsText([], plain)).toBe('');
});

test('makes control characters of files visible, with the caret below the shown text', () => {
  const text = diagnosticsText(
    [
      mistake({
        message: 'a\x1b[2Jb\nc',
        hint: '\u202e',
        location: at('\x07.yaml', 1, 'x: \x1b[31m "y"', 10, 3),
      }),
    ],
    plain,
  );
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  const [, , line = '', carets = ''] = text.split('\n');
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('"y"');
});

test('only the style of the page adds colours', () => {
  const one = mistake({ location: at('a.yaml', 1, 'x', 1) });
  expect(diagnosticsText([one], { ...plain, paints: COLOURS })).toContain('\x1b[');
  expect(diagnosticsText([one], plain)).not.toContain('\x1b[');
});

describe('a code frame', () => {
  test('of a long line shows the part around the caret', () => {
    const frame = codeFrame(at('a', 1, `${'a'.repeat(1000)}HERE${'b'.repeat(1000)}`, 1001, 4));
    expect(frame?.text.length).toBeLessThan(130);
    expect(frame?.text).toContain('aHEREb');
    expect(frame?.text.slice(frame.indent.length, frame.indent.length + frame.carets.length)).toBe('HERE');
  });

  test('takes no more columns than there are', () => {
    const text = `${'a'.repeat(50)} HERE ${'b'.repeat(50)}`;
    const frame = codeFrame(at('a', 1, text, 52, 4), 40);
    expect(frame?.text.length).toBeLessThanOrEqual(40);
    expect(frame?.text.slice(frame.indent.length, frame.indent.length + frame.carets.length)).toBe('HERE');
  });

  test.each([
    ['wide characters', '決済サービス'.repeat(9), '名前', '顧客'.repeat(20)],
    ['tabs', '\t'.repeat(30), 'HERE', '\t.'.repeat(30)],
    ['what is made visible', '\u202e'.repeat(20), 'HERE', '\u202e'.repeat(20)],
    ['a wide mark', 'name: ', '決済サービス'.repeat(9), ''],
  ])('counts columns: %s', (_, before, marked, after) => {
    const location = at('a', 1, before + marked + after, before.length + 1, marked.length);
    const { text = '', indent = '', carets = '' } = codeFrame(location, 56) ?? {};
    expect(displayWidth(text)).toBeLessThanOrEqual(56);
    expect(displayWidth(text)).toBeGreaterThan(40);
    const [start, end] = [text.indexOf(marked[0] ?? ''), text.lastIndexOf(marked.at(-1) ?? '') + 1];
    expect(displayWidth(text.slice(0, start))).toBe(indent.length);
    expect(displayWidth(text.slice(start, end))).toBe(carets.length);
  });

  test('is never wider than its room', () => {
    const char = fc.constantFrom('a', ' ', '\t', '済', '\u0301', '\u202e', '\ud800', '😀', '\u{e0001}');
    const part = fc.array(char, { maxLength: 100 }).map((chars) => chars.join(''));
    const room = fc.integer({ min: 30, max: 100 });
    fc.assert(
      fc.property(part, part, part, room, (before, marked, after, most) => {
        const location = at('a', 1, before + marked + after, before.length + 1, Math.max(1, marked.length));
        const { text = '', indent = '', carets = '' } = codeFrame(location, most) ?? {};
        expect(displayWidth(text)).toBeLessThanOrEqual(most);
        expect(`${indent}${carets}`.length).toBeLessThanOrEqual(most);
      }),
      runs(300),
    );
  });

  test('shows a line whole where there is room for it', () => {
    const text = `${'a'.repeat(45)} HERE ${'b'.repeat(9)}`;
    expect(codeFrame(at('a', 1, text, 47, 4), 60)?.text).toBe(text);
  });

  test('counts wide characters twice and accents not at all', () => {
    expect(codeFrame(at('a', 1, '日本e\u0301x', 5, 1))).toMatchObject({ indent: '     ', carets: '^' });
  });

  test('never cuts a character of two UTF-16 units in two', () => {
    expect(codeFrame(at('a', 1, 'a😀b', 2, 1))).toEqual({ text: 'a😀b', indent: ' ', carets: '^^' });
    expect(codeFrame(at('a', 1, 'a😀b', 3, 1))).toEqual({ text: 'a😀b', indent: ' ', carets: '^^' });
  });

  test('never points outside of the shown text', () => {
    const line = fc
      .string({ unit: codePoint, maxLength: 300, size: 'max' })
      .map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(line, fc.nat(400), fc.nat(400), (text, start, length) => {
        const column = Math.min(start, text.length) + 1;
        const frame = codeFrame(
          at('a', 1, text, column, Math.max(1, Math.min(length, text.length - column + 1))),
        );
        expect(frame?.carets).toMatch(/^\^+$/);
        expect(frame?.text).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });
});

test('JSON has the same facts in the same order, without the lines of the files', () => {
  const related = [{ message: 'm', location: at('b', 2, 'text', 1) }];
  const later = mistake({ hint: 'h', location: at('b', 10, 'text', 3, 2), related });
  const { diagnostics: json } = diagnosticsJson([later, mistake({ location: at('b', 9, 'text', 1) })]);
  expect(json).toEqual([
    {
      code: 'unknown-key',
      severity: 'error',
      message: 'unknown key "stats"',
      location: { file: 'b', line: 9, column: 1 },
    },
    {
      code: 'unknown-key',
      severity: 'error',
      message: 'unknown key "stats"',
      hint: 'h',
      location: { file: 'b', line: 10, column: 3 },
      related: [{ message: 'm', location: { file: 'b', line: 2, column: 1 } }],
    },
  ]);
});

test('a diagnostic that is repeated at one place is shown once, in any order', () => {
  const one = mistake({ location: at('a', 1, 'x', 1) });
  const other = mistake({ message: 'other', location: at('a', 1, 'x', 1) });
  expect(diagnosticsJson([one, other, one])).toEqual(diagnosticsJson([other, one]));
});

test('200 diagnostics are shown, errors before others, and the rest is counted; JSON has 1000', () => {
  const many = Array.from({ length: 1300 }, (_, index) =>
    mistake({ severity: index === 1299 ? 'error' : 'warning', location: at('a', index + 1, 'x', 1) }),
  );
  const text = diagnosticsText(many, plain);
  expect(text.match(/ --> a:/g)).toHaveLength(200);
  expect(text).toContain(' --> a:1300:1');
  expect(text.endsWith('\n1 error, 1299 warnings in 1 file (200 shown)\n')).toBe(true);
  const github = diagnosticsGithub(many);
  expect(github.match(/^::/gm)).toHaveLength(200);
  expect(github).toContain('(200 shown)');
  const json = diagnosticsJson(many);
  expect(json).toMatchObject({ diagnostics: { length: 1000 }, diagnostics_left_out: 300 });
  expect(diagnosticsJson(many.slice(0, 1000))).not.toHaveProperty('diagnostics_left_out');
});

test('words of any length are cut', () => {
  const long = diagnostic('unknown-key', { message: 'm'.repeat(5000), hint: 'h'.repeat(5000) });
  expect([long.message.length, long.hint?.length]).toEqual([1001, 1001]);
});
