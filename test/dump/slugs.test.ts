import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { slugs } from '../../src/dump/dump.ts';
import { codePoint } from '../support/code-point.ts';
import { liveProduct } from '../support/live-product.ts';
import { runs } from '../support/runs.ts';

function slugsOf(...names: readonly string[]): readonly (string | undefined)[] {
  const products = names.map((name, index) => liveProduct({ name, id: `id-${index}` }));
  const found = slugs(products);
  return products.map(({ id }) => found.get(id));
}

test.each([
  ['Payments API', 'payments-api'],
  ['a/b', 'a-b'],
  ['../x', 'x'],
  ['Überweisung é', 'uberweisung-e'],
  ['1.10', '1-10'],
  ['  A\tb\n', 'a-b'],
  ['__proto__', 'proto'],
])('%j becomes %j', (name, slug) => {
  expect(slugsOf(name)).toEqual([slug]);
});

test.each([['con'], ['NUL'], ['com1'], ['LPT¹']])('%j, a device on Windows, gets a digest', (name) => {
  expect(slugsOf(name)[0]).toMatch(/^[a-z0-9]+-[0-9a-f]{12}$/);
});

test('a name without any usable letter becomes only its digest', () => {
  expect(slugsOf('😀'.repeat(200))[0]).toMatch(/^[0-9a-f]{12}$/);
});

test('names with equal slugs all get a digest', () => {
  const [one, two, three] = slugsOf('A b', 'a-B', 'c');
  expect([one, two]).toEqual([expect.stringMatching(/^a-b-.{12}$/), expect.stringMatching(/^a-b-.{12}$/)]);
  expect(three).toBe('c');
});

test('a name that looks like a slug with digest does not get the file of another product', () => {
  const [imitated] = slugsOf('A b', 'a-B');
  const all = slugsOf('A b', 'a-B', imitated ?? '');
  expect(new Set(all).size).toBe(3);
});

const anyName = fc.oneof(
  fc.constantFrom(
    'A b',
    'a-B',
    'con',
    'Con',
    '',
    '..',
    'é',
    'É',
    'x'.repeat(100),
    'x'.repeat(99),
    '__proto__',
  ),
  fc.string(),
  fc.string({ unit: codePoint, maxLength: 4 }),
);

test('slugs are safe file names, differ, and do not depend on the order', () => {
  fc.assert(
    fc.property(fc.array(anyName), (names) => {
      const products = names.map((name, index) => liveProduct({ name, id: `id-${index}` }));
      const found = slugs(products);
      expect(new Set(found.values()).size).toBe(names.length);
      for (const slug of found.values()) {
        expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(slug).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/);
        expect(slug.length).toBeLessThanOrEqual(80);
      }
      expect(slugs(products.toReversed())).toEqual(found);
    }),
    runs(200),
  );
});
