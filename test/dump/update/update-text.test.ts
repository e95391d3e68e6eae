import { expect, test } from 'vitest';
import { updateText } from '../../../src/dump/update/update-text.ts';
import { liveProduct } from '../../support/live-product.ts';

const NAMES = Array.from({ length: 25 }, (_, at) => `P${at + 10}`);
const none = { files: [], includes: [], changed: [], left: [], gone: [] };
const update = { ...none, undeclared: NAMES.map((name) => liveProduct({ name })) };
const written = { paths: NAMES.map((name) => `${name}.yaml`), output: 'folder/', added: 25, leftOut: [] };

test('lists the first twenty names and files, with the option that lists all', () => {
  expect(updateText(update, written, { namesAll: false }).split('\n')).toEqual([
    expect.stringMatching(
      /^Not declared in any file: "P10", .*"P29" and 5 more; --verbose 2 names all of them$/,
    ),
    expect.stringMatching(/^Written: P10\.yaml, .*P29\.yaml and 5 more; --verbose 2 names all of them\.$/),
    '',
  ]);
});

test('lists all of them on request', () => {
  const said = updateText(update, written, { namesAll: true });
  expect(said).toContain('"P33", "P34"\n');
  expect(said).toContain('P33.yaml, P34.yaml.\n');
});
