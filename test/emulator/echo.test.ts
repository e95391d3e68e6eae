import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import { external, gateway, KEYCLOAK } from './support/bodies.ts';
import { BOTH, credential, productPath, send, type Dialect, type Loose } from './support/emulated.ts';

/** Switches with which GET returns all writable fields, so that a PUT of the response must change nothing. */
const READABLE: fc.Arbitrary<Partial<Switches>> = fc.record({
  putSemantics: fc.constantFrom('merge', 'replace'),
  authEcho: fc.constantFrom('bare', 'defaulted'),
  authKeys: fc.constantFrom('hyphen', 'underscore', 'dialect'),
  timestamps: fc.constantFrom('iso', 'unix'),
  rowOrder: fc.constantFrom('hostile', 'stable'),
  externalLabels: fc.constantFrom('keep', 'drop'),
  extraFields: fc.boolean(),
});

const LINKS = (defaultSeed().services ?? [])
  .filter(({ gateway_group: group }) => group === 'default')
  .map(({ id, hosts }) => ({ gateway_group_id: 'default', service_id: id, linked_hosts: hosts }));

const COMMON = {
  name: fc.string({ minLength: 1, maxLength: 20 }),
  desc: fc.string(),
  labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.constantFrom('a', 'b')),
  visibility: fc.constantFrom('public', 'logged_in'),
  status: fc.constantFrom('draft', 'published'),
  x_color: fc.jsonValue(),
};

function auth(dialect: Dialect): fc.Arbitrary<object> {
  const types = [
    [dialect === 'path' ? 'key_auth' : 'key-auth', { query: 'k' }],
    [dialect === 'path' ? 'basic_auth' : 'basic-auth', {}],
    ['dcr', { dcr_provider_id: KEYCLOAK }],
  ] as const;
  return fc.subarray([...types], { minLength: 1 }).map((entries) => Object.fromEntries(entries));
}

function body(dialect: Dialect): fc.Arbitrary<object> {
  const own = {
    ...COMMON,
    auth: auth(dialect),
    linked_gateway_services: fc.subarray(LINKS, { minLength: 1 }),
    can_view_unsubscribed: fc.boolean(),
  };
  return fc.oneof(
    fc.record(COMMON, { requiredKeys: ['name'] }).map(external),
    fc
      .record(own, { requiredKeys: ['name', 'auth', 'linked_gateway_services'] })
      .map((fields) => gateway(dialect, fields)),
  );
}

/** A product with its sets sorted, and without the time of the last write. */
function comparable(product: Loose): unknown {
  const links = product.linked_gateway_services?.map((link: Loose) => ({
    ...link,
    linked_hosts: link.linked_hosts.toSorted(),
  }));
  const sorted = links?.toSorted((a: Loose, b: Loose) => (a.service_id < b.service_id ? -1 : 1));
  return { ...product, updated_at: 0, ...(sorted && { linked_gateway_services: sorted }) };
}

test.each(BOTH)('a PUT of the response of GET changes nothing (%s)', async (dialect) => {
  const property = fc.asyncProperty(READABLE, body(dialect), async (switches, given) => {
    const emulator = await startEmulator({ switches });
    try {
      const headers = credential(dialect, emulator.token);
      const call = (method: string, rest: string, sent?: unknown) =>
        send(emulator.url + productPath(dialect, rest), method, sent, headers);
      const created = await call('POST', '', given);
      expect(created.status, created.text).toBe(200);
      const item = `/${created.json.value.id}`;
      const before = (await call('GET', item)).json.value;
      emulator.journal.clear();
      expect((await call('PUT', item, before)).status).toBe(200);
      expect(comparable((await call('GET', item)).json.value)).toEqual(comparable(before));
      expect(emulator.journal.effects().map(({ kind }) => kind)).toEqual(['updated']);
    } finally {
      await emulator.close();
    }
  });
  await fc.assert(property, { numRuns: 60 });
});
