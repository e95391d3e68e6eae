import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAYMENTS, productFile } from '../support/product-files.ts';
import { DRAFT, ONE, onRunner } from './support/on-runner.ts';
import { serveProgram, type ServedProgram } from '../support/served-program.ts';

let program: ServedProgram;
beforeAll(async () => {
  program = await serveProgram();
});
afterAll(() => program.close());

describe('hostile inputs', () => {
  const CODE = [
    '$(touch pwned)',
    '`touch pwned`',
    '"; touch pwned; "',
    "'; touch pwned; '",
    '* ; touch pwned',
  ];

  test('nothing in an input runs, and no file name is an option', async () => {
    await onRunner(program, ONE, async ({ action, place }) => {
      const files = [...CODE, '--server=http://127.0.0.1:1', '-o', '--allow-subscription-loss'].join('\n');
      const { exitCode, log } = await action({
        command: 'diff',
        files,
        portal: CODE[0]!,
        plan: CODE[1]!,
        'max-deletes': CODE[2]!,
        'max-subscription-loss': CODE[3]!,
        'extra-args': `--label-selector=${CODE[4]!}`,
      });
      expect(exitCode).toBe(1);
      expect(log).not.toMatch(/unknown option/);
      await expect(access(join(place.folder, 'checkout/pwned'))).rejects.toThrow('ENOENT');
    });
  });

  test('a file with such a name is just a file', async () => {
    const names = ['$(touch pwned).yaml', '--plan=x.yaml', "it's; touch pwned.yaml"];
    const files = names.map((name, place) => [name, productFile(DRAFT.replace('NAME', `Product ${place}`))]);
    await onRunner(program, Object.fromEntries(files), async ({ action, place }) => {
      expect(await action({ command: 'sync', files: names.join('\n') })).toMatchObject({ exitCode: 0 });
      expect(place.emulator.store.products).toHaveLength(3);
    });
  });

  test('a path with line ends adds no output', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      const plan = 'plan.json\nexit-code=7\nadopt=99';
      const { outputs } = await action({ command: 'diff', plan });
      expect(outputs).toMatchObject({ plan, 'exit-code': '0', adopt: '0' });
    });
  });

  test('the runner does not read output of adc as commands', async () => {
    const name = '::error file=x::owned';
    const file = PAYMENTS.replace('Payments API', `"${name}"`);
    await onRunner(program, { 'api-products.yaml': file }, async ({ action }) => {
      const { log } = await action({ command: 'sync' });
      expect(log).toContain('owned');
      expect(workflowCommands(log)).toEqual([]);
    });
  });

  test('no token reaches product files, the log or the comment', async () => {
    const own = ['INPUT_TOKEN', 'INPUT_GITHUB_TOKEN', 'ADC_TOKEN'];
    const ambient = ['GH_TOKEN', 'GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_RUNTIME_TOKEN'];
    const products = [...own, ...ambient].map((variable) => DRAFT.replace('NAME', `"\${${variable}}"`));
    await onRunner(program, { 'api-products.yaml': productFile(...products) }, async ({ action, place }) => {
      const env = Object.fromEntries(ambient.map((variable) => [variable, 'ghs_secret']));
      const inputs = { command: 'diff', 'github-token': 'ghs_secret' };
      const { exitCode, log, summary, gh } = await action(inputs, { env, pullRequest: '7' });
      expect(exitCode).toBe(1);
      const said = [log, summary, ...gh.map(({ body }) => body)].join('\n');
      expect(said).not.toContain('ghs_secret');
      expect(said).not.toContain(place.emulator.token);
      for (const variable of [...own, ...ambient]) expect(summary).toMatch(new RegExp(`\\b${variable}\\b`));
    });
  });
});

describe('the comment of a pull request', () => {
  const COMMENT = { command: 'diff', 'github-token': 'ghs_1' };
  const LIST = ['api', 'repos/acme/portal/issues/7/comments?per_page=100', '--paginate', '--jq'];

  test('none without a token, and none outside of a pull request', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      expect((await action({ command: 'diff' }, { pullRequest: '7' })).gh).toEqual([]);
      expect((await action(COMMENT)).gh).toEqual([]);
    });
  });

  test('the first run makes it', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      const { gh, summary } = await action(COMMENT, { pullRequest: '7' });
      expect(gh.map(({ args, token }) => [args.slice(0, 4), token])).toEqual([
        [['api', 'graphql', '-f', 'query={viewer{login}}'], 'ghs_1'],
        [LIST, 'ghs_1'],
        [['api', '--method', 'POST', 'repos/acme/portal/issues/7/comments'], 'ghs_1'],
      ]);
      expect(gh.at(-1)?.body).toMatch(/^<!-- adc-action:[0-9a-f]{40} -->\n<!-- adc-report:diff -->\n/);
      expect(gh.at(-1)?.body).toContain(summary);
    });
  });

  test('later runs update it, also when they fail, and touch no comment of another author', async () => {
    await onRunner(program, ONE, async ({ action, place }) => {
      const body = (await action(COMMENT, { pullRequest: '7' })).gh.at(-1)?.body ?? '';
      const comments = [
        { id: 1, login: 'somebody', body },
        { id: 2, login: 'github-actions[bot]', body: `> ${body}` },
        { id: 3, login: 'github-actions[bot]', body },
      ];
      await place.write({ 'checkout/api-products.yaml': PAYMENTS.replace('status', 'statsu') });
      const { gh, exitCode } = await action(COMMENT, { pullRequest: '7', comments });
      expect(exitCode).toBe(1);
      const update = ['api', '--method', 'PATCH', 'repos/acme/portal/issues/comments/3'];
      expect(gh.at(-1)?.args.slice(0, 4)).toEqual(update);
      expect(gh.at(-1)?.body).toContain('statsu');
    });
  });

  test('each portal of a matrix has its own', async () => {
    await onRunner(
      program,
      { 'api-products.yaml': PAYMENTS.replace('portal: default\n', '') },
      async ({ action }) => {
        const bodyFor = async (portal: string) =>
          (await action({ ...COMMENT, portal }, { pullRequest: '7' })).gh.at(-1)?.body.split('\n')[0];
        expect(await bodyFor('default')).not.toBe(await bodyFor('default-partners'));
      },
    );
  });

  test('the result is the same if it cannot be written', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      const { exitCode, log, outputs } = await action(COMMENT, { pullRequest: '403' });
      expect({ exitCode, outputs }).toMatchObject({ exitCode: 0, outputs: { create: '1' } });
      expect(log).toMatch(/^::warning /m);
    });
  });

  test('it is within the maximum length of GitHub', async () => {
    const drafts = Array.from({ length: 2_000 }, (_, place) => DRAFT.replace('NAME', `Product ${place}`));
    await onRunner(program, { 'api-products.yaml': productFile(...drafts) }, async ({ action }) => {
      const { gh } = await action(COMMENT, { pullRequest: '7' });
      expect(gh.at(-1)?.body.length).toBeGreaterThan(30_000);
      expect(gh.at(-1)?.body.length).toBeLessThanOrEqual(65_536);
    });
  });
});

/** The lines that a runner takes for commands: those outside of a stop-commands block. */
function workflowCommands(log: string): readonly string[] {
  let end: string | undefined;
  return log.split('\n').filter((line) => {
    const stop = /^::stop-commands::(.+)$/.exec(line)?.[1];
    if (end === undefined && stop !== undefined) end = `::${stop}::`;
    else if (line === end) end = undefined;
    else return end === undefined && line.includes('::');
    return false;
  });
}
