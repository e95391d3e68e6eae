import { expect, test } from 'vitest';
import { commandOf } from '../../src/cli/io.ts';

test.each([
  ['sync -f dev', 'sync'],
  ['diff -f sync', 'diff'],
  ['snyc -f sync', 'snyc'],
  ['help sync', 'sync'],
  ['-- sync', 'sync'],
  ['help', undefined],
  ['--portal default sync', undefined],
  ['-h', undefined],
])('`adc %s` is about the command %s', (line, command) => {
  expect(commandOf(line.split(' '))).toBe(command);
});

test('an empty command line has no command', () => {
  expect(commandOf([])).toBeUndefined();
});
