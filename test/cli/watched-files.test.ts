import { watch } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WatchedFiles } from '../../src/cli/preview-page.ts';
import { tempFiles } from '../support/temp-files.ts';

/** A folder of product files with an included file next to it, and a watcher of both. */
async function watched() {
  const folder = await tempFiles({ 'products/a.yaml': 'a', 'openapi/a.json': '{}', 'notes.txt': '' });
  const end = new AbortController();
  const files = new WatchedFiles(end.signal);
  onTestFinished(() => files.close());
  const read = async (): Promise<void> => {
    await files.files.stat(join(folder, 'products'));
    await files.files.readdir(join(folder, 'products'));
    await files.files.readFile(join(folder, 'openapi/a.json'));
  };
  await read();
  return { folder, files, end, read };
}

test.each([
  ['an included file changes', (folder: string) => writeFile(join(folder, 'openapi/a.json'), '{ }')],
  ['a product file is added', (folder: string) => writeFile(join(folder, 'products/b.yml'), 'b')],
  ['a product file is removed', (folder: string) => rm(join(folder, 'products/a.yaml'))],
  [
    'an editor replaces a file',
    async (folder: string) => {
      await writeFile(join(folder, 'openapi/.a.json.swp'), '{ }');
      await rename(join(folder, 'openapi/.a.json.swp'), join(folder, 'openapi/a.json'));
    },
  ],
])('the wait ends when %s', async (_, work) => {
  const { folder, files } = await watched();
  const changed = files.waitForChange();
  await work(folder);
  expect(await changed).toBe(true);
});

test('a change before the wait ends the wait, and a recreated folder is watched again', async () => {
  const { folder, files, read } = await watched();
  await rm(join(folder, 'products'), { recursive: true });
  expect(await files.waitForChange()).toBe(true);
  await mkdir(join(folder, 'products'));
  expect(await files.waitForChange()).toBe(true);
  await read();
  await writeFile(join(folder, 'products/c.yaml'), 'c');
  expect(await files.waitForChange()).toBe(true);
});

test('other files do not end the wait; the signal does', async () => {
  const { folder, files, end } = await watched();
  const seen = new Promise((resolve) => {
    const watcher = watch(join(folder, 'products'), resolve);
    onTestFinished(() => watcher.close());
  });
  const changed = files.waitForChange();
  await writeFile(join(folder, 'products/notes.txt'), '');
  await seen;
  end.abort();
  expect(await changed).toBe(false);
});
