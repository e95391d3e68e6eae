import { describe, expect, it } from 'vitest';
import type { Admin, PortalReading } from '../../src/model/admin.ts';
import type { CompactProduct, LiveProduct } from '../../src/model/live.ts';
import { fieldsOf } from '../../src/fields/field-table.ts';
import { fingerprint } from '../../src/model/plan.ts';
import { DEFAULT_SCOPE } from '../../src/model/ownership.ts';
import { planPortal } from '../../src/api/plan-portal.ts';
import { checkedFiles } from '../support/checked-files.ts';
import { GROUP, link } from '../support/links.ts';
import { liveProduct, type LiveParts } from '../support/live-product.ts';
import { memoryAdmin } from '../support/memory-admin.ts';
import { tempFiles } from '../support/temp-files.ts';

const FILE = `api_products:
  - name: A
    type: gateway
    desc: As declared
    logo: ''
    auth: { key_auth: {} }
`;

/** A product in a row of a list. `lacks` are the omitted fields. */
function row(parts: LiveParts, ...lacks: readonly string[]): LiveProduct {
  const product = liveProduct(parts);
  return { ...product, fromRow: fieldsOf(product.type).filter((name) => !lacks.includes(name)) };
}

/** Plans for a portal whose list has `rows` and whose products are `products`. Also returns the names of products read again. */
async function planned(file: string, rows: readonly LiveProduct[], products: readonly LiveProduct[]) {
  const read: string[] = [];
  const { admin } = memoryAdmin(products);
  const listing: Admin = {
    ...admin,
    readPortal: () => Promise.resolve({ products: rows, keepsExternalLabels: true }),
    readDirectory: () =>
      Promise.resolve({
        gatewayGroups: [{ id: GROUP, name: GROUP }],
        services: new Map([
          [GROUP, [{ id: 'payments', name: 'payments', gateway_group_id: GROUP, hosts: [], plugins: [] }]],
        ]),
        dcrProviders: [],
        contactPoints: [],
      }),
    readAgain: async (wanted) => {
      read.push(...wanted.map(({ fields }) => fields.name));
      return admin.readAgain(wanted);
    },
  };
  const { declared } = await checkedFiles({ cwd: await tempFiles({ 'a.yaml': file }) });
  if (declared === undefined) throw new Error('the file is wrong');
  const { value, diagnostics } = await planPortal(declared, listing, DEFAULT_SCOPE);
  const steps = value?.steps.map(({ action, product, fields }) => [action, product.name, fields]);
  return { steps, read, codes: diagnostics.map(({ code }) => code) };
}

const AS_DECLARED = { desc: 'As declared' };

/** Long enough for adc to compress it. */
const LONG_DOCUMENT = (title: string): string =>
  JSON.stringify({
    openapi: '3.0.3',
    info: { title, version: '1', description: 'x'.repeat(150_000) },
    paths: {},
  });

const EXTERNAL = `api_products:
  - name: E
    type: external
    status: draft
    server_urls: [https://e.example.com]
    openapi_file: e.json
`;

describe('a plan for products with long OpenAPI documents', () => {
  const labels = { 'managed-by': 'adc' };
  const live = (raw_openapi: string): LiveProduct =>
    liveProduct({ name: 'E', type: 'external', labels, server_urls: ['https://e.example.com'], raw_openapi });
  const plannedFor = async (products: readonly LiveProduct[]) => {
    const { admin } = memoryAdmin(products);
    const holding: Admin = {
      ...admin,
      readPortal: (reading: PortalReading<CompactProduct> = {}) =>
        Promise.resolve({
          products: products.map((one) => reading.keep?.(one) ?? one),
          keepsExternalLabels: true,
        }) as never,
      readDirectory: () =>
        Promise.resolve({ gatewayGroups: [], services: new Map(), dcrProviders: [], contactPoints: [] }),
    };
    const cwd = await tempFiles({ 'a.yaml': EXTERNAL, 'e.json': LONG_DOCUMENT('E') });
    const { declared } = await checkedFiles({ cwd });
    if (declared === undefined) throw new Error('the file is wrong');
    const { value } = await planPortal(declared, holding, DEFAULT_SCOPE);
    return value;
  };

  it('has no step if the document is equal in text or in meaning', async () => {
    const same = LONG_DOCUMENT('E');
    for (const text of [same, JSON.stringify(JSON.parse(same), null, 2)]) {
      expect((await plannedFor([live(text)]))?.steps).toEqual([]);
    }
  });

  it('writes the exact text of the file, even after a JSON round trip', async () => {
    for (const products of [[], [live(LONG_DOCUMENT('F'))]]) {
      const plan = await plannedFor(products);
      const [step] = plan?.steps ?? [];
      expect(step?.fields.raw_openapi === LONG_DOCUMENT('E')).toBe(true);
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    }
  });

  it('depends on the complete document of the portal', async () => {
    const before = live(LONG_DOCUMENT('F'));
    const plan = await plannedFor([before]);
    expect(plan?.products.map((one) => one.fingerprint)).toEqual([fingerprint(before)]);
    expect(plan?.steps[0]?.changes.map(({ before: was }) => was)).toEqual([
      expect.stringMatching(/^F 1, 0 operations, \d+ bytes$/),
    ]);
  });
});

describe('a plan for a portal that was read from a list', () => {
  it('uses the rows of unchanged products', async () => {
    const { steps, read } = await planned(FILE, [row(AS_DECLARED)], [liveProduct(AS_DECLARED)]);
    expect([steps, read]).toEqual([[], []]);
  });

  it('has no step that only a row requires', async () => {
    const { steps, read } = await planned(FILE, [row({ desc: 'Cut o' })], [liveProduct(AS_DECLARED)]);
    expect([steps, read]).toEqual([[], ['A']]);
  });

  it('has the steps of the complete product, not of its row in the list', async () => {
    const truth = liveProduct({ desc: 'Something else', status: 'published', visibility: 'logged_in' });
    const { steps } = await planned(`${FILE}    visibility: public\n`, [row({ desc: 'Cut o' })], [truth]);
    expect(steps).toEqual([['update', 'A', { desc: 'As declared', visibility: 'public' }]]);
  });

  it('does not treat a field that the row omits as its default', async () => {
    const truth = liveProduct({ ...AS_DECLARED, logo: 'data:,x' });
    const { steps, read } = await planned(FILE, [row(AS_DECLARED, 'logo')], [truth]);
    expect([steps, read]).toEqual([[['update', 'A', { logo: '' }]], ['A']]);
  });

  it('deletes no product only because of its row', async () => {
    const rows = [row(AS_DECLARED), row({ name: 'B' })];
    const products = [liveProduct(AS_DECLARED), liveProduct({ name: 'B', labels: {} })];
    const { steps, read } = await planned(FILE, rows, products);
    expect([steps, read]).toEqual([[], ['B']]);
  });

  it('reports no error only because of a row', async () => {
    const service = link('payments');
    const file = `${FILE}    linked_gateway_services: [${JSON.stringify(service)}]\n`;
    const unmanaged = { name: 'B', labels: {} };
    const truth = [liveProduct(AS_DECLARED), liveProduct(unmanaged)];
    const rows = [row(AS_DECLARED), row({ ...unmanaged, linked_gateway_services: [service] })];
    const { read, codes, steps } = await planned(file, rows, truth);
    expect([codes, read.toSorted()]).toEqual([[], ['A', 'B']]);
    expect(steps).toEqual([['update', 'A', { linked_gateway_services: [service] }]]);
  });
});
