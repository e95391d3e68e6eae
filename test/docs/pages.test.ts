/**
 * Runs the pages of the documentation: each page starts in an empty directory, its commands run, its files are written, and
 * the output must equal the shown output, except for ids, times and durations.
 * test/docs/support/page.ts describes how a page marks its blocks.
 *
 *     ADC_UPDATE_GOLDENS=1 npx vitest run test/docs      writes the real output into the pages
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveProgram, type ServedProgram } from '../support/served-program.ts';
import { readPage } from './support/page.ts';
import { playPage } from './support/play-page.ts';
import { rewritten, stable } from './support/shown-output.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = ['README.md', 'examples/README.md', ...markdownIn('docs')].filter((path) => !isGenerated(path));

function markdownIn(folder: string): readonly string[] {
  const files = readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.md')).map((file) => `${folder}/${file}`);
}

/** Whether `npm run docs` generates the page, which another test checks. */
function isGenerated(path: string): boolean {
  return readFileSync(ROOT + path, 'utf8').includes('<!-- Made by `npm run docs`');
}

let program: ServedProgram;
beforeAll(async () => {
  program = await serveProgram();
});
afterAll(() => program.close());

test('runs every command of the first run of the README', () => {
  const [, firstRun = ''] = readFileSync(`${ROOT}README.md`, 'utf8').split('\n## First run\n');
  const [section = ''] = firstRun.split('\n## ');
  expect(section).not.toContain('skip=');
  expect(section.match(/^adc \w+/gm)).toEqual(expect.arrayContaining(['adc dev', 'adc diff', 'adc sync']));
});

test.concurrent.each(PAGES)(
  '%s: its commands run and print the shown output',
  { timeout: 300_000 },
  async (path) => {
    const page = readPage(path, readFileSync(ROOT + path, 'utf8'));
    const printed = await playPage(page, program.file);
    if (process.env['ADC_UPDATE_GOLDENS'] === '1')
      return writeFileSync(ROOT + path, rewritten(page, printed));
    for (const { shown, text, place } of printed) expect(stable(text), place).toBe(stable(shown.text));
  },
);
