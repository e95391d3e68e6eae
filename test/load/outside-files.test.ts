import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const FILE = 'portal: default\napi_products: []\n';
const GIT_CONFIG = '[http "https://example.com/"]\n\textraheader = AUTHORIZATION: basic s3cr3t\n';

/** The diagnostics of a run in CI and of a run outside CI, each as `severity code@place`. */
async function inBoth(cwd: string, pattern: string) {
  const run = async (refuseOutside: boolean) => {
    const { diagnostics, documents } = await checkedFiles({ cwd, patterns: [pattern], refuseOutside });
    const away = diagnostics.filter(({ code }) => code === 'file-outside');
    return {
      away: away.map(({ severity, location }) => `${severity} ${location?.file}`),
      read: documents.length,
    };
  };
  return { ci: await run(true), elsewhere: await run(false) };
}

describe('a product file that leads out of the working directory, or into a hidden folder', () => {
  test.each([
    ['a file outside', 'link.yaml', 'OUTSIDE/p.yaml'],
    ['a link to a link', 'link.yaml', 'second'],
    ['a file of Git', 'link.yaml', '.git/p.yaml'],
    ['a hidden file', 'link.yaml', '.p.yaml'],
    ['a hidden folder further down', 'link.yaml', 'a/.b/p.yaml'],
    ['a linked folder', 'folder', 'OUTSIDE'],
    ['a file in a linked folder', 'folder/p.yaml', 'OUTSIDE'],
    ['a glob in a linked folder', 'folder/*.yaml', 'OUTSIDE'],
    ['a folder of Git', 'folder', '.git'],
  ])('is refused in CI, unread, and a warning elsewhere: %s', async (_, pattern, target) => {
    const outside = await tempFiles({ 'p.yaml': FILE });
    const cwd = await tempFiles({ '.git/p.yaml': FILE, '.p.yaml': FILE, 'a/.b/p.yaml': FILE });
    await symlink(join(outside, 'p.yaml'), join(cwd, 'second'));
    await symlink(target.replace('OUTSIDE', outside), join(cwd, pattern.split('/')[0] ?? ''));
    const file = pattern.replace('/*.yaml', '');
    expect(await inBoth(cwd, pattern)).toEqual({
      ci: { away: [`error ${file}`], read: 0 },
      elsewhere: { away: [`warning ${file}`], read: 1 },
    });
  });

  test.each(['.git/p.yaml', '.hidden', '.hidden/*.yaml'])(
    'is meant also without a symlink: %s',
    async (pattern) => {
      const cwd = await tempFiles({ '.git/p.yaml': FILE, '.hidden/p.yaml': FILE });
      const { ci, elsewhere } = await inBoth(cwd, pattern);
      expect(ci).toMatchObject({ away: [expect.stringMatching(/^error /)], read: 0 });
      expect(elsewhere).toMatchObject({ away: [expect.stringMatching(/^warning /)], read: 1 });
    },
  );

  test('is one in /proc too', async () => {
    const cwd = await tempFiles({});
    await symlink('/proc/self/environ', join(cwd, 'api-products.yaml'));
    const { ci } = await inBoth(cwd, 'api-products.yaml');
    expect(ci).toEqual({ away: ['error api-products.yaml'], read: 0 });
  });

  test('is refused in a folder that was given, wherever it runs', async () => {
    const cwd = await tempFiles({ 'p/a.yaml': FILE, 'p/.git/config.yaml': FILE });
    await symlink('.git/config.yaml', join(cwd, 'p/b.yaml'));
    for (const { away, read } of Object.values(await inBoth(cwd, 'p')))
      expect({ away, read }).toEqual({ away: ['error p/b.yaml'], read: 1 });
  });
});

describe('accepted paths', () => {
  test('a path outside without a link, as it was typed', async () => {
    const outside = await tempFiles({ 'repo/w/x': '', 'other/p.yaml': FILE, '.home/q/p.yaml': FILE });
    const cwd = join(outside, 'repo/w');
    for (const pattern of [
      '../../other/p.yaml',
      '../../other',
      '../../other/*.yaml',
      join(outside, 'other/p.yaml'),
    ])
      expect((await inBoth(cwd, pattern)).ci).toEqual({ away: [], read: 1 });
    expect((await inBoth(join(outside, '.home/q'), 'p.yaml')).ci).toEqual({ away: [], read: 1 });
  });

  test('but not a symlink out of the directory of such a path', async () => {
    const outside = await tempFiles({ 'repo/x': '', 'other/q.yaml': FILE, 'third/p.yaml': FILE });
    await symlink('../third/p.yaml', join(outside, 'other/link.yaml'));
    await symlink('q.yaml', join(outside, 'other/here.yaml'));
    expect((await inBoth(join(outside, 'repo'), '../other/link.yaml')).ci.read).toBe(0);
    expect((await inBoth(join(outside, 'repo'), '../other/here.yaml')).ci).toEqual({ away: [], read: 1 });
  });

  test('links within the working directory, and the links of a mounted ConfigMap', async () => {
    const cwd = await tempFiles({ 'real/p.yaml': FILE, 'mount/..2026_11_30/p.yaml': FILE });
    await symlink('real/p.yaml', join(cwd, 'link.yaml'));
    await symlink('..2026_11_30', join(cwd, 'mount/..data'));
    await symlink('..data/p.yaml', join(cwd, 'mount/p.yaml'));
    const patterns = ['link.yaml', 'mount', 'mount/p.yaml', 'mount/*.yaml', join(cwd, 'mount')];
    for (const pattern of patterns) expect((await inBoth(cwd, pattern)).ci).toEqual({ away: [], read: 1 });
    const elsewhere = await tempFiles({});
    for (const pattern of patterns.slice(1, -1))
      expect((await inBoth(elsewhere, join(cwd, pattern))).ci).toEqual({ away: [], read: 1 });
    expect((await inBoth(join(cwd, 'mount'), 'p.yaml')).ci).toEqual({ away: [], read: 1 });
  });

  test('an OpenAPI document that a mounted ConfigMap holds', async () => {
    const product =
      'api_products:\n  - { name: A, type: external, status: draft, openapi_file: mount/o.yaml }\n';
    const openapi = 'openapi: 3.0.3\ninfo: { title: T, version: "1" }\npaths: {}\n';
    const cwd = await tempFiles({ 'p.yaml': product, 'mount/..1/o.yaml': openapi });
    await symlink('..1', join(cwd, 'mount/..data'));
    await symlink('..data/o.yaml', join(cwd, 'mount/o.yaml'));
    expect((await checkedFiles({ cwd, patterns: ['p.yaml'], refuseOutside: true })).codes).toEqual([]);
  });
});

test.each(['lint', 'validate', 'diff', 'sync', 'dump --update'])(
  'adc %s shows nothing of a refused file where CI is set',
  async (command) => {
    await atWorkplace({ files: { '.git/config': GIT_CONFIG, 'p.yaml': PAYMENTS } }, async (place) => {
      await symlink('.git/config', join(place.folder, 'api-products.yaml'));
      await mkdir(join(place.folder, 'x'));
      for (const format of ['text', 'json', 'markdown', 'github']) {
        const env = { ADC_SERVER: place.emulator.url, ADC_TOKEN: place.emulator.token, CI: 'true' };
        const { exitCode, out, err } = await place.adc(
          `${command} --portal default --format ${format}`.replace(
            command === 'lint' ? '--portal default ' : '\0',
            '',
          ),
          { env },
        );
        expect(exitCode).toBe(1);
        expect(out + err).not.toContain('s3cr3t');
        expect(out + err).toContain('file-outside');
      }
    });
  },
);
