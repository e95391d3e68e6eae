import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { diagnosticsText } from '../../src/report/diagnostics-text.ts';
import { checkedFiles } from '../support/checked-files.ts';

const corpus = fileURLToPath(new URL('../corpus', import.meta.url));
const productFiles = (folder: string) =>
  readdirSync(`${corpus}/${folder}`).filter((name) => /\.(yaml|json)$/.test(name));

const ENV = { TEXT: 'not one of them', EMPTY: '', UE: 'ue', ADC_TOKEN: 'a7ee-secret' };

describe('L1 what is said about a bad file', () => {
  test.each(productFiles('bad'))('%s', async (name) => {
    const { diagnostics } = await checkedFiles({ patterns: [name], cwd: `${corpus}/bad`, env: ENV });
    expect(diagnostics).not.toEqual([]);
    const text = diagnosticsText(diagnostics, new Chalk({ level: 0 }));
    await expect(text).toMatchFileSnapshot(`${corpus}/bad/${name}.golden.txt`);
  });

  test('never holds the value of a variable', async () => {
    const { diagnostics } = await checkedFiles({
      patterns: productFiles('bad'),
      cwd: `${corpus}/bad`,
      env: ENV,
    });
    expect(JSON.stringify(diagnostics)).not.toContain('a7ee-secret');
    expect(JSON.stringify(diagnostics)).not.toContain(ENV.TEXT);
  });
});

describe('a good file', () => {
  test.each(productFiles('good'))('%s', async (name) => {
    const { diagnostics, declared } = await checkedFiles({ patterns: [name], cwd: `${corpus}/good` });
    expect(diagnostics).toEqual([]);
    expect(declared).toBeDefined();
  });
});
