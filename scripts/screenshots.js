// `npm run screenshots`: creates the pictures of docs/images. The PNG files need chromium (or the browser of CHROMIUM) and npx.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { importable } from './importable.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const images = join(root, 'docs/images');
const run = promisify(execFile);
const RENDERER = 'marked@16.4.1';

async function asHtml(markdown, folder) {
  await writeFile(join(folder, 'comment.md'), markdown);
  const { stdout } = await run('npx', ['--yes', RENDERER, '--gfm', '-i', join(folder, 'comment.md')]);
  return stdout;
}

async function take({ name, width, height, inner, html, markdown, url, close }, folder) {
  const page = join(folder, `${name}.html`);
  const body = html(markdown === undefined ? inner : await asHtml(markdown, folder));
  await writeFile(page, `<!doctype html><meta charset="utf-8">${body}`);
  const size = [`--window-size=${width},${height}`, '--hide-scrollbars', '--disable-lcd-text'];
  const picture = `--screenshot=${join(images, `${name}.png`)}`;
  const browser = process.env.CHROMIUM ?? 'chromium';
  // The page of a server renders after it is loaded.
  const time = url === undefined ? [] : ['--virtual-time-budget=3000'];
  await run(browser, ['--headless', '--no-sandbox', '--disable-gpu', ...size, ...time, picture, url ?? page]);
  await close?.();
}

// In the project, as deep as the sources, which read files by relative paths.
const folder = await mkdtemp(join(root, 'node_modules/.screens-'));
try {
  const { screens } = await import(await importable('scripts/screens.ts', folder));
  await mkdir(images, { recursive: true });
  const { demoPicture } = await import(await importable('scripts/demo-picture.ts', folder));
  await writeFile(join(images, 'demo.svg'), await demoPicture());
  for (const screen of await screens()) await take(screen, folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
