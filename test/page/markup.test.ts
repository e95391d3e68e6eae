import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('../../src/page/browser/', import.meta.url);
const MAKES_MARKUP =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|createContextualFragment|DOMParser|srcdoc)\b|\bdocument\.write/g;

test('browser code makes no markup of a text', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
  const breaches = files.flatMap((name) =>
    [...readFileSync(new URL(name, FOLDER), 'utf8').matchAll(MAKES_MARKUP)].map(
      ([word]) => `${name}: ${word}`,
    ),
  );
  expect(files).toContain('page.ts');
  expect(breaches).toEqual([]);
});
