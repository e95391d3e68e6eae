import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/lib/printable.ts';

test.each([
  'plan.json',
  'a/b-c_d.json',
  '',
  ' ',
  "it's",
  '$HOME',
  '`id`',
  '-o',
  'a\nb',
  '*',
  '~',
  '"',
  '\\',
  '!x',
])('a shell passes on %j as it is', (text) => {
  const said = execFileSync('sh', ['-c', `printf '%s|' ${shellWord(text)}`], { encoding: 'utf8' });
  expect(said).toBe(`${text}|`);
});

test('quotes only if necessary', () => {
  expect(shellWord('a/b-c_d.json')).toBe('a/b-c_d.json');
});
