import { describe, expect, test } from 'vitest';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const FILE = 'api-products.yaml';

/** Severity and code of each diagnostic. */
async function found(place: Workplace, line = 'diff'): Promise<readonly string[]> {
  const { out } = await place.adc(`${line} --format json`);
  const { diagnostics } = JSON.parse(out) as {
    readonly diagnostics: readonly { readonly severity: string; readonly code: string }[];
  };
  return diagnostics.map(({ severity, code }) => `${severity} ${code}`);
}

const withHosts = (hosts: string, more = '', service = 'payments'): string =>
  PAYMENTS.replace('service: payments', `service: ${service}\n        linked_hosts: [${hosts}]${more}`);

/** The requests for OpenAPI documents of services, and for another portal. */
function extra({ emulator }: Workplace): readonly string[] {
  const { requests } = emulator.journal;
  const other = emulator.store.tables.portals.find(({ name }) => name === 'default-partners')?.id ?? '';
  return requests.filter(({ path }) => path.endsWith('/oas') || path.includes(other)).map(({ path }) => path);
}

describe('diff and sync check the products that they change', () => {
  test('refuse a new link to a host that the service does not have, and send no write', async () => {
    await atWorkplace({ files: { [FILE]: withHosts('other.example.com') } }, async (place) => {
      for (const command of ['diff', 'sync']) {
        expect(await place.adc(command)).toMatchObject({ exitCode: 1 });
        expect(await found(place, command)).toEqual(['error host-not-of-service']);
      }
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test('warn about such a host in an unchanged link, and refuse it when the product is published', async () => {
    const draft = (desc: string, status = 'draft'): string =>
      withHosts('pay.example.com')
        .replace('status: published', `status: ${status}`)
        .concat(`    desc: ${desc}\n`);
    await atWorkplace({ files: { [FILE]: draft('old') } }, async (place) => {
      place.emulator.store.addProduct('default', {
        name: 'Payments API',
        type: 'gateway',
        desc: 'old',
        auth: { key_auth: {} },
        labels: { 'managed-by': 'adc' },
        linked_gateway_services: [
          { ...place.emulator.store.linkTo('payments'), linked_hosts: ['pay.example.com'] },
        ],
      });
      const { services } = place.emulator.store.tables;
      for (const row of services.filter(({ name }) => name === 'payments'))
        services.put({ ...row, hosts: ['payments.example.com'] });
      expect(await found(place)).toEqual([]);
      expect(await found(place, 'validate')).toEqual(['warning host-not-of-service']);
      await place.write({ [FILE]: draft('new') });
      expect(await found(place)).toEqual(['warning host-not-of-service']);
      await place.write({ [FILE]: draft('new', 'published') });
      expect(await found(place)).toEqual(['error host-not-of-service']);
      await place.write({ [FILE]: draft('new').replace('pay.', 'payments.') });
      expect(await found(place)).toEqual([]);
    });
  });

  test('request nothing if nothing changes, else only the services of the products that change', async () => {
    const files = { [FILE]: productFile(product('A', 'payments'), product('B', 'orders')) };
    await atWorkplace({ files }, async (place) => {
      await place.adc('sync');
      const before = extra(place).length;
      expect(await found(place)).toEqual([]);
      expect(extra(place)).toHaveLength(before);
      await place.write({
        [FILE]: productFile(product('A', 'payments', ['desc: new']), product('B', 'orders')),
      });
      expect(await found(place)).toEqual([]);
      const service = place.emulator.store.linkTo('payments').service_id;
      expect(extra(place).slice(before)).toEqual([`/api/gateway_groups/default/services/${service}/oas`]);
    });
  });

  test('ignore a document that the server fails to return', async () => {
    await atWorkplace({ files: { [FILE]: PAYMENTS } }, async (place) => {
      const path = /\/oas/;
      place.emulator.faults.add({ on: { path }, times: Infinity, do: { kind: 'status', status: 501 } });
      expect(await found(place)).toEqual(['warning service-without-openapi']);
      expect(await place.adc('sync')).toMatchObject({ exitCode: 0 });
    });
  });
});

describe('a service that a product of another portal links', () => {
  async function held(use: (place: Workplace) => Promise<void>): Promise<void> {
    await atWorkplace({ files: { [FILE]: PAYMENTS } }, async (place) => {
      place.emulator.store.addProduct('default-partners', {
        name: 'Partner API',
        type: 'gateway',
        auth: { key_auth: {} },
        linked_gateway_services: [place.emulator.store.linkTo('payments')],
      });
      await use(place);
    });
  }

  test('is a warning at the new link, with product and portal', async () => {
    await held(async (place) => {
      expect(await found(place)).toEqual(['warning service-held-elsewhere']);
      expect(await found(place, 'validate')).toEqual(['warning service-held-elsewhere']);
      expect((await place.adc('diff')).err).toContain(
        'the service default/payments belongs to the product "Partner API" of the portal "default-partners"',
      );
    });
  });

  test('is not searched for in a portal that the token cannot read', async () => {
    await held(async (place) => {
      const partners = place.emulator.store.tables.portals.find(({ name }) => name === 'default-partners');
      const path = new RegExp(partners?.id ?? 'none');
      place.emulator.faults.add({ on: { path }, times: Infinity, do: { kind: 'status', status: 403 } });
      expect(await found(place)).toEqual([]);
    });
  });

  test('needs at most 500 requests', async () => {
    await held(async (place) => {
      const { store } = place.emulator;
      for (let number = 0; number < 600; number += 1)
        store.addProduct('default-partners', { name: `P${number}`, type: 'gateway', auth: { key_auth: {} } });
      expect(await found(place)).toEqual(['warning service-held-elsewhere']);
      const others = extra(place).filter((path) => !path.endsWith('/oas'));
      expect(others.length).toBeGreaterThan(400);
      expect(others.length).toBeLessThanOrEqual(500);
    });
  });
});
