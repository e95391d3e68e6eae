import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/load/read-text.ts';

const place = (bytes: Uint8Array) => {
  const read = decodeText(bytes, 'a.yaml');
  return 'mistake' in read
    ? [read.mistake.code, read.mistake.location?.line, read.mistake.location?.column]
    : read.value;
};

test.each([
  ['a lone continuation byte', [0x61, 0x0a, 0x62, 0x80], 2, 2],
  ['a character that is cut off', [0x61, 0xe2, 0x82], 1, 2],
  ['bytes that are not UTF-8 after some that are', [0xc3, 0xa9, 0x0a, 0xc3, 0xa9, 0xff], 2, 2],
  ['a surrogate', [0xed, 0xa0, 0x80], 1, 1],
])('finds %s at its place', (_, bytes, line, column) => {
  expect(place(Uint8Array.from(bytes))).toEqual(['not-utf8', line, column]);
});

test.each(['\x7f', '\x80', '\x9f', '\uffff'])('JSON can have %j unescaped', (char) => {
  expect(decodeText(Buffer.from(`{"a": "${char}"}`), 'a.json')).toEqual({ value: `{"a": "${char}"}` });
  expect(decodeText(Buffer.from(`{"a": "${char}"`), 'a.json')).toHaveProperty('mistake');
});

test.each([
  ['with a byte order mark', '\ufeffportal: x', 'utf16le'],
  ['without one', 'portal: x', 'utf16le'],
  ['with the high byte first', '\0p\0o\0r\0t', 'latin1'],
] as const)('names UTF-16 %s', (_, text, encoding) => {
  expect(decodeText(Buffer.from(text, encoding), 'a.yaml')).toMatchObject({
    mistake: { code: 'not-utf8', message: '"a.yaml" is UTF-16', location: { line: 1, column: 1 } },
  });
});

test.each([
  [
    'a Git LFS pointer',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n',
    'git lfs pull',
  ],
  ['encrypted by git-crypt', '\0GITCRYPT\0\x9c\x01', 'git-crypt unlock'],
])('says that git stored %s instead of the file', (what, text, hint) => {
  expect(decodeText(Buffer.from(text, 'latin1'), 'o.yaml')).toMatchObject({
    mistake: {
      code: 'unreadable-file',
      message: expect.stringContaining(what),
      hint: expect.stringContaining(hint),
    },
  });
});

test.each(['\0', '\x1b', '\x7f', '\x9b', '\ufffe', '\x0b'])('the control character %j is refused', (char) => {
  expect(place(Buffer.from(`a: b\nc: ${char}`))).toEqual(['control-character', 2, 4]);
});

describe('every text', () => {
  test('without control characters is unchanged, except for a byte order mark', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !/[\p{Cc}\ufffe\uffff]/u.test(one));
    fc.assert(
      fc.property(text, (one) => {
        expect(place(Buffer.from(`\ufeff\t${one}\r\n`))).toBe(`\t${one}\r\n`);
      }),
    );
  });

  test('that is not UTF-8 is refused at the first wrong byte', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
        const lines = before.split('\n');
        expect(place(bytes)).toEqual(['not-utf8', lines.length, (lines.at(-1)?.length ?? 0) + 1]);
      }),
    );
  });
});
