import { access, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { buildProgram } from '../support/built-program.ts';
import { commitAll, git } from '../support/git.ts';
import { PAYMENTS, productFile } from '../support/product-files.ts';
import { CHANGED_AUTH } from '../support/republish.ts';
import { tempFiles } from '../support/temp-files.ts';
import { htmlOutline } from '../report/support/html-outline.ts';
import { runStep, type StepRun } from './support/github-runner.ts';
import { DRAFT, ONE, onRunner, type Runner } from './support/on-runner.ts';
import { yamlBlocks } from './support/project-file.ts';
import { serveProgram, type ServedProgram } from '../support/served-program.ts';
import { runBash } from './support/shell.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

let program: ServedProgram;
beforeAll(async () => {
  program = await serveProgram();
});
afterAll(() => program.close());

const BASIC_AUTH = PAYMENTS.replace('key_auth: {}', 'basic_auth: {}');
const NO_COUNTS = { create: '', 'subscriptions-ended': '', plan: '' };

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly WrittenStep[] }>>;
}

interface WrittenStep {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

/** The steps of a workflow that a page shows. */
async function stepsIn(page: string, event = 'push'): Promise<readonly WrittenStep[]> {
  const workflows = (await yamlBlocks(page)).filter((block) => block.includes('runs-on:'));
  const found = workflows.map((text) => parse(text) as Workflow).find(({ on }) => Object.hasOwn(on, event));
  return Object.values(found?.jobs ?? {}).flatMap(({ steps }) => steps);
}

/** What the step with the action gives it, with its expressions filled in; one that is not known is an error. */
async function given(
  page: string,
  event: string,
  { place }: Runner,
): Promise<Readonly<Record<string, string>>> {
  const values = new Map([
    ["github.event_name == 'push' && 'sync' || 'diff'", event === 'push' ? 'sync' : 'diff'],
    ['vars.ADC_SERVER', place.emulator.url],
    ['secrets.ADC_TOKEN', place.emulator.token],
    ["github.event_name == 'push' && secrets.ADC_TOKEN || secrets.ADC_TOKEN_READ", place.emulator.token],
    ['secrets.ADC_TOKEN_READ', place.emulator.token],
    ['github.token', 'ghs'],
  ]);
  const action = (await stepsIn(page, event)).find(({ uses }) => uses?.startsWith('OWNER/adc@'))?.with ?? {};
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const value = values.get(expression);
      if (value === undefined) throw new Error(`nothing is known of ${expression}`);
      return value;
    });
  return Object.fromEntries(Object.entries(action).map(([name, text]) => [name, filled(text)]));
}

describe('the first workflow of ci/README.md', () => {
  const page = 'ci/README.md';
  const files = {
    'products/payments/products.yaml': PAYMENTS,
    'products/billing/products.yaml': `portal: default\napi_products:\n${DRAFT.replace('NAME', 'Billing')}`,
  };

  test('comments on a pull request with the plan, and syncs after a push', async () => {
    await onRunner(program, files, async (runner) => {
      const { action, place } = runner;
      const proposed = await action(await given(page, 'pull_request', runner), { pullRequest: '7' });
      expect(proposed).toMatchObject({ exitCode: 0, outputs: { create: '2' } });
      expect(proposed.gh.at(-1)).toMatchObject({
        token: 'ghs',
        body: expect.stringContaining('create 2') as string,
      });
      expect(place.emulator.store.products).toEqual([]);
      const pushed = await action(await given(page, 'push', runner));
      expect(pushed).toMatchObject({ exitCode: 0, outputs: { create: '2' } });
      expect(place.emulator.store.products).toHaveLength(2);
    });
  });
});

describe('the other workflow and steps of ci/README.md', () => {
  test('find drift, which is distinct from a failure', async () => {
    const files = { 'products/payments.yaml': PAYMENTS };
    await onRunner(program, files, async (runner) => {
      await commitAll(join(runner.place.folder, 'checkout'));
      const scheduled = async (): Promise<StepRun> =>
        runner.action(await given('ci/README.md', 'schedule', runner));
      expect(await scheduled()).toMatchObject({ exitCode: 2, outputs: { create: '1' } });
      await runner.place.adc('sync -f checkout/products');
      expect(await scheduled()).toMatchObject({ exitCode: 0, outputs: { create: '0' } });
    });
  });

  test.each([
    ['an end of subscriptions', { 'subscriptions-ended': '3', 'subscriptions-unknown': '0' }, true],
    [
      'an unknown number of ended subscriptions',
      { 'subscriptions-ended': '0', 'subscriptions-unknown': '1' },
      true,
    ],
    ['no end', { 'subscriptions-ended': '0', 'subscriptions-unknown': '0' }, false],
    ['no plan', { 'subscriptions-ended': '', 'subscriptions-unknown': '' }, false],
  ])('warn of %s', async (_, outputs: Readonly<Record<string, string>>, warns) => {
    const [step, ...more] = (await stepsIn('ci/README.md')).filter(({ run }) => run !== undefined);
    expect(more).toEqual([]);
    // Of an empty text and of digits, GitHub and JavaScript make the same number.
    const terms = (step?.if ?? '')
      .split(' || ')
      .map((term) => /^steps\.adc\.outputs\.([a-z-]+) > 0$/.exec(term));
    expect(terms).not.toContain(null);
    expect(terms.some((term) => Number(outputs[term?.[1] ?? '']) > 0)).toBe(warns);
    expect(await runBash(step?.run ?? '', { cwd: '/', env: {} })).toEqual({
      exitCode: 0,
      log: '::warning::This change may end subscriptions\n',
    });
  });
});

describe('commands', () => {
  test("files of API7's ADC reach diff, which plans a service that is not on the gateway yet", async () => {
    const files = {
      'products.yaml': PAYMENTS.replace('service: payments', 'service: invoices'),
      'gateway/adc.yaml': 'services: [{ name: invoices }]\n',
    };
    await onRunner(program, files, async ({ action }) => {
      const inputs = { command: 'diff', files: 'products.yaml', gateway: 'default=gateway/adc.yaml\n' };
      expect(await action(inputs)).toMatchObject({ exitCode: 0, outputs: { create: '1' } });
      const without = await action({ ...inputs, gateway: '' });
      expect(without.exitCode).toBe(1);
    });
  });

  test('diff --exit-code ends with 2, and links the page in a comment that does not name the deleted plan', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      const inputs = { 'github-token': 'ghs', 'extra-args': '--exit-code' };
      const { exitCode, outputs, gh, summary } = await action(
        { command: 'diff', ...inputs },
        { pullRequest: '7' },
      );
      expect({ exitCode, outputs }).toMatchObject({
        exitCode: 2,
        outputs: { 'exit-code': '2', create: '1' },
      });
      // The plan is deleted with the runner.
      for (const text of [summary, gh.at(-1)?.body]) expect(text).toMatch(/^Next: run `adc sync`\.$/m);
      expect(htmlOutline(await readFile(outputs['page'] ?? '', 'utf8')).text).toContain('create 1');
      expect(gh.at(-1)?.body).toContain(
        '[The plan as a page](https://github.example.com/acme/portal/actions/runs/42#artifacts)',
      );
      for (const [command, files] of [
        ['diff', 'no-such-file.yaml'],
        ['lint', ''],
      ] as const) {
        const without = await action({ ...inputs, command, files, 'extra-args': '' }, { pullRequest: '7' });
        expect(without.outputs['page']).toBe('');
        expect(without.gh.at(-1)?.body).not.toContain('#artifacts');
      }
    });
  });

  test('with record: true, sync keeps a record of its writes; a second one has nothing to do', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      const { outputs, exitCode } = await action({ command: 'sync', record: 'true' });
      expect(exitCode).toBe(0);
      expect(outputs['record-artifact']).toMatch(/^adc-record-[0-9a-f]{40}$/);
      const record = await readFile(outputs['record'] ?? '', 'utf8');
      expect(record.split('\n').map((line) => /"entry":"(\w+)"/.exec(line)?.[1])).toContain('intent');
      const again = await action({ command: 'sync', record: 'true' });
      expect(again).toMatchObject({ exitCode: 0, outputs: { create: '0', update: '0', record: '' } });
      expect(await action({ command: 'sync', record: 'yes' })).toMatchObject({ exitCode: 1 });
    });
  });

  test('with restore-subscriptions: true, sync restores the subscriptions that it ends, and keeps the record', async () => {
    const files = { 'api-products.yaml': CHANGED_AUTH };
    await onRunner(
      program,
      files,
      async ({ action, place }) => {
        const { store, backendUrl = '', portalToken } = place.emulator;
        await place.write({ 'before.yaml': PAYMENTS });
        await place.adc('sync -f before.yaml');
        store.subscribeActively('shop', 'Payments API');
        const portal = { 'portal-server': backendUrl, 'portal-token': portalToken };
        const inputs = { command: 'sync', 'restore-subscriptions': 'true', ...portal };
        expect(await action(inputs)).toMatchObject({
          exitCode: 0,
          outputs: {
            'subscriptions-ended': '1',
            record: expect.stringContaining('/record.jsonl') as string,
          },
        });
        expect(store.subscriptionsOf('Payments API')).toEqual({ active: 1, pending: 0 });
      },
      { backend: true },
    );
  });

  test('diff gives counts, a plan and a summary, and writes nothing', async () => {
    await onRunner(program, ONE, async ({ action, place }) => {
      const { exitCode, outputs, summary } = await action({ command: 'diff', plan: 'plan.json' });
      expect(exitCode).toBe(0);
      expect(outputs).toEqual({
        'exit-code': '0',
        create: '1',
        update: '0',
        unpublish: '0',
        publish: '1',
        delete: '0',
        adopt: '0',
        'subscriptions-ended': '0',
        'subscriptions-unknown': '0',
        page: expect.stringMatching(/\/adc-diff\.html$/) as string,
        'page-artifact': expect.stringMatching(/^adc-diff-[0-9a-f]{40}$/) as string,
        plan: 'plan.json',
        record: '',
        'record-artifact': '',
      });
      expect(summary).toMatch(/^<!-- adc-report:diff -->\n/);
      expect(summary).toMatch(/^Next: run `adc sync --plan plan\.json`\.$/m);
      expect(await readFile(join(place.folder, 'checkout/plan.json'), 'utf8')).toContain('adc/plan');
      expect(place.emulator.store.products).toEqual([]);
    });
  });

  test('sync applies the counted plan, without a record', async () => {
    await onRunner(program, ONE, async ({ action, place }) => {
      const first = await action({ command: 'sync' });
      expect(first).toMatchObject({ exitCode: 0, outputs: { create: '1', record: '' } });
      expect(first.summary).toContain('<!-- adc-report:sync -->');
      expect(place.emulator.store.products).toHaveLength(1);
    });
  });

  test('sync applies a saved plan, once', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      const { outputs } = await action({ command: 'diff' });
      const { plan = '' } = outputs;
      expect(await action({ command: 'sync', plan })).toMatchObject({
        exitCode: 0,
        outputs: { create: '1', plan },
      });
      expect(await action({ command: 'sync', plan })).toMatchObject({ exitCode: 5, outputs: NO_COUNTS });
    });
  });

  test('lint and validate have a report, and no counts', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      const lint = await action({ command: 'lint', server: '', token: '' });
      expect(lint).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '0', ...NO_COUNTS } });
      expect(lint.summary).toContain('<!-- adc-report:lint -->');
      const validate = await action({ command: 'validate' });
      expect(validate).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '0', ...NO_COUNTS } });
      expect(validate.summary).toContain('<!-- adc-report:validate -->');
    });
  });

  test('an error is an annotation at its line and a report, without a plan, even if an old one exists', async () => {
    const files = {
      'api-products.yaml': PAYMENTS.replace('status', 'statsu'),
      'plan.json': '{"format":"adc/plan","old":true}',
    };
    await onRunner(program, files, async ({ action }) => {
      for (const command of ['lint', 'validate', 'diff', 'sync']) {
        const plan = command === 'diff' ? 'plan.json' : '';
        const { exitCode, log, outputs, summary } = await action({ command, plan });
        expect({ command, exitCode, outputs }).toMatchObject({ exitCode: 1, outputs: NO_COUNTS });
        expect(log).toMatch(/^::error file=api-products\.yaml,line=5,/m);
        expect(summary).toContain('statsu');
      }
    });
  });

  test('another command is refused', async () => {
    await onRunner(program, ONE, async ({ action }) => {
      for (const command of ['dump', 'dev', 'lint; id', '']) {
        expect(await action({ command })).toMatchObject({ exitCode: 1, summary: '' });
      }
    });
  });
});

/** Two subscriptions to a published product, whose auth is to change. */
async function withLoss(
  use: (runner: Runner) => Promise<void>,
  options?: EmulatorOptions,
  run: Pick<ServedProgram, 'file'> = program,
): Promise<void> {
  const synced = async (runner: Runner): Promise<void> => {
    const { store } = runner.place.emulator;
    await runner.place.adc('sync -f checkout');
    for (const application of ['shop', 'mobile']) store.subscribe(application, store.products[0]?.id ?? '');
    await runner.place.write({ 'checkout/api-products.yaml': BASIC_AUTH });
    await use(runner);
  };
  await onRunner(run, ONE, synced, options);
}

describe('consent', () => {
  test('without it, a sync that ends subscriptions ends with 4 and its counts', async () => {
    await withLoss(async ({ action, place }) => {
      const outputs = { unpublish: '1', update: '1', publish: '1', 'subscriptions-ended': '2' };
      expect(await action({ command: 'diff' })).toMatchObject({ exitCode: 4, outputs });
      const { exitCode, summary, ...sync } = await action({ command: 'sync', 'max-subscription-loss': '1' });
      expect({ exitCode, ...sync }).toMatchObject({ exitCode: 4, outputs });
      expect(summary).toContain('[!CAUTION]');
      const neither = await action({ command: 'sync', 'allow-subscription-loss': 'yes' });
      expect(neither).toMatchObject({ exitCode: 1, outputs: NO_COUNTS });
      expect(place.emulator.store.subscriptions).toHaveLength(2);
    });
  });

  test.each([
    ['max-subscription-loss', '2'],
    ['allow-subscription-loss', 'true'],
  ])('%s: %s allows it', async (name, value) => {
    await withLoss(async ({ action }) => {
      expect(await action({ command: 'sync', [name]: value })).toMatchObject({ exitCode: 0 });
    });
  });

  test('max-deletes raises the limit', async () => {
    const names = Array.from({ length: 10 }, (_, place) => `Product ${place}`);
    const drafts = names.map((name) => DRAFT.replace('NAME', name));
    await onRunner(program, { 'api-products.yaml': productFile(...drafts) }, async ({ action, place }) => {
      await place.adc('sync -f checkout');
      await place.write({ 'checkout/api-products.yaml': productFile(...drafts.slice(4)) });
      expect(await action({ command: 'sync' })).toMatchObject({ exitCode: 4, outputs: { delete: '4' } });
      const lifted = await action({ command: 'sync', 'max-deletes': '40%' });
      expect(lifted).toMatchObject({ exitCode: 0, outputs: { delete: '4' } });
    });
  });
});

describe('the base of a pull request', () => {
  const visible = `${PAYMENTS}    visibility: logged_in\n`;
  const ofPullRequest = { pullRequest: '7', env: { GITHUB_BASE_REF: 'main' } };

  /** A clone that is checked out at the commit that merges a change of desc, while visibility was changed on the portal. */
  async function onMerge(depth: readonly string[], use: (runner: Runner) => Promise<void>): Promise<void> {
    await onRunner(program, { 'api-products.yaml': visible }, async (runner) => {
      const { place } = runner;
      const { folder } = place;
      const checkout = join(folder, 'checkout');
      await place.adc('sync -f checkout');
      await place.write({ 'dashboard.yaml': visible.replace('logged_in', 'public') });
      await place.adc('sync -f dashboard.yaml');
      await commitAll(checkout);
      await git(checkout, 'checkout', '--quiet', '-b', 'change');
      await place.write({ 'checkout/api-products.yaml': `${visible}    desc: new\n` });
      await commitAll(checkout);
      await git(checkout, 'checkout', '--quiet', '--detach', 'main');
      await git(checkout, 'merge', '--quiet', '--no-ff', '--no-edit', 'change');
      await git(checkout, 'branch', 'merge');
      await rename(checkout, join(folder, 'origin'));
      const clone = ['clone', '--quiet', ...depth, '--branch', 'merge', `file://${folder}/origin`];
      await git(folder, ...clone, 'checkout');
      await use(runner);
    });
  }

  test('is its merge base: the comment separates its changes from changes on the portal', async () => {
    await onMerge([], async ({ action }) => {
      const { exitCode, gh } = await action({ command: 'diff', 'github-token': 'ghs' }, ofPullRequest);
      expect(exitCode).toBe(0);
      expect(gh.at(-1)?.body).toContain('this change 1 path, drift 1 path.');
      const none = await action({ command: 'diff', base: '0'.repeat(40) }, ofPullRequest);
      expect(none.summary).not.toContain('Compared with');
    });
  });

  test('is missing in a shallow clone: the run fails with a hint, and sends nothing', async () => {
    await onMerge(['--depth=1'], async ({ action, place }) => {
      const sent: string[] = [];
      place.emulator.onRequest(({ path }) => void sent.push(path));
      const { exitCode, log } = await action({ command: 'diff' }, ofPullRequest);
      expect({ exitCode, log }).toMatchObject({
        exitCode: 1,
        log: expect.stringMatching(/^::error title=adc::.*fetch-depth: 0/m) as string,
      });
      expect(sent).toEqual([]);
    });
  });
});

describe('a cancelled run', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s reaches adc, which finishes the current republish and reports', async (signal, code) => {
    await withLoss(
      async ({ action, place }) => {
        const { store } = place.emulator;
        const unpublished = () => store.products[0]?.fields.status === 'draft';
        const onStart = (pid: number) => void until(unpublished).then(() => process.kill(pid, signal));
        const { exitCode, outputs, summary } = await action(
          { command: 'sync', 'allow-subscription-loss': 'true' },
          { onStart },
        );
        expect({ exitCode, outputs }).toMatchObject({
          exitCode: code,
          outputs: { 'exit-code': String(code) },
        });
        expect(store.products[0]?.fields).toMatchObject({ status: 'published' });
        expect(summary).toContain('<!-- adc-report:sync -->');
      },
      { latencyMs: 40 },
      await buildProgram(),
    );
  });

  test('while adc reads, there is no plan and nothing was changed', async () => {
    await onRunner(
      await buildProgram(),
      ONE,
      async ({ action, place }) => {
        let pid = 0;
        place.emulator.onRequest(() => void process.kill(pid, 'SIGINT'));
        const onStart = (started: number) => (pid = started);
        const { exitCode, outputs } = await action({ command: 'sync' }, { onStart });
        expect({ exitCode, outputs }).toMatchObject({ exitCode: 130, outputs: NO_COUNTS });
        expect(place.emulator.store.products).toEqual([]);
      },
      { latencyMs: 200 },
    );
  });
});

test('the action is installed once a job, from its own checkout, without install scripts and a registry entry', async () => {
  const folder = await tempFiles({});
  const install = (): Promise<StepRun> => runStep('install', {}, { program: program.file, folder });
  const { exitCode, npm } = await install();
  expect(exitCode).toBe(0);
  expect(npm.map((call) => call.split(' ').slice(0, 3).join(' '))).toEqual([
    `${ROOT} ci --ignore-scripts`,
    `${ROOT} run build`,
    `${ROOT} pack --ignore-scripts`,
    `${ROOT} install --offline`,
  ]);
  expect(npm.at(-1)).toContain(' --ignore-scripts ');
  expect(npm.at(-1)).toMatch(/ \S+\.tgz$/);
  const path = (await readFile(join(folder, 'path'), 'utf8')).trim();
  expect(path.startsWith(join(folder, 'temp'))).toBe(true);
  await access(join(path, 'adc-products'));
  expect(await install()).toMatchObject({ exitCode: 0, npm: [] });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(5);
}
