import { syncBuiltinESMExports } from 'node:module';
import fs, { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { StagedFiles } from '../../src/cli/staged-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const { rename, open } = fs;

/** Makes a file system call fail for paths that contain a text, because a test cannot create a mount. */
function refuse(call: 'rename' | 'open', part: string, code: string): void {
  const real = fs[call] as (...args: readonly unknown[]) => Promise<unknown>;
  const refusing = async (...args: readonly unknown[]): Promise<unknown> => {
    if (!args.some((arg) => String(arg).includes(part))) return real(...args);
    throw Object.assign(new Error(code), { code });
  };
  Object.assign(fs, { [call]: refusing });
  syncBuiltinESMExports();
}

afterEach(() => {
  Object.assign(fs, { rename, open });
  syncBuiltinESMExports();
});

const read = async (...steps: readonly string[]): Promise<string> => readFile(join(...steps), 'utf8');

test('writes a file that is mounted on its own in place', async () => {
  const folder = await tempFiles({ 'a.yaml': 'a longer old text' });
  const before = await stat(join(folder, 'a.yaml'));
  refuse('rename', '/a.yaml', 'EBUSY');
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  await staged.commit();
  expect(await read(folder, 'a.yaml')).toBe('new');
  expect((await stat(join(folder, 'a.yaml'))).ino).toBe(before.ino);
  expect(await readdir(folder)).toEqual(['a.yaml']);
});

test('a writable file in a read-only folder is written in place', async () => {
  const folder = await tempFiles({ 'a.yaml': 'old' });
  refuse('rename', '/a.yaml', 'EROFS');
  refuse('open', join(folder, '.a.yaml'), 'EROFS');
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  await staged.commit();
  expect(await read(folder, 'a.yaml')).toBe('new');
});

test('restores a mounted file if a later file fails', async () => {
  const folder = await tempFiles({ 'a.yaml': 'old', 'b.yaml': 'old' });
  refuse('rename', '/a.yaml', 'EBUSY');
  refuse('rename', '/b.yaml', 'ENOSPC');
  const staged = new StagedFiles({ force: true });
  for (const name of ['a.yaml', 'b.yaml']) await staged.add(join(folder, name), 'new');
  await expect(staged.commit()).rejects.toThrow('the disk is full');
  await staged.discard();
  expect(await read(folder, 'a.yaml')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.yaml', 'b.yaml']);
});

test('nothing is written through a symlink that cannot be renamed', async () => {
  const folder = await tempFiles({ 'real.yaml': 'old' });
  await symlink('real.yaml', join(folder, 'a.yaml'));
  refuse('rename', '/a.yaml', 'EACCES');
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  await expect(staged.commit()).rejects.toThrow('permission denied');
  await staged.discard();
  expect(await read(folder, 'real.yaml')).toBe('old');
});

test('a file that appears after the check is not replaced without force', async () => {
  const folder = await tempFiles({});
  const path = join(folder, 'a.yaml');
  const staged = new StagedFiles({ force: true, mayReplace: () => Promise.resolve(false) });
  await staged.add(path, 'new');
  await writeFile(path, 'mine');
  await expect(staged.commit()).rejects.toThrow('would be overwritten');
  await staged.discard();
  expect(await read(path)).toBe('mine');
});

test('restores a file that another process created in the place of a replaceable file', async () => {
  const folder = await tempFiles({ 'a.yaml': 'old' });
  const path = join(folder, 'a.yaml');
  const mayReplace = async (name: string): Promise<boolean> => {
    const text = await read(name);
    if (text === 'old') await writeFile(path, 'mine');
    return text === 'old';
  };
  const staged = new StagedFiles({ force: true, mayReplace });
  await staged.add(path, 'new');
  await expect(staged.commit()).rejects.toThrow('would be overwritten');
  await staged.discard();
  expect(await read(path)).toBe('mine');
  expect(await readdir(folder)).toEqual(['a.yaml']);
});
