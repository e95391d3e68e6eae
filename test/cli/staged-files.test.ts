import { chmod, chown, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StagedFiles } from '../../src/cli/staged-files.ts';
import { writeFailure } from '../../src/cli/disk.ts';
import { OperationalError } from '../../src/model/errors.ts';
import { tempFiles } from '../support/temp-files.ts';

const read = async (...steps: readonly string[]): Promise<string> => readFile(join(...steps), 'utf8');
const entries = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true })).toSorted();
const hidden = async (folder: string, name: string): Promise<string> => {
  const found = (await readdir(folder)).find((entry) => entry.startsWith(`.${name}.`));
  return join(folder, found ?? 'none');
};

test('writes under temporary names until the commit', async () => {
  const folder = await tempFiles({ 'a.yaml': 'old' });
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  expect(await read(folder, 'a.yaml')).toBe('old');
  await staged.commit();
  expect(await entries(folder)).toEqual(['a.yaml']);
  expect(await read(folder, 'a.yaml')).toBe('new');
});

test.each([0o600, 0o640, 0o755, 0o666])('a replaced file keeps its mode %i', async (mode) => {
  const folder = await tempFiles({ 'a.yaml': 'old' });
  await chmod(join(folder, 'a.yaml'), mode);
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  await staged.commit();
  expect((await stat(join(folder, 'a.yaml'))).mode & 0o777).toBe(mode);
});

test.runIf(process.getuid?.() === 0)('a replaced file keeps its owner', async () => {
  const folder = await tempFiles({ 'a.yaml': 'old' });
  await chown(join(folder, 'a.yaml'), 1234, 5678);
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  await staged.commit();
  expect(await stat(join(folder, 'a.yaml'))).toMatchObject({ uid: 1234, gid: 5678 });
});

test('a file that replaces a symlink does not get its mode', async () => {
  const folder = await tempFiles({ 'real.yaml': 'old' });
  await chmod(join(folder, 'real.yaml'), 0o777);
  await symlink('real.yaml', join(folder, 'a.yaml'));
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  await staged.commit();
  expect((await stat(join(folder, 'a.yaml'))).mode & 0o111).toBe(0);
});

test('a discard removes the staged files and the directories created for them', async () => {
  const folder = await tempFiles({ 'a.yaml': 'old' });
  const staged = new StagedFiles({ force: true });
  await staged.add(join(folder, 'a.yaml'), 'new');
  await staged.add(join(folder, 'deep', 'er', 'b.yaml'), 'new');
  await staged.discard();
  expect(await entries(folder)).toEqual(['a.yaml']);
  expect(await read(folder, 'a.yaml')).toBe('old');
});

test('rolls back a commit that fails', async () => {
  const folder = await tempFiles({ 'a.yaml': 'old', 'c.yaml': 'old' });
  const staged = new StagedFiles({ force: true });
  for (const name of ['a.yaml', 'b.yaml', 'c.yaml']) await staged.add(join(folder, name), 'new');
  await rm(await hidden(folder, 'c.yaml'));
  await expect(staged.commit()).rejects.toBeInstanceOf(OperationalError);
  await staged.discard();
  expect(await entries(folder)).toEqual(['a.yaml', 'c.yaml']);
  expect(await read(folder, 'a.yaml')).toBe('old');
  expect(await read(folder, 'c.yaml')).toBe('old');
});

test.each(['ENOSPC', 'EACCES', 'EROFS', 'ENAMETOOLONG'])(
  '%s is reported as a sentence, with a hint',
  (code) => {
    const told = writeFailure('x', Object.assign(new Error(`${code}: low-level`), { code }));
    expect(told.message).not.toContain('low-level');
    expect(told.hint).toContain('Nothing was changed.');
  },
);
