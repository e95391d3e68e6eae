/** The runner of documentation pages must detect errors in pages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAYMENTS } from '../support/product-files.ts';
import { serveProgram, type ServedProgram } from '../support/served-program.ts';
import { readPage } from './support/page.ts';
import { playPage, type Printed } from './support/play-page.ts';
import { rewritten, stable } from './support/shown-output.ts';

let program: ServedProgram;
beforeAll(async () => {
  program = await serveProgram();
});
afterAll(() => program.close());

const block = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;
/** The variables that a reader exports in the second terminal. */
const ACCESS = 'export ADC_SERVER=http://127.0.0.1:7080 ADC_TOKEN=a7ee-dev ADC_PORTAL=default';
const FILE = block('yaml title="api-products.yaml"', PAYMENTS.trimEnd());

const play = (text: string): Promise<readonly Printed[]> => playPage(readPage('page.md', text), program.file);

describe('a page fails', () => {
  const failing: readonly (readonly [string, string, RegExp])[] = [
    ['where a command fails', block('sh', 'adc lint'), /page\.md:1: adc lint\nends with 1, not 0/],
    ['where a command must fail', block('sh exit=4', 'true'), /true\nends with 0, not 4/],
    ['where any but the last command fails', block('sh exit=1', 'false\nfalse'), /false\nends with 1, not 0/],
    ['where a program does not exist', block('sh', 'adc-prodcts lint'), /ends with 127/],
    [
      'where an edit does not match its file',
      FILE + block('diff title="api-products.yaml"', '-nothing'),
      /hold/,
    ],
    ['where a block has no kind', block('yaml', 'a: 1'), /page\.md:1: nothing says/],
    [
      'where a second block shows the same output',
      block('sh', 'true') + block('text', '') + block('text', ''),
      /page\.md:7: nothing says/,
    ],
    ['where a block has no language', block('sh', 'true') + block('', 'hm'), /page\.md:4: nothing says/],
    ['where a block is indented', '  ```sh\n  true\n```\n', /page\.md:1: this block is indented/],
    ['where a block has no end', '```sh\nadc lint\n', /page\.md:1: this block has no end/],
  ];
  test.each(failing)('%s', async (_, page, message) => {
    await expect((async () => play(page))()).rejects.toThrow(message);
  });
});

test('files, edits and commands happen in the order of the page, in an empty directory', async () => {
  const printed = await play(
    [
      block('sh', 'ls -A'),
      block('text', ''),
      FILE,
      block('sh', 'adc dev'),
      block('sh', ACCESS),
      block('sh', 'adc sync\nmkdir sub\ncd sub\nexport LATER=later'),
      block('diff title="api-products.yaml"', '     status: published\n+    desc: ${LATER}'),
      block('sh', 'adc diff -f ../api-products.yaml | grep desc'),
      block('json', ''),
    ].join('\n'),
  );
  expect(printed.map(({ text }) => text)).toEqual(['', '    desc  "" -> "later"\n']);
});

test('the shown output is compared except for ids, times and durations', () => {
  const [id, other] = ['8f6f1a52-6d3b-4c58-9a51-6c8fd7d3a001', '00000000-6d3b-4c58-9a51-6c8fd7d3a001'];
  expect(stable(`${id} in 3 ms at 2026-01-01T00:00:00.000Z\n`)).toBe(
    stable(`${other} in 0.4 s at 1999-12-31T23:59:59Z`),
  );
  expect(stable(`${id} ${other}`)).not.toBe(stable(`${id} ${id}`));
  expect(stable('2 created')).not.toBe(stable('3 created'));
});

test('rewrites only the output of a page that differs from the printed one', async () => {
  const page = (shown: string, ms: string): string =>
    `# Title\n\n${block('sh', 'echo one; echo 7 ms')}\n${block('text', `${shown}\n${ms}`)}\nThe end.\n`;
  const played = async (text: string): Promise<string> =>
    rewritten(readPage('page.md', text), await play(text));
  expect(await played(page('two', '3 ms'))).toBe(page('one', '7 ms'));
  expect(await played(page('one', '3 ms'))).toBe(page('one', '3 ms'));
});

test('a page with `adc dev` uses only the server that it starts', async () => {
  const [dev, asked] = await play(
    [
      block('sh', 'adc dev --set version=4.7.1'),
      block('text', ''),
      block('sh', 'adc ping --portal default --server http://127.0.0.1:7080 --token a7ee-dev'),
      block('text', ''),
    ].join('\n'),
  );
  expect(dev?.text).toContain('export ADC_SERVER=http://127.0.0.1:7080\n');
  expect(asked?.text).toContain('4.7.1');
  await expect(play(block('sh', 'adc dev') + block('sh', 'adc ping --portal default'))).rejects.toThrow(
    'no server was given',
  );
});
