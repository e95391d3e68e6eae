import { expect, test } from 'vitest';
import {
  environmentsReport,
  shareOfComment,
  type EnvironmentRun,
} from '../../src/report/environments-report.ts';
import { MAX_CHARACTERS } from '../../src/report/markdown.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { manyChanges } from './support/portals.ts';
import { diffReport } from './support/report-of.ts';

test.each([2, 8])('the plans of %i environments with 2,000 changes each fit into one comment', (count) => {
  const plan = manyChanges(500);
  const cells = plan.steps.map((step): [string, string] => [step.product.name, 'update']);
  const products = new Map([...cells, ['Refunds API', 'delete (refused)']]);
  const runs: EnvironmentRun[] = [];
  for (let place = 0; place < count; place += 1) {
    const one = { name: `env-${place}`, maxCharacters: shareOfComment(runs, count) };
    const out = markdownReport({ ...diffReport(plan), oneOfEnvironments: one });
    runs.push({ name: one.name, exitCode: 4, out, err: '', products });
  }

  const text = environmentsReport(4, runs, 'markdown')
    .map((one) => one.text)
    .join('');

  expect(text.length).toBeLessThanOrEqual(MAX_CHARACTERS);
  expect(text.split('\n')[4]).toMatch(/^"Refunds API" +delete \(refused\)/);
  expect(text).toMatch(/^\.\.\. and \d+ more lines$/m);
  expect(text.match(/^\*\*sync would change /gm)).toHaveLength(count);
});
