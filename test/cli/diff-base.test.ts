import { access, chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commitAll, git } from '../support/git.ts';
import { OPENAPI, PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

interface Repository extends Workplace {
  readonly commit: (files: Readonly<Record<string, string>>) => Promise<void>;
  /** The verdicts of `diff --base`, by path; a step without a path has its action as key. */
  readonly verdicts: (line?: string) => Promise<Readonly<Record<string, string>>>;
}

interface Report {
  readonly summary: { readonly attribution: Readonly<Record<string, unknown>> };
  readonly diagnostics: readonly { readonly code: string; readonly message: string }[];
  readonly steps: readonly {
    readonly action: string;
    readonly attribution?: string;
    readonly changes: readonly { readonly path: string; readonly attribution?: string }[];
  }[];
}

async function inRepository(use: (place: Repository) => Promise<void>): Promise<void> {
  await atWorkplace({}, async (place) => {
    const commit: Repository['commit'] = async (files) => {
      await place.write(files);
      await commitAll(place.folder);
    };
    const given = {
      PATH: process.env['PATH'],
      ADC_SERVER: place.emulator.url,
      ADC_TOKEN: place.emulator.token,
    };
    const adc: Workplace['adc'] = (line, io) =>
      place.adc(line, { env: { ...given, HOME: place.folder }, ...io });
    const verdicts: Repository['verdicts'] = async (line = 'diff --base HEAD') => {
      const { steps } = JSON.parse((await adc(`${line} --format json`)).out) as Report;
      return Object.fromEntries(
        steps.flatMap(({ action, attribution, changes }) =>
          changes.length === 0
            ? [[action, attribution ?? 'none']]
            : changes.map((one) => [one.path, one.attribution ?? 'none']),
        ),
      );
    };
    await git(place.folder, 'init', '--quiet');
    await use({ ...place, adc, commit, verdicts });
  });
}

const withDesc = (desc: string, more = ''): string =>
  PAYMENTS.replace('status: published', `status: published\n    desc: ${desc}${more}`);
const FILE = 'api-products.yaml';

/** Changes a product as a user of the dashboard does. */
async function inDashboard(place: Repository, text: string): Promise<void> {
  await place.write({ 'dashboard/p.yaml': text });
  expect(
    (await place.adc('sync -f dashboard/p.yaml --allow-subscription-loss --allow-unauthenticated all'))
      .exitCode,
  ).toBe(0);
  await rm(join(place.folder, 'dashboard'), { recursive: true });
}

describe('diff --base with a config', () => {
  const config = (domain: string, files = 'products/') =>
    `files: [${files}]\nenvironments:\n  staging: { portal: default, variables: { DOMAIN: ${domain} } }\n`;
  const products = PAYMENTS.replace('portal: default\n', '').replace(
    '    status:',
    '    desc: "Pay at ${DOMAIN}"\n    status:',
  );

  test('reads the config at the revision, and --var of today', async () => {
    await inRepository(async (place) => {
      await place.commit({ 'adc.config.yaml': config('a.example.com'), 'products/a.yaml': products });
      await place.adc('sync --env staging');
      const line = 'diff --env staging --base HEAD';
      await place.write({ 'adc.config.yaml': config('b.example.com') });
      expect(await place.verdicts(line)).toEqual({ desc: 'this-change' });
      expect(await place.verdicts(`${line} --var DOMAIN=c.example.com`)).toEqual({ desc: 'drift' });
      await place.commit({ 'adc.config.yaml': config('b.example.com') });
      expect(await place.verdicts(line)).toEqual({ desc: 'drift' });
      await place.write({ 'adc.config.yaml': config('b.example.com', 'moved/'), 'moved/a.yaml': products });
      expect(await place.verdicts(line)).toEqual({ desc: 'drift' });
    });
  });

  test('treats a revision with an invalid config as unknown', async () => {
    await inRepository(async (place) => {
      await place.commit({ 'adc.config.yaml': 'onwer: x\n', 'products/a.yaml': products });
      await place.write({ 'adc.config.yaml': config('a.example.com') });
      const { out } = await place.adc('diff --env staging --base HEAD --format json');
      const { diagnostics } = JSON.parse(out) as Report;
      expect(diagnostics.map(({ code }) => code)).toEqual(['base-not-loaded']);
    });
  });
});

describe('diff --base', () => {
  test('distinguishes changes of the files, drift and conflicts in every format', async () => {
    await inRepository(async (place) => {
      await place.commit({ [FILE]: withDesc('old', '\n    labels: { team: a, tier: a }') });
      await place.adc('sync');
      await inDashboard(place, withDesc('old', '\n    visibility: public\n    labels: { team: b, tier: b }'));
      await place.write({ [FILE]: withDesc('new', '\n    labels: { team: c, tier: a }') });
      expect(await place.verdicts()).toEqual({
        desc: 'this-change',
        'labels.team': 'conflict',
        'labels.tier': 'drift',
      });
      const { out } = await place.adc('diff --base HEAD --fail-on drift');
      expect(out).toContain('    # labels.tier: drift (changed on the portal, or HEAD was never synced)');
      expect(out).toContain(
        'Compared with the files at `HEAD`: this change 1 path, drift 1 path, conflict 1 path.',
      );
      expect(out).toContain('Exit code 4: --fail-on drift.');
      const markdown = (await place.adc('diff --base HEAD --format markdown')).out;
      expect(markdown).toContain(
        '**1 product: conflict (these files, those at `HEAD` and the portal all differ)**',
      );
      expect(markdown).toContain('- `desc`: this change');
      const json = JSON.parse((await place.adc('diff --base HEAD --format json')).out) as Report;
      expect(json.summary.attribution).toEqual({
        base: 'HEAD',
        this_change: 1,
        drift: 1,
        conflict: 1,
        unknown: 0,
      });
      expect(json.steps[0]?.attribution).toBe('conflict');
    });
  });

  test('fails on drift and not on a change of the files', async () => {
    await inRepository(async (place) => {
      await place.commit({ [FILE]: withDesc('old') });
      await place.adc('sync');
      await place.write({ [FILE]: withDesc('new') });
      expect((await place.adc('diff --base HEAD --fail-on drift')).exitCode).toBe(0);
      await place.write({ [FILE]: withDesc('old') });
      await inDashboard(place, withDesc('hidden').replace('published', 'draft'));
      expect(await place.verdicts()).toEqual({ desc: 'drift', status: 'drift' });
      expect((await place.adc('diff --base HEAD --fail-on drift')).exitCode).toBe(4);
    });
  });

  test('has a verdict for deletions, and none for adoptions', async () => {
    await inRepository(async (place) => {
      const other = PAYMENTS.replace('Payments API', 'Refunds API').replace(
        'service: payments',
        'service: orders',
      );
      await place.commit({ 'products/a.yaml': PAYMENTS, 'products/b.yaml': other });
      await place.adc('sync -f products --no-managed-by-label');
      expect(await place.verdicts('diff -f products --base HEAD')).toEqual({ 'labels.managed-by': 'none' });
      await place.adc('sync -f products');
      await rm(join(place.folder, 'products/b.yaml'));
      expect(await place.verdicts('diff -f products --base HEAD')).toEqual({ delete: 'this-change' });
    });
  });

  test('reads folders, globs, includes, links, renamed files and renamed products at the revision', async () => {
    await inRepository(async (place) => {
      const billing = (name: string, more = '') => `portal: default
api_products:
  - name: ${name}
    type: external
    status: published
    server_urls: [https://api.example.com]
    openapi_file: api/billing.yaml
${more}`;
      await place.write({ 'products/one.yaml': billing('Billing API'), 'products/api/real.yaml': OPENAPI });
      await symlink('real.yaml', join(place.folder, 'products/api/billing.yaml'));
      await place.commit({});
      await place.adc('sync -f products');
      await rm(join(place.folder, 'products/one.yaml'));
      await place.write({
        'products/two.yaml': billing('Invoices API', '    previous_name: Billing API\n'),
        'products/api/real.yaml': OPENAPI.replace('/invoices', '/bills'),
      });
      for (const pattern of ['products', 'products/*.yaml', '{products,more}/*.yaml'])
        expect(await place.verdicts(`diff -f ${pattern} --base HEAD`), pattern).toEqual({
          name: 'this-change',
          raw_openapi: 'this-change',
        });
      await place.commit({});
      expect(await place.verdicts('diff -f products --base HEAD')).toEqual({
        name: 'drift',
        raw_openapi: 'drift',
      });
    });
  });

  test('treats missing files at the revision as empty, including the working directory', async () => {
    await inRepository(async (place) => {
      await place.commit({ 'README.md': 'nothing' });
      await place.write({ [`new/${FILE}`]: PAYMENTS });
      const { exitCode, out, err } = await place.adc('diff --base HEAD', { cwd: join(place.folder, 'new') });
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toContain('this change (the files have changed since HEAD)');
    });
  });

  test('shows the plan, with one warning, where a file does not load at the revision', async () => {
    await inRepository(async (place) => {
      const other = PAYMENTS.replace('Payments API', 'Refunds API').replace(
        'service: payments',
        'service: orders',
      );
      await place.commit({ 'products/a.yaml': 'api_products: [', 'products/b.yaml': other });
      await place.write({ 'products/a.yaml': withDesc('old') });
      const { out } = await place.adc('diff -f products --base HEAD --format json');
      const { diagnostics, summary } = JSON.parse(out) as Report;
      expect(diagnostics.map(({ code }) => code)).toEqual(['base-not-loaded']);
      expect(diagnostics[0]?.message).toMatch(/HEAD do not load: products\/a\.yaml:1: /);
      expect(Number(summary.attribution['unknown'])).toBeGreaterThan(0);
      expect(Number(summary.attribution['drift'])).toBeGreaterThan(0);
    });
  });

  test('treats a revision of zeros as no revision', async () => {
    await inRepository(async (place) => {
      await place.commit({ [FILE]: PAYMENTS });
      const { exitCode, out } = await place.adc(`diff --base ${'0'.repeat(40)}`);
      expect(exitCode).toBe(0);
      expect(out).not.toContain('Compared with');
    });
  });

  test.each([
    ['a missing revision', ['--base', 'nope'], /"nope" is not a commit.*fetch-depth: 0/s],
    ['a revision that looks like an option', ['--base=--output=stolen'], /is not a commit/],
    ['a file as a revision', ['--base', `HEAD:${FILE}`], /is not a commit/],
    ['standard input', ['-f', '-', '--base', 'HEAD'], /cannot read standard input/],
    ['a file outside of the repository', ['-f', '/etc/hosts', '--base', 'HEAD'], /outside the repository/],
    ['--fail-on drift alone', ['--fail-on', 'drift'], /--fail-on drift needs --base/],
  ])('refuses %s, and sends nothing', async (_, line, says) => {
    await inRepository(async (place) => {
      await place.commit({ [FILE]: PAYMENTS });
      const { exitCode, err } = await place.adc(['diff', ...line]);
      expect({ exitCode, err }).toMatchObject({ exitCode: 1, err: expect.stringMatching(says) as string });
      expect(place.emulator.journal.requests).toEqual([]);
    });
  });

  test('shows a hint without git or outside a repository', async () => {
    await inRepository(async (place) => {
      await place.commit({ [FILE]: PAYMENTS });
      const none = await place.adc('diff --base HEAD', { env: { PATH: '/nowhere' } });
      expect(none).toMatchObject({ exitCode: 1, err: expect.stringMatching(/needs git/) as string });
      await rm(join(place.folder, '.git'), { recursive: true });
      const bare = await place.adc('diff --base HEAD');
      expect(bare).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/not a git repository.*\n.*clone/) as string,
      });
      expect(place.emulator.journal.requests).toEqual([]);
    });
  });

  test('reads all files at the revision with one process', async () => {
    await inRepository(async (place) => {
      const product = (name: string, service: string): string =>
        PAYMENTS.replace('Payments API', name).replace('service: payments', `service: ${service}`);
      const folder = {
        'products/a.yaml': product('A', 'payments'),
        'products/b.yaml': product('B', 'orders'),
      };
      await place.commit({ ...folder, 'products/c.yaml': product('C', 'users') });
      const log = join(place.folder, 'git.log');
      const wrapper = `#!/bin/sh\necho "$*" >> '${log}'\nPATH='${process.env['PATH']}' exec git "$@"\n`;
      await place.write({ 'bin/git': wrapper });
      await chmod(join(place.folder, 'bin/git'), 0o755);
      const { url, token } = place.emulator;
      const env = {
        PATH: `${join(place.folder, 'bin')}:${process.env['PATH']}`,
        HOME: place.folder,
        ADC_SERVER: url,
        ADC_TOKEN: token,
      };
      const { out } = await place.adc('diff -f products --base HEAD', { env });
      expect(out).toMatch(/drift \d+ paths\.$/m);
      const reads = (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes('cat-file'));
      expect(reads).toHaveLength(1);
    });
  });

  test('refuses files of a submodule, and sends nothing', async () => {
    await inRepository(async (place) => {
      await place.write({ [`other/${FILE}`]: PAYMENTS });
      await commitAll(join(place.folder, 'other'));
      const add = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add'];
      await git(place.folder, ...add, `file://${place.folder}/other`, 'module');
      await rm(join(place.folder, 'other'), { recursive: true });
      await place.commit({});
      const { exitCode, err } = await place.adc('diff -f module --base HEAD');
      expect({ exitCode, err }).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/"module" is in the submodule .*\n.*Run adc in the directory/) as string,
      });
      expect(place.emulator.journal.requests).toEqual([]);
      const inside = await place.adc('diff --base HEAD', { cwd: join(place.folder, 'module') });
      expect(inside.out).toMatch(/drift \d+ paths\.$/m);
    });
  });

  test('shows a hint in a shallow clone, and sends nothing', async () => {
    await inRepository(async (place) => {
      await place.commit({ [FILE]: withDesc('old') });
      await place.commit({ [FILE]: withDesc('new') });
      const base = await git(place.folder, 'rev-parse', 'HEAD~1');
      const clone = join(place.folder, 'clone');
      await git(place.folder, 'clone', '--quiet', '--depth=1', `file://${place.folder}`, clone);
      for (const ref of [base, 'HEAD~1'])
        expect(await place.adc(['diff', '--base', ref], { cwd: clone })).toMatchObject({
          exitCode: 1,
          err: expect.stringMatching(/is not a commit of this clone\n.*`fetch-depth: 0`/) as string,
        });
      expect(place.emulator.journal.requests).toEqual([]);
      expect((await place.adc('diff --base HEAD', { cwd: clone })).exitCode).toBe(0);
    });
  });

  test('runs no code of a hostile repository', async () => {
    await inRepository(async (place) => {
      const stolen = join(place.folder, 'stolen');
      const script = join(place.folder, 'evil.sh');
      await writeFile(script, `#!/bin/sh\ntouch ${stolen}\ncat\n`);
      await chmod(script, 0o755);
      await place.commit({
        [FILE]: withDesc('old'),
        '.gitattributes': '* diff=evil filter=evil merge=evil\n',
      });
      await mkdir(join(place.folder, '.git/hooks'), { recursive: true });
      for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc'])
        await symlink(script, join(place.folder, '.git/hooks', hook));
      const settings = [
        'core.fsmonitor',
        'core.pager',
        'core.sshCommand',
        'diff.evil.textconv',
        'diff.external',
      ];
      for (const setting of [...settings, 'filter.evil.smudge', 'filter.evil.clean', 'filter.evil.process'])
        await git(place.folder, 'config', setting, script);
      await git(place.folder, 'config', 'alias.cat-file', `!${script}`);
      await rm(stolen, { force: true });
      await place.adc('sync');
      await place.write({ [FILE]: withDesc('new') });
      const env = {
        PATH: process.env['PATH'],
        HOME: place.folder,
        GIT_EXTERNAL_DIFF: script,
        GIT_DIR: '/nowhere',
        ADC_SERVER: place.emulator.url,
        ADC_TOKEN: place.emulator.token,
      };
      const { exitCode, out } = await place.adc('diff --base HEAD', { env });
      expect({ exitCode, out }).toMatchObject({
        exitCode: 0,
        out: expect.stringContaining('this change 1 path') as string,
      });
      await expect(access(stolen)).rejects.toThrow('ENOENT');
    });
  });
});
