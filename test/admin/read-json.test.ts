import { assert, json, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/admin/http.ts';

const read = (text: string) => readJson(Buffer.from(text));

describe('readJson', () => {
  it('returns the value of JSON.parse', () => {
    assert(
      property(json(), (text) => {
        expect(read(text)).toEqual({ body: JSON.parse(text) });
      }),
    );
  });

  it('never throws, for any bytes', () => {
    assert(property(uint8Array(), (bytes) => void readJson(Buffer.from(bytes))));
  });

  it.each([
    ['', 'an empty body'],
    [' \n', 'an empty body'],
    ['<!doctype html>', 'an HTML page'],
    ['{"value":', 'JSON that is cut off or broken'],
    ['upstream gone', 'text that is not JSON'],
  ])('names %j', (text, problem) => {
    expect(read(text)).toEqual({ problem });
  });

  it('reports bytes that are not UTF-8, which a write would return changed', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toEqual({ problem: 'bytes that are not UTF-8' });
  });

  it('refuses JSON that is deeper than later steps can process', () => {
    expect(read('['.repeat(100) + ']'.repeat(100))).toHaveProperty('body');
    expect(read('['.repeat(101) + ']'.repeat(101))).toHaveProperty('problem');
    expect(read('{"a":'.repeat(1_000_000) + '1' + '}'.repeat(1_000_000))).toHaveProperty('problem');
  });

  it('keeps __proto__ as an ordinary key', () => {
    const read = readJson(Buffer.from('{"__proto__":{"polluted":1},"constructor":{"c":1}}'));
    const body = 'body' in read ? read.body : null;
    expect(JSON.stringify(body)).toBe('{"__proto__":{"polluted":1},"constructor":{"c":1}}');
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
