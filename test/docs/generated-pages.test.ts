import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PAGES } from '../../scripts/pages.ts';
import { SCHEMAS } from '../../src/cli/commands/schema.ts';
import { parseSeed } from '../../src/emulator/seed.ts';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { FIELD_NAMES } from '../../src/fields/field-table.ts';
import { readSchema } from '../support/published-schemas.ts';

const stored = (file: string): string =>
  readFileSync(new URL(`../../docs/reference/${file}`, import.meta.url), 'utf8');

test.each(Object.entries(PAGES))(
  'docs/reference/%s equals the output of npm run docs',
  async (file, make) => {
    expect(stored(file)).toBe(await make());
  },
);

test('every environment variable that the program reads is on the page', () => {
  const sources = ['connection.ts', 'options.ts', 'project.ts'].map((file) =>
    readFileSync(new URL(`../../src/cli/${file}`, import.meta.url), 'utf8'),
  );
  const read = sources.flatMap((text) => [...text.matchAll(/'(ADC_[A-Z_]+|[A-Z]+_PROXY)'/g)]);
  const page = stored('environment.md');
  const missing = read.map(([, name = '']) => name).filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
  expect(read.length).toBeGreaterThan(8);
});

test('every field of a product has a section', () => {
  const headings = [...stored('product-file.md').matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(expect.arrayContaining([...FIELD_NAMES, 'id', 'previous_name', 'type']));
});

/** The expected rows, written by hand. */
test.each([
  ['auth', 'gateway', '', 'an error', '', '**unpublished**, published again'],
  ['labels', 'both', '`{}`', 'the default', '`{}`: none', 'changed in place'],
  ['visibility', 'both', '`public`', 'the default', '', 'changed in place'],
  ['status', 'both', '`draft`', 'the default', '', '**unpublished**'],
  ['can_view_unsubscribed', 'gateway', '`true`', 'the default', '', 'changed in place'],
  ['server_urls', 'external', '`[]`', 'the default', '`[]`: none', 'changed in place'],
  ['name', 'both', '', 'an error', '', 'changed in place'],
])('the table describes %s correctly', (name, ...cells) => {
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

test('docs/reference/dev.md shows every key of a seed, and a seed that is valid', async () => {
  const page = stored('dev.md');
  const { properties, definitions } = readSchema('seed.schema.json') as unknown as {
    readonly properties: object;
    readonly definitions: Readonly<Record<string, { readonly properties?: object }>>;
  };
  for (const key of Object.keys(properties)) expect(page).toContain(`\`${key}\``);
  for (const [name, part] of Object.entries(definitions).filter(([, one]) => one.properties)) {
    const section = page.split(/^(?=##)/m).find((text) => text.startsWith(`### ${name}\n`)) ?? '';
    for (const key of Object.keys(part.properties ?? {})) expect(section).toContain(`\`${key}\``);
  }
  const [, example = ''] = /```json\n([^]*?)\n```/.exec(page) ?? [];
  const emulator = await startEmulator({ seed: parseSeed(example) });
  onTestFinished(() => emulator.close());
  expect(emulator.store.subscriptionsOf('Payments API')).toEqual({ active: 1, pending: 0 });
});

describe('docs/reference/json.md', () => {
  const page = stored('json.md');

  test.each(
    [...SCHEMAS.keys()].filter((name) => !['product-file', 'config', 'seed', 'record'].includes(name)),
  )('shows every field of %s, and a document that a command printed', async (name) => {
    const section = page.split(/^(?=## )/m).find((text) => text.startsWith(`## adc/${name}\n`)) ?? '';
    const schema = (await SCHEMAS.get(name)?.())?.default as { readonly properties: object };
    for (const field of Object.keys(schema.properties)) expect(section).toContain(`\`${field}\``);
    const [, example = ''] = /```json\n([^]*?)\n```/.exec(section) ?? [];
    expect(JSON.parse(example)).toMatchObject({ format: `adc/${name}`, format_version: 1 });
  });
});
