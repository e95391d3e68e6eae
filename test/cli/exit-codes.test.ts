import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/cli/io.ts';
import type { Store } from '../../src/emulator/store.ts';
import type { Step } from '../../src/model/plan.ts';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { expectNothingWritten, expectNoStackTrace, report } from '../support/command-results.ts';
import { atWorkplace, runAdc, type Workplace } from '../support/run-adc.ts';

const FILES = { 'api-products.yaml': PAYMENTS };

/** Adds an unmanaged gateway product, like a user of the dashboard. */
function addForeign(store: Store, name: string, service: string): void {
  const linked_gateway_services = [store.linkTo(service)];
  store.addProduct('default', { name, type: 'gateway', auth: { key_auth: {} }, linked_gateway_services });
}

describe('exit 0', () => {
  test('done, nothing to do, and a diff with changes', async () => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      expect((await adc('diff')).exitCode).toBe(0);
      expect((await adc('sync')).exitCode).toBe(0);
      expect((await adc('sync')).exitCode).toBe(0);
      expect((await adc('diff --exit-code')).exitCode).toBe(0);
    });
  });

  test.each(['ping --portal default', 'schema', 'lint', 'validate', 'dump --portal default'])(
    'of %s',
    async (line) => {
      await atWorkplace({ files: FILES }, async ({ adc }) => {
        const { exitCode, err } = await adc(line);
        expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      });
    },
  );

  test.each(['--help', '--version', 'sync --help'])('of %s', async (line) => {
    await atWorkplace({}, async ({ adc }) => {
      expect(await adc(line)).toEqual({ exitCode: 0, out: expect.stringMatching(/\w/) as string, err: '' });
    });
  });
});

test('exit 2: diff --exit-code finds changes', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    await expectNothingWritten(place, 'diff --exit-code', 2);
    expect((await report(place, 'diff --exit-code')).exit_code).toBe(2);
  });
});

test('exit 2: diff --fail-on changes fails if sync refuses files without products', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    await place.adc('sync');
    await place.write({ 'api-products.yaml': 'portal: default\n' });
    place.emulator.journal.clear();
    await expectNothingWritten(place, 'diff --fail-on changes', 2);
    await expectNothingWritten(place, 'diff --exit-code', 4);
    expect((await place.adc('diff')).exitCode).toBe(0);
    expect((await place.adc('sync')).exitCode).toBe(4);
  });
});

interface InvalidInput {
  readonly title: string;
  readonly file?: string;
  readonly line?: string;
  readonly before?: (place: Workplace) => void | Promise<void>;
  readonly code: string;
  /** Line and column in api-products.yaml; undefined if the error is not in the file. */
  readonly at?: readonly [number, number];
  /** A pattern for the message or the hint. */
  readonly says: RegExp;
}

const withUnset = PAYMENTS.replace('status: published', 'status: ${STATUS}\n    desc: ${DESC}');

const INVALID_INPUTS: readonly InvalidInput[] = [
  { title: 'a missing file', line: '-f no.yaml', code: 'no-such-file', says: /no\.yaml/ },
  {
    title: 'a folder without a product file',
    line: '-f empty',
    before: (place) => place.write({ 'empty/readme.md': '' }),
    code: 'no-match',
    says: /empty/,
  },
  {
    title: 'invalid YAML',
    file: 'portal: default\napi_products: [\n',
    code: 'yaml-syntax',
    at: [2, 16],
    says: /\]/,
  },
  {
    title: 'an unknown key',
    file: PAYMENTS.replace('status:', 'statsu:'),
    code: 'unknown-key',
    at: [5, 5],
    says: /status/,
  },
  {
    title: 'a value outside the schema',
    file: PAYMENTS.replace('published', 'publish'),
    code: 'unknown-value',
    at: [5, 13],
    says: /published/,
  },
  {
    title: 'a value of another type',
    file: PAYMENTS.replace('Payments API', '42'),
    code: 'wrong-type',
    at: [3, 11],
    says: /quot/,
  },
  { title: 'unset variables', file: withUnset, code: 'unset-variable', at: [5, 13], says: /STATUS/ },
  {
    title: 'another portal than the file names',
    line: '--portal default-partners',
    code: 'portal-mismatch',
    at: [1, 9],
    says: /--portal/,
  },
  {
    title: 'several live products with the name',
    before: ({ emulator }) => {
      addForeign(emulator.store, 'Payments API', 'orders');
      addForeign(emulator.store, 'Payments API', 'refunds');
    },
    code: 'ambiguous-product',
    at: [3, 11],
    says: /id:/,
  },
  {
    title: 'a service that does not exist',
    file: PAYMENTS.replace('service: payments', 'service: paymets'),
    code: 'unknown-name',
    at: [10, 18],
    says: /payments/,
  },
  {
    title: 'a gateway group that does not exist',
    file: PAYMENTS.replace('gateway_group: default', 'gateway_group: defualt'),
    code: 'unknown-name',
    at: [9, 24],
    says: /default/,
  },
  {
    title: 'a service of an unmanaged product',
    before: ({ emulator }) => addForeign(emulator.store, 'Foreign', 'payments'),
    code: 'service-held',
    at: [9, 9],
    says: /Foreign/,
  },
  {
    title: 'a new product without its auth',
    file: PAYMENTS.replace(/ {4}auth:\n.*\n/, ''),
    code: 'missing-for-create',
    at: [3, 11],
    says: /auth/,
  },
];

describe('exit 1', () => {
  describe.each(INVALID_INPUTS)('$title', ({ file = PAYMENTS, line, before, code, at, says }) => {
    test.each(['diff', 'sync', 'validate'])('at its place, in %s', async (command) => {
      await atWorkplace({ files: { 'api-products.yaml': file } }, async (place) => {
        await before?.(place);
        const all = line === undefined ? command : `${command} ${line}`;
        const { out, err } = await expectNothingWritten(place, all, 1);
        expect(out).toBe('');
        expect(err).toContain(`error[${code}]`);
        expect(err).toMatch(says);
        if (at) expect(err).toContain(`--> api-products.yaml:${at[0]}:${at[1]}\n`);
      });
    });

    test('as JSON', async () => {
      await atWorkplace({ files: { 'api-products.yaml': file } }, async (place) => {
        await before?.(place);
        const { diagnostics } = await report(place, line === undefined ? 'sync' : `sync ${line}`);
        const [first] = diagnostics;
        expect(first).toMatchObject({ code, hint: expect.stringMatching(/\w/) as string });
        if (at) {
          expect(first?.location).toMatchObject({ file: 'api-products.yaml', line: at[0], column: at[1] });
        }
      });
    });
  });

  test('all unset variables are reported at once', async () => {
    await atWorkplace({ files: { 'api-products.yaml': withUnset } }, async (place) => {
      const { diagnostics } = await report(place, 'sync');
      expect(diagnostics.map(({ code }) => code)).toEqual(['unset-variable', 'unset-variable']);
      expect(place.emulator.journal.requests).toEqual([]);
    });
  });
});

interface Failure {
  readonly title: string;
  readonly line: string;
  readonly says: RegExp;
  readonly before?: (place: Workplace) => void;
}

const FAILURES: readonly Failure[] = [
  {
    title: 'an unreachable server',
    line: '--server http://127.0.0.1:1 --retry-timeout 10ms',
    says: /127\.0\.0\.1:1\b/,
  },
  { title: 'a server that is not a URL', line: '--server portal.example.com', says: /URL/ },
  { title: 'a wrong token', line: '--token a7ee-wrong', says: /401/ },
  { title: 'a portal that does not exist', line: '--portal defaul', says: /defaul\b.*default/s },
  {
    title: 'a token without permission',
    line: '--dialect query',
    says: /403/,
    before: ({ emulator }) =>
      emulator.faults.add({
        on: { path: '/api/api_products*' },
        times: Infinity,
        do: { kind: 'status', status: 403 },
      }),
  },
  {
    title: 'an incomplete response',
    line: '--dialect query',
    says: /api_products/,
    before: ({ emulator }) =>
      emulator.faults.add({ on: { path: '/api/api_products*' }, do: { kind: 'garbage', as: 'cut-json' } }),
  },
  { title: 'a missing certificate file', line: '--ca-cert-file no.pem', says: /no\.pem/ },
];

describe.each(FAILURES)('exit 1: $title', ({ line, says, before }) => {
  test.each(['diff', 'sync', 'ping --portal default', 'dump --portal default', 'validate'])(
    'is reported in one line by %s, with a hint',
    async (command) => {
      await atWorkplace(
        { files: { 'api-products.yaml': PAYMENTS.replace(/^portal.*\n/, '') } },
        async (place) => {
          before?.(place);
          const portal = /--portal/.test(command + line) ? '' : ' --portal default';
          const { out, err } = await expectNothingWritten(place, `${command} ${line}${portal}`, 1);
          expect(out).toBe('');
          expect(err).toMatch(/^error: .+\n(hint: .+\n)?$/);
          expect(err).toMatch(says);
        },
      );
    },
  );

  test('as JSON', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      before?.(place);
      const { diagnostics } = await report(place, `sync ${line}`);
      expect(diagnostics.length).toBe(1);
      expect(diagnostics[0]?.message).toMatch(/\w/);
    });
  });
});

test('exit 1: the write of the only step is refused, and nothing was changed', async () => {
  await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
    emulator.faults.add({ on: { write: true }, do: { kind: 'status', status: 400 } });
    const ran = await adc('sync');
    expect(ran.exitCode).toBe(1);
    expect(emulator.store.products).toEqual([]);
    expectNoStackTrace(ran);
  });
});

test('exit 3: something was changed and something failed', async () => {
  const files = {
    'api-products.yaml': productFile(product('A', 'orders'), product('B', 'payments')),
  };
  await atWorkplace({ files }, async ({ adc, emulator }) => {
    emulator.faults.add({ on: { write: true, request: 2 }, do: { kind: 'status', status: 400 } });
    const ran = await adc('sync --request-concurrent 1');
    expect(ran.exitCode).toBe(3);
    expectNoStackTrace(ran);
  });
});

test('exit 3: the server applied a write that it reported as failed', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    await place.adc('sync');
    await place.write({ 'api-products.yaml': PAYMENTS.replace('auth:', 'desc: New\n    auth:') });
    place.emulator.faults.add({
      on: { write: true },
      times: Infinity,
      do: { kind: 'status', status: 500, after: true },
    });
    const { exitCode } = await place.adc('sync');
    expect(place.emulator.store.product('Payments API').fields.desc).toBe('New');
    expect(exitCode).toBe(3);
  });
});

test('exit 5: a stale saved plan, and one that was already applied', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    await place.adc('diff -o plan.json');
    addForeign(place.emulator.store, 'Foreign', 'payments');
    await expectNothingWritten(place, 'sync --plan plan.json', 5);
    place.emulator.store.removeProduct('Foreign');
    expect((await place.adc('sync --plan plan.json')).exitCode).toBe(0);
    await expectNothingWritten(place, 'sync --plan plan.json', 5);
    expect((await report(place, 'sync --plan plan.json')).exit_code).toBe(5);
  });
});

describe('a bug of adc', () => {
  const strike = (pattern: RegExp) => ({
    err: (text: string): void => {
      if (pattern.test(text)) throw new TypeError('of ours');
    },
  });

  test('exit 3 if all steps were already done', async () => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      const { exitCode, err } = await adc('sync', strike(/^\[2\/2\]/));
      expect(emulator.store.product('Payments API').fields.status).toBe('published');
      expect(err).toMatch(/this is a bug in adc: TypeError: of ours/);
      expect(exitCode).toBe(3);
    });
  });

  test('exit 1 if nothing was written', () => {
    const step = { id: '1' } as Step;
    const failed = { step, status: 'failed', ms: 0, refused: true } as const;
    expect(exitCodeOf([], new TypeError('of ours'))).toBe(1);
    expect(exitCodeOf([failed], new TypeError('of ours'))).toBe(1);
  });
});

describe('exit 130 and 143', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ])('%s gives %i, and reports the applied and the skipped steps', async (signal, code) => {
    const files = { 'api-products.yaml': productFile(product('A', 'orders'), product('B', 'payments')) };
    await atWorkplace({ files }, async ({ adc, emulator }) => {
      const controller = new AbortController();
      emulator.onRequest(({ method }) => {
        if (method === 'POST') controller.abort(signal);
      });
      const ran = await adc('sync --request-concurrent 1', { signal: controller.signal });
      expect(ran.exitCode).toBe(code);
      expect(ran.out).toMatch(/"B".*interrupted/);
      expectNoStackTrace(ran);
    });
  });

  test.each([
    'ping --portal default',
    'validate',
    'diff',
    'sync',
    'sync --plan plan.json',
    'init new --from-portal --portal default',
  ])('while adc reads, %s ends it immediately and reports that nothing was changed', async (line) => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.adc('diff -o plan.json');
      place.emulator.journal.clear();
      place.emulator.faults.add({ on: { method: 'GET' }, do: { kind: 'delay', ms: 30_000 } });
      const controller = new AbortController();
      place.emulator.onRequest(() => controller.abort('SIGTERM'));
      const ran = await place.adc(line, { signal: controller.signal });
      expect(ran).toMatchObject({ exitCode: 143, out: '' });
      expect(ran.err).toBe('interrupted; nothing was changed\n');
      expect(place.emulator.journal.writes()).toEqual([]);
      const { out } = await place.adc(`${line} --format json`, { signal: AbortSignal.abort('SIGINT') });
      expect(JSON.parse(out)).toMatchObject({ exit_code: 130, diagnostics: [{ code: 'interrupted' }] });
    });
  });

  test('an interrupted run is one JSON document as well', async () => {
    const files = { 'api-products.yaml': productFile(product('A', 'orders'), product('B', 'payments')) };
    await atWorkplace({ files }, async ({ adc, emulator }) => {
      const controller = new AbortController();
      emulator.onRequest(({ method }) => {
        if (method === 'POST') controller.abort('SIGINT');
      });
      const { out } = await adc('sync --request-concurrent 1 --format json', { signal: controller.signal });
      const { exit_code, outcomes } = JSON.parse(out) as { exit_code: number; outcomes: readonly object[] };
      expect(exit_code).toBe(130);
      expect(outcomes).toMatchObject([{ status: 'done' }, {}, { status: 'skipped' }, { status: 'skipped' }]);
    });
  });
});

describe('wrong usage', () => {
  test.each([
    ['an unknown command', 'snyc', /\bsync\b/],
    ['a command of terraform', 'apply', /\badc sync\b/],
    ['an unknown command', 'frobnicate', /adc --help/],
    ['an option before its command', '--portal default diff', /after the command/],
    ['a folder without -f', 'diff products/', /-f/],
    ['an unknown flag', 'sync --allow-subscription-los', /--allow-subscription-loss/],
    ['a format that does not exist', 'sync --format jsno', /json/],
    ['a flag without its value', 'sync --server', /--server/],
    ['an invalid number', 'sync --max-subscription-loss many', /--max-subscription-loss/],
    ['a percentage above 100', 'sync --max-deletes 101%', /--max-deletes/],
    ['an unexpected argument', 'sync products', /argument/],
  ])('%s ends with 1 and lists the valid words', async (_, line, says) => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { err } = await expectNothingWritten(place, line, 1);
      expect(err).toMatch(says);
    });
  });

  test.each([
    ['schema dif', '(Did you mean diff?)'],
    ['schema product_file', '(Did you mean product-file?)'],
    ['completion bsh', '(Did you mean bash?)'],
    ['lint --format jsn', '(Did you mean json?)'],
    ['lint --format=Markdown', '(Did you mean markdown?)'],
    ['lint --severity warn', '(Did you mean warning?)'],
    ['diff --dialect quary', '(Did you mean query?)'],
    ['ping --auth-scheme baerer', '(Did you mean bearer?)'],
    ['lint --rule not-a-url=of', 'not-a-url=off'],
    ['dev --set putSemantic=merge', 'Did you mean putSemantics?'],
    ['dev --set putSemantics=merg', 'merge | replace'],
    ['help dif', '(Did you mean diff?)'],
    ['dif --help', '(Did you mean diff?)'],
    ['help apply', 'The command of adc is `adc sync`.'],
    ['version', 'hint: `adc --version` prints the version.\n'],
    ['sync --dry-run', 'hint: `adc diff` shows what a sync would do.\n'],
    ['sync -auto-approve', 'hint: The option of adc is `adc sync --yes`.\n'],
    ['diff -detailed-exitcode', 'hint: The option of adc is `adc diff --exit-code`.\n'],
    [
      'destroy',
      'hint: Remove the product from the files: adc sync deletes undeclared products of its owner.\n',
    ],
    ['list -o json', 'hint: The option of adc is `--format`.\n'],
    ['sync --force', 'hint: adc prints the option or the `allow:` entry that allows a refused change.\n'],
    ['sync --yes=true', 'hint: --yes takes no value. Without the option, it is off.\n'],
    [
      'sync plan.json',
      'with -f, and a saved plan with --plan, for example: adc sync -f products/. Quote names with spaces.\n',
    ],
    ['dump payments', 'hint: `adc dump --help` shows its arguments and options.\n'],
    ['diff -f', 'hint: `adc diff --help` lists the options.\n'],
    [
      'diff -o json',
      'hint: Choose a format with --format. A file or directory that is called json is ./json.\n',
    ],
    ['diff -out=plan.json', 'hint: Pass -o FILE.\n'],
    ['diff --select-tag team', 'hint: The option of adc is `--label-selector`.\n'],
    ['sync -l team=payments', 'hint: The option of adc is `--label-selector`.\n'],
    ['ping -k', 'hint: The option of adc is `--tls-skip-verify`.\n'],
    ['diff --backend api7ee', "hint: That is for API7's ADC; this adc manages API products.\n"],
    ['convert openapi', "hint: That is for API7's ADC; this adc manages API products.\n"],
    ['sync --frobnicate', 'hint: `adc sync --help` lists the options.\n'],
    ['schema --frobnicate', 'hint: `adc schema --help` lists the options.\n'],
    ['help version', 'hint: `adc --version` prints the version.\n'],
  ])('%s suggests the intended word', async (line, said) => {
    await atWorkplace({ files: FILES }, async (place) => {
      const { err } = await expectNothingWritten(place, line, 1);
      expect(err).toContain(said);
    });
  });

  test.each(['lint --format xml', 'diff --verbose 3', 'schema toString', 'dev --set no=1'])(
    '%s lists the choices, and suggests no dissimilar one',
    async (line) => {
      await atWorkplace({ files: FILES }, async (place) => {
        const { err } = await expectNothingWritten(place, line, 1);
        expect(err).toMatch(/text, json|0, 1, 2|product-file, config|putSemantics, /);
        expect(err).not.toContain('mean');
      });
    },
  );

  test('an invalid value of a variable suggests the nearest valid value, and names the variable', async () => {
    const env = { ADC_SERVER: 'http://127.0.0.1:1', ADC_TOKEN: 't', ADC_PORTAL: 'p', ADC_DIALECT: 'quary' };
    const { exitCode, err } = await runAdc(['ping'], { cwd: '.', env });
    expect(exitCode).toBe(1);
    expect(err).toBe(
      'error: ADC_DIALECT is "quary"; it must be one of auto, path, query\nhint: Did you mean query?\n',
    );
  });

  test('a missing command ends with 1 and prints the help', async () => {
    await atWorkplace({}, async ({ adc }) => {
      const { exitCode, out, err } = await adc([]);
      expect({ exitCode, said: `${out}${err}` }).toEqual({
        exitCode: 1,
        said: expect.stringMatching(/Usage: adc[^]*sync/) as string,
      });
    });
  });

  test.each(['snyc --format json', 'sync --format json --no-such', 'sync --format=json --max-deletes x'])(
    '%s gives one JSON document',
    async (line) => {
      await atWorkplace({ files: FILES }, async ({ adc }) => {
        const { exitCode, out } = await adc(line);
        expect(JSON.parse(out)).toMatchObject({ exit_code: 1, diagnostics: [{ code: 'usage' }] });
        expect(exitCode).toBe(1);
      });
    },
  );

  test.each([
    ['snyc -f sync --format json', 'adc/failure'],
    ['--format json sync', 'adc/failure'],
    ['plan --format json', 'adc/failure'],
    ['schema x --format json', 'adc/failure'],
    ['dev --format json', 'adc/failure'],
    ['completion --format json', 'adc/failure'],
    ['lint sync --format json', 'adc/lint'],
  ])('%s gives a document whose schema is published: %s', async (line, format) => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      expect(JSON.parse((await adc(line)).out)).toMatchObject({ format });
    });
  });
});

test('exit 1: an invalid OpenAPI document, at its own place', async () => {
  const files = {
    'api-products.yaml': `portal: default
api_products:
  - { name: B, type: external, openapi_file: b.yaml, server_urls: [https://b.example.com] }
`,
    'b.yaml': OPENAPI.replace('openapi: 3.0.3', 'openapi: 4.0.0'),
  };
  await atWorkplace({ files }, async (place) => {
    const { err } = await expectNothingWritten(place, 'sync', 1);
    expect(err).toMatch(/--> b\.yaml:1:10\n/);
  });
});
