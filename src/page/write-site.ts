import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageData, PageSource } from '../model/portal-view.ts';
import { asset } from './assets.ts';
import { documentHtml, sitePageHtml } from './html.ts';

/**
 * Writes the page as static files that need no server: a browser opens index.html from disk. Replaces files of the same names
 * and removes none. The page is the last file written.
 * @throws the error of node:fs if a file cannot be written.
 */
export async function writeSite(dir: string, source: PageSource): Promise<void> {
  const data = source.data();
  await mkdir(join(dir, 'documents'), { recursive: true });
  const write = (name: string, content: string | Buffer): Promise<void> =>
    writeFile(join(dir, name), content);
  for (const id of documentsOf(data))
    await write(`documents/${id}.js`, documentScript(source.document(id) ?? ''));
  await write('document.html', documentHtml());
  for (const name of ['page.js', 'page.css']) await write(name, asset(name));
  await write('index.html', sitePageHtml(data));
}

function documentsOf({ before, after }: PageData): ReadonlySet<string> {
  const products = [...(before?.products ?? []), ...after.products];
  return new Set(products.flatMap(({ documents }) => documents.map(({ id }) => id)));
}

/** A classic script: the only way in which a page that was opened from disk can load a file. */
const documentScript = (text: string): string => `adcDocument = ${JSON.stringify(text)};\n`;
