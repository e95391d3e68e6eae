import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The files of the package as it would be published; `npm run build` comes before. */
let files: readonly string[];
beforeAll(async () => {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json'], { cwd: root });
  const [packed] = JSON.parse(stdout) as [{ files: readonly { path: string }[] }];
  files = packed.files.map(({ path }) => path);
});

const heads = (paths: readonly string[]): readonly string[] =>
  [...new Set(paths.map((path) => path.split('/')[0] ?? ''))].toSorted();

test('the package contains only what it needs', () => {
  const top = [
    '.pre-commit-hooks.yaml',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'Dockerfile',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'action.yml',
    'bin',
    'ci',
    'dist',
    'docs',
    'examples',
    'package.json',
    'schemas',
  ];
  expect(heads(files)).toEqual(top);
  expect(files.filter((file) => /^docs\/.*(?<!\.md)$/.test(file))).toEqual(['docs/llms.txt']);
  const built = files.filter((file) => file.startsWith('dist/')).map((file) => file.slice(5));
  const inDist = [
    'THIRD-PARTY-NOTICES',
    'chunks',
    'cli',
    'index.cjs',
    'index.d.cts',
    'index.js',
    'page',
    'types',
  ];
  expect(heads(built)).toEqual(inDist);
});

test('the links of its pages lead somewhere in it, except those to pictures and to the specification', async () => {
  for (const page of files.filter((file) => file.endsWith('.md'))) {
    const prose = (await readFile(join(root, page), 'utf8')).replaceAll(/^```[^]*?^```$/gm, '');
    const links = [...prose.matchAll(/\]\(((?!\w+:|#)[^)\s#]+)/g)].map(([, link = '']) =>
      join(dirname(page), link),
    );
    const dead = links.filter(
      (link) => !files.some((file) => `${file}/`.startsWith(`${link.replace(/\/$/, '')}/`)),
    );
    expect(
      dead.filter((link) => !/^docs\/(?:design|images)\//.test(link)),
      page,
    ).toEqual([]);
  }
});

test('no dependency runs a script when it is installed, and each is pinned by its contents', async () => {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const { '': own, ...locked } = lock.packages;
  const all = Object.entries(locked);
  expect(all.length).toBeGreaterThan(Object.keys(own?.devDependencies ?? {}).length);
  expect(own?.dependencies).toBeUndefined();
  expect(all.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
  const loose = all.filter(([, { integrity, optional }]) => integrity === undefined && optional !== true);
  expect(loose).toEqual([]);
});

interface Locked {
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly optional?: boolean;
}

test('the types of the package name no other package', async () => {
  const types = files.filter((file) => /^dist\/.*\.d\.c?ts$/.test(file));
  expect(types).toContain('dist/types/index.d.ts');
  for (const file of types) {
    const text = await readFile(join(root, file), 'utf8');
    const named = [...text.matchAll(/^(?:import|export)\b.* from '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
      ([, name, other]) => name ?? other,
    );
    expect(named.filter((name) => !name?.startsWith('.'))).toEqual([]);
  }
});
