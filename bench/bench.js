// `npm run bench` measures time and memory of adc, and compares each value with its floor and its goal (see bench/README.md).
// `npm run bench -- NAME…` measures only these rows, and keeps the results of the other rows.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plotText } from './plot.js';
import { keptLines, writeResults } from './results.js';
import { ROWS } from './rows.js';
import { tableText } from './table.js';

const results = fileURLToPath(new URL('results/', import.meta.url));

/** Measures a row in a new folder. Returns its lines. */
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
const measuredLines = new Map();
for (const row of rows) {
  measuredLines.set(row.name, await measured(row));
  // Writes the results after each row, so that a row that fails does not discard the earlier rows.
  const kept = await keptLines(results);
  const lines = ROWS.flatMap(
    ({ name }) => measuredLines.get(name) ?? kept.filter((line) => line.row === name),
  );
  await writeResults(results, lines, `Node.js ${process.version}, ${availableParallelism()} cores`);
}
console.log(tableText([...measuredLines.values()].flat()));
