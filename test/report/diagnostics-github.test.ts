import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { diagnosticsGithub } from '../../src/report/github-report.ts';

const location = { file: 'a.yaml', line: 3, column: 5, length: 4, text: '    stat' };

test('each diagnostic is one annotation at its place', () => {
  const error: Diagnostic = {
    code: 'unknown-key',
    severity: 'error',
    message: 'unknown key "stat"',
    hint: 'Did you mean "status"?',
    location,
    related: [{ message: 'first defined here', location: { file: 'b.yaml', line: 1, column: 1 } }],
  };
  const info: Diagnostic = { code: 'no-match', severity: 'info', message: 'nothing' };
  expect(diagnosticsGithub([error, info])).toBe(
    [
      '::notice title=no-match::nothing',
      '::error file=a.yaml,line=3,col=5,endColumn=9,title=unknown-key::unknown key "stat"%0Afirst defined here: b.yaml:1%0ADid you mean "status"?',
      '1 error, 1 info in 1 file',
      '',
    ].join('\n'),
  );
});

test('no text of a file can begin a command, leave its property or its line', () => {
  const evil = 'a%0A::error,b:c\n::set-env name=x::y\r\u001b[2J';
  const found = diagnosticsGithub([
    { code: 'unknown-key', severity: 'warning', message: evil, location: { ...location, file: evil } },
  ]);
  const [line = '', count, ...more] = found.split('\n');
  expect([count, more]).toEqual(['1 warning in 1 file', ['']]);
  const [, properties = '', data = ''] = /^::warning (.*?)::(.*)$/.exec(line) ?? [];
  expect(properties.split(',').map((one) => one.split('=')[0])).toEqual([
    'file',
    'line',
    'col',
    'endColumn',
    'title',
  ]);
  expect(properties).not.toMatch(/[\r\n]|%0A::/);
  expect(data).toContain('a%250A::error,b:c');
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  expect(found.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f]/);
});

test('has no output without diagnostics', () => {
  expect(diagnosticsGithub([])).toBe('');
});
