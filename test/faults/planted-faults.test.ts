import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

interface Fault {
  readonly breaks: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const HERE = new URL('./', import.meta.url);
const lists = (await readdir(HERE)).filter((name) => name.endsWith('.js'));
const modules = await Promise.all(
  lists.map(
    async (name) => (await import(new URL(name, HERE).href)) as { readonly FAULTS: readonly Fault[] },
  ),
);

describe('a planted fault matches the current source exactly once', () => {
  test.each(modules.flatMap(({ FAULTS }) => FAULTS))('$breaks', async ({ file, find, replace }) => {
    const text = await readFile(new URL(`../../${file}`, HERE), 'utf8');
    expect(text.split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });
});
