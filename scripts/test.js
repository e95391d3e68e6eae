// The part of `npm test` after the build: the tests, and at the same time the other checks, whose output is printed last.
import { spawn } from 'node:child_process';

const BESIDE = ['format:check', 'lint', 'packed'];

/** Runs a script of package.json; returns its exit code and, if `stdio` is piped, its output. */
function npmRun(name, stdio) {
  return new Promise((resolve) => {
    // The type checker in the linter ends before its memory is worth collecting; GOGC affects only programs in Go.
    const child = spawn('npm', ['run', name], { stdio, env: { GOGC: 'off', ...process.env } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk));
    child.on('close', (code) => resolve({ code, said }));
  });
}

/** Runs the other checks one after the other until one fails. */
async function beside() {
  let all = '';
  for (const name of BESIDE) {
    const { code, said } = await npmRun(name, ['ignore', 'pipe', 'pipe']);
    all += said;
    if (code !== 0) return { code, said: all };
  }
  return { code: 0, said: all };
}

const [tests, checks] = await Promise.all([npmRun('unit', 'inherit'), beside()]);
process.stdout.write(checks.said);
process.exitCode = tests.code || checks.code;
