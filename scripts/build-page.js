// Builds dist/page/: the browser code of the page, and the renderer of OpenAPI documents, which is not a dependency.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const output = join(root, 'dist/page');
const run = promisify(execFile);

/** Classic scripts, each in one file, because a page can load these from disk. */
const SCRIPTS = ['page', 'document', 'dashboard'];
const STYLES = ['page', 'dashboard'];

const RENDERER = {
  spec: '@scalar/api-reference@1.72.1',
  file: 'package/dist/browser/standalone.js',
  /** The digest of the script in the package of adc. */
  sha512: 'B2GG3ttdcGtihxZlKlRxoeutXo/lfsE7gJOZ/fxC2LmZO7eNzHjqjShHGrX7loY/SMY9S+XPNikHq1R8S8VE1A==',
};

/** The licence notice, which the package of the renderer does not contain. */
export const RENDERER_NOTICE = `${RENDERER.spec.replace(/(?<=.)@/, ' ')} (MIT)

The MIT License (MIT)

Copyright (c) Scalar (https://github.com/scalar)

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

export async function buildPage() {
  await mkdir(output, { recursive: true });
  await Promise.all([
    ...SCRIPTS.map(bundleScript),
    ...STYLES.map((name) =>
      copyFile(join(root, `src/page/browser/${name}.css`), join(output, `${name}.css`)),
    ),
    compressedRenderer().then((bytes) => writeFile(join(output, 'scalar.js.br'), bytes)),
  ]);
}

async function bundleScript(name) {
  const bundle = await rolldown({ cwd: root, input: `src/page/browser/${name}.ts`, platform: 'browser' });
  await bundle.write({ file: join(output, `${name}.js`), format: 'iife', minify: true });
  await bundle.close();
}

/** The compressed renderer. Cached, because the compression takes 20 s; its digest is checked each time. */
async function compressedRenderer() {
  const cached = join(root, 'node_modules/.cache/adc-page/scalar.js.br');
  try {
    const bytes = await readFile(cached);
    if (digest(await promisify(brotliDecompress)(bytes)) === RENDERER.sha512) return bytes;
  } catch {
    // Missing or damaged: compress it again.
  }
  const script = await fetchRenderer();
  const params = {
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: script.length,
  };
  const bytes = await promisify(brotliCompress)(script, { params });
  await mkdir(join(cached, '..'), { recursive: true });
  await writeFile(cached, bytes);
  return bytes;
}

/** The script from its npm package, escaped for use inside a page. */
async function fetchRenderer() {
  const folder = await mkdtemp(join(tmpdir(), 'adc-renderer-'));
  try {
    const { stdout } = await run('npm', ['pack', RENDERER.spec, '--json', '--pack-destination', folder], {
      cwd: folder,
    }).catch((cause) => {
      const [reason = cause.message] = /(?<=npm error ).*/.exec(cause.stderr) ?? [];
      throw new Error(`npm cannot fetch ${RENDERER.spec} (${reason}), which the first build needs`, {
        cause,
      });
    });
    await run('tar', ['-xzf', join(folder, JSON.parse(stdout)[0].filename), '-C', folder, RENDERER.file]);
    const text = await readFile(join(folder, RENDERER.file), 'utf8');
    const script = Buffer.from(insidePage(text));
    if (digest(script) !== RENDERER.sha512)
      throw new Error(
        `${RENDERER.file} of ${RENDERER.spec} has the SHA-512 ${digest(script)}, not ${RENDERER.sha512}`,
      );
    return script;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Escapes text that would end the script in a page. It occurs only in strings and patterns, where the escape is equal. */
const insidePage = (text) => text.replaceAll(/<(?=\/script|!--)/g, String.raw`\x3c`);

const digest = (bytes) => createHash('sha512').update(bytes).digest('base64');
