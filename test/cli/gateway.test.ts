import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { validReport } from '../support/published-schemas.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const PRODUCTS = `portal: default
owner: acme.invoices
api_products:
  - name: Invoices API
    type: gateway
    status: published
    auth: { key_auth: {} }
    linked_gateway_services:
      - gateway_group: default
        service: invoices
        linked_hosts: [invoices.example.com]
`;

const GATEWAY = `services:
  - name: payments
    hosts: [payments.example.com]
  - name: invoices
    hosts: [invoices.example.com]
    routes: [{ name: all, uris: [/*] }]
`;

const OPTION = '--gateway default=gateway/adc.yaml';

function atPullRequest(
  changes: { readonly products?: string; readonly gateway?: string },
  use: (place: Workplace) => Promise<void>,
): Promise<void> {
  const { products = PRODUCTS, gateway = GATEWAY } = changes;
  return atWorkplace({ files: { 'api-products.yaml': products, 'gateway/adc.yaml': gateway } }, use);
}

/** Adds the service in another process, like API7's ADC. */
async function addService(
  { emulator }: Workplace,
  body: object = { name: 'invoices', hosts: ['invoices.example.com'] },
) {
  const { id } = emulator.store.tables.gateway_groups.find(({ name }) => name === 'default') ?? { id: '' };
  const url = `${emulator.url}/apisix/admin/services?gateway_group_id=${id}`;
  const init = { method: 'POST', headers: { 'X-API-KEY': emulator.token }, body: JSON.stringify(body) };
  const code = `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then((r) => { process.exitCode = r.ok ? 0 : 1 })`;
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, ['-e', code], (error) => (error ? reject(error) : resolve()));
  });
}

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly location: { readonly line: number };
  readonly related?: readonly { readonly message: string; readonly location: object }[];
}

async function lint({ adc }: Workplace, more = ''): Promise<readonly Found[]> {
  const { out } = await adc(`lint ${OPTION} --format json${more}`);
  return validReport(out)['diagnostics'] as readonly Found[];
}

describe("a service that only a file of API7's ADC declares", () => {
  test('is accepted by diff as planned in every format, with both places', async () => {
    await atPullRequest({}, async ({ adc }) => {
      expect((await adc('diff')).exitCode).toBe(1);
      const text = await adc(`diff ${OPTION}`);
      const words = 'default/invoices: declared in gateway/adc.yaml:4, not on the gateway yet';
      expect(text).toMatchObject({ exitCode: 0, out: expect.stringContaining(words) });
      expect(text.out).toContain('linked in api-products.yaml:9');
      expect((await adc(`diff ${OPTION} --exit-code`)).exitCode).toBe(2);
      expect((await adc(`diff ${OPTION} --format markdown`)).out).toContain(
        '`default/invoices`: declared in `gateway/adc.yaml:4`, not on the gateway yet; linked in `api-products.yaml:9`',
      );
      expect((await adc(`diff ${OPTION} --format github`)).out).toContain(
        `::notice file=api-products.yaml,line=9,col=9,title=Planned service::${words}`,
      );
      expect(validReport((await adc(`diff ${OPTION} --format json`)).out)).toMatchObject({
        steps: [
          {
            changes: expect.arrayContaining([
              expect.objectContaining({ path: 'linked_gateway_services[default/invoices]', planned: true }),
            ]),
          },
          {},
        ],
        services: [
          {
            service: 'default/invoices',
            planned: true,
            declared: { file: 'gateway/adc.yaml', line: 4, column: 5 },
            linked: { file: 'api-products.yaml', line: 9, column: 9 },
            command: 'adc sync -f gateway/adc.yaml --gateway-group default',
          },
        ],
      });
    });
  });

  test('is an error in an unknown gateway group', async () => {
    await atPullRequest({}, async ({ adc }) => {
      const { exitCode, err } = await adc('diff --gateway defualt=gateway/adc.yaml');
      expect({ exitCode, err }).toMatchObject({ exitCode: 1 });
      expect(err).toContain('--gateway: gateway group not found: "defualt"');
      expect(err).toContain('Did you mean "default"?');
    });
  });

  test('is accepted by validate, which checks it by the file', async () => {
    const strange = PRODUCTS.replace('[invoices.', '[other.');
    await atPullRequest({}, async ({ adc }) => {
      expect(await adc(`validate ${OPTION}`)).toMatchObject({ exitCode: 0, err: '' });
    });
    await atPullRequest({ products: strange }, async ({ adc }) => {
      expect((await adc(`validate ${OPTION}`)).err).toContain('warning[host-not-of-service]');
    });
  });

  test('ends sync with 1 before its first write, with the missing command', async () => {
    await atPullRequest({}, async (place) => {
      const { exitCode, err } = await place.adc(`sync ${OPTION}`);
      expect(exitCode).toBe(1);
      expect(err).toContain('error[service-not-on-gateway]');
      expect(err).toContain('adc sync -f gateway/adc.yaml --gateway-group default');
      const late = await place.adc(`sync ${OPTION} --wait-for-services 1ms --format json`);
      expect(late.exitCode).toBe(1);
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test('is linked and published once another process adds it while sync waits', async () => {
    await atPullRequest({}, async (place) => {
      const added: Promise<void>[] = [];
      const { exitCode, err } = await place.adc(`sync ${OPTION} --wait-for-services 10m`, {
        err: (text) => {
          if (text.includes('waiting for default/invoices')) added.push(addService(place));
        },
      });
      await Promise.all(added);
      expect({ exitCode, err, added: added.length }).toMatchObject({ exitCode: 0, added: 1 });
      const { fields } = place.emulator.store.product('Invoices API');
      const { id } = place.emulator.store.service('invoices');
      expect(fields).toMatchObject({ status: 'published', linked_gateway_services: [{ service_id: id }] });
      expect((await place.adc(`diff ${OPTION} --exit-code`)).exitCode).toBe(0);
    });
  });

  test('gets its id in a saved plan only when the plan is applied', async () => {
    await atPullRequest({}, async (place) => {
      expect((await place.adc(`diff ${OPTION} -o plan.json`)).exitCode).toBe(0);
      const early = await place.adc('sync --plan plan.json');
      expect(early).toMatchObject({ exitCode: 1, err: expect.stringContaining('service-not-on-gateway') });
      expect(place.emulator.journal.writes()).toEqual([]);
      await addService(place);
      expect(await place.adc('sync --plan plan.json')).toMatchObject({ exitCode: 0 });
      const { id } = place.emulator.store.service('invoices');
      expect(place.emulator.store.product('Invoices API').fields).toMatchObject({
        linked_gateway_services: [{ service_id: id }],
      });
    });
  });

  test('stops the wait after an interruption, and nothing is written', async () => {
    await atPullRequest({}, async (place) => {
      const stop = new AbortController();
      const { err } = await place.adc(`sync ${OPTION} --wait-for-services 10m`, {
        signal: stop.signal,
        err: (text) => {
          if (text.includes('waiting for')) stop.abort();
        },
      });
      expect(err).toContain('interrupted; nothing was changed');
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test('is suggested for a similar name, and no other name of the file is shown', async () => {
    const products = PRODUCTS.replace('service: invoices', 'service: invioces');
    await atPullRequest({ products }, async ({ adc }) => {
      expect((await adc(`diff ${OPTION}`)).err).toContain('Did you mean "invoices"?');
    });
    const gateway = GATEWAY.replace('name: invoices', 'name: s3cr3t-name');
    await atPullRequest({ gateway }, async ({ adc }) => {
      const { err } = await adc(`diff ${OPTION}`);
      expect(err).toContain('error[unknown-name]');
      expect(err).not.toContain('s3cr3t');
    });
  });
});

describe('lint without a server', () => {
  test('finds a host that is not in the file, with both places', async () => {
    const products = PRODUCTS.replace('[invoices.', '[invoice.');
    await atPullRequest({ products }, async (place) => {
      expect(await lint(place)).toMatchObject([
        {
          code: 'host-not-of-service',
          severity: 'warning',
          location: { file: 'api-products.yaml', line: 11, column: 24 },
          related: [
            { message: 'services[1].hosts', location: { file: 'gateway/adc.yaml', line: 5, column: 12 } },
          ],
        },
      ]);
      const { exitCode } = await place.adc(`lint ${OPTION} --strict`);
      expect([exitCode, (await place.adc(`lint ${OPTION}`)).exitCode]).toEqual([1, 0]);
      expect(place.emulator.journal.requests).toEqual([]);
    });
  });

  test('counts the hosts of routes, supports wildcards, and checks no host if the file has none', async () => {
    for (const hosts of ['', 'hosts: ["*.example.com"]', 'routes: [{ hosts: [invoices.example.com] }]']) {
      const gateway = `services: [{ name: invoices, ${hosts} }]\n`;
      await atPullRequest({ gateway }, async (place) => expect(await lint(place)).toEqual([]));
    }
  });

  test('finds authentication plugins on the service and on a route', async () => {
    const gateway = `services:
  - name: invoices
    plugins: { key-auth: {}, limit-count: {} }
    routes:
      - plugins:
          openid-connect: {}
`;
    await atPullRequest({ gateway }, async (place) => {
      expect(await lint(place)).toMatchObject([
        {
          code: 'service-with-auth-plugin',
          location: { line: 10, column: 18 },
          related: [
            { message: 'services[0].plugins.key-auth', location: { line: 3, column: 26 } },
            { message: 'services[0].routes[0].plugins.openid-connect', location: { line: 6, column: 27 } },
          ],
        },
      ]);
    });
  });

  test('finds an unknown name, suggests the nearest one, and does not check other gateway groups', async () => {
    const products = PRODUCTS.replace('service: invoices', 'service: invioces');
    await atPullRequest({ products }, async (place) => {
      expect(await lint(place)).toMatchObject([
        {
          code: 'unknown-name',
          severity: 'warning',
          hint: 'Did you mean "invoices"?',
          related: [{ message: 'services[1].name', location: { line: 4 } }],
        },
      ]);
      expect((await place.adc('lint --gateway other=gateway/adc.yaml')).err).toBe('');
    });
  });

  test.each(['default', '=gateway/adc.yaml', 'default=', 'default=-'])(
    'refuses --gateway %s',
    async (given) => {
      await atPullRequest({}, async ({ adc }) => {
        const { exitCode, err } = await adc(['lint', '--gateway', given]);
        expect({ exitCode, err }).toMatchObject({ exitCode: 1, err: expect.stringContaining('GROUP=FILE') });
      });
    },
  );
});

describe('the gateway', () => {
  test('has priority over the file, with a warning', async () => {
    const gateway = GATEWAY.replace(
      'hosts: [invoices.example.com]',
      'hosts: [old.example.com]\n    plugins: { key-auth: {} }',
    );
    await atPullRequest({ gateway }, async (place) => {
      await addService(place);
      const { out } = await place.adc(`validate ${OPTION} --format json`);
      const found = validReport(out)['diagnostics'] as readonly Found[];
      expect(found.filter(({ code }) => code !== 'service-without-openapi')).toMatchObject([
        {
          code: 'service-not-as-declared',
          severity: 'warning',
          message:
            "the service default/invoices has other hosts and plugins on the gateway than in the file of API7's ADC",
          related: [{ message: 'services[1].hosts' }, { message: 'services[1].plugins' }],
        },
      ]);
    });
  });
});

describe("no text of a file of API7's ADC is shown", () => {
  const secrets = `services:
  - name: s3cr3t-a
    id: s3cr3t-b
    description: s3cr3t-c
    hosts: [s3cr3t-d]
    plugins: { key-auth: { key: s3cr3t-e }, s3cr3t-f: { s3cr3t-g: s3cr3t-h } }
    routes: [{ name: s3cr3t-i, uris: [s3cr3t-j], hosts: [s3cr3t-k] }]
  - name: invoices
    hosts: [s3cr3t-l]
    plugins: { jwt-auth: { secret: s3cr3t-m } }
consumers: [{ username: s3cr3t-n }]
`;
  const broken = [
    `${secrets}s3cr3t-o: "s3cr3t-p\n`,
    `${secrets}s3cr3t-o: *s3cr3t-p\n`,
    `${secrets}s3cr3t-o: !s3cr3t-p s3cr3t-q\n`,
    `${secrets}s3cr3t-o: 1\ns3cr3t-o: 2\n`,
    `${secrets}s3cr3t-o: "\u0007"\n`,
    secrets.replace('hosts: [s3cr3t-d]', 'hosts: s3cr3t-d'),
    secrets.replace('name: s3cr3t-i', 'plugins: s3cr3t-i'),
    secrets.replace('name: invoices', 'name: s3cr3t-a'),
    secrets.replace('services:', 's3cr3t-r:').replace('consumers', 's3cr3t-s'),
    JSON.stringify({ services: ['s3cr3t-a', { name: { s3cr3t: 's3cr3t-b' } }] }),
    `{"services": [{"name": "s3cr3t-a", "hosts": ["s3cr3t-b" "s3cr3t-c"]}]}`,
    's3cr3t-a',
  ];
  const linesOf = (...commands: readonly string[]) =>
    commands.flatMap((command) =>
      ['text', 'json', 'markdown', 'github'].map((format) => `${command} ${OPTION} --format ${format}`),
    );

  async function expectHidden({ adc }: Workplace, lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const { out, err } = await adc(line);
      expect(out + err).not.toContain('s3cr3t');
      expect(out + err).not.toBe('');
    }
  }

  test('by any command in any format', async () => {
    await atPullRequest({ gateway: secrets }, (place) =>
      expectHidden(place, linesOf('lint', 'validate', 'diff', 'sync')),
    );
  });

  test('in any format if the file is broken', async () => {
    await atPullRequest({}, async (place) => {
      for (const gateway of broken) {
        await place.write({ 'gateway/adc.yaml': gateway });
        expect((await place.adc(`lint ${OPTION}`)).exitCode, gateway).toBe(1);
        await expectHidden(place, linesOf('lint'));
      }
    });
  });
});
