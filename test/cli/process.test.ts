import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { HELP } from '../../src/generated/help.ts';
import { isColoured } from '../../src/cli/io.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { portalContents } from '../support/portal-contents.ts';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

/** Drafts without services: as many as make a report that no pipe can hold at once. */
const MANY = productFile(
  ...Array.from({ length: 500 }, (_, index) =>
    [
      `  - name: Product ${index}`,
      '    type: gateway',
      '    auth: { key_auth: {} }',
      '    status: draft',
      '',
    ].join('\n'),
  ),
);

describe('a reader that closes the pipe', () => {
  test.each(['text', 'json'])('--format %s | head -1 ends quietly', async (format) => {
    await atWorkplace({ files: { 'api-products.yaml': MANY } }, async ({ folder, emulator }) => {
      const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token };
      const line = `cd ${folder}; { $ADC diff --format ${format}; echo "ended with $?" >&2; } | head -1`;
      const { out, err } = await program.sh(line, env);
      expect(out.split('\n')).toHaveLength(2);
      expect(err).toBe('ended with 0\n');
    });
  });
});

describe('files that are pipes', () => {
  const files = {
    'products.yaml': `api_products:
  - { name: A, type: external, status: draft, openapi_file: openapi.yaml, server_urls: [https://a.example.com] }
`,
    'openapi.yaml': OPENAPI,
  };

  test.each(['-', '/dev/stdin'])('a pipe without a name is read from %s', async (name) => {
    await atWorkplace({ files }, async ({ folder }) => {
      const said = await program.sh(`cd ${folder}; cat products.yaml | $ADC lint -f ${name}`);
      expect(said).toEqual({ exitCode: 0, out: '1 product checked, no problems found\n', err: '' });
    });
  });

  test.each(['lint -f pipe', 'diff -f pipe'])('%s: Ctrl-C does not wait for it', async (line) => {
    await atWorkplace({ files }, async ({ folder, emulator }) => {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token };
      const child = spawn(process.execPath, [program.file, ...line.split(' ')], { cwd: folder, env });
      const end = once(child, 'exit');
      // Opening the pipe for writing succeeds only once adc has opened it for reading.
      const writer = await open(join(folder, 'pipe'), 'w');
      child.kill('SIGINT');
      expect(await end).toEqual([null, 'SIGINT']);
      await writer.close();
    });
  });

  test('shows an error in a pipe at its place', async () => {
    const said = await program.sh('echo "api_products: 5" | $ADC lint -f /dev/fd/0');
    expect(said).toMatchObject({ exitCode: 1, err: expect.stringMatching(/^ *--> \/dev\/fd\/0:1:15$/m) });
  });
});

test.runIf(process.platform === 'linux')(
  'a removed working directory is an error without a stack trace',
  async () => {
    expect(await program.sh('cd "$(mktemp -d)"; rmdir "$PWD"; $ADC lint')).toEqual({
      exitCode: 1,
      out: '',
      err: 'error: the working directory does not exist\nhint: Change to another directory.\n',
    });
  },
);

test('Node.js takes no options from a file of ADC_ENV_FILE', async () => {
  const files = { 'a.env': 'NODE_OPTIONS="--require ./a.cjs"\n', 'a.cjs': "console.log('run from a.env')" };
  await atWorkplace({ files: { ...files, 'api-products.yaml': PAYMENTS } }, async ({ folder, emulator }) => {
    const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, ADC_ENV_FILE: 'a.env' };
    const { exitCode, out } = await program.sh(`cd ${folder}; $ADC diff`, env);
    expect(exitCode).toBe(0);
    expect(out).not.toContain('run from a.env');
  });
});

describe('pre-generated output', () => {
  test('adc --help ends quietly without a reader', async () => {
    const { err } = await program.sh('{ sleep 0.1; $ADC --help; echo "ended with $?" >&2; } | true');
    expect(err).toBe('ended with 0\n');
  });

  test('adc --help waits for a slow reader of a full, non-blocking pipe', async () => {
    const fill = `process.stdout.write('-'.repeat(1e6)); require('node:fs').rmSync(process.argv[1])`;
    const line = `flag=$(mktemp); { ${process.execPath} -e "${fill}" $flag &
      while [ -e $flag ]; do sleep 0.05; done; $ADC --help; echo "ended with $?" >&2; wait; } | { sleep 0.5; cat; }`;
    const { out, err } = await program.sh(line);
    expect(err).toBe('ended with 0\n');
    expect(out).toHaveLength(1e6 + (HELP.get('') ?? '').length);
  });
});

describe('streams that are closed or full', () => {
  interface Place extends Workplace {
    /** Runs a line of sh in the folder of the files. */
    readonly sh: (line: string) => ReturnType<BuiltProgram['sh']>;
  }

  const inFolder = (use: (place: Place) => Promise<void>) =>
    atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, (place) => {
      const { url, token } = place.emulator;
      const env = { ADC_SERVER: url, ADC_TOKEN: token };
      return use({ ...place, sh: (line) => program.sh(`cd ${place.folder}; ${line}`, env) });
    });

  test.each(['diff', 'dump --portal default'])(
    'a closed standard output or standard error changes nothing else: %s',
    async (line) => {
      await inFolder(async ({ adc, sh }) => {
        const { out, err } = await adc(line);
        expect(await sh(`$ADC ${line} >&-`)).toEqual({ exitCode: 0, out: '', err });
        expect(await sh(`$ADC ${line} 2>&-`)).toEqual({ exitCode: 0, out, err: '' });
        expect(await sh(`$ADC ${line} >&- 2>&-`)).toEqual({ exitCode: 0, out: '', err: '' });
      });
    },
  );

  test('dump | head -1 ends quietly', async () => {
    await inFolder(async ({ adc, sh }) => {
      await adc('sync');
      const { out, err } = await sh('{ $ADC dump --portal default; echo "ended with $?" >&2; } | head -1');
      expect(out.split('\n')).toHaveLength(2);
      expect(err).toBe('ended with 0\n');
    });
  });

  test('a sync without a reader is applied anyway', async () => {
    await inFolder(async ({ sh, emulator: { store } }) => {
      expect(await sh('$ADC sync >&- 2>&-')).toEqual({ exitCode: 0, out: '', err: '' });
      expect(portalContents(store).map(({ name, status }) => [name, status])).toEqual([
        ['Payments API', 'published'],
      ]);
    });
  });

  const isLinux = process.platform === 'linux';

  test.runIf(isLinux)('reports a full disk in one line, without a stack trace', async () => {
    await inFolder(async ({ sh }) => {
      const { exitCode, err } = await sh('$ADC dump --portal default >/dev/full');
      expect(exitCode).toBe(1);
      expect(err).toMatch(/^error: standard output cannot be written: ENOSPC.*\n$/);
      expect((await sh('$ADC --help >/dev/full')).exitCode).toBe(1);
    });
  });

  test.runIf(isLinux)('a full disk does not interrupt a sync', async () => {
    await inFolder(async ({ sh, emulator: { store } }) => {
      const { exitCode, err } = await sh('$ADC sync >/dev/full');
      expect([exitCode, portalContents(store).map(({ status }) => status)]).toEqual([0, ['published']]);
      expect(err.match(/cannot be written/g)).toHaveLength(1);
      expect((await sh('$ADC sync 2>/dev/full')).exitCode).toBe(0);
    });
  });
});

const hasScript = spawnSync('script', ['--version']).status === 0;

/** The environment of a user at a terminal, outside of a pipeline. */
const onTerminal = ({ url, token }: Emulator) => ({
  ADC_SERVER: url,
  ADC_TOKEN: token,
  CI: '',
  TERM: 'dumb',
  SHELL: '/bin/sh',
});

describe.skipIf(!hasScript)('a question on a real terminal', () => {
  /** Types these keys once the question is shown. */
  async function typed(
    keys: string,
    command = '$ADC sync',
  ): Promise<{ readonly said: string; readonly products: number }> {
    let said = '';
    let products = 0;
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async ({ folder, emulator }) => {
      const env = {
        PATH: process.env['PATH'],
        ADC: `${process.execPath} ${program.file}`,
        ...onTerminal(emulator),
      };
      const terminal = spawn('script', ['-qefc', command, '/dev/null'], { cwd: folder, env });
      terminal.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('Only "yes"')) terminal.stdin.end(keys);
      });
      const [exitCode] = (await once(terminal, 'close')) as [number];
      said = `${said}ended with ${exitCode}\n`.replaceAll('\r', '');
      products = emulator.store.products.length;
    });
    return { said, products };
  }

  test.each([
    ['Ctrl-C', '\u0003', 130],
    ['Ctrl-D', '\u0004', 1],
    ['a no', 'no\r', 1],
  ])('%s changes nothing, and reports it', async (_, keys, exitCode) => {
    const { said, products } = await typed(keys);
    expect(products).toBe(0);
    expect(said).toMatch(/is accepted: .*\nNothing was changed\.\n/);
    expect(said).toContain(`ended with ${exitCode}\n`);
    // The terminal shows the plan already, and with it these counts.
    expect(said.match(/^sync would /gm)).toHaveLength(1);
  });

  test('yes applies the plan', async () => {
    const { said, products } = await typed('yes\r');
    // In this order, although some of it goes to standard output and some to standard error.
    expect(said).toMatch(
      /^sync would change [^]*^Apply these changes\? [^]*^\[1\/2\] created [^]*^sync changed [^]*^ended with 0\n/m,
    );
    expect(products).toBe(1);
  });

  /** The question, in a terminal that does not get the plan. */
  const ASKED =
    /^Portal "default" at .*\nsync would change 1 product in 2 steps \(create 1, publish 1\); 0 unchanged\.\nApply these changes\? .*\n/m;

  test('sync | tail -3 also asks, with the counts in the question', async () => {
    const { said, products } = await typed('no\r', '$ADC sync | tail -3');
    expect(said).toMatch(ASKED);
    expect(said).toContain('Nothing was changed.\n');
    expect(products).toBe(0);
  });

  test('yes applies a plan that is printed elsewhere', async () => {
    const { said, products } = await typed('yes\r', '$ADC sync > log');
    expect(said).toMatch(ASKED);
    expect(said).toContain('ended with 0\n');
    expect(products).toBe(1);
  });

  test('does not ask if standard input was used for the files, which means no', async () => {
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async ({ folder, emulator }) => {
      const env = onTerminal(emulator);
      const line = `cd ${folder}; script -qefc "$ADC sync -f -" /dev/null < api-products.yaml`;
      const { exitCode, out } = await program.sh(line, env);
      expect(out.replaceAll('\r', '')).toMatch(/is accepted: \nNothing was changed\.\n$/);
      expect([exitCode, emulator.store.products.length]).toEqual([1, 0]);
    });
  });

  test.each(['echo yes | $ADC sync', '$ADC sync 2> log'])('%s does not ask', async (command) => {
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async ({ folder, emulator }) => {
      const env = onTerminal(emulator);
      const { out } = await program.sh(`cd ${folder}; script -qefc "${command}" /dev/null </dev/null`, env);
      expect(out).not.toContain('Apply these changes?');
      expect(emulator.store.products).toHaveLength(1);
    });
  });
});

describe('Ctrl-C twice', () => {
  /** A republish of writes that take so long is interrupted, and again so many milliseconds later. */
  async function twice(later: number, ms: number) {
    let ended: readonly unknown[] = [];
    let states: readonly unknown[] = [];
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
      const { folder, emulator } = place;
      await place.adc('sync');
      await place.write({ 'api-products.yaml': PAYMENTS.replace('{}', '{ header: x-key }') });
      emulator.faults.add({ on: { method: 'PUT' }, times: Infinity, do: { kind: 'delay', ms } });
      const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token };
      const child = spawn(process.execPath, [program.file, 'sync', '--yes'], { cwd: folder, env });
      const end = once(child, 'exit');
      child.stdout.resume();
      const isOff = () => emulator.store.products.some(({ fields }) => fields.status === 'draft');
      await vi.waitFor(() => expect(isOff()).toBe(true), { timeout: 20_000, interval: 5 });
      child.kill('SIGINT');
      await delay(later);
      child.kill('SIGINT');
      ended = await end;
      states = emulator.store.products.map(({ fields }) => fields.status);
    });
    return { ended, states };
  }

  test('counts once if a parent process passes the signal on immediately', async () => {
    expect(await twice(50, 100)).toEqual({ ended: [130, null], states: ['published'] });
  });

  test('ends the process if a user presses it again', async () => {
    expect(await twice(1_500, 2_000)).toEqual({ ended: [null, 'SIGINT'], states: ['draft'] });
  });
});

describe.skipIf(!hasScript)('a closed terminal', () => {
  test('lets adc publish an unpublished product again, and start no other step', async () => {
    const names = [product('A', 'orders'), product('B', 'payments')];
    const files = { 'api-products.yaml': productFile(...names) };
    await atWorkplace({ files, latencyMs: 100 }, async (place) => {
      const { folder, emulator } = place;
      await place.adc('sync');
      await place.write({ 'api-products.yaml': productFile(...names).replaceAll('{}', '{ header: x-key }') });
      emulator.journal.clear();
      const line = `echo $$ > pid; exec ${process.execPath} ${program.file} sync --yes --request-concurrent 1`;
      const env = { ...process.env, ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, SHELL: '/bin/sh' };
      const terminal = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder, env, stdio: 'ignore' });
      const states = () => emulator.store.products.map(({ fields }) => fields.status);
      emulator.onRequest(() => void (states().includes('draft') && terminal.kill('SIGKILL')));
      await vi.waitFor(() => expect(terminal.killed).toBe(true), 20_000);
      const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
      // The shell of the terminal tells its jobs too, a little later.
      await delay(60);
      process.kill(pid, 'SIGHUP');
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 20_000);
      expect(states()).toEqual(['published', 'published']);
      expect(emulator.journal.writes()).toHaveLength(3);
    });
  });
});

describe('a signal off a terminal', () => {
  test.each([
    ['SIGHUP', 143, []],
    ['SIGHUP', 143, ['nohup']],
    ['SIGQUIT', 130, []],
  ] as const)('%s finishes the republish, and the exit code is %i: %j', async (signal, code, under) => {
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
      const { folder, emulator } = place;
      await place.adc('sync');
      await place.write({ 'api-products.yaml': PAYMENTS.replace('{}', '{ header: x-key }') });
      const [command, ...words] = [...under, process.execPath, program.file, 'sync', '--yes'];
      const env = { ...process.env, ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token };
      const child = spawn(command, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) stream.resume();
      const isOff = () => emulator.store.products.some(({ fields }) => fields.status === 'draft');
      emulator.onRequest(async () => {
        if (!isOff() || child.killed) return;
        child.kill(signal);
        // The process has to survive it for as long as it waits for this response.
        await delay(100);
      });
      expect(await once(child, 'exit')).toEqual([code, null]);
      expect(emulator.store.products.map(({ fields }) => fields.status)).toEqual(['published']);
    });
  });
});

describe('off a terminal', () => {
  test.each([
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: 'true' }, true],
    [{ FORCE_COLOR: '1', TERM: 'dumb' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%o gives colours: %s', (env, expected) => {
    expect(isColoured(env, () => false)).toBe(expected);
  });

  test.each([
    ['', true],
    ['--no-color', false],
  ])('FORCE_COLOR=1 adc lint %s has colours: %s', async (option, expected) => {
    await atWorkplace(
      { files: { 'api-products.yaml': 'api_products: [{ nam: A }]\n' } },
      async ({ folder }) => {
        const { err } = await program.sh(`cd ${folder}; $ADC lint ${option}`, { FORCE_COLOR: '1' });
        expect(err).toContain('unknown-key');
        expect(err.includes('\u001b[')).toBe(expected);
      },
    );
  });

  test('sync prints no colour and no cursor movement', async () => {
    const name = 'A\u001b[31m';
    await atWorkplace({}, async (place) => {
      const { folder, emulator } = place;
      const { url, token, store } = emulator;
      const { id } = store.addProduct('default', { name, type: 'gateway', auth: { key_auth: {} } });
      const file = PAYMENTS.replace('Payments API', `${JSON.stringify(name)}\n    id: ${id}`);
      await place.write({ 'api-products.yaml': file });
      const env = { ADC_SERVER: url, ADC_TOKEN: token, TERM: 'xterm-256color' };
      const { out, err } = await program.sh(`cd ${folder}; $ADC sync`, env);
      expect(out).toMatch(/A(\\|&#92;)x1b/);
      expect(out + err).not.toContain('\u001b');
      expect(out + err).not.toContain('\r');
    });
  });
});
