/**
 * The output of the commands of each scenario in the other formats: `markdown.golden.md`,
 * `github.golden.txt` with the annotations alone, and `json.golden.yaml` with the JSON documents as YAML, which is shorter.
 * Uses only one dialect; the transcripts show the differences of the other.
 *
 *     ADC_UPDATE_GOLDENS=1 npx vitest run test/scenarios/formats      writes them again
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { play, readScenario, type Played, type Told } from '../support/scenario.ts';

const HERE = new URL('.', import.meta.url).pathname;
const names = readdirSync(HERE).filter((name) => existsSync(join(HERE, name, 'scenario.yaml')));

/** A format, the file of its goldens, and a command with what it printed as a part of that file. */
const GOLDENS: readonly (readonly [string, string, (told: Told) => string])[] = [
  ['markdown', 'markdown.golden.md', (told) => `\`${titleOf(told)}\`\n\n${told.out}`],
  ['github', 'github.golden.txt', (told) => `$ ${titleOf(told)}\n${annotationsIn(told.out)}`],
  ['json', 'json.golden.yaml', (told) => `# ${titleOf(told)}\n---\n${asYaml(told.out)}`],
];

describe.each(names)('%s', (name) => {
  test.each(GOLDENS)('is reported in %s', async (format, file, part) => {
    const folder = join(HERE, name);
    const played = await play(folder, 'path', {}, ['--format', format]);
    const said = stable(played.told.map(part).join('\n'), played);
    if (process.env['ADC_UPDATE_GOLDENS'] === '1') writeFileSync(join(folder, file), said);
    expect(said).toBe(readFileSync(join(folder, file), 'utf8'));
    expect(played.told.map(({ exitCode }) => `[exit ${exitCode}]`)).toEqual(exitsInText(folder));
  });
});

/** `page.golden.html`: what diff prints as a page, without the style, in two scenarios that show most of it. */
test.each(['auth-change', 'openapi-change'])('%s is reported as a page', async (name) => {
  const folder = join(HERE, name);
  const played = await play(folder, 'path', {}, ['--format', 'html']);
  const pages = played.told.filter(({ command }) => command.startsWith('diff ')).map(({ out }) => out);
  const said = stable(pages.join('\n'), played)
    .replaceAll(/<style>[^<]*/g, '<style>')
    .replaceAll(/sha256-[^']*/g, 'sha256-…');
  const golden = join(folder, 'page.golden.html');
  if (process.env['ADC_UPDATE_GOLDENS'] === '1') writeFileSync(golden, said);
  expect(said).toBe(readFileSync(golden, 'utf8'));
});

test('there are scenarios', () => {
  expect(names.map((name) => readScenario(join(HERE, name)).says)).not.toContain('');
  expect(names.length).toBeGreaterThan(10);
});

/** How the same commands end in text, by the transcript. */
function exitsInText(folder: string): readonly string[] {
  return readFileSync(join(folder, 'path.golden.txt'), 'utf8').match(/^\[exit \d+\]$/gm) ?? [];
}

function titleOf({ command, exitCode }: Told): string {
  return `adc ${command} [exit ${exitCode}]`;
}

/** The rest is the text, which the transcripts have. */
function annotationsIn(out: string): string {
  const lines = out.split('\n').filter((line) => line.startsWith('::'));
  return lines.map((line) => `${line}\n`).join('');
}

function asYaml(out: string): string {
  return stringify(JSON.parse(out), { lineWidth: 0 });
}

/** Without what is another one in each run: the address, times, and ids that stand for chance. */
function stable(text: string, { url, names: called }: Played): string {
  const timeless = text
    .replaceAll(url, 'http://dashboard.example.com')
    .replaceAll(/\b\d+ ms\b|\bms: \d+$/gm, 'N ms');
  return [...called].reduce((so, [id, name]) => so.replaceAll(id, `{${name}}`), timeless);
}
