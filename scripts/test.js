// The part of `npm test` after the build: the tests and, at the same time, the other checks. Prints the checks' output last.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKS = ['format:check', 'lint', 'packed'];

const root = fileURLToPath(new URL('../', import.meta.url));
const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);

/** Runs a script of package.json, without the start of npm; returns its exit code and, if `stdio` is piped, its output. */
function npmRun(name, stdio) {
  return new Promise((resolve) => {
    // The type checker in the linter ends before its memory is worth collecting; GOGC affects only programs in Go.
    const env = { GOGC: 'off', ...process.env, PATH };
    const child = spawn(scripts[name], { cwd: root, shell: true, stdio, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Runs the other checks one after the other until one fails. */
async function otherChecks() {
  let all = '';
  for (const name of CHECKS) {
    const { code, output } = await npmRun(name, ['ignore', 'pipe', 'pipe']);
    all += `\n> ${name}\n${output}`;
    if (code !== 0) return { code, output: all };
  }
  return { code: 0, output: all };
}

const [tests, checks] = await Promise.all([npmRun('unit', 'inherit'), otherChecks()]);
process.stdout.write(checks.output);
process.exitCode = tests.code || checks.code;
