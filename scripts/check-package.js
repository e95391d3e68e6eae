// Checks that users can install and import the packed package: `npm run check:package`, after a build.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('../', import.meta.url));
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

async function packed() {
  const folder = await mkdtemp(join(tmpdir(), 'adc-package-'));
  try {
    const args = ['pack', '--json', '--pack-destination', folder];
    const { stdout } = await promisify(execFile)('npm', args, { cwd: root });
    return new Uint8Array(await readFile(join(folder, JSON.parse(stdout)[0].filename)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Problems of the manifest and of the files that it names. */
async function manifestProblems(tarball) {
  const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest)}`);
}

/**
 * Types that do not match the loaded modules. Ignores `node10`, the resolution of TypeScript before 4.7, which does not
 * support `exports`: no Node.js version that runs adc resolves that way.
 */
async function typeProblems(tarball) {
  const { types, problems = [] } = await checkPackage(createPackageFromTarballData(tarball));
  if (types === false) return ['types: the package has none'];
  return problems
    .filter(({ resolutionKind }) => resolutionKind !== 'node10')
    .map((problem) => `types: ${JSON.stringify(problem)}`);
}

const tarball = await packed();
const problems = [...(await manifestProblems(tarball)), ...(await typeProblems(tarball))];
for (const problem of problems) console.error(problem);
console.log(
  `The packed package has ${problems.length === 0 ? 'no problems' : `${problems.length} problems`}.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
