import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { commitAll, git } from '../support/git.ts';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { expectNothingWritten, expectNoStackTrace } from '../support/command-results.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

function document(...operations: readonly (readonly [path: string, method: string])[]): string {
  const paths = operations.map(
    ([path, method]) => `  ${path}:\n    ${method}:\n      responses: { '200': { description: Yes } }\n`,
  );
  return `openapi: 3.0.3\ninfo: { title: Payments, version: 1.0.0 }\npaths:\n${paths.join('')}`;
}

const LIVE = document(['/payments', 'get'], ['/payouts', 'post']);
const REMOVED = document(['/payments', 'get']);
const ADDED = document(['/payments', 'get'], ['/payouts', 'post'], ['/charges', 'get']);
const FILES = {
  'live.yaml': LIVE,
  'removed.yaml': REMOVED,
  'added.yaml': ADDED,
  'products/payments.yaml': PAYMENTS,
};
const SERVICE = '--service default/payments --portal default';
const CHECK = `check-openapi removed.yaml ${SERVICE}`;

interface Situation extends EmulatorOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly subscribers?: boolean;
}

/** A portal where `Payments API` publishes the service `payments`, whose document is LIVE. */
async function published<Result>(
  { files = {}, subscribers = false, ...options }: Situation,
  use: (place: Workplace) => Promise<Result>,
): Promise<Result> {
  return atWorkplace({ ...options, files: { ...FILES, ...files } }, async (place) => {
    const { store } = place.emulator;
    expect((await place.adc('sync -f products/')).exitCode).toBe(0);
    store.storeOpenapi(store.service('payments'), LIVE);
    if (subscribers) {
      store.subscribeActively('shop', 'Payments API');
      store.subscribe('mobile', 'Payments API');
    }
    return use(place);
  });
}

const json = async (place: Workplace, line: string) =>
  JSON.parse((await place.adc(`${line} --format json`)).out);

const allowing = (until: string) => `portal: default
allow:
  - product: Payments API
    breaking_openapi: true
    until: ${until}
`;

describe('subscribers of check-openapi', () => {
  const NAMES = '"Payments API" is published and has 1 active and 1 pending subscriptions: "shop" of "dora"';
  const ROWS = [
    { developer: 'dora', application: 'shop', status: 'active' },
    { developer: 'dora', application: 'mobile', status: 'pending' },
  ];

  test.each([
    ['on a terminal', 'have', true, {}, ''],
    ['on a terminal of a pipeline', 'have no', true, { CI: 'true' }, ''],
    ['in a pipe', 'have no', false, {}, ''],
    ['in a pipe, if asked for,', 'have', false, {}, ' --subscribers names'],
    ['on a terminal, if only counts are asked for,', 'have no', true, {}, ' --subscribers counts'],
  ])('%s %s names', async (_, have, isTerminal, ci, words) => {
    const areNamed = have === 'have';
    await published({ subscribers: true }, async (place) => {
      const { url, token } = place.emulator;
      const env = { ADC_SERVER: url, ADC_TOKEN: token, ...ci };
      const io = isTerminal ? { env, columns: () => 100 } : { env };
      const { out } = await place.adc(CHECK + words, io);
      expect(out.replaceAll(/\s+/g, ' ').includes(NAMES)).toBe(areNamed);
      const report = JSON.parse((await place.adc(`${CHECK}${words} --format json`, io)).out);
      expect(report.products[0].subscribers).toEqual(areNamed ? ROWS : undefined);
    });
  });
});

describe('check-openapi of a gateway service', () => {
  test.each(['path', 'query'] as const)(
    'refuses a removed operation under two subscriptions, and sends only GET (%s dialect)',
    async (dialect) => {
      await published({ dialects: [dialect], subscribers: true }, async (place) => {
        const { out, err } = await expectNothingWritten(place, CHECK, 4);
        expect(err).toBe('');
        expect(out).toContain('- POST /payouts (breaks callers)');
        expect(out).toContain('"Payments API" is published and has 1 active and 1 pending subscriptions.');
        expect(out).toContain('breaking_openapi: true');
        expect(out).toContain('--allow-breaking');
        const { requests } = place.emulator.journal;
        expect(requests.length).toBeGreaterThan(4);
        expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
      });
    },
  );

  test('accepts a removed operation without subscriptions, and names it', async () => {
    await published({}, async (place) => {
      const { out } = await expectNothingWritten(place, CHECK, 0);
      expect(out).toContain('- POST /payouts (breaks callers)');
      expect(out).toContain('no subscriptions');
    });
  });

  test.each([
    ['added.yaml', '+ GET /charges'],
    ['live.yaml', 'no changes'],
  ])('passes %s under subscriptions', async (file, shown) => {
    await published({ subscribers: true }, async (place) => {
      const { out } = await expectNothingWritten(place, `check-openapi ${file} ${SERVICE}`, 0);
      expect(out).toContain(shown);
      expect(out).not.toContain('breaks callers)');
    });
  });

  test('treats an unknown number of subscriptions like some', async () => {
    await published({ switches: { subscriptionsEndpoint: 'off' } }, async (place) => {
      expect((await place.adc(CHECK)).exitCode).toBe(4);
      expect((await place.adc(CHECK)).out).toContain('an unknown number of subscriptions');
      expect((await place.adc(`check-openapi added.yaml ${SERVICE}`)).exitCode).toBe(0);
    });
  });

  test('accepts any change for a service of a draft or without a product', async () => {
    await published({}, async (place) => {
      const { store } = place.emulator;
      for (const name of ['refunds', 'orders']) store.storeOpenapi(store.service(name), LIVE);
      const linked_gateway_services = [store.linkTo('refunds')];
      store.addProduct('default', {
        name: 'Refunds API',
        type: 'gateway',
        auth: { key_auth: {} },
        linked_gateway_services,
      });
      const draft = await place.adc(CHECK.replace('payments', 'refunds'));
      expect(draft).toMatchObject({ exitCode: 0, out: expect.stringContaining('"Refunds API" is a draft') });
      const none = await place.adc(CHECK.replace('payments', 'orders'));
      expect(none).toMatchObject({ exitCode: 0, out: expect.stringContaining('No product of the portal') });
    });
  });

  test('compares with an empty document if the service has none', async () => {
    await published({ subscribers: true }, async (place) => {
      place.emulator.store.storeOpenapi(place.emulator.store.service('payments'), '');
      const { out } = await expectNothingWritten(place, CHECK, 0);
      expect(out).toContain('+ GET /payments');
    });
  });

  test('takes ids in place of names', async () => {
    await published({ subscribers: true }, async (place) => {
      const { id } = place.emulator.store.service('payments');
      expect((await place.adc(CHECK.replace('payments', id))).exitCode).toBe(4);
    });
  });
});

describe('consent of check-openapi', () => {
  test('accepts breaking changes with --allow-breaking, and reports it', async () => {
    await published({ subscribers: true }, async (place) => {
      const { out } = await expectNothingWritten(place, `${CHECK} --allow-breaking`, 0);
      expect(out).toContain('Allowed: the document breaks callers of "Payments API".');
    });
  });

  test.each([
    ['an entry', '2026-12-07', 0],
    ['an expired entry', '2026-11-29', 4],
  ] as const)('%s of the default file or of -f counts', async (_, until, exitCode) => {
    await published({ subscribers: true }, async (place) => {
      await place.write({ 'api-products.yaml': allowing(until), 'consents/payments.yaml': allowing(until) });
      expect((await place.adc(CHECK)).exitCode).toBe(exitCode);
      expect((await place.adc(`${CHECK} -f consents/`)).exitCode).toBe(exitCode);
      expect((await place.adc(`${CHECK} -f products/`)).exitCode).toBe(4);
      expect((await place.adc(CHECK.replace(' --portal default', ''))).exitCode).toBe(exitCode);
    });
  });

  test('an entry without breaking_openapi, or for another product, allows nothing; the refusal names its place', async () => {
    await published({ subscribers: true }, async (place) => {
      const other = allowing('2026-12-07').replace('breaking_openapi: true', 'subscription_loss: 9');
      await place.write({ 'api-products.yaml': other });
      const { exitCode, out } = await place.adc(CHECK);
      expect(exitCode).toBe(4);
      expect(out).toContain('api-products.yaml:3: breaking_openapi: true, until: 2026-12-07');
      await place.write({ 'api-products.yaml': allowing('2026-12-07').replace('Payments', 'Refunds') });
      expect((await place.adc(CHECK)).exitCode).toBe(4);
    });
  });

  test('the proposed entry, pasted into a file, is accepted', async () => {
    await published({ subscribers: true }, async (place) => {
      const { out } = await place.adc(CHECK);
      const [entry = ''] = /^allow:\n(?: .*\n)+/m.exec(out) ?? [];
      await place.write({ 'api-products.yaml': `portal: default\n${entry}` });
      expect(await place.adc(CHECK)).toMatchObject({ exitCode: 0, err: '' });
    });
  });

  test('files for another portal are refused', async () => {
    await published({ subscribers: true }, async (place) => {
      await place.write({
        'api-products.yaml': allowing('2026-12-07').replace('default', 'default-partners'),
      });
      const { exitCode, err } = await place.adc(CHECK);
      expect(exitCode).toBe(1);
      expect(err).toContain('portal-mismatch');
    });
  });

  test('shows errors in the files, and sends no request', async () => {
    await published({ subscribers: true }, async (place) => {
      place.emulator.journal.clear();
      const { exitCode, err } = await place.adc(`${CHECK} -f no.yaml`);
      expect(exitCode).toBe(1);
      expect(err).toContain('no-such-file');
      expect(place.emulator.journal.requests).toEqual([]);
    });
  });
});

describe('check-openapi of an external product', () => {
  const external = (status: string): string =>
    `portal: default\napi_products:\n  - name: Billing API\n    type: external\n    status: ${status}\n    server_urls: [https://billing.example.com]\n    openapi_file: ../live.yaml\n`;
  const BILLING = ['check-openapi', 'removed.yaml', '--product', 'Billing API', '--portal', 'default'];

  test.each([
    ['published', 4, 'everyone can use it'],
    ['draft', 0, 'is a draft'],
  ] as const)('a %s one ends with %d', async (status, exitCode, shown) => {
    const files = { 'live.yaml': LIVE, 'removed.yaml': REMOVED, 'products/billing.yaml': external(status) };
    await atWorkplace({ files }, async (place) => {
      expect((await place.adc('sync -f products/')).exitCode).toBe(0);
      const ran = await place.adc(BILLING);
      expect(ran).toMatchObject({ exitCode, out: expect.stringContaining(shown) });
      expect(ran.out).toContain('- POST /payouts (breaks callers)');
      expect((await place.adc([...BILLING, '--allow-breaking'])).exitCode).toBe(0);
    });
  });

  test('a gateway product is an error that names its services', async () => {
    await published({ subscribers: true }, async (place) => {
      const ran = await place.adc([...BILLING.slice(0, 3), 'Payments API', '--portal', 'default']);
      expect(ran.exitCode).toBe(1);
      expect(ran.err).toMatch(/gateway product[^]*--service instead, with one of: default\/payments/);
    });
  });

  test('several products of one name are an error with their ids', async () => {
    await published({}, async (place) => {
      const body = {
        name: 'Twin API',
        type: 'external',
        raw_openapi: LIVE,
        server_urls: ['https://a.example.com'],
      };
      const ids = [1, 2].map(() => place.emulator.store.addProduct('default', body).id);
      const ran = await place.adc([...BILLING.slice(0, 3), 'Twin API', '--portal', 'default']);
      expect(ran.exitCode).toBe(1);
      for (const id of ids) expect(ran.err).toContain(id);
      const one = await place.adc([...BILLING.slice(0, 3), ids[0] ?? '', '--portal', 'default']);
      expect(one.exitCode).toBe(0);
    });
  });
});

describe('--base of check-openapi', () => {
  /** A repository whose commit `v1` has LIVE, a server that does not return documents, and REMOVED in the work tree. */
  async function withHistory(use: (place: Workplace) => Promise<void>): Promise<void> {
    return published({ subscribers: true, files: { 'api/openapi.yaml': LIVE } }, async (place) => {
      await commitAll(place.folder);
      await git(place.folder, 'tag', 'v1');
      await place.write({ 'api/openapi.yaml': REMOVED });
      const path = /\/oas/;
      place.emulator.faults.add({ on: { path }, times: Infinity, do: { kind: 'status', status: 404 } });
      return use(place);
    });
  }
  const BASED = `check-openapi api/openapi.yaml ${SERVICE}`;

  test('a server that returns no document is an error that asks for it', async () => {
    await withHistory(async (place) => {
      const { err } = await expectNothingWritten(place, BASED, 1);
      expect(err).toMatch(/does not return the OpenAPI document[^]*--base/);
    });
  });

  test('compares with the file at a revision, and changes nothing in the repository', async () => {
    await withHistory(async (place) => {
      const before = await git(place.folder, 'status', '--porcelain');
      const { out } = await expectNothingWritten(place, `${BASED} --base v1`, 4);
      expect(out).toContain('- POST /payouts (breaks callers)');
      expect(out).toContain('revision "v1"');
      expect(await json(place, `${BASED} --base HEAD`)).toMatchObject({
        compared_with: 'base',
        base: 'HEAD',
      });
      expect(await git(place.folder, 'status', '--porcelain')).toBe(before);
    });
  });

  test('compares with the live document even if --base is given', async () => {
    await withHistory(async (place) => {
      place.emulator.faults.clear();
      expect(await json(place, `${BASED} --base v1`)).toMatchObject({ compared_with: 'live', exit_code: 4 });
    });
  });

  test('runs no filter, text conversion or hook of the repository', async () => {
    await withHistory(async (place) => {
      const trap = join(place.folder, 'trap.sh');
      await place.write({
        'trap.sh': `#!/bin/sh\ntouch ${place.folder}/sprung\ncat\n`,
        '.gitattributes': '*.yaml filter=trap diff=trap\n',
      });
      await chmod(trap, 0o755);
      for (const key of ['filter.trap.smudge', 'filter.trap.clean', 'diff.trap.textconv', 'core.fsmonitor'])
        await git(place.folder, 'config', key, trap);
      expect((await place.adc(`${BASED} --base v1`)).exitCode).toBe(4);
      expect(existsSync(join(place.folder, 'sprung'))).toBe(false);
      // Shows that the trap works.
      await git(place.folder, 'status');
      expect(existsSync(join(place.folder, 'sprung'))).toBe(true);
    });
  });

  describe('even if the live document makes it unnecessary', () => {
    const repository = forAllTests(withHistory);

    test.each(['nowhere', '-h', '--output=x', 'HEAD:api', ':0:api/openapi.yaml', 'HEAD~9', 'a b', 'v1\n'])(
      'revision %j is an error',
      async (revision) => {
        const place = repository();
        place.emulator.faults.clear();
        const ran = await place.adc([...BASED.split(' '), `--base=${revision}`]);
        expect(ran.exitCode).toBe(1);
        expect(ran.err).toMatch(/--base/);
        expectNoStackTrace(ran);
      },
    );
  });

  test('fails for a revision without the file, and for one with an invalid document', async () => {
    await withHistory(async (place) => {
      const missing = await place.adc(`${BASED.replace('api/openapi', 'new')} --base v1`);
      expect(missing.exitCode).toBe(1);
      await place.write({ 'new.yaml': REMOVED, 'other.yaml': 'size: 1\n' });
      const fresh = await place.adc(`${BASED.replace('api/openapi', 'new')} --base v1`);
      expect(fresh).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('does not exist at the git revision'),
      });
      await commitAll(place.folder);
      await place.write({ 'other.yaml': REMOVED });
      const other = await place.adc(`${BASED.replace('api/openapi', 'other')} --base HEAD`);
      expect(other).toMatchObject({ exitCode: 1, err: expect.stringContaining('HEAD:other.yaml:1:1') });
    });
  });

  test('reports a missing repository, and missing git', async () => {
    await published({}, async (place) => {
      const outside = await place.adc(`${CHECK} --base v1`);
      expect(outside).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/not a git repository[^]*hint: /),
      });
      const { url, token } = place.emulator;
      const env = { ADC_SERVER: url, ADC_TOKEN: token, PATH: '/nowhere' };
      const without = await place.adc(`${CHECK} --base v1`, { env });
      expect(without).toMatchObject({ exitCode: 1, err: expect.stringMatching(/not installed[^]*hint: /) });
    });
  });
});

describe('bad input of check-openapi', () => {
  const WRONG: readonly (readonly [line: string, error: RegExp, hint: RegExp])[] = [
    ['removed.yaml --service default/paymets', /service of gateway group "default" not found/, /"payments"/],
    ['removed.yaml --service defualt/payments', /gateway group not found: "defualt"/, /"default"/],
    ['removed.yaml --product Payment', /product not found: "Payment"/, /"Payments API"/],
    ['removed.yaml --service payments', /GROUP\/SERVICE/, /default\/payments/],
    ['removed.yaml', /--service or --product/, /--service/],
    ['removed.yaml --service default/payments --product x', /only one of/, /--service/],
    ['no.yaml --service default/payments', /"no\.yaml" cannot be read: file not found\n/, /./],
    ['. --service default/payments', /"\." cannot be read: it is not a regular file/, /./],
    [
      'products/payments.yaml --service default/payments',
      /not-openapi[^]*products\/payments\.yaml:1:1/,
      /openapi: /,
    ],
    ['broken.yaml --service default/payments', /broken\.yaml:2:/, /./],
    ['empty.yaml --service default/payments', /not-openapi[^]*empty\.yaml:1:1/, /./],
    ['removed.yaml added.yaml --service default/payments', /too many arguments/, /./],
    ['--service default/payments', /missing required argument/, /--help/],
  ];
  test.each(WRONG)('%s', async (line, error, hint) => {
    await published(
      { files: { 'broken.yaml': 'openapi: 3.0.3\n- x: [\n', 'empty.yaml': '' } },
      async (place) => {
        const ran = await expectNothingWritten(place, `check-openapi ${line} --portal default`, 1);
        expect(ran.err).toMatch(error);
        expect(ran.err).toMatch(new RegExp(`hint: [^]*${hint.source}`));
      },
    );
  });

  test('several groups or services of one name are errors with their ids', async () => {
    const seed = {
      portals: [{ name: 'default' }],
      gateway_groups: [
        { id: 'g1', name: 'default' },
        { id: 'g2', name: 'default' },
      ],
      services: [{ id: 's1', name: 'payments', gateway_group: 'g1', openapi: LIVE }],
    };
    await atWorkplace({ files: FILES, seed }, async (place) => {
      expect(await place.adc(CHECK)).toMatchObject({ exitCode: 1, err: expect.stringMatching(/g1, g2/) });
      const one = CHECK.replace('default/payments', 'g1/payments');
      expect(await place.adc(one)).toMatchObject({ exitCode: 0, out: expect.stringContaining('No product') });
    });
  });
});

describe('formats of check-openapi', () => {
  test('JSON has all changes, the products with their subscriptions, and the counts', async () => {
    await published({ subscribers: true }, async (place) => {
      expect(await json(place, CHECK)).toMatchObject({
        exit_code: 4,
        file: 'removed.yaml',
        service: 'default/payments',
        compared_with: 'live',
        summary: { changes: 1, breaking: 1 },
        changes: [{ change: 'removed', kind: 'operation', name: 'POST /payouts', breaking: true }],
        products: [
          {
            name: 'Payments API',
            status: 'published',
            subscriptions: { active: 1, pending: 1, known: true },
            allowed: false,
          },
        ],
      });
      expect(await json(place, 'check-openapi no.yaml --service a/b')).toMatchObject({ exit_code: 1 });
    });
  });

  test('Markdown begins with the refusal, and no name breaks out of it', async () => {
    const name = '`</details> @all <img src=x>';
    await published(
      { files: { 'products/payments.yaml': productFile(product(`'${name}'`, 'payments')) } },
      async (place) => {
        place.emulator.store.subscribeActively('shop', name);
        const { exitCode, out } = await place.adc(`${CHECK} --format markdown`);
        expect(exitCode).toBe(4);
        expect(out).toMatch(/^<!-- adc-report:checkopenapi -->\n\n### Portal `default` at /);
        expect(out.indexOf('> [!CAUTION]\n> Refused: ')).toBeLessThan(out.indexOf('```diff'));
        expect(out).toContain('-   POST /payouts (breaks callers)');
        expect(out).toContain('``` `</details> @all <img src=x> ```'.replaceAll('```', '``'));
      },
    );
  });

  test.each([
    [CHECK, '::error file=removed.yaml,line=1,col=1,title=adc check-openapi::"removed.yaml" compared with'],
    [
      `${CHECK} --allow-breaking`,
      '::warning file=removed.yaml,line=1,col=1,title=adc check-openapi::"removed.yaml" compared with',
    ],
    [
      `check-openapi added.yaml ${SERVICE}`,
      '::notice file=added.yaml,line=1,col=1,title=adc check-openapi::"added.yaml" compared with',
    ],
  ])('GitHub gets one annotation at the file: %s', async (line, begins) => {
    await published({ subscribers: true }, async (place) => {
      const { out } = await place.adc(`${line} --format github`);
      expect(out.startsWith(begins), out).toBe(true);
      expect(out.match(/^::/gm)).toHaveLength(1);
      expect(out).toContain('Portal "default" at ');
    });
  });
});
