import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ISSUES } from '../../src/generated/version.ts';
import { projectFile } from './support/project-file.ts';

interface Manifest {
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly repository: { readonly url: string };
  readonly engines: { readonly node: string };
}

const root = new URL('../../', import.meta.url);
const manifest = JSON.parse(await projectFile('package.json')) as Manifest;
const [, home = '', organization = '', name = ''] =
  /^git\+(https:\/\/[^/]+\/([^/]+)\/([^/]+))\.git$/.exec(manifest.repository.url) ?? [];

describe('every place names the repository of package.json', () => {
  test('the manifest, and the message for a bug', () => {
    expect(manifest.homepage).toBe(`${home}#readme`);
    expect(manifest.bugs.url).toBe(`${home}/issues`);
    expect(ISSUES).toBe(`${home}/issues`);
  });

  test.each(['SECURITY.md', '.github/ISSUE_TEMPLATE/config.yml'])('%s', async (file) => {
    const links = [...(await projectFile(file)).matchAll(/https:\/\/[^/\s]+\/[^/\s]+\/[^/\s]+\/security/g)];
    expect(links).not.toHaveLength(0);
    for (const [link] of links) expect(link).toBe(`${home}/security`);
  });

  test('.github/CODEOWNERS', async () => {
    expect(await projectFile('.github/CODEOWNERS')).toBe(`* @${organization}\n`);
  });

  test('ci/README.md', async () => {
    const text = await projectFile('ci/README.md');
    const places = [...text.matchAll(/(?:uses|project|repo): (?:https:\/\/[^/]+\/)?([\w-]+\/adc)\b/g)];
    expect(places).not.toHaveLength(0);
    for (const [, place] of places) expect(place).toBe(`${organization}/${name}`);
  });

  test('no other file has the placeholder', async () => {
    const known = new Set([
      'CODEOWNERS',
      'CONTRIBUTING.md',
      'README.md',
      'SECURITY.md',
      'config.yml',
      'package.json',
    ]);
    const { stdout } = await promisify(execFile)('git', ['grep', '--untracked', '-lE', 'OWNER/adc|@OWNER'], {
      cwd: root,
    });
    const files = stdout
      .trim()
      .split('\n')
      .filter((file) => !file.startsWith('test/'));
    expect(files.filter((file) => !known.has(file.split('/').at(-1) ?? ''))).toEqual([]);
  });
});

test('the issue templates request the named fields, and each field has a unique name', async () => {
  for (const file of ['bug.yaml', 'feature.yaml']) {
    const form = parse(await projectFile(`.github/ISSUE_TEMPLATE/${file}`)) as {
      readonly name: string;
      readonly description: string;
      readonly body: readonly { readonly type: string; readonly id?: string; readonly attributes: object }[];
    };
    expect(form).toMatchObject({
      name: expect.any(String) as string,
      description: expect.any(String) as string,
    });
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
    for (const { attributes } of fields) expect(attributes).toHaveProperty('label');
  }
});

test('dependency updates cover npm and the actions of workflows', async () => {
  const { updates } = parse(await projectFile('.github/dependabot.yml')) as {
    readonly updates: readonly { readonly 'package-ecosystem': string }[];
  };
  expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions']);
});

test('.nvmrc names a version that package.json allows', async () => {
  const least = Number(/^>=(\d+)/.exec(manifest.engines.node)?.[1]);
  expect(Number(await projectFile('.nvmrc'))).toBeGreaterThanOrEqual(least);
});

test('.ci/run and the workflow call one script, which runs the test command of the README', async () => {
  expect(await projectFile('.ci/run')).toMatch(/^exec .*\/scripts\/ci\.sh"$/m);
  expect(await projectFile('.github/workflows/test.yaml')).toMatch(/^ +- run: scripts\/ci\.sh$/m);
  const [command = ''] = /npm ci && npm test/.exec(await projectFile('README.md')) ?? [];
  expect((await projectFile('scripts/ci.sh')).trimEnd().split('\n').at(-1)).toBe(command);
  for (const file of ['.ci/run', 'scripts/ci.sh'])
    expect((await stat(new URL(file, root))).mode & 0o111, file).toBe(0o111);
});
