import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listed, printable } from '../lib/printable.ts';
import { UsageError } from '../model/errors.ts';
import type { PageSource } from '../model/portal-view.ts';
import { isSitePage, writeSite } from '../page/html.ts';
import { codeOf, writeFailure } from './disk.ts';

/** The page itself. */
export const INDEX = 'index.html';
const DOCUMENTS = 'documents';
const OWN: ReadonlySet<string> = new Set([INDEX, DOCUMENTS, 'document.html', 'page.js', 'page.css']);
const OWN_DOCUMENT = /^[0-9a-f]{64}\.js$/;

/** @throws UsageError if a directory has something else than a page that adc wrote. */
export async function refuseOtherFiles(folder: string): Promise<void> {
  const [names, documents] = [await namesIn(folder), await namesIn(join(folder, DOCUMENTS))];
  const others = [
    ...names.filter((name) => !OWN.has(name)),
    ...documents.filter((name) => !OWN_DOCUMENT.test(name)).map((name) => `${DOCUMENTS}/${name}`),
  ];
  const isOwn = !names.includes(INDEX) || isSitePage(await readFile(join(folder, INDEX), 'utf8'));
  if (isOwn && others.length === 0) return;
  const found = listed((isOwn ? others : [INDEX]).map(printable), 'adc replaces none of them', 3);
  throw new UsageError(`"${printable(folder)}" has files that adc preview did not write: ${found}`, {
    hint: 'Name a directory that is empty or does not exist.',
  });
}

/** Writes the page into a directory that refuseOtherFiles() accepts, in place of an earlier page. @throws OperationalError */
export async function replaceSite(folder: string, source: PageSource): Promise<void> {
  try {
    await rm(join(folder, DOCUMENTS), { recursive: true, force: true });
    await writeSite(folder, source);
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UsageError(`"${printable(folder)}" is not a directory that adc can read`, { cause: error });
  }
}
