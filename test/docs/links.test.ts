import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const compare = (one: string, other: string): number => one.localeCompare(other);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['docs', 'ci', 'examples'];
const PAGES = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  ),
];

/** A page without its code, in which nothing is a link or a heading. */
const proseOf = (path: string): string =>
  readFileSync(join(ROOT, path), 'utf8')
    .replaceAll(/^```[^]*?^```$/gm, '')
    .replaceAll(/<!--[^]*?-->/g, '');

/** The links of a page that stay in this repository. */
function linksOf(path: string): readonly string[] {
  const found = proseOf(path).matchAll(/\]\(([^)\s]+)\)/g);
  return [...found].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of the headings of a page on GitHub. */
function anchorsOf(path: string): readonly string[] {
  const headings = [...proseOf(path).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.map((anchor, at) => {
    const before = headings.slice(0, at).filter((other) => other === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** The problem of a link of a page; undefined if its target exists. */
function broken(page: string, link: string): string | undefined {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : join(dirname(page), file);
  if (!existsSync(join(ROOT, target))) return `${link}: there is no such file`;
  if (anchor === undefined || !statSync(join(ROOT, target)).isFile()) return undefined;
  return anchorsOf(target).includes(anchor) ? undefined : `${link}: there is no such heading`;
}

test.each(PAGES)('the links of %s have targets', (page) => {
  expect(linksOf(page).flatMap((link) => broken(page, link) ?? [])).toEqual([]);
});

describe('docs/llms.txt', () => {
  const pages = PAGES.filter((page) => page === 'README.md' || page.includes('/'));
  const rows = [...proseOf('docs/llms.txt').matchAll(/^- \[(.*)\]\((.*)\): \S.*$/gm)].map(
    ([, title, link = '']) => ({ title, page: join('docs', link) }),
  );

  test('lists every page once, by its title, with a line about it', () => {
    expect(rows.map(({ page }) => page).toSorted(compare)).toEqual(pages.toSorted(compare));
    for (const { title, page } of rows) expect(`# ${title}`, page).toBe(proseOf(page).split('\n')[0]);
  });

  test('has no list items in another form', () => {
    expect(proseOf('docs/llms.txt').match(/\]\(/g)).toHaveLength(rows.length);
  });
});

test('the README has at most 900 words', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8').trim().split(/\s+/).length).toBeLessThanOrEqual(900);
});

test('every page of docs/ can be reached from docs/README.md', () => {
  const index = new Set(linksOf('docs/README.md').map((link) => join('docs', link)));
  const pages = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  expect(pages.filter((page) => !index.has(page))).toEqual([]);
});

describe('detects broken links', () => {
  test.each(['no-such-page.md', 'docs/tutorial.md#no-such-heading', '#no-such-heading'])('%s', (link) => {
    expect(broken('README.md', link)).toContain('there is no such');
  });
});

/** Command lines with a comment: zsh, the shell of macOS, would pass a pasted comment as arguments. */
function commented(path: string): readonly string[] {
  const blocks = readFileSync(join(ROOT, path), 'utf8').matchAll(/^```sh\b.*\n([^]*?)^```$/gm);
  return [...blocks].flatMap(([, block = '']) =>
    block.split('\n').filter((line) => /(?:^|\s)#(?:\s|$)/.test(line)),
  );
}

test.each(PAGES)('%s has no comments in commands to paste', (page) => expect(commented(page)).toEqual([]));
