import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPointer, pointerPath } from '../../src/json/value.ts';

test('escapes the special characters of a pointer', () => {
  expect(jsonPointer(['a/b', 'c~d', 0, '~1', ''])).toBe('/a~1b/c~0d/0/~01/');
  expect(jsonPointer([])).toBe('');
});

test('a path survives its pointer', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '~', '/', '0', '1') })), (path) => {
      expect(pointerPath(jsonPointer(path))).toEqual(path);
    }),
  );
});
