import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeBlock, codeSpan, htmlCode } from '../../src/report/markdown.ts';

const hostile = fc.string({
  unit: fc.constantFrom(
    '`',
    '~',
    '|',
    '<',
    '>',
    '&',
    '@',
    '[',
    ']',
    '(',
    ')',
    '*',
    '\\',
    '\n',
    ' ',
    'a',
    '\u202e',
  ),
  maxLength: 30,
});

/** The content of a code span as CommonMark reads it: up to the next run of as many backticks. */
function contentOf(span: string): { readonly content: string; readonly rest: string } {
  const fence = /^`+/.exec(span)?.[0] ?? '';
  const inner = span.slice(fence.length);
  const end = [...inner.matchAll(/`+/g)].find(([run]) => run.length === fence.length)?.index ?? -1;
  const content = inner.slice(0, end);
  const stripped = /^ .*[^ ].* $/s.test(content) ? content.slice(1, -1) : content;
  return { content: stripped, rest: inner.slice(end + fence.length) };
}

test('no text escapes from a code span, which shows the printable text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { content, rest } = contentOf(codeSpan(text));
      expect(rest).toBe('');
      const shown = text.replaceAll('\n', '\\x0a').replaceAll('\u202e', '\\u202e');
      expect(content).toBe(shown === '' ? '(empty)' : shown);
    }),
    { examples: [['  '], [' a ']] },
  );
});

test('no text escapes from a code block', () => {
  fc.assert(
    fc.property(fc.array(hostile.map((text) => text.replaceAll('\n', ''))), (lines) => {
      const [open = '', ...rest] = codeBlock('diff', lines).split('\n');
      const fence = /^`{3,}/.exec(open)?.[0] ?? '';
      const closing = (line: string): boolean => /^ {0,3}(`+) *$/.exec(line)?.[1]?.startsWith(fence) ?? false;
      expect(rest.findIndex(closing)).toBe(rest.length - 1);
    }),
  );
});

test('HTML has no unescaped special character of HTML or Markdown', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const inside = htmlCode(text)
        .replace(/^<code>/, '')
        .replace(/<\/code>$/, '');
      expect(inside.replaceAll(/&#\d+;/g, '')).toMatch(/^[ a-z0-9]*$/);
    }),
  );
});
