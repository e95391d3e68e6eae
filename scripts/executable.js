// Makes dist-executable/adc, the program and this Node.js in one file for the platform that this runs on, with the licences:
// `npm run executable`, after a build.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'postject';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const output = join(root, 'dist-executable');
const target = join(output, 'adc');
/** By which Node.js finds out that a program is in it; fixed by its documentation. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The program as one file: inside an executable, nothing can be loaded from a path. */
async function bundle(file) {
  const bundled = await rolldown({ cwd: root, input: 'src/cli/run.ts', platform: 'node' });
  await bundled.write({ file, format: 'cjs', codeSplitting: false, minify: true });
  await bundled.close();
}

async function blob(folder) {
  const config = {
    main: join(folder, 'adc.cjs'),
    output: join(folder, 'adc.blob'),
    disableExperimentalSEAWarning: true,
  };
  await bundle(config.main);
  await writeFile(join(folder, 'sea.json'), JSON.stringify(config));
  await promisify(execFile)(process.execPath, ['--experimental-sea-config', join(folder, 'sea.json')]);
  return readFile(config.output);
}

const folder = await mkdtemp(join(tmpdir(), 'adc-executable-'));
try {
  const program = await blob(folder);
  await mkdir(output, { recursive: true });
  const licences = ['LICENSE', 'dist/THIRD-PARTY-NOTICES'];
  for (const file of licences) await copyFile(join(root, file), join(output, basename(file)));
  await copyFile(process.execPath, target);
  await chmod(target, 0o755);
  await inject(target, 'NODE_SEA_BLOB', program, { sentinelFuse: FUSE });
  const { stdout } = await promisify(execFile)(target, ['--version']);
  console.log(`${target} is adc ${stdout.trim()}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
