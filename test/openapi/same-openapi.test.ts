import { describe, expect, it, vi } from 'vitest';
import { LONG, PackedText } from '../../src/model/long-text.ts';
import { sameOpenapi } from '../../src/openapi/document.ts';

const BILLING = 'openapi: 3.0.3\ninfo:\n  title: Billing\n  version: "1"\npaths: {}\n';

describe('sameOpenapi', () => {
  it.each([
    ['the order of keys', 'paths: {}\ninfo: { version: "1", title: Billing }\nopenapi: 3.0.3\n'],
    ['JSON', '{"openapi":"3.0.3","info":{"title":"Billing","version":"1"},"paths":{}}'],
    ['comments', `# ours\n${BILLING.replace('Billing', 'Billing # theirs')}`],
    ['line ends', BILLING.replaceAll('\n', '\r\n')],
    ['line ends of old', BILLING.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${BILLING}`],
    ['a start of document', `--- # first\n${BILLING}`],
    ['a key given twice, the later one counting', `openapi: 2\n${BILLING}`],
  ])('%s: no difference', (_, other) => {
    expect(sameOpenapi(BILLING, other)).toBe(true);
  });

  it.each([
    ['a value', BILLING.replace('Billing', 'Bills')],
    ['a type', BILLING.replace('"1"', '1')],
    ['a further key', `${BILLING}tags: []\n`],
    ['a second document', `${BILLING}---\n${BILLING}`],
    ['a tag', BILLING.replace('Billing', '!secret Billing')],
    ['a broken document', `${BILLING}{`],
  ])('%s: a difference', (_, other) => {
    expect(sameOpenapi(BILLING, other)).toBe(false);
  });

  it.each([
    ['{"a":1}', 0],
    ['{"a":2}', 2],
  ])('parses both documents, or neither if they are byte-equal: %s', (other, times) => {
    const parse = vi.spyOn(JSON, 'parse');
    sameOpenapi('{"a":1}', other);
    const calls = parse.mock.calls.length;
    parse.mockRestore();
    expect(calls).toBe(times);
  });

  it('uncompresses no documents with the same digest', () => {
    const long = 'a'.repeat(LONG);
    const [before, after] = [PackedText.of(long), PackedText.of(long)];
    const unpack = vi.spyOn(PackedText.prototype, 'toString');
    expect(sameOpenapi(before, after)).toBe(true);
    expect(unpack).not.toHaveBeenCalled();
    unpack.mockRestore();
  });

  it('the order of lists matters', () => {
    expect(sameOpenapi('servers: [a, b]', 'servers: [b, a]')).toBe(false);
  });

  it('compares the values of aliases and merge keys', () => {
    const merged = 'a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: { <<: [{ y: 4 }, *a] }\nd: *a\n';
    const written = 'a: { x: 1, y: 2 }\nb: { x: 1, y: 3 }\nc: { x: 1, y: 4 }\nd: { x: 1, y: 2 }\n';
    expect(sameOpenapi(merged, written)).toBe(true);
    expect(sameOpenapi('{"a":{"<<":{"x":1}}}', '{"a":{"x":1}}')).toBe(false);
  });

  it('distinguishes integers that are equal as doubles', () => {
    const limit = (integer: string) => `{"maximum":${integer}}`;
    expect(sameOpenapi(limit('9223372036854775807'), limit('9223372036854775806'))).toBe(false);
    expect(sameOpenapi(limit('9223372036854775807'), 'maximum: 9223372036854775807')).toBe(true);
    expect(sameOpenapi(limit('1.0'), 'maximum: 1')).toBe(true);
  });

  it('compares unparsable documents as text', () => {
    expect(sameOpenapi('a: [\r\n', '\uFEFFa: [\n')).toBe(true);
    expect(sameOpenapi('a: [\n', 'a:  [\n')).toBe(false);
  });

  it('supports keys of every type', () => {
    const hostile = '{"__proto__":{"polluted":1},"constructor":1,"toString":2}';
    expect(sameOpenapi(hostile, '__proto__: {polluted: 1}\ntoString: 2\nconstructor: 1\n')).toBe(true);
    expect(sameOpenapi(hostile, '{"constructor":1,"toString":2}')).toBe(false);
    expect({}).not.toHaveProperty('polluted');
  });
});
