import { expect, test } from 'vitest';
import { GROUPS } from '../../scripts/diagnostics-page.ts';
import { DIAGNOSTIC_CODES } from '../../src/model/diagnostic.ts';

test('every code is in exactly one group of the page', () => {
  const listed = GROUPS.flatMap(({ codes }) => Object.keys(codes));
  expect(listed.toSorted()).toEqual(Object.keys(DIAGNOSTIC_CODES).toSorted());
});

test.each(Object.entries(DIAGNOSTIC_CODES))('%s has a meaning and a remedy, in sentences', (_, row) => {
  for (const text of [row.about, row.remedy]) expect(text).toMatch(/^[A-Z`].*\.$/);
});
