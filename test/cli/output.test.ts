import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { FaultAction } from '../../src/emulator/faults.ts';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { CHANGED_AUTH } from '../support/republish.ts';
import { atWorkplace, type Ran, type Workplace } from '../support/run-adc.ts';

const FILES = { 'api-products.yaml': PAYMENTS };

describe('the token', () => {
  const TOKEN = 'a7ee-Sup3r+S3cr3t/Token==';
  const PASSWORD = 'Gr3at:S3cr3t';

  /** The encodings of a secret that output must not contain. */
  const encodings = (secret: string): readonly string[] => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(`admin:${secret}`).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ];

  function expectSecret({ out, err }: Ran, secret: string): void {
    for (const form of encodings(secret)) expect(`${out}${err}`).not.toContain(form);
  }

  const commands = ['diff', 'sync', 'validate', 'ping --portal default', 'dump --portal default', 'lint'];
  const formats = ['', ' --format json', ' --verbose 0', ' --verbose 2', ' --format json --verbose 2'];
  const lines = commands.flatMap((command) =>
    (command === 'lint' ? formats.slice(0, 2) : formats).map((format) => command + format),
  );

  test.each(lines)('is not in the output of %s', async (line) => {
    await atWorkplace({ files: FILES, token: TOKEN }, async ({ adc }) => {
      const ran = await adc(line);
      expect(ran.exitCode).toBe(0);
      expectSecret(ran, TOKEN);
    });
  });

  const failures: readonly (readonly [string, FaultAction])[] = [
    ['401', { kind: 'status', status: 401 }],
    ['403', { kind: 'status', status: 403 }],
    ['500', { kind: 'status', status: 500 }],
    ['HTML', { kind: 'garbage', as: 'html' }],
    ['incomplete JSON', { kind: 'garbage', as: 'cut-json' }],
    ['a lost connection', { kind: 'close-before' }],
    ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:1/elsewhere' }],
  ];
  test.each(failures)('is not in the messages about %s', async (_, fault) => {
    await atWorkplace({ files: FILES, token: TOKEN }, async ({ adc, emulator }) => {
      emulator.faults.add({ on: {}, times: Infinity, do: fault });
      for (const format of formats) {
        const ran = await adc(`sync --retry-timeout 20ms --dialect query${format}`);
        expect(ran.exitCode).toBe(1);
        expectSecret(ran, TOKEN);
      }
    });
  });

  test.each([
    `sync --token ${TOKEN} --server http://127.0.0.1:1 --retry-timeout 10ms`,
    `sync --token ${TOKEN} --server nonsense`,
    `sync --token ${TOKEN} --no-such-flag`,
    `sync --token ${TOKEN} --portal nowhere`,
    `snyc --token ${TOKEN}`,
    `sync --tokn ${TOKEN}`,
    `sync --token=${TOKEN} --timeout soon`,
    `sync --server http://user:${TOKEN}@127.0.0.1:1 --retry-timeout 10ms`,
    `sync --auth-scheme basic --token admin:${TOKEN}`,
    `sync --tokn=${TOKEN}`,
  ])('on the command line is not in the output: %s', async (line) => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      for (const format of formats) {
        const ran = await adc(line + format);
        expect(ran.exitCode).toBe(1);
        expectSecret(ran, TOKEN);
      }
    });
  });

  test('is not in the output if it is a password', async () => {
    const options = { files: FILES, basic: `admin:${PASSWORD}` };
    await atWorkplace(options, async ({ adc }) => {
      for (const format of formats) {
        const ran = await adc(`diff --auth-scheme basic --token admin:${PASSWORD}${format}`);
        expect(ran.exitCode).toBe(0);
        expectSecret(ran, PASSWORD);
      }
    });
  });

  test('is not in the output even if the server returns it', async () => {
    const echo = createServer((request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error_msg: `bad request: ${JSON.stringify(request.headers)}` }));
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    try {
      await atWorkplace({ files: FILES }, async ({ adc }) => {
        const { port } = echo.address() as AddressInfo;
        for (const scheme of ['api-key', 'bearer', 'basic']) {
          for (const format of formats) {
            const options = `--auth-scheme ${scheme} --server http://127.0.0.1:${port} --dialect query${format}`;
            const ran = await adc(`sync --token admin:${TOKEN} ${options}`);
            expect(ran.exitCode).toBe(1);
            expectSecret(ran, `admin:${TOKEN}`);
            expectSecret(ran, TOKEN);
          }
        }
      });
    } finally {
      echo.close();
    }
  });
});

describe('control characters', () => {
  const HOSTILE = 'Pay\u001b[2J\u202e\r\u0007ments';
  const printed = /\p{Cc}|\p{Cf}/u;
  const seed = (place: Workplace) => {
    const fields = { name: HOSTILE, desc: HOSTILE, type: 'gateway', auth: { key_auth: {} } };
    place.emulator.store.addProduct('default', {
      ...fields,
      labels: { 'managed-by': 'adc', [HOSTILE]: 'a\u001b[2Jb' },
    });
  };

  test.each([
    ['diff', 0],
    ['diff --delete-unmanaged', 0],
    ['sync', 4],
    ['sync --max-deletes 1', 0],
    ['sync --max-deletes 1 --verbose 2', 0],
    ['dump --portal default', 0],
  ])('in names of the portal are made visible by %s', async (line, code) => {
    await atWorkplace({ files: FILES }, async (place) => {
      seed(place);
      const { exitCode, out, err } = await place.adc(line);
      expect(exitCode).toBe(code);
      expect(`${out}${err}`.replaceAll('\n', '')).not.toMatch(printed);
      expect(out).toContain('ments');
    });
  });

  test('in error texts of the server are made visible', async () => {
    const hostile = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error_msg: HOSTILE }));
    }).listen(0, '127.0.0.1');
    await once(hostile, 'listening');
    try {
      await atWorkplace({ files: FILES }, async ({ adc }) => {
        const { port } = hostile.address() as AddressInfo;
        const { exitCode, out, err } = await adc(`sync --dialect query --server http://127.0.0.1:${port}`);
        expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
        expect(err.replaceAll('\n', '')).not.toMatch(printed);
        expect(err).toContain('ments');
      });
    } finally {
      hostile.close();
    }
  });

  test('in files and on the command line are made visible', async () => {
    const text = PAYMENTS.replace('Payments API', String.raw`"Pay\e[2Jments"`);
    await atWorkplace({ files: { 'api-products.yaml': text } }, async ({ adc }) => {
      for (const line of ['diff', `diff -f no\u001b[2J.yaml`, `diff --portal no\u001b[2J`, `sn\u001b[2Jyc`]) {
        const { out, err } = await adc(line);
        expect(`${out}${err}`.replaceAll('\n', '')).not.toMatch(printed);
      }
    });
  });

  test('prints no escape sequence without colours, and only colours with them', async () => {
    const file = productFile(product('A', 'orders'), product('B', 'paymets'));
    await atWorkplace({ files: FILES }, async (place) => {
      for (const line of ['diff', 'sync', 'diff -f bad.yaml', 'sync --no-color']) {
        await place.write({ 'bad.yaml': file });
        const plain = await place.adc(line);
        expect(plain.out + plain.err).not.toContain('\u001b');
        const coloured = await place.adc(line, { colour: true, errColour: true });
        const sequences = (coloured.out + coloured.err).split('\u001b').slice(1);
        expect(sequences.filter((one) => !/^\[\d+(;\d+)*m/.test(one))).toEqual([]);
      }
      for (const format of ['json', 'markdown', 'github']) {
        const { out } = await place.adc(`diff -f bad.yaml --format ${format}`, { colour: true });
        expect(out).toContain('paymets');
        expect(out).not.toContain('\u001b');
      }
      const shown = await place.adc('diff --delete-unmanaged', { colour: true });
      expect(shown.out).toContain('\u001b[');
      const uncoloured = await place.adc('diff --delete-unmanaged --no-color', { colour: true });
      expect(uncoloured.out).not.toContain('\u001b');
    });
  });
});

test('a log of standard error has no colours, even if standard output is a terminal', async () => {
  const files = { 'api-products.yaml': productFile(product('B', 'paymets')) };
  await atWorkplace({ files }, async ({ adc }) => {
    const logged = await adc('diff', { colour: true });
    expect(logged.err).toContain('paymets');
    expect(logged.err).not.toContain('\u001b');
    const shown = await adc('diff', { errColour: true });
    expect(shown.err).toContain('\u001b[');
    expect(shown.out).not.toContain('\u001b');
  });
});

test('wraps a failure at the width of the terminal', async () => {
  await atWorkplace({}, async ({ adc }) => {
    const { err } = await adc('lint --format jsn', { errColumns: () => 50 });
    expect(err).toBe(
      `error: option '--format <format>' argument 'jsn'\n  is invalid. Allowed choices are text, json,\n  markdown, github.\n(Did you mean json?)\n`,
    );
  });
});

describe('the target', () => {
  test.each([
    ['path', ''],
    ['query', ''],
    ['query', ' --delete-unmanaged'],
  ])('is the first line of diff and sync, in the %s dialect', async (dialect, options) => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      for (const line of ['diff', 'sync', 'sync', 'diff']) {
        const { out } = await adc(`${line} --dialect ${dialect}${options}`);
        expect(out.split('\n')[0]).toBe(`Portal "default" at ${emulator.url} (${dialect} dialect)`);
      }
    });
  });

  test('is in JSON as well', async () => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      const { id } = emulator.store.portal('default');
      const target = { server: emulator.url, portal: { id, name: 'default' }, dialect: 'query' };
      for (const line of ['diff', 'sync', 'validate', 'ping --portal default']) {
        expect(JSON.parse((await adc(`${line} --format json`)).out)).toMatchObject({ target });
      }
    });
  });
});

describe('--format json', () => {
  test.each([
    'lint',
    'validate',
    'diff',
    'diff -o plan.json',
    'diff --exit-code',
    'sync',
    'sync --yes',
    'dump --portal default',
    'dump --portal default -o live/',
    'ping --portal default',
    'sync --verbose 2',
  ])('standard output of %s is one JSON document', async (line) => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { exitCode, out } = await adc(`${line} --format json`);
      const format = `adc/${line.split(' ')[0]}`;
      expect(JSON.parse(out)).toMatchObject({
        format,
        format_version: 1,
        exit_code: exitCode,
        diagnostics: [],
      });
    });
  });
});

describe('the counts', () => {
  /** A sync that creates, edits, republishes, replaces, adopts and deletes; one product is unchanged, one is unmanaged. */
  async function atManyChanges(use: (place: Workplace) => Promise<void>): Promise<void> {
    const external = `  - { name: X, type: external, status: published, openapi_file: x.yaml, server_urls: [https://x.example.com] }\n`;
    const before = productFile(
      product('Edited', 'orders'),
      product('Republished', 'payments'),
      product('Replaced', 'refunds'),
      product('Deleted', 'users'),
      product('Same', 'catalog'),
    );
    const after = productFile(
      product('Edited', 'orders', ['desc: New']),
      product('Republished', 'payments').replace('key_auth: {}', 'basic_auth: {}'),
      external.replace('X', 'Replaced'),
      product('Same', 'catalog'),
      product('Adopted', 'ledger'),
      external.replace('X', 'Created'),
    );
    await atWorkplace({ files: { 'api-products.yaml': before, 'x.yaml': OPENAPI } }, async (place) => {
      await place.adc('sync');
      const { store } = place.emulator;
      const gateway = { type: 'gateway', status: 'published', auth: { key_auth: {} } };
      store.addProduct('default', {
        name: 'Adopted',
        ...gateway,
        linked_gateway_services: [store.linkTo('ledger')],
      });
      store.addProduct('default', { name: 'Foreign', ...gateway, status: 'draft' });
      for (const name of ['Republished', 'Replaced', 'Deleted']) store.subscribeActively('shop', name);
      store.subscribe('mobile', 'Deleted');
      await place.write({ 'api-products.yaml': after });
      await use(place);
    });
  }

  const CONSENT = '--max-subscription-loss 4 --max-deletes 1 --allow-unauthenticated all';
  const SUMMARY = {
    create: 2,
    update: 2,
    unpublish: 2,
    publish: 3,
    delete: 2,
    adopt: 1,
    unchanged: 1,
    unmanaged: 1,
    other_owners: 0,
    subscriptions_ended: { active: 3, pending: 1, unknown: 0 },
  };

  test('are right and the same in text and JSON, before and after', async () => {
    await atManyChanges(async ({ adc }) => {
      const json = JSON.parse((await adc('diff --format json')).out) as { summary: object };
      expect(json.summary).toEqual(SUMMARY);
      const { out } = await adc('diff');
      expect(out).toMatch(
        /sync would change \d products in 12 steps \(create 2, update 2, unpublish 2, publish 3, delete 2, adopt 1\)/,
      );
      expect(out).toMatch(/1 unchanged; 1 unmanaged; ends 3 active and 1 pending subscriptions\./);
    });
  });

  test('diff uses "would", and sync reports the applied steps', async () => {
    await atManyChanges(async ({ adc }) => {
      const shown = (await adc(`diff ${CONSENT}`)).out;
      expect(shown).not.toMatch(/(?<!be )\b(created|updated|deleted|adopted)\b/);
      const { exitCode, out } = await adc(`sync ${CONSENT}`);
      expect(exitCode).toBe(0);
      expect(out).toMatch(
        /sync changed \d products in 12 steps \(created 2, updated 2, unpublished 2, published 3, deleted 2, adopted 1\)/,
      );
    });
  });

  test('of applied steps come from the outcomes', async () => {
    await atManyChanges(async ({ adc }) => {
      const { out } = await adc(`sync ${CONSENT} --format json`);
      const { outcomes, steps, summary } = JSON.parse(out) as {
        outcomes: readonly { status: string }[];
        steps: readonly { action: string }[];
        summary: object;
      };
      expect(summary).toEqual(SUMMARY);
      expect(outcomes.length).toBe(steps.length);
      expect(outcomes.every(({ status }) => status === 'done')).toBe(true);
    });
  });
});

test('a refused plan reports that nothing was changed, with the counts of its diff', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    await place.adc('sync');
    place.emulator.store.subscribeActively('shop', 'Payments API');
    await place.write({ 'api-products.yaml': CHANGED_AUTH });
    const counts =
      /sync would change 1 product in 3 steps \(update 1, unpublish 1, publish 1\); 0 unchanged; ends 1 active subscription\./;
    expect((await place.adc('diff')).out).toMatch(counts);
    const { exitCode, out } = await place.adc('sync');
    expect(exitCode).toBe(4);
    expect(out).toMatch(counts);
    expect(out).not.toMatch(/\bupdated\b/);
  });
});
