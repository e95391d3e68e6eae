// Prints the functions that take the most time in a profile of `node --cpu-prof`:
// `node bench/profile.js FILE.cpuprofile` prints the 20 functions with the largest self time,
// `node bench/profile.js FILE.cpuprofile NAME…` prints the total time of these functions with all their calls.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const MOST = 20;

const [file, ...wanted] = process.argv.slice(2);
const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8'));
const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));

/** The sum of milliseconds by name. `namesOf` returns the names of a node. */
function timesBy(namesOf) {
  const times = new Map();
  for (const [place, id] of samples.entries()) {
    for (const name of namesOf(id)) times.set(name, (times.get(name) ?? 0) + timeDeltas[place] / 1000);
  }
  times.delete('(idle)');
  return times;
}

/** The name of the function with its location. */
function own(id) {
  const { functionName, url, lineNumber } = frames.get(id);
  if (url === '') return [functionName];
  return [`${functionName || '(anonymous)'}, ${basename(url)}:${lineNumber + 1}`];
}

/** The names of the function and of all its callers, each once. */
function within(id) {
  const names = new Set();
  for (let node = id; node !== undefined; node = parents.get(node)) names.add(frames.get(node).functionName);
  return names;
}

const itself = timesBy(own);
const all = [...itself.values()].reduce((sum, ms) => sum + ms, 0);
const rows = wanted.length === 0 ? [...itself].toSorted(([, a], [, b]) => b - a).slice(0, MOST) : named();

function named() {
  const times = timesBy(within);
  return wanted.map((name) => [name, times.get(name) ?? 0]);
}

console.log('|     ms |  share | function |\n| -----: | -----: | --- |');
for (const [name, ms] of [...rows, ['all', all]]) {
  const share = ((100 * ms) / all).toFixed(1);
  console.log(`| ${String(Math.round(ms)).padStart(6)} | ${share.padStart(4)} % | ${name} |`);
}
