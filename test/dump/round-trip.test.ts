import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../../src/cli/staged-files.ts';
import { diff } from '../../src/diff/diff.ts';
import type { Difference, ProductChange } from '../../src/model/change.ts';
import type { Declared } from '../../src/model/declared.ts';
import type { Checked } from '../../src/model/diagnostic.ts';
import type { Directory } from '../../src/model/directory.ts';
import { completeFields } from '../../src/fields/field-table.ts';
import type { LivePortal, LiveProduct } from '../../src/model/live.ts';
import { DEFAULT_SCOPE } from '../../src/model/ownership.ts';
import { checkFiles } from '../../src/api/read-files.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { livePortal, liveProduct, OWNED } from '../support/live-product.ts';
import { OPENAPI, OPENAPI_AS_JSON } from '../support/openapi.ts';
import { directoryOf } from './support/directory.ts';
import { dumpOf, type DumpParts } from './support/dumped.ts';

const DIRECTORY = directoryOf({
  groups: [
    ['g1', 'default'],
    ['g2', 'same'],
    ['g3', 'same'],
  ],
  services: {
    g1: [
      ['s1', 'payments'],
      ['s2', '${X} no'],
      ['s3', 'twice'],
      ['s4', 'twice'],
    ],
    g2: [['s1', '1.10']],
  },
  providers: [['d1', 'key "cloak"']],
  contacts: [
    ['c1', 'é'],
    ['c2', 'c2'],
    ['c3', 'c2'],
  ],
});

const SERVED = `${OPENAPI}servers: [{ url: https://a.example.com }]\n`;
const PNG = Buffer.from('\x89PNG\r\n', 'latin1').toString('base64');
const link = (gateway_group_id: string, service_id: string, ...linked_hosts: readonly string[]) => ({
  gateway_group_id,
  service_id,
  linked_hosts,
});
const notification = (...contact_point_ids: readonly string[]) => ({
  event: `subscription_approval_${contact_point_ids.length > 1 ? 'created' : 'accepted'}`,
  type: 'email',
  contact_point_ids,
});

const GATEWAYS = livePortal([
  liveProduct({
    id: 'p1',
    name: '../__proto__ ${X} \u202e[2J',
    desc: ' two\n  lines ${Y}\t\n\n',
    labels: { ...OWNED, ['__proto__']: 'no', '<<': '1.10', '${K}': '\\${V}' },
    logo: PNG,
    status: 'published',
    visibility: 'logged_in',
    can_view_unsubscribed: false,
    auth: {
      key_auth: { header: 'on', query: 'apikey', hide_credentials: true },
      dcr: { dcr_provider_id: 'd1' },
    },
    linked_gateway_services: [link('g1', 's1', 'a.example.com'), link('g1', 's2')],
    notifications: [notification('c1'), notification('c1', 'c2')],
  }),
  liveProduct({
    id: 'p2',
    name: 'é',
    labels: {},
    linked_gateway_services: [link('g1', 's3'), link('g2', 's1')],
  }),
]);
const EXTERNALS = livePortal([
  liveProduct({
    id: 'p3',
    name: 'a/b',
    type: 'external',
    raw_openapi: SERVED,
    status: 'published',
    logo: 'data:,${X}',
  }),
  liveProduct({
    id: 'p4',
    name: 'A B',
    type: 'external',
    raw_openapi: OPENAPI_AS_JSON,
    server_urls: ['https://a/${X}'],
  }),
  liveProduct({ id: 'p5', name: 'no', type: 'external', raw_openapi: SERVED.replaceAll('\n', '\r\n') }),
  liveProduct({ id: 'p6', name: 'blind', type: 'external', raw_openapi: '', unreadable: ['raw_openapi'] }),
]);
const TWINS = livePortal([
  liveProduct({ id: 't1', name: 'Twin', labels: {} }),
  liveProduct({ id: 't2', name: 'Twin', labels: OWNED }),
  liveProduct({ id: 't3', name: 'Twin', labels: {} }),
]);

/** Writes a dump to disk and checks it like `lint`. */
async function loaded(live: LivePortal, parts: DumpParts): Promise<Checked<Declared>> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-dump-'));
  try {
    const { files } = dumpOf(live, { directory: DIRECTORY, ...parts });
    await writeFiles(folder, files, { force: false });
    const readStdin = () => Promise.resolve(new Uint8Array());
    return await checkFiles({ patterns: [folder], cwd: folder, env: { X: 'wrong' }, readStdin });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The difference between the dump of one portal and another portal (default: the same portal). */
async function differenceOf(
  dumped: LivePortal,
  parts: DumpParts,
  directory: Directory,
  live = dumped,
): Promise<Difference> {
  const { value: declared, diagnostics } = await loaded(dumped, parts);
  if (declared === undefined) throw new Error(JSON.stringify(diagnostics));
  const resolved = resolve(declared, directory);
  if (resolved.value === undefined) throw new Error(JSON.stringify(resolved.diagnostics));
  const { products: desired, names } = resolved.value;
  const { managesProducts, owners, allowances } = declared;
  const compared = diff({ desired, managesProducts, owners, allowances, live, names, scope: DEFAULT_SCOPE });
  if (compared.value === undefined) throw new Error(JSON.stringify(compared.diagnostics));
  return compared.value;
}

describe.each([
  ['one-file', false, false],
  ['one-file', true, true],
  ['folder', false, true],
  ['folder', true, false],
] as const)(
  'dump, then diff, is empty except for adoptions (%s, ids %s, defaults %s)',
  (layout, withId, withDefaults) => {
    const parts = { layout, withId, withDefaults };

    test.each([
      ['gateway products', GATEWAYS, ['é']],
      ['external products', EXTERNALS, []],
      ['products of one name', TWINS, ['Twin', 'Twin']],
      ['no products', livePortal([]), []],
      ['external products without labels', { ...EXTERNALS, keepsExternalLabels: false }, []],
    ] as const)('%s', async (_, live, adopted) => {
      const { changes } = await differenceOf(live, parts, DIRECTORY);
      const named = changes.map((change) =>
        change.kind === 'update' ? change.live.fields.name : change.kind,
      );
      const paths = changes.flatMap((change) => change.changes.map(({ path }) => path));
      expect(named).toEqual(adopted);
      expect(paths.every((path) => path === 'labels.managed-by')).toBe(true);
    });
  },
);

describe.each(['one-file', 'folder'] as const)(
  'dump, then sync to an empty portal, gives the same dump (%s)',
  (layout) => {
    test.each([
      ['gateway products', GATEWAYS],
      [
        'external products',
        livePortal(EXTERNALS.products.filter(({ unreadable }) => unreadable.length === 0)),
      ],
    ] as const)('%s', async (_, live) => {
      const { changes } = await differenceOf(live, { layout }, DIRECTORY, livePortal([]));
      const created = changes.map((change, index) => createdProduct(change, `new-${index}`));
      const parts = { layout, directory: DIRECTORY };
      expect(dumpOf(livePortal(created), parts).files).toEqual(dumpOf(live, parts).files);
    });
  },
);

function createdProduct(change: ProductChange, id: string): LiveProduct {
  if (change.kind !== 'create') throw new Error(`${change.kind} on an empty portal`);
  const { name, type } = change.desired;
  return { id, type, fields: completeFields({ ...change.fields, name }), unreadable: [], raw: {} };
}

test('several products of one name are all declared, so that none is deleted', async () => {
  const live = livePortal(['a', 'b'].map((id) => liveProduct({ id, name: 'Twin' })));
  const { value, diagnostics } = await loaded(live, { layout: 'folder' });
  expect(value?.products.map(({ body }) => body.id).toSorted()).toEqual(['a', 'b']);
  expect(diagnostics).toEqual([]);
});

test('an OpenAPI text that looks like a product file declares nothing', async () => {
  const raw_openapi = 'openapi: 3.0.0\n---\nportal: default\napi_products: [{ name: Evil, type: gateway }]\n';
  const { value, diagnostics } = await loaded(livePortal([liveProduct({ type: 'external', raw_openapi })]), {
    layout: 'folder',
  });
  expect(value?.products.map(({ body }) => body.name) ?? []).not.toContain('Evil');
  expect(diagnostics.map(({ location }) => location?.file)).not.toContain('openapi/a.yaml');
});
