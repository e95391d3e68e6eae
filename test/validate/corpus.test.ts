import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/api/project.ts';
import { DIAGNOSTIC_CODES } from '../../src/model/diagnostic.ts';
import { PORTAL_CODES } from '../../src/model/diagnostic-codes/portal-codes.ts';
import { diagnosticsText } from '../../src/report/diagnostics-text.ts';
import { NO_COLOURS } from '../../src/report/page.ts';
import { CORPUS, checkedCorpus, filesOf } from '../support/corpus.ts';

describe('diagnostics of an invalid file', () => {
  test.each(filesOf('bad'))('%s', async (name) => {
    const { diagnostics } = await checkedCorpus('bad', name);
    expect(diagnostics).not.toEqual([]);
    const text = diagnosticsText(diagnostics, { paints: NO_COLOURS, wrapAt: Infinity });
    await expect(text).toMatchFileSnapshot(`${CORPUS}/bad/${name}.golden.txt`);
  });

  test('never holds the value of a variable', async () => {
    const { diagnostics } = await checkedCorpus('bad', ...filesOf('bad'));
    expect(JSON.stringify(diagnostics)).not.toContain('a7ee-secret');
    expect(JSON.stringify(diagnostics)).not.toContain('not one of them');
  });
});

describe('diagnostics of an invalid config', () => {
  test.each(filesOf('config'))('%s', async (name) => {
    const { value, diagnostics } = await readConfig({ cwd: `${CORPUS}/config`, config: name });
    expect(value).toBeUndefined();
    const text = diagnosticsText(diagnostics, { paints: NO_COLOURS, wrapAt: Infinity });
    await expect(text).toMatchFileSnapshot(`${CORPUS}/config/${name}.golden.txt`);
  });
});

describe('a good file', () => {
  test.each(filesOf('good'))('%s', async (name) => {
    const { diagnostics, declared } = await checkedCorpus('good', name);
    expect(diagnostics).toEqual([]);
    expect(declared).toBeDefined();
  });
});

/** Nothing in a file of usual size can show these; other tests do. */
const ELSEWHERE = new Set([
  'no-such-file',
  'no-match',
  'file-too-large',
  'large-logo',
  // Of more than the files: test/cli/environments.test.ts, test/cli/connections.test.ts.
  'config-elsewhere',
  'server-mismatch',
  'allowance-elsewhere',
  'unused-variable',
  // Of files that are no product files: test/load/gateway-files.test.ts.
  'not-a-gateway-file',
]);
const LINTED = Object.keys(DIAGNOSTIC_CODES).filter(
  (code) => !Object.hasOwn(PORTAL_CODES, code) && !ELSEWHERE.has(code),
);

test('every code of lint occurs for some file', async () => {
  const checked = await Promise.all(filesOf('bad').map((name) => checkedCorpus('bad', name)));
  const configs = await Promise.all(
    filesOf('config').map((config) => readConfig({ cwd: `${CORPUS}/config`, config })),
  );
  const all = [...checked, ...configs].flatMap(({ diagnostics }) => diagnostics);
  const given = new Set(all.map(({ code }): string => code));
  expect(LINTED.filter((code) => !given.has(code))).toEqual([]);
});
