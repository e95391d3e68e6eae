// Mutation testing: plants one fault of test/faults/*.js at a time in a copy of the checkout, and runs the tests that must
// fail. Ends with 1 if no test fails, or if the source of a fault is not found.
//
//   node scripts/planted-faults.js            all faults
//   node scripts/planted-faults.js break-ring faults whose file or description contains the word
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LISTS = join(ROOT, 'test', 'faults');
const COPIED = ['src', 'test', 'schemas', 'scripts', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

const word = process.argv[2] ?? '';
const copy = copiedCheckout();
try {
  const faults = (await readLists()).filter(({ file, breaks }) => `${file} ${breaks}`.includes(word));
  if (!word) checkHealthy(faults);
  const wrong = faults.map(report).filter((caught) => !caught).length;
  process.stdout.write(`${faults.length - wrong} of ${faults.length} faults were caught\n`);
  process.exitCode = wrong === 0 && faults.length > 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function copiedCheckout() {
  const folder = mkdtempSync(join(tmpdir(), 'planted-faults-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** All faults with their own tests, or else the tests of their list. */
async function readLists() {
  const files = readdirSync(LISTS).filter((name) => name.endsWith('.js'));
  const lists = await Promise.all(files.map((name) => import(pathToFileURL(join(LISTS, name)).href)));
  return lists.flatMap(({ FAULTS, TESTS }) => FAULTS.map((fault) => ({ tests: TESTS, ...fault })));
}

/** Checks that all tests pass without a fault. */
function checkHealthy(faults) {
  const groups = new Set(faults.flatMap(({ tests }) => tests).map((group) => JSON.stringify(group)));
  for (const group of groups) {
    const failed = failingTest(JSON.parse(group));
    if (failed) throw new Error(`fails without any fault: ${failed}`);
  }
}

/** Plants one fault, prints the result, and returns whether a test failed. */
function report(fault) {
  const { file, breaks } = fault;
  const start = performance.now();
  const outcome = outcomeOf(fault);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const caught = outcome.by !== undefined;
  const words = caught ? `caught by ${outcome.by}` : outcome.problem;
  process.stdout.write(`${caught ? 'ok  ' : 'FAIL'} ${file}: ${breaks}\n     ${words} (${seconds} s)\n`);
  return caught;
}

function outcomeOf({ file, find, replace, tests }) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const times = text.split(find).length - 1;
  if (times !== 1) return { problem: `the text occurs ${times} times: ${find}` };
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  try {
    for (const group of tests) {
      const by = failingTest(group);
      if (by) return { by };
    }
    return { problem: 'survived' };
  } finally {
    writeFileSync(path, text);
  }
}

/** The first test that fails; undefined if all pass. */
function failingTest(group) {
  const out = join(copy, 'report.json');
  rmSync(out, { force: true });
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['run', ...group, '--bail=1', '--reporter=json', `--outputFile=${out}`];
  const { status, stderr } = spawnSync(process.execPath, [vitest, ...options], {
    cwd: copy,
    encoding: 'utf8',
    // By default, property tests have fewer runs.
    env: { ...process.env, ADC_TEST_RUNS: '2' },
  });
  if (status === 0) return undefined;
  const { testResults = [] } = readReport(out);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.find((one) => one.status === 'failed');
  return (
    failed?.title ?? testResults.find((one) => one.status === 'failed')?.message ?? `an error: ${stderr}`
  );
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
