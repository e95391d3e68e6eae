import { expect, test } from 'vitest';
import { displayWidth } from '../../src/lib/printable.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['日本', 4],
  ['ﾊﾝｶｸ', 4],
  ['한글', 4],
  ['e\u0301', 1],
  ['🚀', 2],
  ['✅', 2],
  ['👩‍💻', 2],
])('%j takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
