// `npm run bench`: how fast and how small adc is, each figure beside its floor and its goal (see bench/README.md).
// `npm run bench -- NAME…` measures only some rows; the others stay in the results as they were.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plotText } from './plot.js';
import { keptLines, writeResults } from './results.js';
import { ROWS } from './rows.js';
import { tableText } from './table.js';

const results = fileURLToPath(new URL('results/', import.meta.url));

/** What a row is given beside itself: a folder of its own, and where a plot goes. */
async function measured(row) {
  const folder = await mkdtemp(join(tmpdir(), `adc-bench-${row.name}-`));
  const plot = (name, picture) => writeFile(join(results, `${name}.svg`), plotText(picture));
  console.error(`${row.name}: ${row.work}`);
  try {
    const lines = await row.measure({ runs: row.runs, folder, plot });
    return lines.map((line) => ({ row: row.name, work: row.work, runs: row.runs, ...line }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function chosen(names) {
  const unknown = names.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length === 0) return ROWS.filter(({ name }) => names.length === 0 || names.includes(name));
  const known = ROWS.map(({ name }) => name).join(', ');
  throw new Error(`no row is called ${unknown.join(', ')}; there are: ${known}`);
}

const rows = chosen(process.argv.slice(2));
await mkdir(results, { recursive: true });
const taken = new Map();
for (const row of rows) {
  taken.set(row.name, await measured(row));
  // At once, so that a row that fails takes none of those before it along.
  const kept = await keptLines(results);
  const lines = ROWS.flatMap(({ name }) => taken.get(name) ?? kept.filter((line) => line.row === name));
  await writeResults(results, lines, `Node.js ${process.version}, ${availableParallelism()} cores`);
}
console.log(tableText([...taken.values()].flat()));
