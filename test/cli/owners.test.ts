import { describe, expect, test } from 'vitest';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { expectNothingWritten, report } from '../support/command-results.ts';
import { atWorkplace } from '../support/run-adc.ts';
import { owned } from '../support/two-repositories.ts';

const labelOf = (
  place: {
    readonly emulator: {
      readonly store: { product(name: string): { readonly fields: { readonly labels?: object } } };
    };
  },
  name: string,
): unknown =>
  (place.emulator.store.product(name).fields.labels as Record<string, unknown> | undefined)?.['managed-by'];

const FILES = { 'api-products.yaml': owned('acme.shop', PAYMENTS) };
const codesOf = ({ diagnostics }: Awaited<ReturnType<typeof report>>): readonly string[] =>
  diagnostics.map(({ code }) => code);

describe('hold', () => {
  const held = FILES['api-products.yaml'].replace(
    '    type: gateway\n',
    '    type: gateway\n    desc: New\n    hold: { until: 2026-11-30, reason: INC-9 }\n',
  );

  test.each(['sync', 'diff'])('%s does not change the product, and names it each time', async (command) => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.adc('sync');
      place.emulator.store.alterProduct('Payments API', { status: 'draft' });
      await place.write({ 'api-products.yaml': held });
      for (let times = 0; times < 2; times += 1) {
        const { out } = await expectNothingWritten(place, command, 0);
        expect(out).toMatch(/On hold until 2026-11-30 \(INC-9\): adc does not change "Payments API"/);
      }
      expect(await report(place, command)).toMatchObject({
        held: [{ product: 'Payments API', until: '2026-11-30', reason: 'INC-9' }],
        steps: [],
      });
    });
  });

  test.each(['sync', 'diff'])(
    '%s ends with 1 after the end of the hold, and does not publish the product',
    async (command) => {
      await atWorkplace({ files: FILES }, async (place) => {
        await place.adc('sync');
        place.emulator.store.alterProduct('Payments API', { status: 'draft' });
        await place.write({ 'api-products.yaml': held });
        place.emulator.journal.clear();
        const { exitCode, err } = await place.adc(command, { today: '2026-12-01' });
        expect({ exitCode, err }).toEqual({
          exitCode: 1,
          err: expect.stringMatching(/api-products\.yaml:\d+:\d+/),
        });
        expect(place.emulator.journal.writes()).toEqual([]);
      });
    },
  );
});

describe('an owner given to the run', () => {
  test.each([
    ['--owner', 'sync --owner acme.other', {}],
    ['ADC_OWNER', 'sync', { ADC_OWNER: 'acme.other' }],
  ] as const)('%s refuses files of another owner', async (_, line, more) => {
    await atWorkplace({ files: FILES }, async (place) => {
      const env = { ADC_SERVER: place.emulator.url, ADC_TOKEN: place.emulator.token, ...more };
      const { exitCode, err } = await place.adc(line, { env });
      expect({ exitCode, err }).toEqual({
        exitCode: 1,
        err: expect.stringMatching(/error\[owner-mismatch\].*\n.*api-products\.yaml:1:/),
      });
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test('is the owner of files that declare none', async () => {
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
      expect(await place.adc('sync --owner acme.shop')).toMatchObject({ exitCode: 0 });
      expect(labelOf(place, 'Payments API')).toBe('adc/acme.shop');
      expect(await place.adc('diff --exit-code --owner acme.shop')).toMatchObject({ exitCode: 0 });
    });
  });
});

test('a version that manages exactly "managed-by: adc" does not treat a product with an owner as its own', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    await place.adc('sync');
    expect(labelOf(place, 'Payments API')).toBe('adc/acme.shop');
    await place.write({
      'api-products.yaml': FILES['api-products.yaml'].replace(
        '    type',
        '    labels: { managed-by: adc }\n    type',
      ),
    });
    const { err } = await place.adc('sync');
    expect(err).toContain('ownership-declared');
    expect(labelOf(place, 'Payments API')).toBe('adc/acme.shop');
  });
});

test.each(['diff', 'sync'])(
  '%s names undeclared products without an owner, and does not change them',
  async (command) => {
    const old = { 'old.yaml': productFile(product('Old API', 'orders'), product('Older API', 'users')) };
    await atWorkplace({ files: { ...FILES, ...old } }, async (place) => {
      await place.adc('sync -f old.yaml');
      await place.adc('sync');
      const { err } = await expectNothingWritten(place, command, 0);
      expect(err).toMatch(/warning\[managed-without-owner\].*"Old API", "Older API"/);
      expect(codesOf(await report(place, command))).toContain('managed-without-owner');
      const entry =
        'allow:\n  - { product: Old API, delete: true, unauthenticated: true, until: 2026-12-07 }\n';
      await place.write({ 'api-products.yaml': FILES['api-products.yaml'] + entry });
      expect(await place.adc('sync')).toMatchObject({ exitCode: 0 });
      expect(place.emulator.store.products.map(({ fields }) => fields.name).toSorted()).toEqual([
        'Older API',
        'Payments API',
      ]);
    });
  },
);

test('a declared product without an owner is adopted', async () => {
  await atWorkplace({ files: { 'old.yaml': PAYMENTS, ...FILES } }, async (place) => {
    await place.adc('sync -f old.yaml');
    expect(labelOf(place, 'Payments API')).toBe('adc');
    const { summary } = await report(place, 'sync');
    expect(summary).toMatchObject({ adopt: 1, update: 0 });
    expect(labelOf(place, 'Payments API')).toBe('adc/acme.shop');
  });
});

describe('--no-managed-by-label', () => {
  test.each(['--delete-unmanaged', '--take-over Payments'])('with %s is wrong usage', async (option) => {
    await atWorkplace({ files: FILES }, async (place) => {
      for (const command of ['diff', 'sync']) {
        const { err } = await expectNothingWritten(place, `${command} --no-managed-by-label ${option}`, 1);
        expect(err).toMatch(/--no-managed-by-label and --\S+ exclude each other/);
      }
    });
  });

  test('writes no label, and deletes nothing by absence', async () => {
    const two = owned(
      'acme.shop',
      productFile(product('A', 'orders'), product('B', 'users'), product('C', 'refunds')),
    );
    const one = owned('acme.shop', productFile(product('A', 'orders')));
    await atWorkplace({ files: { 'api-products.yaml': two } }, async (place) => {
      await place.adc('sync');
      await place.write({ 'api-products.yaml': one });
      expect(await place.adc('sync --no-managed-by-label')).toMatchObject({ exitCode: 0 });
      expect(place.emulator.store.products).toHaveLength(3);
    });
  });
});

test.each(['diff', 'sync', 'validate'])(
  '%s is an error where the selector matches no declared product',
  async (command) => {
    const labelled = FILES['api-products.yaml'].replace(
      '    type',
      '    labels: { team: payments }\n    type',
    );
    await atWorkplace({ files: { 'api-products.yaml': labelled } }, async (place) => {
      const { err } = await expectNothingWritten(place, `${command} --label-selector team=orders`, 1);
      expect(err).toContain('error[selector-matches-nothing]');
    });
  },
);
