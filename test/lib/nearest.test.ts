import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../src/lib/nearest.ts';

const KEYS = [
  'status',
  'visibility',
  'labels',
  'desc',
  'linked_hosts',
  'contact_points',
  'contact_point_ids',
  'auth',
  'key_auth',
];

test.each([
  ['stats', 'status'],
  ['statsu', 'status'],
  ['visability', 'visibility'],
  ['Labels', 'labels'],
  ['label', 'labels'],
  ['description', 'desc'],
  ['hosts', 'linked_hosts'],
  ['linkedHosts', 'linked_hosts'],
  ['contact_point', 'contact_points'],
  ['keyAuth', 'key_auth'],
])('%s is near %s', (word, expected) => {
  expect(nearest(word, KEYS)).toBe(expected);
});

test.each(['frobnicate', 'x', '', '__proto__'])('%j is near nothing', (word) => {
  expect(nearest(word, KEYS)).toBeUndefined();
});

test('a word without a common letter is not near, even if short', () => {
  expect(nearest('3', ['0', '1', '2'])).toBeUndefined();
  expect(nearest('i', ['id', 'x'])).toBe('id');
});

test('is one of the candidates, never the word itself, and does not depend on their order', () => {
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(fc.string()), (word, candidates) => {
      const found = nearest(word, candidates);
      expect([undefined, ...candidates.filter((one) => one !== word)]).toContain(found);
      expect(nearest(word, candidates.toReversed())).toBe(found);
    }),
  );
});

test('finds every candidate again after one typing error', () => {
  const word = fc.stringMatching(/^[a-z]{6,12}$/);
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom('#', ''), (candidate, place, by) => {
      const index = place % candidate.length;
      const misspelt = candidate.slice(0, index) + by + candidate.slice(index + 1);
      expect(nearest(misspelt, [candidate, 'qqqqqqqqqqqqqqqqqqqqqqq'])).toBe(candidate);
    }),
  );
});
