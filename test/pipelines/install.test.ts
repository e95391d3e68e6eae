import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { VERSION } from '../../src/generated/version.ts';
import { tempFiles } from '../support/temp-files.ts';
import { executable } from './support/shell.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

test('ci/install.sh builds adc from its checkout and installs it, without adc in a registry', async () => {
  const folder = await tempFiles({});
  const checkout = join(folder, 'adc');
  const { stdout: files } = await run(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: ROOT,
    },
  );
  for (const file of files.split('\0').filter((name) => name !== '' && !name.startsWith('test/')))
    await cp(join(ROOT, file), join(checkout, file));
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  // The packages that build adc are there; all else is the real npm, which reaches no registry.
  const { stdout: npm } = await run('sh', ['-c', 'command -v npm']);
  await mkdir(join(folder, 'bin'));
  await executable(join(folder, 'bin', 'npm'), `#!/bin/sh\n[ "$1" = ci ] || exec ${npm.trim()} "$@"\n`);
  const PATH = [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH, HOME: folder, npm_config_registry: 'http://127.0.0.1:9' };
  const prefix = join(folder, 'installed');
  await run(join(checkout, 'ci/install.sh'), ['--prefix', prefix], { cwd: folder, env });
  const installed = join(prefix, 'node_modules/.bin/adc-products');
  expect(await run(installed, ['--version'], { env })).toMatchObject({ stdout: `${VERSION}\n` });
}, 240_000);
