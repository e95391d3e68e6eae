import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { said } from '../support/built-program.ts';
import { runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

const env = { PATH: process.env['PATH'] ?? '', TERM: 'dumb', HOME: tmpdir() };
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

async function script(shell: string): Promise<string> {
  const { out, exitCode } = await runAdc(['completion', shell], { cwd: '.' });
  expect(exitCode).toBe(0);
  return out;
}

/** A typed line, expected proposals, and a word that must not be proposed. */
const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ['adc ', ['lint', 'diff', 'sync', 'completion'], '--portal'],
  ['adc di', ['diff'], 'dump'],
  ['adc-products sy', ['sync'], 'diff'],
  ['adc diff --exit', ['--exit-code'], '--yes'],
  ['adc sync --y', ['--yes'], '--exit-code'],
  ['adc diff --format ', ['text', 'json', 'markdown', 'github'], '--format'],
  ['adc schema p', ['plan', 'product-file'], 'diff'],
  ['adc completion ', ['bash', 'zsh', 'fish'], 'sync'],
];

describe.skipIf(!has('bash'))('bash', () => {
  /** Calls the function that bash would call for these words. */
  async function proposals(words: readonly string[], cwd = '.'): Promise<readonly string[]> {
    const scripts = await tempFiles({ 'adc.bash': await script('bash') });
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const line = `cd ${cwd}; set -u; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _adc; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { out, err } = await said('bash', ['--norc', '-c', `source ${scripts}/adc.bash; ${line}`], env);
    expect(err).toBe('');
    return out.split('\n').filter((word) => word !== '');
  }

  test.each(CASES)('%s', async (line, expected, not) => {
    const found = await proposals(line.split(' '));
    expect(found).toEqual(expect.arrayContaining([...expected]));
    expect(found).not.toContain(not);
  });

  test('a value after =, as bash splits the words', async () => {
    expect(await proposals(['adc', 'diff', '--format', '='])).toContain('json');
    expect(await proposals(['adc', 'diff', '--format', '=', 'j'])).toEqual(['json']);
  });

  test('proposes files for a path, also with spaces in names, and nothing for free text', async () => {
    const folder = await tempFiles({ 'my products.yaml': '', '*.txt': '' });
    expect(await proposals(['adc', 'diff', '-f', ''], folder)).toEqual(
      expect.arrayContaining(['my products.yaml', '*.txt']),
    );
    expect(await proposals(['adc', 'lint', ''], folder)).toContain('my products.yaml');
    expect(await proposals(['adc', 'lint', '--str'], folder)).toEqual(['--strict']);
    expect(await proposals(['adc', 'diff', ''], folder)).not.toContain('my products.yaml');
    expect(await proposals(['adc', 'diff', '--server', ''], folder)).toEqual([]);
  });

  test('evaluates no typed text', async () => {
    const folder = await tempFiles({});
    await proposals(['adc', 'diff', '-f', '$(touch evaluated)'], folder);
    await proposals(['adc', '`touch evaluated`', ''], folder);
    expect(await proposals(['adc', 'diff', '-f', ''], folder)).toEqual([]);
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  test.each(CASES)('%s', async (line, expected, not) => {
    const folder = await tempFiles({ 'adc.fish': await script('fish') });
    const { out } = await said('fish', ['-N', '-c', `source ${folder}/adc.fish; complete -C '${line}'`], env);
    const found = out.split('\n').map((proposal) => proposal.split('\t')[0]);
    expect(found).toEqual(expect.arrayContaining([...expected]));
    expect(found).not.toContain(not);
  });
});

test('zsh and fish complete paths for commands with a path argument', async () => {
  const zsh = (await script('zsh')).split(/^ {4}(?=[\w-]+\)$)/m);
  const takers = zsh.filter((part) => part.includes("'*:path:_files'")).map((part) => part.split(')')[0]);
  expect(takers).toEqual(['lint', 'check-openapi', 'init']);
  const fish = await script('fish');
  expect([...fish.matchAll(/-c adc -n .*from ([\w-]+)' -F$/gm)].map(([, name]) => name)).toEqual(takers);
});

describe.skipIf(!has('zsh'))('zsh', () => {
  test('reads the script, and knows both names', async () => {
    const folder = await tempFiles({ _adc: await script('zsh') });
    const line = `autoload -U compinit; compinit -u -D; source ${folder}/_adc; print $_comps[adc] $_comps[adc-products]`;
    expect(await said('zsh', ['-f', '-c', line], env)).toEqual({ exitCode: 0, out: '_adc _adc\n', err: '' });
  });
});

test('an unknown shell is an error', async () => {
  expect((await runAdc(['completion', 'tcsh'], { cwd: '.' })).exitCode).toBe(1);
});
