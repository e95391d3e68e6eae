import { describe, expect, test } from 'vitest';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { product, productFile } from '../support/product-files.ts';

interface Found {
  readonly exitCode: number;
  readonly codes: readonly string[];
  readonly places: readonly string[];
}

async function validate(place: Workplace, options = ''): Promise<Found> {
  const { exitCode, out } = await place.adc(`validate --format json${options}`);
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: readonly { code: string; location: { file: string; line: number; column: number } }[];
  };
  return {
    exitCode,
    codes: diagnostics.map(({ code }) => code),
    places: diagnostics.map(({ location }) => `${location.file}:${location.line}:${location.column}`),
  };
}

const links = (...lines: readonly string[]): string =>
  productFile(
    [
      '  - name: P',
      '    type: gateway',
      '    status: draft',
      '    auth: { key_auth: {} }',
      '    linked_gateway_services:',
      ...lines.map((line) => `      - { ${line} }`),
      '',
    ].join('\n'),
  );

const CASES: readonly (readonly [string, string, Found])[] = [
  ['no mistakes', productFile(product('Payments API', 'payments')), { exitCode: 0, codes: [], places: [] }],
  [
    'a name that does not resolve',
    productFile(product('P', 'paymets')),
    { exitCode: 1, codes: ['unknown-name'], places: ['api-products.yaml:7:66'] },
  ],
  [
    'a service without an OpenAPI document is a warning',
    links('gateway_group: default, service: payments', 'gateway_group: default, service: undocumented'),
    { exitCode: 0, codes: ['service-without-openapi'], places: ['api-products.yaml:9:9'] },
  ],
  [
    'a service with its own auth plugin is a warning',
    links('gateway_group: default, service: protected'),
    { exitCode: 0, codes: ['service-with-auth-plugin'], places: ['api-products.yaml:8:9'] },
  ],
  [
    'a host that the service of a new link does not have is an error',
    links('gateway_group: default, service: payments, linked_hosts: [pay.example.com, other.example.com]'),
    { exitCode: 1, codes: ['host-not-of-service'], places: ['api-products.yaml:8:9'] },
  ],
  [
    'services of one template from two gateway groups are an error',
    links('gateway_group: default, service: users', 'gateway_group: default-2, service: users'),
    { exitCode: 1, codes: ['template-linked-twice'], places: ['api-products.yaml:8:9'] },
  ],
];

describe('adc validate', () => {
  test.each(CASES)('%s', async (_, file, expected) => {
    await atWorkplace({ files: { 'api-products.yaml': file } }, async (place) => {
      expect(await validate(place)).toEqual(expected);
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test('a contact point of another type is a warning', async () => {
    const notifications = [
      'notifications:',
      '  - { event: subscription_approval_created, type: webhook, contact_points: [api-team] }',
    ];
    const files = { 'api-products.yaml': productFile(product('P', 'payments', notifications)) };
    await atWorkplace({ files }, async (place) => {
      expect(await validate(place)).toEqual({
        exitCode: 0,
        codes: ['contact-point-type'],
        places: ['api-products.yaml:8:5'],
      });
    });
  });

  test('a service that an unmanaged product holds is an error', async () => {
    const files = { 'api-products.yaml': productFile(product('P', 'payments')) };
    await atWorkplace({ files }, async (place) => {
      const linked_gateway_services = [place.emulator.store.linkTo('payments')];
      place.emulator.store.addProduct('default', {
        name: 'Other',
        type: 'gateway',
        auth: { key_auth: {} },
        linked_gateway_services,
      });
      expect(await validate(place)).toEqual({
        exitCode: 1,
        codes: ['service-held'],
        places: ['api-products.yaml:7:31'],
      });
    });
  });

  test('an error of one product does not hide the diagnostics of another', async () => {
    const [unknown, held] = [product('Unknown', 'paymets'), product('Held', 'payments')];
    const bare = product('Bare', 'undocumented');
    const files = { 'api-products.yaml': productFile(unknown, bare), 'held.yaml': productFile(held, bare) };
    await atWorkplace({ files }, async (place) => {
      place.emulator.store.addProduct('default', {
        name: 'Other',
        type: 'gateway',
        auth: { key_auth: {} },
        linked_gateway_services: [place.emulator.store.linkTo('payments')],
      });
      const unresolved = await validate(place, ' -f api-products.yaml');
      expect(unresolved.exitCode).toBe(1);
      expect(unresolved.codes).toEqual(['unknown-name', 'service-without-openapi']);
      const conflict = await validate(place, ' -f held.yaml');
      expect(conflict.exitCode).toBe(1);
      expect(conflict.codes).toEqual(['service-held', 'service-without-openapi']);
    });
  });

  test.each([
    ['an unknown name', product('Unknown', 'paymets'), 'unknown-name'],
    ['a missing product', product('Gone', 'orders', ['id: gone']), 'pinned-product-missing'],
  ])('a service of an unmanaged product is an error beside %s', async (_, wrong, code) => {
    const files = { 'api-products.yaml': productFile(wrong, product('Held', 'payments')) };
    await atWorkplace({ files }, async (place) => {
      const linked_gateway_services = [place.emulator.store.linkTo('payments')];
      const auth = { key_auth: {} };
      place.emulator.store.addProduct('default', {
        name: 'Other',
        type: 'gateway',
        auth,
        linked_gateway_services,
      });
      expect((await validate(place)).codes).toEqual([code, 'service-held']);
      const { id } = place.emulator.store.product('Other');
      const reads = place.emulator.journal.requests.filter(({ path }) => path.includes(id));
      // Planning may have read it before it found the unknown name.
      expect(reads.length).toBeLessThanOrEqual(code === 'unknown-name' ? 2 : 1);
    });
  });

  test('--strict makes warnings errors', async () => {
    const files = { 'api-products.yaml': links('gateway_group: default, service: undocumented') };
    await atWorkplace({ files }, async (place) => {
      expect((await validate(place)).exitCode).toBe(0);
      expect((await validate(place, ' --strict')).exitCode).toBe(1);
    });
  });

  test('refers to diff for refusals without consent, which it does not check', async () => {
    await atWorkplace(
      { files: { 'api-products.yaml': 'portal: default\napi_products: []\n' } },
      async (place) => {
        const { exitCode, out } = await place.adc('validate');
        expect(exitCode).toBe(0);
        expect(out.trim().split('\n').at(-1)).toBe(
          '0 products checked, no problems found. adc diff shows what sync would change and refuse.',
        );
      },
    );
  });

  test.each([
    ['alone', product('P', 'payments')],
    ['next to an unknown name', product('P', 'payments') + product('Unknown', 'paymets')],
    ['next to a missing product', product('P', 'payments') + product('Gone', 'orders', ['id: gone'])],
  ])('reads nothing twice: %s', async (_, declared) => {
    await atWorkplace({ files: { 'api-products.yaml': productFile(declared) } }, async (place) => {
      const { store } = place.emulator;
      for (const name of ['One', 'Two', 'Three'])
        store.addProduct('default', { name, type: 'gateway', auth: { key_auth: {} } });
      await validate(place);
      const asked = place.emulator.journal.requests.map(({ path }) => path);
      expect(asked).toEqual([...new Set(asked)]);
    });
  });

  test('sends only GET', async () => {
    const files = { 'api-products.yaml': productFile(product('P', 'payments')) };
    await atWorkplace({ files }, async (place) => {
      await place.adc('validate');
      expect(new Set(place.emulator.journal.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    });
  });
});
