import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { Product } from '../../src/emulator/world.ts';
import { product } from '../support/product-files.ts';
import { atWorkplace, type Ran, type Workplace } from '../support/run-adc.ts';

const OWNERS = { shop: 'acme.shop', billing: 'acme.billing' } as const;
/** The test runs many commands. */
const LONG = { timeout: 240_000 };
type Team = keyof typeof OWNERS;

/** The file of a team's repository. */
const file = (team: Team, items: readonly string[], allow: readonly string[] = []): string =>
  [
    'portal: default',
    `owner: ${OWNERS[team]}`,
    `api_products:${items.length === 0 ? ' []' : ''}`,
    ...items.map((item) => item.trimEnd()),
    ...(allow.length === 0 ? [] : ['allow:', ...allow.map((entry) => `  - ${entry}`)]),
    '',
  ].join('\n');

const item = (name: string, service: string, ...lines: readonly string[]): string =>
  product(name, service, lines);

/** Two repositories on one portal, with runs on several days. */
class Week {
  readonly #place: Workplace;

  constructor(place: Workplace) {
    this.#place = place;
  }

  write(team: Team, items: readonly string[], allow: readonly string[] = []): Promise<void> {
    return this.#place.write({ [`${team}/products.yaml`]: file(team, items, allow) });
  }

  /**
   * Runs adc with the files of one or more teams, and checks the journal of the server: every written product belongs to one
   * of the owners or has no owner, except for a take-over; all other products are unchanged.
   */
  async run(
    command: string,
    teams: readonly Team[],
    day: string,
    expected: { readonly exitCode: number; readonly takenOver?: readonly string[] },
  ): Promise<Ran> {
    const { emulator } = this.#place;
    const before = new Map(emulator.store.products.map((one) => [one.id, one]));
    emulator.journal.clear();
    const line = `${command} ${teams.map((team) => `-f ${team}`).join(' ')}`;
    const ran = await this.#place.adc(line, { today: day });
    expect({ day, line, ...ran }).toMatchObject({ exitCode: expected.exitCode });
    const written = new Set(
      emulator.journal.effects().flatMap((effect) => ('product' in effect ? [effect.product.id] : [])),
    );
    const own = new Set<string | undefined>([
      undefined,
      'adc',
      ...teams.map((team) => `adc/${OWNERS[team]}`),
    ]);
    const foreign = [...written]
      .flatMap((id) => before.get(id) ?? [])
      .filter((one) => !own.has(labelOf(one)));
    expect(foreign.map(({ fields }) => fields.name)).toEqual(expected.takenOver ?? []);
    const touched = [...before.values()].filter(
      (one) => !isDeepStrictEqual(one, emulator.store.tables.api_products.get(one.id)),
    );
    expect(touched.filter(({ id }) => !written.has(id))).toEqual([]);
    return ran;
  }

  /** Owner labels by name. */
  get labels(): Readonly<Record<string, string | undefined>> {
    const { products } = this.#place.emulator.store;
    return Object.fromEntries(products.map((one) => [one.fields.name, labelOf(one)]));
  }
}

const labelOf = ({ fields }: Product): string | undefined => fields.labels?.['managed-by'];

const [SHOP, BILLING] = ['adc/acme.shop', 'adc/acme.billing'];

test(
  'two owners share a portal for a week, and no run writes a product of the other except to take it over',
  LONG,
  async () => {
    await atWorkplace({}, async (place) => {
      const { store } = place.emulator;
      const week = new Week(place);
      const [orders, refunds, catalog] = [
        item('Orders API', 'orders'),
        item('Refunds API', 'refunds'),
        item('Catalog API', 'catalog'),
      ];
      const [payments, ledger] = [item('Payments API', 'payments'), item('Ledger API', 'ledger')];

      // Monday: both create their products.
      await week.write('shop', [orders, refunds, catalog]);
      await week.write('billing', [payments, ledger]);
      await week.run('sync', ['shop'], '2026-11-30', { exitCode: 0 });
      await week.run('sync', ['billing'], '2026-11-30', { exitCode: 0 });
      expect(week.labels).toEqual({
        'Orders API': SHOP,
        'Refunds API': SHOP,
        'Catalog API': SHOP,
        'Payments API': BILLING,
        'Ledger API': BILLING,
      });
      store.subscribeActively('shop', 'Orders API');
      store.subscribeActively('mobile', 'Payments API');

      // Tuesday: an update, and a deletion within the limit that needs consent for an open service.
      await week.write('shop', [item('Orders API', 'orders', 'desc: Orders'), refunds, catalog]);
      await week.run('sync', ['shop'], '2026-12-01', { exitCode: 0 });
      expect(store.product('Orders API').fields.desc).toBe('Orders');
      await week.write('billing', [payments]);
      await week.run('sync', ['billing'], '2026-12-01', { exitCode: 4 });
      await week.write(
        'billing',
        [payments],
        ['{ product: Ledger API, unauthenticated: [default/ledger], until: 2026-12-07 }'],
      );
      await week.run('sync', ['billing'], '2026-12-01', { exitCode: 0 });
      expect(Object.keys(week.labels)).not.toContain('Ledger API');

      // Wednesday: one owner releases a product, and the other adopts it.
      await week.write('billing', [payments, refunds]);
      await week.run('sync', ['billing'], '2026-12-02', { exitCode: 4 });
      await week.write(
        'shop',
        [orders, catalog],
        ['{ product: Refunds API, release: true, until: 2026-12-07 }'],
      );
      await week.run('sync', ['shop'], '2026-12-02', { exitCode: 0 });
      expect(week.labels['Refunds API']).toBeUndefined();
      await week.run('sync', ['shop'], '2026-12-02', { exitCode: 0 });
      await week.run('sync', ['billing'], '2026-12-02', { exitCode: 0 });
      expect(week.labels['Refunds API']).toBe(BILLING);

      // Thursday: one owner takes over a product that the other still declares.
      const takeOver = '{ product: Orders API, take_over_from: acme.shop, until: 2026-12-07 }';
      await week.write('billing', [payments, refunds, orders], [takeOver]);
      await week.run('sync', ['billing'], '2026-12-03', { exitCode: 0, takenOver: ['Orders API'] });
      expect(week.labels['Orders API']).toBe(BILLING);
      await week.run('sync', ['shop'], '2026-12-03', { exitCode: 4 });
      await week.write('shop', [catalog]);
      await week.run('sync', ['shop'], '2026-12-03', { exitCode: 0 });

      // Friday: after an incident, a user unpublishes a product, and the file puts it on hold.
      store.alterProduct('Catalog API', { status: 'draft' });
      const held = item('Catalog API', 'catalog', 'hold: { until: 2026-12-05, reason: INC-9 }');
      await week.write('shop', [held]);
      const friday = await week.run('sync', ['shop'], '2026-12-04', { exitCode: 0 });
      expect(friday.out).toMatch(/2026-12-05 \(INC-9\): adc does not change "Catalog API"/);
      expect(store.product('Catalog API').fields.status).toBe('draft');

      // Saturday: one run of both owners has nothing to do.
      await week.run('sync', ['shop', 'billing'], '2026-12-05', { exitCode: 0 });
      expect(place.emulator.journal.writes()).toEqual([]);

      // The next week: the hold and the entry have expired.
      await week.run('sync', ['shop'], '2026-12-08', { exitCode: 1 });
      expect(store.product('Catalog API').fields.status).toBe('draft');
      await week.write(
        'billing',
        [payments, orders],
        ['{ product: Refunds API, unauthenticated: true, until: 2026-12-07 }'],
      );
      const expired = await week.run('sync', ['billing'], '2026-12-08', { exitCode: 4 });
      expect(expired.err).toContain('allowance-expired');
      expect(week.labels['Refunds API']).toBe(BILLING);
      expect(store.endedSubscriptions).toEqual([]);
    });
  },
);

test(
  'one run applies the files of two owners, each with its own label and its own limit of deletions',
  LONG,
  async () => {
    await atWorkplace({}, async (place) => {
      const week = new Week(place);
      const both: readonly Team[] = ['shop', 'billing'];
      await week.write('shop', [
        item('Orders API', 'orders'),
        item('Refunds API', 'refunds'),
        item('Catalog API', 'catalog'),
      ]);
      await week.write('billing', [item('Payments API', 'payments'), item('Ledger API', 'ledger')]);
      await week.run('sync', both, '2026-11-30', { exitCode: 0 });
      expect(Object.values(week.labels).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
        BILLING,
        BILLING,
        SHOP,
        SHOP,
        SHOP,
      ]);
      const open = '{ product: Ledger API, unauthenticated: true, until: 2026-12-07 }';
      await week.write('billing', [item('Payments API', 'payments')], [open]);
      await week.write(
        'shop',
        [item('Catalog API', 'catalog')],
        [
          '{ product: Orders API, unauthenticated: true, until: 2026-12-07 }',
          '{ product: Refunds API, unauthenticated: true, until: 2026-12-07 }',
        ],
      );
      const refused = await week.run('sync', both, '2026-12-01', { exitCode: 4 });
      expect(refused.out).toMatch(/2 of the 3 products of the owner "acme\.shop"/);
      expect(refused.out).not.toMatch(/products of the owner "acme\.billing"/);
      await week.write(
        'shop',
        [item('Refunds API', 'refunds'), item('Catalog API', 'catalog')],
        ['{ product: Orders API, unauthenticated: true, until: 2026-12-07 }'],
      );
      await week.run('sync', both, '2026-12-01', { exitCode: 0 });
      expect(week.labels).toEqual({ 'Refunds API': SHOP, 'Catalog API': SHOP, 'Payments API': BILLING });
    });
  },
);
