import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import type { Seed, SeedProduct } from '../../src/emulator/seed.ts';
import type { Json, JsonObject, Labels } from '../../src/model/product.ts';
import { changedFields, portalContents, type Held } from '../support/portal-contents.ts';
import { OPENAPI } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';
import { SWITCH_VALUES, switchesOf } from '../support/switch-values.ts';

/** One product for each field, with an edit of only this field. All other fields have values. */
const GATEWAY_EDITS: Readonly<Record<string, Json>> = {
  desc: 'another text',
  labels: { team: 'other' },
  logo: 'aGVsbG8=',
  status: 'draft',
  visibility: 'public',
  subscription_auto_approval: true,
  can_view_unsubscribed: true,
  auth: { key_auth: { header: 'x-other' }, basic_auth: {} },
  linked_gateway_services: [
    {
      gateway_group_id: 'default',
      service_id: 's-linked_gateway_services',
      linked_hosts: ['c.linked_gateway_services'],
    },
  ],
  notifications: [],
};
const EXTERNAL_EDITS: Readonly<Record<string, Json>> = {
  desc: 'another text',
  labels: { team: 'other' },
  status: 'published',
  visibility: 'public',
  raw_openapi: OPENAPI.replace('/invoices', '/bills'),
  server_urls: ['https://other.example.com'],
};
const gateways = Object.keys(GATEWAY_EDITS);
const externals = Object.keys(EXTERNAL_EDITS);

/** `__proto__` is a label that a careless copy would lose. */
const LABELS = JSON.parse('{"team":"payments","managed-by":"adc","__proto__":"mine"}') as Labels;
const COMMON = { portal: 'default', labels: LABELS, desc: 'a text', visibility: 'logged_in', x_tier: 'gold' };
const link = (field: string): JsonObject => ({
  gateway_group_id: 'default',
  service_id: `s-${field}`,
  linked_hosts: [`b.${field}`, `a.${field}`],
});
const gateway = (field: string): SeedProduct => ({
  ...COMMON,
  name: `G ${field}`,
  type: 'gateway',
  status: 'published',
  logo: 'bG9nbw==',
  can_view_unsubscribed: false,
  auth: { key_auth: { hide_credentials: true }, dcr: { dcr_provider_id: 'd' } },
  linked_gateway_services: [link(field)],
  notifications: [{ event: 'subscription_approval_created', type: 'email', contact_point_ids: ['c2', 'c1'] }],
});
const external = (field: string): SeedProduct => ({
  ...COMMON,
  name: `E ${field}`,
  type: 'external',
  raw_openapi: OPENAPI,
  server_urls: ['https://b.example.com', 'https://a.example.com'],
});

const SEED: Seed = {
  portals: [{ id: 'p', name: 'default' }],
  gateway_groups: [{ id: 'default', name: 'default' }],
  services: gateways.map((field) => ({
    id: `s-${field}`,
    name: field,
    gateway_group: 'default',
    hosts: [`a.${field}`, `b.${field}`, `c.${field}`],
    openapi: OPENAPI,
  })),
  dcr_providers: [{ id: 'd', name: 'keycloak' }],
  contact_points: ['c1', 'c2'].map((id) => ({ id, name: id, type: 'email' as const })),
  developers: [{ id: 'dev', name: 'dora', portal: 'default' }],
  applications: [{ id: 'app', name: 'shop', developer: 'dora' }],
  api_products: [...gateways.map(gateway), ...externals.map(external)],
};

/** The file, with the other fields that every server requires. */
const FILE = stringify({
  portal: 'default',
  api_products: [
    ...gateways.map((field) => ({
      name: `G ${field}`,
      type: 'gateway',
      status: 'published',
      [field]: GATEWAY_EDITS[field],
    })),
    ...externals.map((field) => ({
      name: `E ${field}`,
      type: 'external',
      raw_openapi: OPENAPI,
      [field]: EXTERNAL_EDITS[field],
    })),
  ],
});

type Named = ReadonlyMap<string, ReadonlySet<string>>;

/** The fields that the plan names, by product, as portalContents() calls them. */
async function namedFields({ adc }: Workplace, dialect: string): Promise<Named> {
  const { exitCode, out } = await adc(`diff --format json --dialect ${dialect}`);
  expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
  const { steps } = JSON.parse(out) as {
    steps: readonly { product: { name: string }; changes: readonly { path: string }[] }[];
  };
  const named = new Map<string, Set<string>>();
  for (const { product, changes } of steps) {
    const fields = named.get(product.name) ?? new Set();
    for (const { path } of changes)
      fields.add(HELD_AS[/^\w+/.exec(path)?.[0] ?? ''] ?? path.replace(/[.[].*/, ''));
    named.set(product.name, fields);
  }
  return named;
}
const HELD_AS: Readonly<Record<string, string>> = {
  linked_gateway_services: 'links',
  raw_openapi: 'openapi',
};

/** Records the contents of the portal before each request, and at the end. */
function watched(emulator: Emulator): () => readonly (readonly Held[])[] {
  const { store } = emulator;
  const snapshots: (readonly Held[])[] = [];
  emulator.onRequest(({ method }) => {
    if (method !== 'GET') snapshots.push(portalContents(store));
  });
  return () => [...snapshots, portalContents(store)];
}

/** The fields that a write changed and the plan does not name. */
function unnamed(snapshots: readonly (readonly Held[])[], named: Named): readonly string[] {
  return snapshots.slice(1).flatMap((after, index) => {
    const before = new Map(snapshots[index]?.map((one) => [one.name, one]));
    return after.flatMap((product) => {
      const allowed = named.get(product.name) ?? new Set();
      // An unpublish ends subscriptions. The plan has their number in its impact.
      const moved = changedFields(before.get(product.name), product).filter(
        (field) => field !== 'subscriptions',
      );
      return moved.filter((field) => !allowed.has(field)).map((field) => `${product.name}: ${field}`);
    });
  });
}

/** The variants of the server for one dialect: every other one, or all with `ADC_TEST_RUNS=2` or more. */
const variantsFrom = (place: number): readonly string[] =>
  runs(1).numRuns > 1 ? SWITCH_VALUES : SWITCH_VALUES.filter((_, at) => at % 4 === 2 * place);

describe.each(['path', 'query'])('in the %s dialect', (dialect) => {
  test.each(['', ...variantsFrom(dialect === 'path' ? 0 : 1)])(
    'no write changes a field that the plan does not name, with "%s"',
    async (setting) => {
      const switches = switchesOf(setting);
      const files = { 'api-products.yaml': FILE };
      await atWorkplace({ seed: SEED, switches, files }, async (place) => {
        const named = await namedFields(place, dialect);
        const snapshots = watched(place.emulator);
        const ran = await place.adc(
          `sync --allow-subscription-loss --max-deletes 9 --allow-unauthenticated all --dialect ${dialect}`,
        );
        expect(ran).toEqual({
          exitCode: 0,
          out: expect.any(String),
          err: expect.not.stringMatching(/could not/),
        });
        expect(unnamed(snapshots(), named)).toEqual([]);
        expect(named.size).toBeGreaterThanOrEqual(gateways.length);
        const tiers = portalContents(place.emulator.store).map(({ extra }) => extra);
        const tier = setting === 'extraFields=false' ? {} : { x_tier: 'gold' };
        expect(tiers).toEqual(tiers.map(() => tier));
        expect(await place.adc(`diff --exit-code --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      });
    },
  );
});
