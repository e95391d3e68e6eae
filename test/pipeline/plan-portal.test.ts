import { describe, expect, it } from 'vitest';
import type { Admin } from '../../src/model/admin.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import { fieldsOf } from '../../src/model/field-table.ts';
import { DEFAULT_SCOPE } from '../../src/model/scope.ts';
import { planPortal } from '../../src/pipeline/plan-portal.ts';
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

/** A product as a row of a list has it; `lacks` are the fields that the row leaves out. */
function row(parts: LiveParts, ...lacks: readonly string[]): LiveProduct {
  const product = liveProduct(parts);
  return { ...product, fromRow: fieldsOf(product.type).filter((name) => !lacks.includes(name)) };
}

/** What comes of a portal whose list says one thing, and whose products are another; with the names of those read again. */
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

describe('a plan for a portal that was read from a list', () => {
  it('D8 rests on the rows of what stays as it is', async () => {
    const { steps, read } = await planned(FILE, [row(AS_DECLARED)], [liveProduct(AS_DECLARED)]);
    expect([steps, read]).toEqual([[], []]);
  });

  it('S5 has no step that a row alone asks for', async () => {
    const { steps, read } = await planned(FILE, [row({ desc: 'Cut o' })], [liveProduct(AS_DECLARED)]);
    expect([steps, read]).toEqual([[], ['A']]);
  });

  it('S5 has the steps that the product asks for, and not those of its row', async () => {
    const truth = liveProduct({ desc: 'Something else', status: 'published', visibility: 'logged_in' });
    const { steps } = await planned(`${FILE}    visibility: public\n`, [row({ desc: 'Cut o' })], [truth]);
    expect(steps).toEqual([['update', 'A', { desc: 'As declared', visibility: 'public' }]]);
  });

  it('S5 does not take a field that the row leaves out for its default', async () => {
    const truth = liveProduct({ ...AS_DECLARED, logo: 'data:,x' });
    const { steps, read } = await planned(FILE, [row(AS_DECLARED, 'logo')], [truth]);
    expect([steps, read]).toEqual([[['update', 'A', { logo: '' }]], ['A']]);
  });

  it('S5 deletes nothing because of a row alone', async () => {
    const rows = [row(AS_DECLARED), row({ name: 'B' })];
    const products = [liveProduct(AS_DECLARED), liveProduct({ name: 'B', labels: {} })];
    const { steps, read } = await planned(FILE, rows, products);
    expect([steps, read]).toEqual([[], ['B']]);
  });

  it('tells no mistake because of a row alone', async () => {
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
