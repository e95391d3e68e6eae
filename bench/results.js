import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableText } from './table.js';

const JSON_NAME = 'results.json';

/** The stored lines of earlier runs. */
export async function keptLines(folder) {
  const text = await readFile(join(folder, JSON_NAME), 'utf8').catch(() => '{ "lines": [] }');
  return JSON.parse(text).lines;
}

/** Writes the lines as JSON, and a Markdown page with the table and the plots. */
export async function writeResults(folder, lines, where) {
  await writeFile(join(folder, JSON_NAME), `${JSON.stringify({ where, lines }, null, 2)}\n`);
  const plots = (await readdir(folder)).filter((name) => name.endsWith('.svg')).toSorted();
  const pictures = plots.map((name) => `![${name.slice(0, -4).replaceAll('-', ' ')}](${name})`);
  const head = `# What \`npm run bench\` measured\n\n${where}. [How to read it](../README.md).`;
  await writeFile(join(folder, 'results.md'), `${[head, tableText(lines), ...pictures].join('\n\n')}\n`);
}
