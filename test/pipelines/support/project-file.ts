import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';

/** A file of the project, by its path from the root. */
export function projectFile(path: string): Promise<string> {
  return readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

/** The blocks of YAML in a page. */
export async function yamlBlocks(page: string): Promise<readonly string[]> {
  const text = await projectFile(page);
  return [...text.matchAll(/^```yaml[^\n]*\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
}

/** The documents of a YAML text; a mistake in any is thrown. */
export function yamlDocuments(text: string): readonly unknown[] {
  return parseAllDocuments(text).map((document): unknown => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS();
  });
}
