// `npm run screenshots`: takes the pictures of docs/images anew, with chromium (or what CHROMIUM names) and npx.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const images = join(root, 'docs/images');
const run = promisify(execFile);
const RENDERER = 'marked@16.4.1';

/** Node.js 20 does not run TypeScript, so the module is bundled first. */
async function screens(folder) {
  const bundled = await rolldown({ cwd: root, input: 'scripts/screens.ts', platform: 'node' });
  await bundled.write({
    dir: folder,
    format: 'esm',
    entryFileNames: 'screens.mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundled.close();
  return (await import(pathToFileURL(join(folder, 'screens.mjs')))).screens();
}

async function asHtml(markdown, folder) {
  await writeFile(join(folder, 'comment.md'), markdown);
  const { stdout } = await run('npx', ['--yes', RENDERER, '--gfm', '-i', join(folder, 'comment.md')]);
  return stdout;
}

async function take({ name, width, height, inner, html, markdown }, folder) {
  const page = join(folder, `${name}.html`);
  const body = html(markdown === undefined ? inner : await asHtml(markdown, folder));
  await writeFile(page, `<!doctype html><meta charset="utf-8">${body}`);
  const size = [`--window-size=${width},${height}`, '--hide-scrollbars', '--disable-lcd-text'];
  const picture = `--screenshot=${join(images, `${name}.png`)}`;
  const browser = process.env.CHROMIUM ?? 'chromium';
  await run(browser, ['--headless', '--no-sandbox', '--disable-gpu', ...size, picture, page]);
}

// In the project, as deep as the sources: they read files beside themselves.
const folder = await mkdtemp(join(root, 'node_modules/.screens-'));
try {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await mkdir(images, { recursive: true });
  for (const screen of await screens(folder)) await take(screen, folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
