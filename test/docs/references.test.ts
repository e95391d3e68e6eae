/** Comments and pages cite the specification as `docs/design/contract.md §7`. The cited sections must exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['src', 'test', 'bench', 'scripts', 'schemas', 'docs', 'ci', 'examples'];
const TEXTS = new Set(['.ts', '.js', '.cjs', '.mjs', '.json', '.md', '.sh', '.yml', '.yaml']);
/** Large generated files. */
const SKIPPED =
  /^(?:src\/generated|bench\/results|test\/corpus)\/|\.golden\.|^test\/docs\/references\.test\.ts$/;

const FILES = [
  ...readdirSync(ROOT).filter((file) => extname(file) === '.md'),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  ),
].filter((file) => TEXTS.has(extname(file)) && !SKIPPED.test(file));

/** The numbers of a page that can be cited: of headings, and of first cells of table rows (`| 15.1 |`). */
function numbersOf(page: string): ReadonlySet<string> {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const found = text.matchAll(/^(?:#+ (\d+(?:\.\d+)*)\.? |\| (\d+\.\d+) \|)/gm);
  return new Set([...found].map(([, heading, row]) => heading ?? row ?? ''));
}

const PAGES = new Map(
  readdirSync(join(ROOT, 'docs/design')).map((file) => {
    const page = `docs/design/${file}`;
    return [page, numbersOf(page)] as const;
  }),
);

/** A citation: sections and an optional page. */
interface Citation {
  readonly page: string | undefined;
  readonly sections: readonly string[];
}

/** Several sections of one page are `§1`, `§1 and §2`, `§1, §2` or `§1 to §3`. */
const CITED = /(?:([\w./-]+(?:\.md)?)\s+)?§(\d+(?:\.\d+)*)((?:(?:,| and| to)? §\d+(?:\.\d+)*)*)/g;

function citationsOf(text: string): readonly Citation[] {
  const oneLine = text.replaceAll(/\n[ \t]*(?:\*|\/\/|#)?[ \t]*/g, ' ');
  return [...oneLine.matchAll(CITED)].map(([, page, first = '', more = '']) => ({
    page,
    sections: [first, ...[...more.matchAll(/§(\d+(?:\.\d+)*)/g)].map(([, number = '']) => number)],
  }));
}

/** The invalid citations of a text. */
function wrongCitations(text: string): readonly string[] {
  return citationsOf(text).flatMap(({ page, sections }) => {
    const numbers = PAGES.get(page ?? '');
    if (numbers === undefined) return [`${page ?? ''} §${sections[0] ?? ''}: no such page`];
    return sections
      .filter((number) => !numbers.has(number))
      .map((number) => `${page ?? ''} §${number}: no such section`);
  });
}

const wrongNames = (text: string): readonly string[] =>
  [...text.matchAll(/\bdocs\/[\w/-]+\.md/g)]
    .map(([page]) => page)
    .filter((page) => !existsSync(join(ROOT, page)));

test('every cited section of the specification exists', () => {
  const wrong = FILES.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return [...wrongCitations(text), ...wrongNames(text)].map((one) => `${file}: ${one}`);
  });
  expect(wrong).toEqual([]);
});

describe('a wrong citation is found', () => {
  test.each([
    [
      'a section that does not exist',
      '/** Says so (docs/design/contract.md §99). */',
      '§99: no such section',
    ],
    ['a row that does not exist', '// docs/design/admin-api.md §15.99', '§15.99: no such section'],
    ['the second of two', '/** docs/design/contract.md §7, §99 */', '§99: no such section'],
    ['a wrapped one', ' * (docs/design/contract.md\n * §99)', '§99: no such section'],
    ['one of another document', '/** Never twice (contract §7). */', 'contract §7: no such page'],
    ['one without a document', '/** Never twice (§7). */', ' §7: no such page'],
  ])('%s', (_, text, problem) => {
    expect(wrongCitations(text).join()).toContain(problem);
  });

  test('a page that does not exist', () => {
    expect(wrongNames('see docs/design/decisions.md')).toEqual(['docs/design/decisions.md']);
  });
});

test('citations of headings, rows and several sections are right', () => {
  const text =
    'docs/design/contract.md §7; docs/design/admin-api.md §15.4, §15.5; docs/design/admin-api.md §5 to §7';
  expect(wrongCitations(text)).toEqual([]);
});
