import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { tempFiles } from '../support/temp-files.ts';
import { fakeGh, type GhCall, type GhComment } from './support/fake-gh.ts';
import { pipelineOfInit } from './support/pipeline-of-init.ts';
import { runBash } from './support/shell.ts';

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly env?: object;
        readonly environment?: string;
        readonly steps: readonly Step[];
        readonly concurrency?: Concurrency;
      }
    >
  >;
}
interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean;
}

/** The workflow that `adc init` writes. */
function workflow(): Workflow {
  return parse(pipelineOfInit('github')) as Workflow;
}

const REPORT = '<!-- adc-report:diff -->\nThe plan\n';
const LIST = 'repos/acme/portal/issues/7/comments';

/** Runs the step that comments, for pull request 7. */
async function commented(
  comments: readonly GhComment[],
  { file = 'products.yaml', report = REPORT } = {},
): Promise<readonly GhCall[]> {
  const { run, env } = workflow().jobs['diff']!.steps.find(({ name }) => name?.startsWith('Comment'))!;
  const folder = await tempFiles({ 'diff.md': report });
  const gh = await fakeGh(join(folder, 'bin'), comments);
  const filled = (text: string): string =>
    text
      .replace('${{ github.repository }}', 'acme/portal')
      .replace('${{ github.event.pull_request.number }}', '7')
      .replace('${{ github.token }}', 'ghs_1');
  const given = Object.entries(env ?? {}).map(([name, text]) => [name, filled(text)]);
  const { exitCode, log } = await runBash(run ?? '', {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      GITHUB_WORKFLOW_REF: `acme/portal/.github/workflows/${file}@refs/pull/7/merge`,
      GITHUB_JOB: 'diff',
      ...Object.fromEntries(given),
    },
  });
  expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
  return gh.calls();
}

const written = (calls: readonly GhCall[]): readonly string[] =>
  calls.filter(({ args }) => args.includes('--method')).map(({ args }) => `${args[2]} ${args[3]}`);

test('the first run comments, later ones update that comment and none of another author', async () => {
  const first = await commented([{ id: 1, login: 'github-actions[bot]', body: REPORT }]);
  expect(written(first)).toEqual([`POST ${LIST}`]);
  const { body = '', token } = first.at(-1) ?? {};
  expect(token).toBe('ghs_1');
  expect(body).toMatch(/^<!-- [^\n]* -->\n<!-- adc-report:diff -->\nThe plan\n$/);
  const later = await commented([
    { id: 2, login: 'mallory', body },
    { id: 3, login: 'github-actions[bot]', body: `> ${body}` },
    { id: 4, login: 'github-actions[bot]', body },
    { id: 5, login: 'github-actions[bot]', body },
  ]);
  expect(written(later)).toEqual(['PATCH repos/acme/portal/issues/comments/4']);
});

test('two workflows of one repository have a comment each, and neither takes the place of the other in the queue', async () => {
  const { body = '' } = (await commented([])).at(-1) ?? {};
  const other = await commented([{ id: 1, login: 'github-actions[bot]', body }], { file: 'partners.yaml' });
  expect(written(other)).toEqual([`POST ${LIST}`]);
  expect(workflow().jobs['sync']?.concurrency).toEqual({
    group: 'adc-sync-${{ github.workflow_ref }}',
    'cancel-in-progress': false,
  });
});

test('without a report there is no comment', async () => {
  expect(await commented([], { report: '' })).toEqual([]);
});

test('only the steps that send requests to the portal have a token, and only sync one that writes', () => {
  for (const [name, { env, steps }] of Object.entries(workflow().jobs)) {
    expect(env).toBeUndefined();
    const asking = steps.filter(({ run }) => /^adc (diff|validate|sync)\b/m.test(run ?? ''));
    expect(steps.filter((step) => step.env?.['ADC_TOKEN'] !== undefined)).toEqual(asking);
    const secret = name === 'sync' ? 'ADC_TOKEN' : 'ADC_TOKEN_READ';
    for (const step of asking) expect(step.env?.['ADC_TOKEN']).toBe(`\${{ secrets.${secret} }}`);
  }
});

test('only the job that writes has the environment that holds its token', () => {
  const { lint, diff, sync } = workflow().jobs;
  expect([lint, diff, sync].map((job) => job?.environment)).toEqual([undefined, undefined, 'api-products']);
});
