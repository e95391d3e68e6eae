import { expect, test } from 'vitest';
import { githubReport } from '../../src/report/github-report.ts';
import { planOf } from '../support/plan-of.ts';
import { republish } from './support/portals.ts';
import { diffReport, syncReport } from './support/report-of.ts';

const commands = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => /^::(\w+) title=([^:,]*)::/.exec(line)?.slice(1).join(' ') ?? line);

test('refusals and their impact come before the counts', () => {
  expect(commands(githubReport(diffReport(planOf(republish('A')))))).toEqual([
    'error adc sync refuses this plan',
    'warning Impact on subscribers',
    'notice adc diff',
  ]);
});

test('each step that failed is an error', () => {
  const plan = planOf(republish('A'));
  const [done, ...rest] = syncReport(plan).outcomes ?? [];
  const failed = rest.map((one) => ({ ...one, status: 'failed' as const, error: '50%\nof it' }));
  const text = githubReport(syncReport(plan, { outcomes: done ? [done, ...failed] : failed }));
  expect(commands(text).filter((command) => command === 'error adc sync')).toHaveLength(2);
  expect(text).toContain('could not update "A": 50%25\\x0aof it');
});

test('a name can neither begin a command nor leave its line', () => {
  const text = githubReport(diffReport(planOf(republish('A%0A\n::error::x\u001b[2J'))));
  expect(commands(text)).toHaveLength(3);
  expect(text).toContain('"A%250A\\x0a::error::x\\x1b[2J"');
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
