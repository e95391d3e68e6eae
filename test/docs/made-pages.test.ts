import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PAGES } from '../../scripts/pages.ts';
import { SCHEMAS } from '../../src/cli/commands/schema.ts';
import { FIELD_NAMES } from '../../src/fields/field-table.ts';

const stored = (file: string): string =>
  readFileSync(new URL(`../../docs/reference/${file}`, import.meta.url), 'utf8');

test.each(Object.entries(PAGES))('docs/reference/%s is as `npm run docs` makes it', async (file, make) => {
  expect(stored(file)).toBe(await make());
});

test('every environment variable that the program reads is on the page', () => {
  const sources = ['connection.ts', 'options.ts', 'files.ts'].map((file) =>
    readFileSync(new URL(`../../src/cli/${file}`, import.meta.url), 'utf8'),
  );
  const read = sources.flatMap((text) => [...text.matchAll(/'(ADC_[A-Z_]+|[A-Z]+_PROXY)'/g)]);
  const page = stored('environment.md');
  const missing = read.map(([, name = '']) => name).filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
  expect(read.length).toBeGreaterThan(8);
});

test('every field of a product has its paragraph', () => {
  const headings = [...stored('product-file.md').matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(expect.arrayContaining([...FIELD_NAMES, 'id', 'previous_name', 'type']));
});

/** What somebody is told who has to decide; written down here by hand. */
test.each([
  ['auth', 'gateway', '', 'an error', '', '**unpublished**, published again'],
  ['labels', 'both', '`{}`', 'the default', '`{}`: none', 'changed in place'],
  ['visibility', 'both', '`public`', 'the default', '', 'changed in place'],
  ['status', 'both', '`draft`', 'the default', '', '**unpublished**'],
  ['can_view_unsubscribed', 'gateway', '`true`', 'the default', '', 'changed in place'],
  ['server_urls', 'external', '`[]`', 'the default', '`[]`: none', 'changed in place'],
  ['name', 'both', '', 'an error', '', 'changed in place'],
])('of %s the table says what is so', (name, ...cells) => {
  const line = stored('product-file.md')
    .split('\n')
    .find((row) => row.startsWith(`| [\`${name}\`](#${name})`));
  expect(
    line
      ?.split('|')
      .slice(2, -1)
      .map((cell) => cell.trim()),
  ).toEqual(cells);
});

describe('docs/reference/json.md', () => {
  const page = stored('json.md');

  test.each([...SCHEMAS.keys()].filter((name) => name !== 'product-file' && name !== 'config'))(
    'shows every field of %s, and a document that a command printed',
    async (name) => {
      const section = page.split(/^(?=## )/m).find((text) => text.startsWith(`## adc/${name}\n`)) ?? '';
      const schema = (await SCHEMAS.get(name)?.())?.default as { readonly properties: object };
      for (const field of Object.keys(schema.properties)) expect(section).toContain(`\`${field}\``);
      const [, example = ''] = /```json\n([^]*?)\n```/.exec(section) ?? [];
      expect(JSON.parse(example)).toMatchObject({ format: `adc/${name}`, format_version: 1 });
    },
  );
});
