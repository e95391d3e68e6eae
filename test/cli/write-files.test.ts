import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseExisting, writeFiles } from '../../src/cli/staged-files.ts';
import { OperationalError, UsageError } from '../../src/model/errors.ts';

const DUMP = [
  { path: 'a.yaml', content: 'new a' },
  { path: 'openapi/a.yaml', content: 'document' },
  { path: 'logos/a.png', content: Uint8Array.of(0x89, 0x50, 0, 0xff) },
];

/** Calls `use` with a folder that holds `files`, and always removes the folder. */
async function inFolder(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-write-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const read = async (...steps: readonly string[]): Promise<string> => readFile(join(...steps), 'utf8');
const entries = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true })).toSorted();

test('writes files unchanged, and creates directories', async () => {
  await inFolder({}, async (folder) => {
    await writeFiles(join(folder, 'deep', 'er'), DUMP, { force: false });
    const root = join(folder, 'deep', 'er');
    expect(await read(root, 'a.yaml')).toBe('new a');
    expect(await read(root, 'openapi', 'a.yaml')).toBe('document');
    expect([...(await readFile(join(root, 'logos', 'a.png')))]).toEqual([0x89, 0x50, 0, 0xff]);
    expect(await entries(root)).toEqual(['a.yaml', 'logos', 'logos/a.png', 'openapi', 'openapi/a.yaml']);
  });
});

test('writes no file if one of them exists', async () => {
  await inFolder({ 'a.yaml': 'old a' }, async (folder) => {
    const writing = writeFiles(folder, DUMP, { force: false });
    await expect(writing).rejects.toBeInstanceOf(UsageError);
    await expect(writing).rejects.toMatchObject({
      message: expect.stringContaining('a.yaml') as string,
      hint: expect.stringContaining('--force') as string,
    });
    expect(await entries(folder)).toEqual(['a.yaml']);
    expect(await read(folder, 'a.yaml')).toBe('old a');
  });
});

test('treats a symlink as an existing file, even a dangling one', async () => {
  await inFolder({}, async (folder) => {
    await symlink(join(folder, 'nowhere'), join(folder, 'a.yaml'));
    await expect(writeFiles(folder, DUMP, { force: false })).rejects.toBeInstanceOf(UsageError);
  });
});

test('with force, replaces files, and replaces a symlink instead of following it', async () => {
  await inFolder({ 'a.yaml': 'old a', 'elsewhere.txt': 'mine' }, async (folder) => {
    await mkdir(join(folder, 'openapi'));
    await symlink(join(folder, 'elsewhere.txt'), join(folder, 'openapi', 'a.yaml'));
    await writeFiles(folder, DUMP, { force: true });
    expect(await read(folder, 'a.yaml')).toBe('new a');
    expect(await read(folder, 'openapi', 'a.yaml')).toBe('document');
    expect(await read(folder, 'elsewhere.txt')).toBe('mine');
  });
});

test('never replaces pipes, devices and symlinks to them, even with force', async () => {
  await inFolder({}, async (folder) => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await symlink('/dev/null', join(folder, 'null'));
    await symlink(join(folder, 'pipe'), join(folder, 'link'));
    for (const path of ['pipe', 'null', 'link']) {
      const writing = writeFiles(folder, [{ path, content: 'new' }], { force: true });
      await expect(writing).rejects.toMatchObject({
        name: 'UsageError',
        message: `"${join(folder, path)}" is a device or a pipe`,
        hint: 'Name a regular file, or leave out the option. Nothing was written.',
      });
    }
    expect(await entries(folder)).toEqual(['link', 'null', 'pipe']);
    expect((await lstat(join(folder, 'pipe'))).isFIFO()).toBe(true);
  });
});

test('replaces and creates no file in /dev', async () => {
  for (const path of ['/dev/stdout', '/dev/stderr', '/dev/null', '/dev/new']) {
    await expect(refuseExisting([path], true)).rejects.toBeInstanceOf(UsageError);
  }
});

test('a failed write keeps every old file and leaves no temporary file', async () => {
  await inFolder({ 'a.yaml': 'old a', openapi: 'a file where a folder should be' }, async (folder) => {
    await expect(writeFiles(folder, DUMP, { force: true })).rejects.toBeInstanceOf(OperationalError);
    expect(await entries(folder)).toEqual(['a.yaml', 'openapi']);
    expect(await read(folder, 'a.yaml')).toBe('old a');
  });
});

test('refuses a directory in the place of a file before anything is replaced', async () => {
  await inFolder({ 'a.yaml': 'old a' }, async (folder) => {
    await mkdir(join(folder, 'logos', 'a.png'), { recursive: true });
    await expect(writeFiles(folder, DUMP, { force: true })).rejects.toBeInstanceOf(OperationalError);
    expect(await read(folder, 'a.yaml')).toBe('old a');
  });
});
