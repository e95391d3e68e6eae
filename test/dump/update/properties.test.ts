import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAlias, isNode, isScalar, Pair, parseDocument, visit, type Node, type Scalar } from 'yaml';
import { escapeUnsafe } from '../../../src/lib/printable.ts';
import { atWorkplace, type Ran } from '../../support/run-adc.ts';
import { runs } from '../../support/runs.ts';
import { arbitraryProducts, seedWith, type DrawnPortal } from '../support/arbitrary-seed.ts';
import { arbitraryStyle, restyled } from '../support/restyled.ts';

const FILE = 'all.yaml';
const UPDATE = ['dump', '--update', '-f', FILE, '--portal', 'default'];

async function done(ran: Promise<Ran>): Promise<Ran> {
  const { exitCode, out, err } = await ran;
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${out}${err}`);
  return { exitCode, out, err };
}

/** The dump of a portal in the style of a file written by hand. */
async function fileOf(drawn: DrawnPortal, style: Parameters<typeof restyled>[1]): Promise<string> {
  let text = '';
  await atWorkplace({ seed: seedWith(drawn) }, async ({ adc }) => {
    text = restyled((await done(adc(['dump', '--portal', 'default']))).out, style);
  });
  return text;
}

test('an unchanged portal does not change the file', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProducts, arbitraryStyle, async (drawn, style) => {
      const before = await fileOf(drawn, style);
      await atWorkplace({ seed: seedWith(drawn), files: { [FILE]: before } }, async ({ adc, folder }) => {
        expect((await done(adc(UPDATE))).out).toBe('Nothing was changed.\n');
        expect(await readFile(join(folder, FILE), 'utf8')).toBe(before);
      });
    }),
    runs(10),
  );
});

type Gateway = DrawnPortal['gateways'][number];
type External = DrawnPortal['externals'][number];

/** Fields of the seed, with the field of a file. */
const GATEWAY_FIELDS = {
  desc: 'desc',
  labels: 'labels',
  visibility: 'visibility',
  subscription_auto_approval: 'subscription_auto_approval',
  can_view_unsubscribed: 'can_view_unsubscribed',
  auth: 'auth',
  allHosts: 'linked_gateway_services',
  notifications: 'notifications',
} as const satisfies Partial<Record<keyof Gateway, string>>;
const EXTERNAL_FIELDS = {
  desc: 'desc',
  labels: 'labels',
  published: 'status',
  raw_openapi: 'raw_openapi',
  server_urls: 'server_urls',
} as const satisfies Partial<Record<keyof External, string>>;

/** The portal with one field of one product from the other portal. */
function changed(
  drawn: DrawnPortal,
  other: DrawnPortal,
  choice: number,
): readonly [DrawnPortal, string, string] {
  const [gateway, ...gateways] = drawn.gateways;
  const [external, ...externals] = drawn.externals;
  const [donor, donated] = [other.gateways[0], other.externals[0]];
  if (gateway !== undefined && donor !== undefined && (choice % 2 === 0 || external === undefined)) {
    const [key, field] = pick(GATEWAY_FIELDS, choice);
    return [
      { gateways: [{ ...gateway, [key]: donor[key] }, ...gateways], externals: drawn.externals },
      gateway.name,
      field,
    ];
  }
  if (external === undefined || donated === undefined) return [drawn, '', ''];
  const [key, field] = pick(EXTERNAL_FIELDS, choice);
  return [
    { gateways: drawn.gateways, externals: [{ ...external, [key]: donated[key] }, ...externals] },
    external.name,
    field,
  ];
}

function pick<Key extends string>(
  fields: Readonly<Record<Key, string>>,
  choice: number,
): readonly [Key, string] {
  const entries = Object.entries(fields) as [Key, string][];
  return entries[Math.floor(choice / 2) % entries.length] ?? entries[0]!;
}

/** The offsets of the start and end of a field of a product in a file, with its line ends; undefined if it is not declared. */
function rangeOfField(text: string, name: string, field: string): readonly [number, number] | undefined {
  const document = parseDocument(text, { version: '1.2' });
  const list = document.toJS() as { readonly api_products: readonly { readonly name: string }[] };
  const index = list.api_products.findIndex((one) => one.name === name.replaceAll('${', '\\${'));
  const product = document.getIn(['api_products', index]) as {
    items: { key: { value: string; range: number[] }; value: { range: number[] } }[];
  };
  const pair = product.items.find(({ key }) => key.value === field);
  if (pair === undefined) return undefined;
  const start = text.lastIndexOf('\n', pair.key.range[0]! - 1) + 1;
  const end = pair.value.range[2]!;
  const lineEnd = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1;
  return [start, lineEnd === 0 ? text.length : lineEnd];
}

test('live changes are written into the files, and nothing else changes', async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryProducts,
      arbitraryProducts,
      fc.nat({ max: 99 }),
      arbitraryStyle,
      async (drawn, other, choice, style) => {
        const [now, name, field] = changed(drawn, other, choice);
        const before = await fileOf(drawn, style);
        const range = name === '' ? undefined : rangeOfField(before, name, field);
        await atWorkplace({ seed: seedWith(now), files: { [FILE]: before } }, async ({ adc, folder }) => {
          await done(adc(UPDATE));
          const after = await readFile(join(folder, FILE), 'utf8');
          const connection = ['-f', FILE, '--portal', 'default'];
          if (range === undefined) {
            expect(after).toBe(before);
            return;
          }
          tried += 1;
          expect(after.startsWith(before.slice(0, range[0]))).toBe(true);
          expect(after.endsWith(before.slice(range[1]))).toBe(true);
          await done(adc(['lint', '-f', FILE]));
          const { out } = await done(adc(['diff', ...connection, '--format', 'json']));
          const { steps } = JSON.parse(out) as {
            readonly steps: readonly { readonly changes: readonly { readonly path: string }[] }[];
          };
          const paths = steps.flatMap(({ changes }) => changes.map(({ path }) => path));
          expect(paths.filter((path) => path !== 'labels.managed-by')).toEqual([]);
          await done(adc(UPDATE));
          expect(await readFile(join(folder, FILE), 'utf8')).toBe(after);
        });
      },
    ),
    runs(22),
  );
  expect(tried).toBeGreaterThan(0);
});

/** Products with the same names and other fields. Some are missing, and some are new. */
function replaced(drawn: DrawnPortal, other: DrawnPortal): DrawnPortal {
  const names = new Set([...drawn.gateways, ...drawn.externals].map(({ name }) => name));
  const renamed = <One extends { readonly name: string }>(
    own: readonly One[],
    others: readonly One[],
  ): One[] =>
    others
      .map((one, index) => ({ ...one, name: own[index]?.name ?? one.name }))
      .filter(({ name }, index) => index < own.length || !names.has(name));
  const gateways = renamed(drawn.gateways, other.gateways);
  const taken = new Set(gateways.map(({ name }) => name));
  const externals = renamed(drawn.externals, other.externals).filter(({ name }) => !taken.has(name));
  return { gateways, externals };
}

/** The text with repeated values replaced by aliases. */
function anchored(text: string): string {
  const document = parseDocument(text, { version: '1.2' });
  const seen = new Map<string, Node>();
  visit(document, {
    Pair: (_, { key, value }, path) => {
      const isField =
        isScalar(key) && ['labels', 'auth', 'notifications', 'desc'].includes(String(key.value));
      if (!isField || path.length < 4 || !isNode(value) || isAlias(value)) return undefined;
      const said = JSON.stringify(value);
      const first = seen.get(said);
      if (first === undefined) seen.set(said, value);
      else return new Pair(key, document.createAlias(first as Scalar, `a${seen.size}`));
      return visit.SKIP;
    },
  });
  const aliased = escapeUnsafe(document.toString({ lineWidth: 0 }));
  return JSON.stringify(parseDocument(aliased).toJS()) === JSON.stringify(document.toJS()) ? aliased : text;
}

interface Report {
  readonly changed: readonly object[];
  readonly left_alone: readonly { readonly product: string; readonly field: string; readonly why: string }[];
  readonly gone: readonly { readonly product: string; readonly removed: boolean }[];
}

interface Step {
  readonly action: string;
  readonly product: { readonly name: string };
  readonly changes: readonly { readonly path: string }[];
}

test('every reported update is in the files, lint accepts them, and a second update changes nothing', async () => {
  let changes = 0;
  const property = fc.asyncProperty(
    arbitraryProducts,
    arbitraryProducts,
    arbitraryStyle,
    fc.record({ anchors: fc.boolean(), prune: fc.boolean() }),
    async (drawn, other, style, { anchors, prune }) => {
      const dumped = await fileOf(drawn, { ...style, windows: false });
      const before = anchors ? anchored(dumped) : dumped;
      const text = style.windows ? before.replaceAll('\n', '\r\n') : before;
      const seed = seedWith(replaced(drawn, other));
      await atWorkplace({ seed, files: { [FILE]: text } }, async ({ adc, folder }) => {
        const words = [...UPDATE, '--format', 'json', ...(prune ? ['--prune'] : [])];
        const report = JSON.parse((await done(adc(words))).out) as Report;
        const after = await readFile(join(folder, FILE), 'utf8');
        changes += report.changed.length;
        await done(adc(['lint', '-f', FILE]));
        // A deleted product that stays in the file may declare a service that another product now has.
        const ran = await adc(['diff', '-f', FILE, '--portal', 'default', '--format', 'json']);
        const kept = report.gone.filter(({ removed }) => !removed);
        expect(kept.length > 0 || ran.exitCode === 0).toBe(true);
        const { steps } = JSON.parse(ran.out) as { readonly steps?: readonly Step[] };
        const gone = new Set(kept.map(({ product }) => product));
        const own = (steps ?? []).filter(
          ({ action, product }) => action !== 'delete' && !gone.has(product.name),
        );
        const paths = own.flatMap(({ product, changes: list }) =>
          list.map(({ path }) => [product.name, path] as const),
        );
        const isLeft = ([name, path]: readonly [string, string]): boolean =>
          report.left_alone.some(
            // A change of auth unpublishes the product.
            ({ product, field }) =>
              product === name && (path.startsWith(field) || (field === 'auth' && path === 'status')),
          );
        expect(paths.filter((one) => one[1] !== 'labels.managed-by' && !isLeft(one))).toEqual([]);
        const again = JSON.parse((await done(adc(words))).out) as Report;
        expect(again.changed).toEqual([]);
        expect(await readFile(join(folder, FILE), 'utf8')).toBe(after);
      });
    },
  );
  await fc.assert(property, runs(15));
  expect(changes).toBeGreaterThan(0);
});
